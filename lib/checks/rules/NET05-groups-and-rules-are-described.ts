import { flatten } from '../../private/template-values';
import { describe, egressRules, type IngressRule, ingressRules, SECURITY_GROUP } from '../ingress';
import { type CheckContext, type Finding, type Properties, type Rule, unless, unverified, type Verdict } from '../rule';
import { isAbsent, knownValue, piecesOf } from '../values';

/** Where a rule leads to or from: it has one of these. */
const PEERS = [
  'CidrIp',
  'CidrIpv6',
  'SourcePrefixListId',
  'SourceSecurityGroupId',
  'SourceSecurityGroupName',
  'DestinationPrefixListId',
  'DestinationSecurityGroupId',
] as const;

export const rule: Rule = {
  id: 'NET05',
  title: 'Security groups and their rules say what they are for',
  severity: 'WARN',
  resourceTypes: [SECURITY_GROUP, 'AWS::EC2::SecurityGroupIngress', 'AWS::EC2::SecurityGroupEgress'],
  controls: ['BW.15'],
  rationale:
    'A rule whose purpose nobody wrote down is never removed: whoever reviews it cannot tell whether something still needs it.',
  whenNotToUse:
    'Groups that another tool writes, whose rules it describes elsewhere. Texts that the CDK makes up count as a description: they name the peer, not the purpose.',
  check(resource, context) {
    const { type, properties } = resource;
    if (type !== SECURITY_GROUP) {
      const isIngress = type === 'AWS::EC2::SecurityGroupIngress';
      return ruleFindings({ properties, path: '' }, isIngress ? 'from' : 'to', context);
    }
    return [
      ...unless(isDescribed(properties.GroupDescription, context), {
        subject: 'group',
        message: 'GroupDescription must say what the group is for.',
        property: 'GroupDescription',
      }),
      ...ingressRules(resource).flatMap((ingress) => ruleFindings(ingress, 'from', context)),
      ...egressRules(resource).flatMap((egress) => ruleFindings(egress, 'to', context)),
    ];
  },
};

function ruleFindings({ properties, path }: IngressRule, way: 'from' | 'to', context: CheckContext): Finding[] {
  if (properties === undefined) return [unverified(path)];
  const subject = `${describe(properties)} ${way} ${peerOf(properties)}`;
  return unless(isDescribed(properties.Description, context), {
    subject,
    message: `Description of the rule ${subject} must say what it is for.`,
    property: `${path}Description`,
  });
}

/** A text that refers to something, beside words of its own or to what is known, is there all the same. */
function isDescribed(description: unknown, context: CheckContext): Verdict {
  if (isAbsent(description)) return false;
  if (piecesOf(description).some((piece) => typeof piece === 'string' && piece.trim() !== '')) return true;
  const { kind } = knownValue(description, context);
  return kind === 'literal' ? false : kind === 'reference' || undefined;
}

function peerOf(rule: Properties): string {
  return flatten(PEERS.map((name) => rule[name]).find((peer) => !isAbsent(peer)) ?? 'nowhere');
}
