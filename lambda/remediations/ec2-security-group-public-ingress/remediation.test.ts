import type { SecurityGroupRule } from '@aws-sdk/client-ec2';
import { answering, awsError, signalOf } from '../../../test/support/remediation';
import { create } from './remediation';
import { spec } from './spec';

const resource = { names: { group: 'sg-0123456789abcdef0' } };

function rule(change: SecurityGroupRule): SecurityGroupRule {
  return { SecurityGroupRuleId: 'sgr-1', IsEgress: false, IpProtocol: 'tcp', FromPort: 22, ToPort: 22, ...change };
}

async function offending(rules: SecurityGroupRule[], edge = false): Promise<SecurityGroupRule[]> {
  const { client } = answering({
    DescribeSecurityGroups: { SecurityGroups: [{ Tags: edge ? [{ Key: 'bulwark:tier', Value: 'edge' }] : [] }] },
    DescribeSecurityGroupRules: { SecurityGroupRules: rules },
  });
  const verdict = await create().inspect(resource, client);
  return verdict.compliant ? [] : verdict.drift.before;
}

describe('ec2-security-group-public-ingress', () => {
  test.each(['match-authorize', 'match-authorize-by-name', 'match-modify-rules'])('finds the group in %s', (name) => {
    expect(create().locate(signalOf(spec.id, name))).toEqual([resource]);
  });

  test.each([
    ['SSH to everyone', { CidrIpv4: '0.0.0.0/0' }],
    ['the lower half of IPv4', { CidrIpv4: '0.0.0.0/1' }],
    ['the upper half of IPv4', { CidrIpv4: '128.0.0.0/1' }],
    ['SSH to everyone on IPv6', { CidrIpv6: '::/0' }],
    ['half of IPv6', { CidrIpv6: '8000::/1' }],
    ['all protocols', { IpProtocol: '-1', FromPort: -1, ToPort: -1, CidrIpv4: '0.0.0.0/0' }],
    ['443 outside the edge', { FromPort: 443, ToPort: 443, CidrIpv4: '0.0.0.0/0' }],
  ])('%s is drift', async (_, change) => {
    expect(await offending([rule(change)])).toHaveLength(1);
  });

  test.each([
    ['a private range', { CidrIpv4: '10.0.0.0/8' }],
    ['another group', { ReferencedGroupInfo: { GroupId: 'sg-0fedcba9876543210' } }],
    ['a rule of the way out', { IsEgress: true, CidrIpv4: '0.0.0.0/0' }],
    ['path MTU discovery', { IpProtocol: 'icmp', FromPort: 3, ToPort: 4, CidrIpv4: '0.0.0.0/0' }],
  ])('%s is not drift', async (_, change) => {
    expect(await offending([rule(change)])).toEqual([]);
  });

  test.each([
    ['443', { FromPort: 443, ToPort: 443 }, 0],
    ['80', { FromPort: 80, ToPort: 80 }, 0],
    ['80 to 443', { FromPort: 80, ToPort: 443 }, 1],
    ['22', { FromPort: 22, ToPort: 22 }, 1],
  ])('on an edge group, %s to everyone gives %#', async (_, change, expected) => {
    expect(await offending([rule({ ...change, CidrIpv4: '0.0.0.0/0' })], true)).toHaveLength(expected);
  });

  test('revokes the offending rules by id and no other', async () => {
    const bad = rule({ SecurityGroupRuleId: 'sgr-bad', CidrIpv4: '0.0.0.0/0' });
    const good = rule({ SecurityGroupRuleId: 'sgr-good', CidrIpv4: '10.0.0.0/16' });
    expect(await offending([good, bad])).toEqual([bad]);
    const { client, sent } = answering({ RevokeSecurityGroupIngress: {} });
    await create().apply(resource, { before: [bad], after: [] }, client);
    expect(sent).toEqual([
      {
        operation: 'RevokeSecurityGroupIngress',
        input: { GroupId: 'sg-0123456789abcdef0', SecurityGroupRuleIds: ['sgr-bad'] },
      },
    ]);
  });

  test('takes a rule that another run has revoked for done', async () => {
    const { client } = answering({ RevokeSecurityGroupIngress: awsError('InvalidSecurityGroupRuleId.NotFound') });
    await expect(create().apply(resource, { before: [rule({})], after: [] }, client)).resolves.toBeUndefined();
  });

  test('leaves a group alone that is gone', async () => {
    const { client } = answering({ DescribeSecurityGroups: awsError('InvalidGroup.NotFound') });
    expect(await create().inspect(resource, client)).toMatchObject({ compliant: true });
  });
});
