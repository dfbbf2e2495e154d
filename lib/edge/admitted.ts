import { aws_ec2 as ec2, Reference, Stack, Tokenization } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { isRecord, listOf, textOf } from '../private/template-values';

/** A rule of a security group, as far as this app tells. */
export interface Admitted {
  /** Where the connections come from: a CIDR, or the id of a prefix list or another group. */
  readonly source: string;
  readonly kind: 'cidr' | 'prefix list' | 'group' | 'unknown';
}

/** Everybody, in both families. */
const EVERYBODY = ['0.0.0.0/0', '::/0'];

/** How a rule says where connections come from. */
const SOURCES = {
  cidrIp: 'cidr',
  cidrIpv6: 'cidr',
  sourcePrefixListId: 'prefix list',
  sourceSecurityGroupId: 'group',
  sourceSecurityGroupName: 'group',
} as const;

/** What the groups admit, whoever added the rule in this app, and wherever. Ask when all constructs are there. */
export function admittedBy(groups: readonly ec2.ISecurityGroup[], app: IConstruct): Admitted[] {
  const wanted = new Set(groups.map(({ securityGroupId }) => identityOf(securityGroupId)));
  return app.node.findAll().flatMap((one) => {
    if (one instanceof ec2.CfnSecurityGroup) {
      return wanted.has(one) ? listOf(Stack.of(one).resolve(one.securityGroupIngress)).map(sourceOf) : [];
    }
    if (!(one instanceof ec2.CfnSecurityGroupIngress) || !wanted.has(identityOf(one.groupId))) return [];
    const { cidrIp, cidrIpv6, sourcePrefixListId, sourceSecurityGroupId, sourceSecurityGroupName } = one;
    const given = { cidrIp, cidrIpv6, sourcePrefixListId, sourceSecurityGroupId, sourceSecurityGroupName };
    return [sourceOf(Stack.of(one).resolve(given))];
  });
}

/** Whether a rule admits everybody of a family. */
export function isEverybody({ kind, source }: Admitted): boolean {
  return kind === 'cidr' && EVERYBODY.includes(source);
}

function sourceOf(rule: unknown): Admitted {
  for (const [name, kind] of Object.entries(SOURCES)) {
    const value = isRecord(rule) ? rule[name] : undefined;
    if (value !== undefined) return { kind, source: textOf(value) ?? JSON.stringify(value) };
  }
  return { kind: 'unknown', source: JSON.stringify(rule) };
}

/** The group that an id stands for: itself where this app makes it, else the id. */
function identityOf(id: string | undefined): unknown {
  const token = Tokenization.reverse(id, { failConcat: false });
  return Reference.isReference(token) ? token.target : id;
}
