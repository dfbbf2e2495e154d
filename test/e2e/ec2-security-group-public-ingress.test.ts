import {
  AuthorizeSecurityGroupIngressCommand,
  CreateManagedPrefixListCommand,
  CreateSecurityGroupCommand,
  CreateVpcCommand,
  DescribeSecurityGroupRulesCommand,
  EC2Client,
  type IpPermission,
  ModifySecurityGroupRulesCommand,
  type SecurityGroupRule,
} from '@aws-sdk/client-ec2';
import { spec } from '../../lambda/remediations/ec2-security-group-public-ingress/spec';
import {
  act,
  callsSince,
  eventually,
  handAgain,
  looksAmong,
  repairsAmong,
  reportsOf,
  sandbox,
  unique,
} from './deployed';

interface Group {
  readonly ec2: EC2Client;
  readonly id: string;
  readonly vpcId: string;
}

/** In a VPC of its own, or that of another group. */
async function group({
  edge = false,
  region = 'eu-central-1',
  beside = undefined as Group | undefined,
} = {}): Promise<Group> {
  const ec2 = sandbox.client(EC2Client, region);
  const made = beside ? undefined : await ec2.send(new CreateVpcCommand({ CidrBlock: '10.20.0.0/16' }));
  const vpcId = beside?.vpcId ?? (made?.Vpc?.VpcId as string);
  const { GroupId } = await ec2.send(
    new CreateSecurityGroupCommand({
      GroupName: unique('e2e-group'),
      Description: 'Made by a test',
      VpcId: vpcId,
      ...(edge
        ? { TagSpecifications: [{ ResourceType: 'security-group', Tags: [{ Key: 'bulwark:tier', Value: 'edge' }] }] }
        : {}),
    }),
  );
  return { ec2, id: GroupId as string, vpcId };
}

function open({ ec2, id }: Group, ...permissions: IpPermission[]) {
  return act('AuthorizeSecurityGroupIngress', spec.id, () =>
    ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: id, IpPermissions: permissions })),
  );
}

async function rulesOf({ ec2, id }: Group): Promise<SecurityGroupRule[]> {
  const { SecurityGroupRules = [] } = await ec2.send(
    new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: [id] }] }),
  );
  return SecurityGroupRules.sort((a, b) => String(a.SecurityGroupRuleId).localeCompare(String(b.SecurityGroupRuleId)));
}

function tcp(port: number, ...cidrs: string[]): IpPermission {
  return { IpProtocol: 'tcp', FromPort: port, ToPort: port, IpRanges: cidrs.map((CidrIp) => ({ CidrIp })) };
}

