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
import { DeleteDetectorCommand, GuardDutyClient } from '@aws-sdk/client-guardduty';
import { DeleteRolePolicyCommand, GetRolePolicyCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  GetPublicAccessBlockCommand,
  PutBucketPolicyCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { doorRole, type RoleName, readRole, repairRole, roleArn, undoRole } from '../../lambda/runtime/deployment/spec';
import { sessionPolicy } from '../../lambda/runtime/policy';
import type { Names, Phase, RemediationSpec } from '../../lambda/runtime/spec';
import type { Report } from '../../lambda/runtime/report';
import { settled } from '../../sandbox/runner/watch';
import { REMEDIATIONS } from '../../lib/response/remediations.generated';
import { callsSince, controlToken, eventually, forgetRepairs, order, reportsOf, sandbox, unique } from './deployed';
import { attack, driftOf, type UnitCase } from './case';
import { UNITS } from './units';

const s3 = sandbox.client(S3Client);
const ec2 = sandbox.client(EC2Client);
const cloudtrail = sandbox.client(CloudTrailClient);
const iam = sandbox.client(IAMClient);
const guardduty = sandbox.client(GuardDutyClient);
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

async function open(GroupId: string, source: Partial<IpPermission>): Promise<void> {
  const permission = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, ...source };
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [permission] }));
}

