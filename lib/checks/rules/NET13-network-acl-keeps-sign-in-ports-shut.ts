import { flatten, textOf } from '../../private/template-values';
import { covers, isPublicRange, rangeOf } from '../ranges';
import {
  type CheckContext,
  type CheckedResource,
  every,
  type Finding,
  not,
  type Rule,
  some,
  unless,
  type Verdict,
} from '../rule';
import { folded, is, isAbsent, isNumber, isThereWith, isTrue, knownValue, valueAt } from '../values';

const ENTRY = 'AWS::EC2::NetworkAclEntry';

const SIGN_IN_PORTS = [22, 3389] as const;

/** Remote Desktop uses both, and the CIS benchmark names both for either port. */
const PROTOCOLS = ['6', '17'] as const;

const RANGES = ['CidrBlock', 'Ipv6CidrBlock'] as const;

/** Numbers that automatic blocks of single addresses take, which have to come before everything else. */
const LAST_RESERVED = 99;

export const rule: Rule = {
  id: 'NET13',
  title: 'Network ACL keeps the public from ports 22 and 3389, and numbers 1 to 99 free for blocks',
  severity: 'ERROR',
  resourceTypes: [ENTRY],
  controls: ['EC2.21'],
  techniques: ['AM03', 'AM13'],
  rationale:
    'The ACL is what still stops SSH and Remote Desktop when a group is opened by mistake. Rules are read by number and the first that fits decides, so an attacker can only be blocked by a number that is free below them.',
  whenNotToUse:
    'Replies to ephemeral ports from everywhere hold 3389: deny that port with a lower number rather than acknowledge. A denial in parts, or by another app, is not seen. Acknowledge the finding then.',
  check(entry, context) {
    return [
      ...unless(
        isNumber(entry.properties.RuleNumber, context, (number) => number > LAST_RESERVED),
        {
          subject: 'number',
          message: `RuleNumber must be above ${LAST_RESERVED}: the numbers below are for automatic blocks.`,
          property: 'RuleNumber',
        },
      ),
      ...RANGES.flatMap((property) => rangeFindings(property, entry, context)),
    ];
  },
};

function rangeFindings(property: string, entry: CheckedResource, context: CheckContext): Finding[] {
  const { [property]: given, RuleAction: action, Egress: egress } = entry.properties;
  if (isAbsent(given)) return [];
  const cidr = rangeOf(given, context);
  const admits = every([is(action, 'allow', context), not(isTrue(egress, context)), isPublicRange(given, context)]);
  if (admits === false) return [];
  return SIGN_IN_PORTS.flatMap((port) => {
    const shut = PROTOCOLS.map((protocol) =>
      some([
        not(every([admits, holds(entry, protocol, port)])),
        isDenied(entry, { protocol, port, property, cidr }, context),
      ]),
    );
    return unless(every(shut), {
      subject: `${port} from ${flatten(given)}`,
      message: `The rule lets ${flatten(given)} in on port ${port}, and no rule with a lower number denies it.`,
      property,
    });
  });
}

interface Traffic {
  readonly protocol: (typeof PROTOCOLS)[number];
  readonly port: number;
  readonly property: string;
  readonly cidr?: string | undefined;
}

/** Whether a rule of the same ACL that is read before denies the traffic, from every address concerned. */
function isDenied(entry: CheckedResource, { protocol, port, property, cidr }: Traffic, context: CheckContext): Verdict {
  return some(
    siblingsOf(entry, context).map((other) => {
      const there = context.from(other);
      const range = rangeOf(other.properties[property], there);
      return every([
        is(other.properties.RuleAction, 'deny', there),
        not(isTrue(other.properties.Egress, there)),
        isBefore(other, entry),
        holds(other, protocol, port),
        isAbsent(other.properties[property]) ? false : holdsAll(range, cidr),
        isThereWith(other, entry),
      ]);
    }),
  );
}

function holdsAll(range: string | undefined, cidr: string | undefined): Verdict {
  return range === undefined || cidr === undefined ? undefined : covers(range, cidr);
}

/** Whether a rule is about a port of a protocol. With all protocols EC2 does not look at ports. */
function holds({ properties }: CheckedResource, protocol: string, port: number): Verdict {
  const own = textOf(folded(properties.Protocol));
  if (own === undefined) return isAbsent(properties.Protocol) ? false : undefined;
  if (own === '-1') return true;
  if (own !== protocol) return false;
  if (isAbsent(properties.PortRange)) return true;
  const [from, to] = ['From', 'To'].map((end) => textOf(folded(valueAt(properties.PortRange, end))));
  if (from === undefined || to === undefined) return undefined;
  return Number(from) <= port && port <= Number(to);
}

function isBefore(one: CheckedResource, other: CheckedResource): Verdict {
  const [first, second] = [one, other].map(({ properties }) => textOf(folded(properties.RuleNumber)));
  return first === undefined || second === undefined ? undefined : Number(first) < Number(second);
}

/** Rules of an ACL that another app made are found by its id. */
function siblingsOf(
  { properties: { NetworkAclId: given } }: CheckedResource,
  context: CheckContext,
): readonly CheckedResource[] {
  const acl = context.resolve(given);
  if (acl !== undefined) return context.referring(acl, ENTRY, 'NetworkAclId');
  const isLiteral = knownValue(given, context).kind === 'literal';
  return context
    .all(ENTRY)
    .filter(
      (other) =>
        flatten(other.properties.NetworkAclId) === flatten(given) && (isLiteral || context.from(other) === context),
    );
}