describe('a security group that is opened', () => {
  test('loses the public rule, once, and keeps every other to the letter', async () => {
    const target = await group();
    const other = await group({ beside: target });
    await open(
      target,
      {
        IpProtocol: 'tcp',
        FromPort: 22,
        ToPort: 22,
        IpRanges: [{ CidrIp: '10.0.0.0/8', Description: 'the office, by VPN' }],
      },
      { IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432, UserIdGroupPairs: [{ GroupId: other.id }] },
      { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, Ipv6Ranges: [{ CidrIpv6: '2001:db8::/48' }] },
    );
    const before = await rulesOf(target);
    expect(before.length).toBeGreaterThanOrEqual(4);

    const { event, reports, calls } = await open(target, tcp(22, '0.0.0.0/0'));
    expect(reports.map((report) => [report.remediation, report.outcome])).toEqual([
      ['ec2-security-group-public-ingress', 'REMEDIATED'],
    ]);
    expect(await rulesOf(target)).toEqual(before);
    expect(repairsAmong(calls).map((call) => call.operation)).toEqual(['RevokeSecurityGroupIngress']);

    // A repair looks twice; the remediation of default groups asks once whether this is one.
    expect(looksAmong(calls, spec).length).toBeLessThanOrEqual(2 * spec.calls.read + 1);

    const again = await handAgain(event);
    expect(again.failures).toBe(0);
    expect(repairsAmong(again.calls)).toEqual([]);
  });

  test.each<[string, IpPermission]>([
    ['in two halves', tcp(3389, '0.0.0.0/1', '128.0.0.0/1')],
    ['to all of IPv6', { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, Ipv6Ranges: [{ CidrIpv6: '::/0' }] }],
    ['for all protocols', { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
  ])('%s is closed again', async (_, permission) => {
    const target = await group();
    const before = await rulesOf(target);
    const { reports } = await open(target, permission);
    expect(reports[0]?.outcome).toBe('REMEDIATED');
    expect(await rulesOf(target)).toEqual(before);
  });

  test('by a prefix list that holds the public is closed again; by a private list it is not', async () => {
    const target = await group();
    const list = async (Cidr: string): Promise<string> => {
      const { PrefixList } = await target.ec2.send(
        new CreateManagedPrefixListCommand({
          PrefixListName: unique('e2e-list'),
          AddressFamily: 'IPv4',
          MaxEntries: 2,
          Entries: [{ Cidr: '10.9.0.0/16' }, { Cidr }],
        }),
      );
      return PrefixList?.PrefixListId as string;
    };
    const by = async (PrefixListId: string): Promise<IpPermission> => ({
      IpProtocol: 'tcp',
      FromPort: 22,
      ToPort: 22,
      PrefixListIds: [{ PrefixListId }],
    });
    const fine = await open(target, await by(await list('10.8.0.0/16')));
    expect(fine.reports[0]?.outcome).toBe('COMPLIANT');
    const before = await rulesOf(target);
    const open0 = await open(target, await by(await list('0.0.0.0/1')));
    expect(open0.reports[0]?.outcome).toBe('REMEDIATED');
    expect(await rulesOf(target)).toEqual(before);
  });

  test('by modifying a rule is closed again', async () => {
    const target = await group();
    await open(target, tcp(22, '10.0.0.0/8'));
    const rule = (await rulesOf(target)).find((each) => !each.IsEgress);
    const { reports } = await act('ModifySecurityGroupRules', spec.id, () =>
      target.ec2.send(
        new ModifySecurityGroupRulesCommand({
          GroupId: target.id,
          SecurityGroupRules: [
            {
              SecurityGroupRuleId: rule?.SecurityGroupRuleId,
              SecurityGroupRule: { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIpv4: '0.0.0.0/0' },
            },
          ],
        }),
      ),
    );
    expect(reports[0]?.outcome).toBe('REMEDIATED');
    expect((await rulesOf(target)).filter((each) => !each.IsEgress)).toEqual([]);
  });

  test('in another Region is closed there', async () => {
    const target = await group({ region: 'us-east-1' });
    const before = await rulesOf(target);
    const { reports, calls } = await open(target, tcp(22, '0.0.0.0/0'));
    expect(reports[0]).toMatchObject({ outcome: 'REMEDIATED', region: 'us-east-1' });
    expect(repairsAmong(calls).map((call) => call.region)).toEqual(['us-east-1']);
    expect(await rulesOf(target)).toEqual(before);
  });
});

describe('rules added in one go', () => {
  test('are revoked, whichever run comes first, and no signal fails', async () => {
    const target = await group();
    const before = await rulesOf(target);
    const { next } = await sandbox.calls(Number.MAX_SAFE_INTEGER);
    const ports = [22, 3389, 5432];
    await Promise.all(
      ports.map((port) =>
        target.ec2.send(
          new AuthorizeSecurityGroupIngressCommand({ GroupId: target.id, IpPermissions: [tcp(port, '0.0.0.0/0')] }),
        ),
      ),
    );
    const ids = (await callsSince(next)).filter((call) => call.operation === 'AuthorizeSecurityGroupIngress');
    expect(ids).toHaveLength(ports.length);
    for (const { eventId } of ids) {
      const [report] = await eventually(`a decision on ${eventId}`, async () => {
        const found = (await reportsOf(String(eventId))).filter(({ remediation }) => remediation === spec.id);
        return found.length > 0 ? found : undefined;
      });
      expect(['REMEDIATED', 'COMPLIANT']).toContain(report?.outcome);
    }
    expect(await rulesOf(target)).toEqual(before);
  });
});

describe('a look-alike', () => {
  test('that opens 443 to the world on an edge group is left alone', async () => {
    const target = await group({ edge: true });
    const { reports, calls } = await open(target, tcp(443, '0.0.0.0/0'), tcp(80, '0.0.0.0/0'));
    expect(reports.map((report) => report.outcome)).toEqual(['COMPLIANT']);
    expect(repairsAmong(calls)).toEqual([]);
    expect((await rulesOf(target)).filter((each) => !each.IsEgress)).toHaveLength(2);
  });
});
