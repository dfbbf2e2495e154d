import { NAME, isRecord, shown, text } from './foreign';
import type { Refusal } from './signal';

/** What people send to the doors that only they may open: one JSON object per message. */
export type Order =
  | { readonly order: 'approve'; readonly planId: string; readonly hash: string; readonly by: Person }
  | { readonly order: 'undo'; readonly runId: string; readonly by: Person; readonly reason: string }
  | {
      readonly order: 'exempt';
      readonly remediation: string;
      readonly scope: 'account' | 'resource' | 'tag';
      readonly target: string;
      readonly account: string;
      readonly owner: string;
      readonly reason: string;
      /** As `Date.toISOString()` writes it. */
      readonly expires: string;
      readonly by: Person;
    }
  | { readonly order: 'revoke'; readonly exemptionId: string; readonly by: Person };

/** Who sent an order. */
export interface Person {
  /** As they name themselves, for reading. */
  readonly name: string;
  /** As SQS names the sender, which nobody can choose: `AIDA…` of a user, `AROA…:session` of a role. */
  readonly senderId: string;
}

/** Exemptions longer than that are nobody's decision any more. */
export const LONGEST_EXEMPTION_DAYS = 366;

const ID = /^[rpe]-[0-9a-f]{16}(-[0-9a-z]{1,12})?$/;
const WORDS = /^[^\p{Cc}]{1,300}$/u;
const DAY_MS = 86_400_000;

/** Reads one message. Never throws: what is no order is refused with the reason. */
export function parseOrder(body: string, senderId: string, now: Date): Order | Refusal {
  let found: unknown;
  try {
    found = JSON.parse(body);
  } catch {
    return { refused: 'not JSON' };
  }
  if (!isRecord(found)) return { refused: 'not an object' };
  const name = text(found.by).slice(0, 300);
  const by = { name: WORDS.test(name) ? name : senderId, senderId };
  switch (found.order) {
    case 'approve':
      return checked({ order: 'approve', planId: text(found.planId), hash: text(found.hash), by }, [
        [ID.test(text(found.planId)), 'planId'],
        [/^[0-9a-f]{16}$/.test(text(found.hash)), 'hash'],
      ]);
    case 'undo':
      return checked({ order: 'undo', runId: text(found.runId), reason: text(found.reason) || 'not said', by }, [
        [ID.test(text(found.runId)), 'runId'],
        [WORDS.test(text(found.reason) || 'not said'), 'reason'],
      ]);
    case 'exempt':
      return exempt(found, by, now);
    case 'revoke':
      return checked({ order: 'revoke', exemptionId: text(found.exemptionId), by }, [
        [ID.test(text(found.exemptionId)), 'exemptionId'],
      ]);
    default:
      return { refused: `there is no order ${shown(found.order)}` };
  }
}

function exempt(found: Record<string, unknown>, by: Person, now: Date): Order | Refusal {
  const scope = text(found.scope);
  const target = text(found.target);
  const account = text(found.account);
  const expires = new Date(text(found.expires));
  const days = (expires.getTime() - now.getTime()) / DAY_MS;
  const isScope = scope === 'account' || scope === 'resource' || scope === 'tag';
  const isTarget =
    scope === 'account' ? target === account : scope === 'resource' ? /^arn:[^\s*?]+$/.test(target) : NAME.test(target);
  return checked(
    {
      order: 'exempt',
      remediation: text(found.remediation),
      scope: scope as 'account',
      target,
      account,
      owner: text(found.owner),
      reason: text(found.reason),
      // As one form of text, whatever form of a time was sent: it is stored, and compared.
      expires: Number.isNaN(days) ? '' : expires.toISOString(),
      by,
    },
    [
      [/^(all|[a-z0-9]+(-[a-z0-9]+)+)$/.test(text(found.remediation)), 'remediation'],
      [isScope, 'scope'],
      [isTarget, 'target'],
      [/^\d{12}$/.test(account), 'account'],
      [WORDS.test(text(found.owner)), 'owner'],
      [WORDS.test(text(found.reason)), 'reason'],
      [days > 0 && days <= LONGEST_EXEMPTION_DAYS, `expires (at most ${LONGEST_EXEMPTION_DAYS} days ahead)`],
    ],
  );
}

function checked(order: Order, checks: ReadonlyArray<readonly [right: boolean, field: string]>): Order | Refusal {
  const wrong = checks.filter(([right]) => !right).map(([, field]) => field);
  return wrong.length === 0 ? order : { refused: `missing or malformed ${wrong.join(', ')}` };
}
