import {
  CloudTrailClient,
  GetTrailCommand,
  PutEventSelectorsCommand,
  StartLoggingCommand,
  StopLoggingCommand,
  UpdateTrailCommand,
} from '@aws-sdk/client-cloudtrail';
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateManagedPrefixListCommand,
  CreateSecurityGroupCommand,
  CreateVpcCommand,
  EC2Client,
  type IpPermission,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import { DeleteRolePolicyCommand, GetRolePolicyCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  GetPublicAccessBlockCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { doorRole, readRole, repairRole, roleArn } from '../../lambda/runtime/deployment/spec';
import { sessionPolicy } from '../../lambda/runtime/policy';
import type { Names, RemediationSpec } from '../../lambda/runtime/spec';
import { REMEDIATIONS } from '../../lib/response/remediations.generated';
import { callsSince, controlToken, eventually, reportsOf, sandbox, unique } from './deployed';

const s3 = sandbox.client(S3Client);
const ec2 = sandbox.client(EC2Client);
const cloudtrail = sandbox.client(CloudTrailClient);
const iam = sandbox.client(IAMClient);
const TRAIL = 'bulwark-main';
const RESPONDER = roleArn('aws', '123456789012', doorRole('main', 'responder'));

async function bucket(): Promise<string> {
  const Bucket = unique('e2e-privilege');
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' } }));
  return Bucket;
}

async function group(): Promise<string> {
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.30.0.0/16' }));
  const made = await ec2.send(
    new CreateSecurityGroupCommand({ GroupName: unique('e2e'), Description: 'Made by a test', VpcId: Vpc?.VpcId }),
  );
  return made.GroupId as string;
}

async function open(source: () => Promise<Partial<IpPermission>>): Promise<void> {
  const GroupId = await group();
  const permission = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, ...(await source()) };
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [permission] }));
}

interface Attack {
  readonly operation: string;
  /** Each of these is needed to repair what the attack did. */
  readonly needs: readonly string[];
  readonly doIt: () => Promise<unknown>;
}

const ATTACKS: Record<string, readonly Attack[]> = {
  's3-bucket-public-access': [
    {
      operation: 'DeletePublicAccessBlock',
      needs: ['s3:GetBucketPublicAccessBlock', 's3:PutBucketPublicAccessBlock'],
      doIt: async () => s3.send(new DeletePublicAccessBlockCommand({ Bucket: await bucket() })),
    },
  ],
  'ec2-security-group-public-ingress': [
    {
      operation: 'AuthorizeSecurityGroupIngress',
      needs: ['ec2:DescribeSecurityGroups', 'ec2:DescribeSecurityGroupRules', 'ec2:RevokeSecurityGroupIngress'],
      doIt: () => open(async () => ({ IpRanges: [{ CidrIp: '0.0.0.0/0' }] })),
    },
    {
      operation: 'AuthorizeSecurityGroupIngress',
      needs: ['ec2:GetManagedPrefixListEntries'],
      doIt: () =>
        open(async () => {
          const Entries = [{ Cidr: '0.0.0.0/1' }];
          const list = { PrefixListName: unique('e2e'), AddressFamily: 'IPv4', MaxEntries: 1, Entries };
          const { PrefixList } = await ec2.send(new CreateManagedPrefixListCommand(list));
          return { PrefixListIds: [{ PrefixListId: PrefixList?.PrefixListId }] };
        }),
    },
  ],
  'cloudtrail-trail-weakened': [
    {
      operation: 'StopLogging',
      needs: ['cloudtrail:GetTrailStatus', 'cloudtrail:StartLogging'],
      doIt: () => cloudtrail.send(new StopLoggingCommand({ Name: TRAIL })),
    },
    {
      operation: 'UpdateTrail',
      needs: ['cloudtrail:GetTrail', 'cloudtrail:UpdateTrail', 'iam:PassRole'],
      doIt: () =>
        cloudtrail.send(
          new UpdateTrailCommand({ Name: TRAIL, CloudWatchLogsLogGroupArn: '', CloudWatchLogsRoleArn: '' }),
        ),
    },
    {
      operation: 'PutEventSelectors',
      needs: ['cloudtrail:GetEventSelectors', 'cloudtrail:PutEventSelectors'],
      doIt: () =>
        cloudtrail.send(
          new PutEventSelectorsCommand({ TrailName: TRAIL, EventSelectors: [{ ReadWriteType: 'ReadOnly' }] }),
        ),
    },
  ],
};

const declared = (spec: RemediationSpec): string[] =>
  [...spec.permissions.read, ...spec.permissions.write].flatMap((permission) => [...permission.actions]);

const cases = REMEDIATIONS.flatMap((spec) =>
  (ATTACKS[spec.id] ?? []).flatMap((attack) => attack.needs.map((action) => ({ spec, attack, action, id: spec.id }))),
);

test('the attacks below need every permission that is declared', () => {
  for (const spec of REMEDIATIONS) {
    const needed = (ATTACKS[spec.id] ?? []).flatMap((attack) => attack.needs);
    expect({ id: spec.id, needed: [...needed].sort() }).toEqual({ id: spec.id, needed: declared(spec).sort() });
  }
});