function refusalOfHttp(name: string): string {
  const Resource = [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/*`];
  const Condition = { Bool: { 'aws:SecureTransport': 'false' } };
  const Statement = [{ Sid: 'TlsOnly', Effect: 'Deny', Principal: '*', Action: 's3:*', Resource, Condition }];
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

/** One way to make a remediation work, and what it needs for that. */
interface Attack {
  readonly unit: UnitCase<unknown>;
  /** Each of these is needed to repair what the attack did. */
  readonly needs: readonly string[];
  /** Each of these is needed to take the repair back. */
  readonly undoNeeds?: readonly string[];
}

const actionsOf = (id: string, ...phases: readonly Phase[]): string[] => [
  ...new Set(
    phases.flatMap((phase) =>
      (specOf(id).permissions[phase] ?? []).flatMap(({ actions }) => actions as readonly string[]),
    ),
  ),
];

function specOf(id: string): RemediationSpec {
  return REMEDIATIONS.find((each) => each.id === id) as RemediationSpec;
}

function unitOf(id: string, change: Partial<UnitCase<unknown>> = {}): UnitCase<unknown> {
  return { ...(UNITS.find((each) => each.id === id) as unknown as UnitCase<unknown>), ...change };
}

/** Needs of an attack by its remediation's whole list, but for what the attacks beside it need. */
function whole(id: string, ...but: readonly string[]): Attack {
  const without = (actions: readonly string[]) => actions.filter((action) => !but.includes(action));
  return {
    unit: unitOf(id),
    needs: without(actionsOf(id, 'read', 'write')),
    undoNeeds: without(actionsOf(id, 'undo')),
  };
}

const PREFIX_LISTS = 'ec2:GetManagedPrefixListEntries';

/** Rules with tags need a right of their own to come back, which the emulator does not ask for. */
const NOT_JUDGED = ['ec2:CreateTags', 'iam:CreateServiceLinkedRole'];

const SPECIAL: readonly Attack[] = [
  // A policy that was not there before is deleted when it is taken back.
  whole('s3-bucket-tls-only', 's3:DeleteBucketPolicy'),
  {
    unit: unitOf('s3-bucket-tls-only', {
      make: async () => {
        const name = await bucket();
        await s3.send(new PutBucketPolicyCommand({ Bucket: name, Policy: refusalOfHttp(name) }));
        return name;
      },
      operation: 'DeleteBucketPolicy',
      drift: (name) => s3.send(new DeleteBucketPolicyCommand({ Bucket: name as string })),
    }),
    needs: [],
    undoNeeds: ['s3:DeleteBucketPolicy'],
  },
  whole('ec2-security-group-public-ingress', PREFIX_LISTS, ...NOT_JUDGED),
  {
    unit: unitOf('ec2-security-group-public-ingress', {
      drift: async (group) => {
        const Entries = [{ Cidr: '0.0.0.0/1' }];
        const list = { PrefixListName: unique('e2e'), AddressFamily: 'IPv4', MaxEntries: 1, Entries };
        const { PrefixList } = await ec2.send(new CreateManagedPrefixListCommand(list));
        await open(group as string, { PrefixListIds: [{ PrefixListId: PrefixList?.PrefixListId }] });
      },
    }),
    needs: [PREFIX_LISTS],
  },
  whole('ec2-default-security-group', ...NOT_JUDGED),
  whole('guardduty-detector-weakened', 'guardduty:CreateDetector', ...NOT_JUDGED),
  {
    unit: unitOf('guardduty-detector-weakened', {
      operation: 'DeleteDetector',
      drift: (DetectorId) => guardduty.send(new DeleteDetectorCommand({ DetectorId: DetectorId as string })),
    }),
    needs: ['guardduty:CreateDetector'],
  },
  {
    unit: unitOf('cloudtrail-trail-weakened', {
      operation: 'StopLogging',
      drift: () => cloudtrail.send(new StopLoggingCommand({ Name: TRAIL })),
    }),
    needs: ['cloudtrail:GetTrailStatus', 'cloudtrail:StartLogging'],
  },
  {
    unit: unitOf('cloudtrail-trail-weakened', {
      drift: () =>
        cloudtrail.send(
          new UpdateTrailCommand({ Name: TRAIL, CloudWatchLogsLogGroupArn: '', CloudWatchLogsRoleArn: '' }),
        ),
    }),
    needs: ['cloudtrail:GetTrail', 'cloudtrail:UpdateTrail', 'iam:PassRole'],
  },
  {
    unit: unitOf('cloudtrail-trail-weakened', {
      operation: 'PutEventSelectors',
      drift: () =>
        cloudtrail.send(
          new PutEventSelectorsCommand({ TrailName: TRAIL, EventSelectors: [{ ReadWriteType: 'ReadOnly' }] }),
        ),
    }),
    needs: ['cloudtrail:GetEventSelectors', 'cloudtrail:PutEventSelectors'],
  },
];

/** What is said above, and for every other remediation its own case with all that it declares. */
const ATTACKS = [
  ...SPECIAL,
  ...REMEDIATIONS.filter(({ id }) => !SPECIAL.some(({ unit }) => unit.id === id)).map(({ id }) => whole(id)),
];

const repairs = ATTACKS.flatMap(({ unit, needs }) => needs.map((action) => ({ unit, action, id: unit.id })));
const undos = ATTACKS.flatMap(({ unit, undoNeeds = [] }) => undoNeeds.map((action) => ({ unit, action, id: unit.id })));

test('the attacks below need every permission that is declared', () => {
  for (const { id } of REMEDIATIONS) {
    const own = ATTACKS.filter(({ unit }) => unit.id === id);
    const needed = own.flatMap(({ needs, undoNeeds = [] }) => [
      ...needs,
      ...undoNeeds.map((action) => `undo ${action}`),
    ]);
    const declared = [
      ...actionsOf(id, 'read', 'write'),
      ...actionsOf(id, 'undo').map((action) => `undo ${action}`),
    ].filter((action) => !NOT_JUDGED.some((each) => action.endsWith(each)));
    expect({ id, needed: [...new Set(needed)].sort() }).toEqual({ id, needed: declared.sort() });
  }
});

beforeEach(forgetRepairs);

describe.each(repairs)('without $action, $id', ({ unit, action }) => {
  const spec = specOf(unit.id);

  test('cannot repair, and does when it is given back', async () => {
    const target = await unit.make();
    await settled(sandbox);
    // Where the repair waits for a person, it is the approval that needs what writes.
    const isRead = actionsOf(unit.id, 'read').includes(action);
    const plan = spec.disruptive && !isRead ? (await attack(unit, target)).reports[0] : undefined;
    const holder = isRead ? readRole('main') : repairRole('main', spec.id, spec.disruptive);
    let signalId = '';
    let answer: Promise<Report> | undefined;
    await withoutAction(holder, isRead ? 'read' : 'write', action, async () => {
      if (plan === undefined) signalId = await driftOf(unit, target);
      else answer = approve(plan);
    });
    // The queue hands the signal out again, and nothing was lost.
    if (answer !== undefined) {
      expect((await answer).outcome).toBe('REMEDIATED');
      return;
    }
    const wanted = spec.disruptive ? 'PROPOSED' : 'REMEDIATED';
    const repaired = await eventually(`the repair by ${spec.id}`, async () =>
      (await reportsOf(signalId)).find((report) => report.remediation === spec.id && report.outcome === wanted),
    );
    expect(repaired.resourceArn).toBe(unit.arn(target));
    if (spec.disruptive) await unit.secure(target);
  });
});

describe.each(undos)('without $action, the undo of $id', ({ unit, action }) => {
  const spec = specOf(unit.id);

  test('cannot take back, and does when it is given back', async () => {
    const target = await unit.make();
    await settled(sandbox);
    const { reports } = await attack(unit, target);
    const [report] = reports;
    const runId = spec.disruptive ? (await approve(report)).runId : (report?.runId as string);
    let answer: Promise<Report> | undefined;
    await withoutAction(undoRole('main', spec.id), 'write', action, async () => {
      answer = order('orders', { order: 'undo', runId, reason: 'a test' });
    });
    const undone = await answer;
    expect(undone).toMatchObject({ outcome: 'EXEMPT', resourceArn: unit.arn(target) });
    await order('orders', { order: 'revoke', exemptionId: undone?.exemptionId as string });
    await unit.secure(target);
  });
});

function approve(report: Report | undefined): Promise<Report> {
  return order('approvals', { order: 'approve', planId: report?.planId ?? '', hash: report?.planHash ?? '' });
}

/** Takes an action from a role, does something that needs it, sees it denied, and gives it back. */
async function withoutAction(
  role: RoleName,
  PolicyName: string,
  action: string,
  doIt: () => Promise<void>,
): Promise<void> {
  const policy = { RoleName: role.name, PolicyName };
  const original = decodeURIComponent((await iam.send(new GetRolePolicyCommand(policy))).PolicyDocument as string);
  const { next } = await sandbox.calls(Number.MAX_SAFE_INTEGER);
  await putWithout(policy, original, action);
  try {
    await doIt();
    const denied = await eventually(`a denial of ${action}`, async () =>
      (await callsSince(next)).find((call) => call.decision === 'denied' && call.actions.includes(action)),
    );
    expect(denied).toMatchObject({ status: 403, roleArn: roleArn('aws', '123456789012', role) });
  } finally {
    await iam.send(new PutRolePolicyCommand({ ...policy, PolicyDocument: original }));
  }
}

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
