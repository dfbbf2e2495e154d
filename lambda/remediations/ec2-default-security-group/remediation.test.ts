import type { SecurityGroupRule } from '@aws-sdk/client-ec2';
import { answering, awsError, findingOf, signalOf } from '../../../test/support/remediation';
import { locatedBy } from '../../runtime/match';
import { create } from './remediation';
import { spec } from './spec';

const remediator = create();
const place = { account: '123456789012', region: 'eu-central-1', partition: 'aws' };
const GroupId = 'sg-0123456789abcdef0';
const resource = { names: { group: GroupId } };

/** The rules that EC2 gives to a default group. */
const INWARD: SecurityGroupRule = {
  SecurityGroupRuleId: 'sgr-2',
  GroupId,
  IsEgress: false,
  IpProtocol: '-1',
  FromPort: -1,
  ToPort: -1,
  ReferencedGroupInfo: { GroupId, UserId: '123456789012' },
};
const OUTWARD: SecurityGroupRule = {
  SecurityGroupRuleId: 'sgr-1',
  GroupId,
  IsEgress: true,
  IpProtocol: '-1',
  FromPort: -1,
  ToPort: -1,
  CidrIpv4: '0.0.0.0/0',
};

function group(name: string, rules: SecurityGroupRule[]) {
  return answering({
    DescribeSecurityGroups: { SecurityGroups: [{ GroupId, GroupName: name }] },
    DescribeSecurityGroupRules: { SecurityGroupRules: rules },
  });
}

describe('ec2-default-security-group', () => {
  test.each(['match-authorize-ingress', 'match-authorize-by-name', 'match-authorize-egress', 'match-modify-rules'])(
    'finds the group in %s',
    (name) => {
      expect(remediator.locate(signalOf(spec.id, name))).toEqual([resource]);
    },
  );

  test('miss-malformed-group names none', () => {
    expect(remediator.locate(signalOf(spec.id, 'miss-malformed-group'))).toEqual([]);
  });

  test.each(['match-security-hub', 'match-config'])('finds the group in %s', (name) => {
    expect(locatedBy(spec, remediator, findingOf(spec.id, name))).toEqual([resource]);
  });

  test('a sweep lists the default groups only, page by page', async () => {
    const { client, sent } = answering({
      DescribeSecurityGroups: { SecurityGroups: [{ GroupId }], NextToken: 'more' },
    });
    expect(await remediator.list(client, place, 'token')).toEqual({ resources: [resource], next: 'more' });
    expect(sent).toEqual([
      {
        operation: 'DescribeSecurityGroups',
        input: { Filters: [{ Name: 'group-name', Values: ['default'] }], MaxResults: 200, NextToken: 'token' },
      },
    ]);
  });

  test('calls a default group without rules compliant', async () => {
    expect(await remediator.inspect(resource, group('default', []).client)).toEqual({ compliant: true });
  });

  test('reads no rules of any other group', async () => {
    const { client, sent } = group('web', [INWARD]);
    expect(await remediator.inspect(resource, client)).toEqual({
      compliant: true,
      reason: 'not the default group of a VPC',
    });
    expect(sent.map(({ operation }) => operation)).toEqual(['DescribeSecurityGroups']);
  });

  test.each([
    ['inward', [INWARD]],
    ['outward', [OUTWARD]],
  ])('one rule %s is drift', async (_, rules) => {
    const verdict = await remediator.inspect(resource, group('default', rules).client);
    expect(verdict).toEqual({ compliant: false, drift: { before: rules, after: [] } });
  });

  test('the drift does not depend on the order in which EC2 lists rules', async () => {
    const verdict = await remediator.inspect(resource, group('default', [INWARD, OUTWARD]).client);
    expect(verdict).toMatchObject({ drift: { before: [OUTWARD, INWARD] } });
  });

  test('leaves a group alone that is gone', async () => {
    const { client } = answering({ DescribeSecurityGroups: awsError('InvalidGroup.NotFound') });
    expect(await remediator.inspect(resource, client)).toEqual({
      compliant: true,
      reason: 'the security group is gone',
    });
  });

  test('revokes each rule by id, inward and outward', async () => {
    const { client, sent } = answering({ RevokeSecurityGroupIngress: {}, RevokeSecurityGroupEgress: {} });
    await remediator.apply(resource, { before: [OUTWARD, INWARD], after: [] }, client);
    expect(sent).toEqual([
      { operation: 'RevokeSecurityGroupIngress', input: { GroupId, SecurityGroupRuleIds: ['sgr-2'] } },
      { operation: 'RevokeSecurityGroupEgress', input: { GroupId, SecurityGroupRuleIds: ['sgr-1'] } },
    ]);
  });

  test('makes no call for a direction without rules', async () => {
    const { client, sent } = answering({ RevokeSecurityGroupEgress: {} });
    await remediator.apply(resource, { before: [OUTWARD], after: [] }, client);
    expect(sent).toHaveLength(1);
  });

  test('goes on after rules that are revoked already', async () => {
    const { client, sent } = answering({
      RevokeSecurityGroupIngress: awsError('InvalidSecurityGroupRuleId.NotFound'),
      RevokeSecurityGroupEgress: {},
    });
    await remediator.apply(resource, { before: [OUTWARD, INWARD], after: [] }, client);
    expect(sent).toHaveLength(2);
  });

  test('taking back adds each rule in its direction, with description and tags', async () => {
    const { client, sent } = answering({ AuthorizeSecurityGroupIngress: {}, AuthorizeSecurityGroupEgress: {} });
    const Tags = [{ Key: 'owner', Value: 'network' }];
    const before = [{ ...OUTWARD, Description: 'updates', Tags }, INWARD];
    await remediator.undo?.(resource, { before, after: [] }, { read: answering({}).client, write: client });
    expect(sent).toEqual([
      {
        operation: 'AuthorizeSecurityGroupEgress',
        input: {
          GroupId,
          IpPermissions: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0', Description: 'updates' }] }],
          TagSpecifications: [{ ResourceType: 'security-group-rule', Tags }],
        },
      },
      {
        operation: 'AuthorizeSecurityGroupIngress',
        input: {
          GroupId,
          IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId, UserId: '123456789012' }] }],
        },
      },
    ]);
  });

  test('taking back goes on after a rule that is there', async () => {
    const { client, sent } = answering({
      AuthorizeSecurityGroupIngress: awsError('InvalidPermission.Duplicate'),
      AuthorizeSecurityGroupEgress: {},
    });
    const change = { before: [INWARD, OUTWARD], after: [] };
    await remediator.undo?.(resource, change, { read: answering({}).client, write: client });
    expect(sent).toHaveLength(2);
  });

  test('rules that came back under new ids, in another order, are the same', () => {
    const again = [
      { ...INWARD, SecurityGroupRuleId: 'sgr-3', SecurityGroupRuleArn: 'arn:3' },
      { ...OUTWARD, SecurityGroupRuleId: 'sgr-4' },
    ];
    expect(remediator.comparable?.(again)).toEqual(remediator.comparable?.([OUTWARD, INWARD]));
    expect(remediator.comparable?.(again)).not.toEqual(remediator.comparable?.([OUTWARD]));
  });
});