describe.each(cases)('without $action, $id', ({ spec, attack, action }) => {
  const isRead = spec.permissions.read.some((permission) => permission.actions.includes(action));
  const role = isRead ? readRole('main') : repairRole('main', spec.id, spec.disruptive);
  const policy = { RoleName: role.name, PolicyName: isRead ? 'read' : 'write' };

  test('cannot repair, and does when it is given back', async () => {
    const original = decodeURIComponent((await iam.send(new GetRolePolicyCommand(policy))).PolicyDocument as string);
    const { next } = await sandbox.calls(Number.MAX_SAFE_INTEGER);
    await putWithout(policy, original, action);
    try {
      await attack.doIt();
      const denied = await eventually(`a denial of ${action}`, async () =>
        (await callsSince(next)).find((call) => call.decision === 'denied' && call.actions.includes(action)),
      );
      expect(denied).toMatchObject({ status: 403, roleArn: roleArn('aws', '123456789012', role) });
    } finally {
      await iam.send(new PutRolePolicyCommand({ ...policy, PolicyDocument: original }));
    }
    // The queue hands the signal out again, and nothing was lost.
    const calls = await callsSince(next);
    const eventId = calls.filter((call) => call.operation === attack.operation && !call.roleArn).at(-1)?.eventId;
    const repaired = await eventually(`the repair after ${attack.operation}`, async () => {
      const reports = await reportsOf(String(eventId));
      return reports.find((report) => report.outcome === 'REMEDIATED');
    });
    expect(repaired.remediation).toBe(spec.id);
  });
});

async function putWithout(
  policy: { RoleName: string; PolicyName: string },
  original: string,
  action: string,
): Promise<void> {
  const document = JSON.parse(original) as { Statement: Array<{ Action: string | string[] }> };
  const Statement = document.Statement.map((statement) => ({
    ...statement,
    Action: [statement.Action].flat().filter((each) => each !== action),
  })).filter((statement) => statement.Action.length > 0);
  expect(JSON.stringify(Statement)).not.toContain(`"${action}"`);
  if (Statement.length === 0) {
    await iam.send(new DeleteRolePolicyCommand(policy));
  } else {
    await iam.send(new PutRolePolicyCommand({ ...policy, PolicyDocument: JSON.stringify({ ...document, Statement }) }));
  }
}

describe('a write session', () => {
  /** A session as the responder takes it: its own role first, then the remediation's, narrowed. */
  async function session(id: string, names: Names) {
    const spec = REMEDIATIONS.find((each) => each.id === id) as RemediationSpec;
    const response = await fetch(`${sandbox.endpoint}/_bulwark/assume`, {
      method: 'POST',
      headers: { 'x-bulwark-token': controlToken, 'content-type': 'application/json' },
      body: JSON.stringify({ roleArn: RESPONDER, sessionName: 'e2e', service: 'lambda.amazonaws.com' }),
    });
    // The time of expiry comes as a text, which the SDK does not take; the session does not live that long.
    const { expiration, ...credentials } = (await response.json()) as {
      expiration: string;
      accessKeyId: string;
      secretAccessKey: string;
      sessionToken: string;
    };
    const sts = new STSClient({ region: 'eu-central-1', endpoint: sandbox.endpoint, credentials });
    const full = { partition: 'aws', account: '123456789012', region: 'eu-central-1', ...names };
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({
        RoleArn: roleArn('aws', '123456789012', repairRole('main', id, false)),
        RoleSessionName: 'e2e-session',
        Policy: JSON.stringify(sessionPolicy(spec, 'write', full)),
      }),
    );
    return {
      region: 'eu-central-1',
      endpoint: sandbox.endpoint,
      maxAttempts: 1,
      credentials: {
        accessKeyId: Credentials?.AccessKeyId as string,
        secretAccessKey: Credentials?.SecretAccessKey as string,
        sessionToken: Credentials?.SessionToken as string,
      },
    };
  }

  const refused = expect.objectContaining({ $metadata: expect.objectContaining({ httpStatusCode: 403 }) as unknown });

  test('of one bucket gets 403 on another', async () => {
    const [own, other] = [await bucket(), await bucket()];
    const client = new S3Client({
      ...(await session('s3-bucket-public-access', { bucket: own })),
      forcePathStyle: true,
    });
    const PublicAccessBlockConfiguration = { BlockPublicAcls: true };
    const put = (Bucket: string) =>
      client.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
    await expect(put(other)).rejects.toEqual(refused);
    await expect(put(own)).resolves.toBeDefined();
    // Even on its own bucket it can do nothing but that.
    await expect(client.send(new GetPublicAccessBlockCommand({ Bucket: own }))).rejects.toEqual(refused);
  });

  test('of one security group gets 403 on another', async () => {
    const [own, other] = [await group(), await group()];
    const client = new EC2Client(await session('ec2-security-group-public-ingress', { group: own }));
    const rule = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIp: '10.1.0.0/16' };
    for (const GroupId of [own, other]) await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, ...rule }));
    const revoke = (GroupId: string) => client.send(new RevokeSecurityGroupIngressCommand({ GroupId, ...rule }));
    await expect(revoke(other)).rejects.toEqual(refused);
    await expect(revoke(own)).resolves.toMatchObject({ Return: true });
  });

  test('of one trail gets 403 on another', async () => {
    const { Trail } = await cloudtrail.send(new GetTrailCommand({ Name: TRAIL }));
    const names = { trail: TRAIL, 'setting.deliveryRoleArn': Trail?.CloudWatchLogsRoleArn as string };
    const client = new CloudTrailClient(await session('cloudtrail-trail-weakened', names));
    const other = String(Trail?.TrailARN).replace(TRAIL, 'bulwark-main-other');
    await expect(client.send(new StartLoggingCommand({ Name: other }))).rejects.toEqual(refused);
    await expect(client.send(new StartLoggingCommand({ Name: Trail?.TrailARN }))).resolves.toBeDefined();
    await expect(client.send(new StopLoggingCommand({ Name: Trail?.TrailARN }))).rejects.toEqual(refused);
  });

  test('is given to nobody but the responder', async () => {
    const RoleArn = roleArn('aws', '123456789012', repairRole('main', 's3-bucket-public-access', false));
    const taken = sandbox.client(STSClient).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'e2e-operator' }));
    await expect(taken).rejects.toEqual(refused);
  });
});
