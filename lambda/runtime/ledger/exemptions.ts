import { digest } from '../ids';
import { type Item, type Key, S, type Table, textOf } from './table';

/** Drift that somebody answers for: it is reported, and not repaired. */
export interface Exemption {
  readonly id: string;
  /** Id of the remediation, or `all`. */
  readonly remediation: string;
  /**
   * - `account`: every resource of an account.
   * - `resource`: one resource, by its ARN.
   * - `tag`: resources of an account that carry the tag `bulwark:exemption` with this name. The tag names the exemption and is
   *   none itself, because whoever can open a bucket can tag it.
   */
  readonly scope: 'account' | 'resource' | 'tag';
  /** Account id, ARN, or name. */
  readonly target: string;
  /** Account in which it holds. */
  readonly account: string;
  readonly owner: string;
  readonly reason: string;
  /** ISO 8601. Past it, the exemption is none. */
  readonly expires: string;
  readonly createdAt: string;
  /** Who wrote it, as AWS names the sender. */
  readonly createdBy: string;
}

/** Tag by which a resource names an exemption. */
export const EXEMPTION_TAG = 'bulwark:exemption';

/** All stand in one partition, because a decision has to know of all that could concern it: there are few. */
const PARTITION = 'EXEMPTIONS';

/** What a decision asks about. */
export interface Question {
  readonly remediation: string;
  readonly account: string;
  readonly resourceArn: string;
}

/** Reads and writes exemptions. Reading is never cached: what was undone a second ago must not be repaired again. */
export class Exemptions {
  public constructor(private readonly table: Table) {}

  /**
   * The exemption that holds, if one does.
   *
   * @param tags reads the resource's tags; only called when an exemption could depend on them
   * @throws whatever reading throws: an exemption that cannot be read is not an absent one
   */
  public async find(
    question: Question,
    tags: () => Promise<ReadonlyMap<string, string>>,
    now: Date,
  ): Promise<Exemption | undefined> {
    const candidates = (await this.list()).filter(
      ({ remediation, account, expires }) =>
        (remediation === 'all' || remediation === question.remediation) &&
        account === question.account &&
        Date.parse(expires) > now.getTime(),
    );
    const direct = candidates.find(
      ({ scope, target }) =>
        (scope === 'account' && target === question.account) ||
        (scope === 'resource' && target === question.resourceArn),
    );
    if (direct !== undefined) return direct;
    const named = candidates.filter(({ scope }) => scope === 'tag');
    if (named.length === 0) return undefined;
    const name = (await tags()).get(EXEMPTION_TAG);
    return named.find(({ target }) => target === name);
  }

  public async list(): Promise<Exemption[]> {
    return (await this.table.all(PARTITION)).map(exemption);
  }

  /** Writes one. The same words twice are one exemption, of which the later expiry counts: an order may come twice. */
  public async put(given: Omit<Exemption, 'id' | 'createdAt'>, now: Date): Promise<Exemption> {
    const id = `e-${digest(given.remediation, given.scope, given.target, given.account, given.reason)}`;
    const whole: Exemption = { ...given, id, createdAt: now.toISOString() };
    const fields = Object.entries(whole).filter(([name]) => name !== 'id');
    await this.table.update(key(id), {
      UpdateExpression: `SET ${fields.map((_, index) => `#f${index} = :f${index}`).join(', ')} REMOVE reportedAt, revokedBy`,
      ExpressionAttributeNames: Object.fromEntries(fields.map(([name], index) => [`#f${index}`, name])),
      ExpressionAttributeValues: Object.fromEntries(fields.map(([, value], index) => [`:f${index}`, S(String(value))])),
    });
    return whole;
  }

  /** Ends an exemption now. @returns it as it was; undefined when there is none of that id */
  public async revoke(id: string, by: string, now: Date): Promise<Exemption | undefined> {
    const item = await this.table.update(key(id), {
      ConditionExpression: 'attribute_exists(pk) AND expires > :now',
      UpdateExpression: 'SET expires = :now, revokedBy = :by, reportedAt = :now',
      ExpressionAttributeValues: { ':now': S(now.toISOString()), ':by': S(by) },
    });
    return item && exemption(item);
  }

  /** Exemptions that have expired since somebody last asked; each is told once. */
  public async takeExpired(now: Date): Promise<Exemption[]> {
    const expired = (await this.table.all(PARTITION)).filter(
      (item) => textOf(item, 'reportedAt') === undefined && Date.parse(textOf(item, 'expires') ?? '') <= now.getTime(),
    );
    const taken: Exemption[] = [];
    for (const item of expired) {
      const mine = await this.table.update(key(textOf(item, 'sk') ?? ''), {
        ConditionExpression: 'attribute_not_exists(reportedAt)',
        UpdateExpression: 'SET reportedAt = :now',
        ExpressionAttributeValues: { ':now': S(now.toISOString()) },
      });
      if (mine !== undefined) taken.push(exemption(mine));
    }
    return taken;
  }
}

function key(id: string): Key {
  return { pk: PARTITION, sk: id };
}

function exemption(item: Item): Exemption {
  const text = (name: string) => textOf(item, name) ?? '';
  return {
    id: text('sk'),
    remediation: text('remediation'),
    scope: text('scope') as Exemption['scope'],
    target: text('target'),
    account: text('account'),
    owner: text('owner'),
    reason: text('reason'),
    expires: text('expires'),
    createdAt: text('createdAt'),
    createdBy: text('createdBy'),
  };
}
