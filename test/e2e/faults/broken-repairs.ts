import {
  CloudTrailClient,
  GetEventSelectorsCommand,
  GetTrailCommand,
  GetTrailStatusCommand,
  PutEventSelectorsCommand,
  StopLoggingCommand,
  UpdateTrailCommand,
} from '@aws-sdk/client-cloudtrail';
import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateVpcCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import {
  DeleteDetectorCommand,
  GetDetectorCommand,
  GuardDutyClient,
  ListDetectorsCommand,
} from '@aws-sdk/client-guardduty';
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, ListAccessKeysCommand } from '@aws-sdk/client-iam';
import { AddPermissionCommand, GetPolicyCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetPublicAccessBlockCommand, GetBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import type { Door } from '../../../lambda/runtime/deployment/spec';
import { SCENARIOS, type Scenario, type Target } from '../../../sandbox/scenarios';
import { hubEvent } from './findings';
import type { Delivered, FunctionProcess } from './function-process';
import type { OwnSandbox } from './own-sandbox';
import { envelopeOf, messageOf, recordOf } from './signals';
import { attackerOf } from './specimens';

/** Something to repair, or to take back. */
export interface Work {
  readonly message: Delivered;
  /** Id of the signal or order, as reports name it. */
  readonly signalId: string;
  readonly arn: string;
  /** Words in the state before that differ from one to the next. */
  readonly names: readonly string[];
  /** Reads the resource. */
  state(): Promise<unknown>;
  /** As the resource has to be in the end. */
  readonly wanted: unknown;
}

/** A repair of several calls, made anew for each of them that is to fail. */
export interface BrokenRepair {
  readonly name: string;
  readonly remediation: string;
  readonly door: Door;
  /** @param number of four digits, so that no name is the beginning of another one */
  make(number: number): Promise<Work>;
}

/** Who hands a plan or a run on from the door before: processes that nothing happens to. */
export interface Helpers {
  readonly own: OwnSandbox;
  readonly responder: FunctionProcess;
}

const REGION = 'eu-central-1';
const ACCOUNT = '123456789012';
const BY = 'operator of the test';

export function brokenRepairs(helpers: Helpers): BrokenRepair[] {
  return [
    trail(helpers),
    defaultGroup(helpers),
    functionPolicy(helpers),
    bucketPolicy(helpers),
    accessKeys(helpers),
    detector(helpers),
    askedFor(helpers),
    undoOfRules(helpers),
  ];
}

/** Stopped, without validation, elsewhere, and narrowed: three calls mend it. */
function trail({ own }: Helpers): BrokenRepair {
  const cloudtrail = own.sandbox.client(CloudTrailClient);
  const name = 'bulwark-main';
  const state = async () => {
    const [{ Trail }, { IsLogging }, { AdvancedEventSelectors }] = await Promise.all([
      cloudtrail.send(new GetTrailCommand({ Name: name })),
      cloudtrail.send(new GetTrailStatusCommand({ Name: name })),
      cloudtrail.send(new GetEventSelectorsCommand({ TrailName: name })),
    ]);
    return { trail: { ...Trail, S3KeyPrefix: Trail?.S3KeyPrefix || undefined }, IsLogging, AdvancedEventSelectors };
  };
  let secure: unknown;
  return {
    name: 'a trail that is stopped, moved and narrowed',
    remediation: 'cloudtrail-trail-weakened',
    door: 'responder',
    make: async () => {
      secure ??= await state();
      const { next } = await own.sandbox.events(Number.MAX_SAFE_INTEGER);
      await cloudtrail.send(new StopLoggingCommand({ Name: name }));
      await cloudtrail.send(
        new UpdateTrailCommand({ Name: name, EnableLogFileValidation: false, S3KeyPrefix: 'elsewhere' }),
      );
      await cloudtrail.send(
        new PutEventSelectorsCommand({ TrailName: name, EventSelectors: [{ ReadWriteType: 'ReadOnly' }] }),
      );
      const record = await recordOf(own.sandbox, next, name, ['PutEventSelectors']);
      const arn = `arn:aws:cloudtrail:${REGION}:${ACCOUNT}:trail/${name}`;
      return { ...signal(record), arn, names: [], state, wanted: secure };
    },
  };
}

/** One rule inward and one outward beside those that every VPC begins with. */
function defaultGroup({ own, responder }: Helpers): BrokenRepair {
  const ec2 = own.sandbox.client(EC2Client);
  return {
    name: 'a default group with rules both ways',
    remediation: 'ec2-default-security-group',
    door: 'approved',
    make: async () => {
      const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.90.0.0/16' }));
      const { SecurityGroups: [group] = [] } = await ec2.send(
        new DescribeSecurityGroupsCommand({
          Filters: [
            { Name: 'vpc-id', Values: [Vpc?.VpcId ?? ''] },
            { Name: 'group-name', Values: ['default'] },
          ],
        }),
      );
      const GroupId = group?.GroupId ?? '';
      const { next } = await own.sandbox.events(Number.MAX_SAFE_INTEGER);
      await ec2.send(new AuthorizeSecurityGroupEgressCommand({ GroupId, IpPermissions: [tcp(443, '10.0.0.0/8')] }));
      await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [tcp(22, '10.0.0.0/8')] }));
      const record = await recordOf(own.sandbox, next, GroupId, ['AuthorizeSecurityGroupIngress']);
      const arn = `arn:aws:ec2:${REGION}:${ACCOUNT}:security-group/${GroupId}`;
      const approval = await approvalOf(own, responder, signal(record).message, arn);
      return { ...approval, arn, names: [GroupId], state: () => rulesOf(own, GroupId), wanted: [] };
    },
  };
}

/** Three statements that admit everybody, beside one that does not. */
function functionPolicy({ own }: Helpers): BrokenRepair {
  const lambda = own.sandbox.client(LambdaClient);
  return {
    name: 'a function with three public statements',
    remediation: 'lambda-function-public-policy',
    door: 'responder',
    make: async (number) => {
      const { target } = await prepared(own, 'function-opened', `fp${number}`);
      const FunctionName = target.name;
      const state = async () => (await lambda.send(new GetPolicyCommand({ FunctionName }))).Policy;
      const wanted = await state();
      const { next } = await own.sandbox.events(Number.MAX_SAFE_INTEGER);
      for (const StatementId of ['One', 'Two', 'Three']) {
        await lambda.send(
          new AddPermissionCommand({ FunctionName, StatementId, Action: 'lambda:InvokeFunction', Principal: '*' }),
        );
      }
      const record = await recordOf(own.sandbox, next, FunctionName, ['AddPermission20150331v2']);
      return { ...signal(record), arn: target.arn, names: [FunctionName], state, wanted };
    },
  };
}

/** The policy is read once more right before it is written. */
function bucketPolicy({ own }: Helpers): BrokenRepair {
  return {
    name: 'a bucket that takes plain HTTP',
    remediation: 's3-bucket-tls-only',
    door: 'responder',
    make: async (number) => {
      const { target, attack } = await prepared(own, 'plain-http-allowed', `bp${number}`);
      const { next } = await own.sandbox.events(Number.MAX_SAFE_INTEGER);
      await attack();
      const record = await recordOf(own.sandbox, next, target.name, ['PutBucketPolicy']);
      const state = async () => {
        const { Policy = '{}' } = await own.sandbox
          .client(S3Client)
          .send(new GetBucketPolicyCommand({ Bucket: target.name }));
        const { Statement = [] } = JSON.parse(Policy) as { Statement?: Array<{ Sid?: string; Effect: string }> };
        return Statement.map(({ Sid, Effect }) => `${Effect} ${Effect === 'Allow' ? Sid : 'plain HTTP'}`);
      };
      const wanted = ['Allow ReadByAccount', 'Deny plain HTTP'];
      return { ...signal(record), arn: target.arn, names: [target.name], state, wanted };
    },
  };
}

/** Both keys of a user are a hundred days old. */
function accessKeys({ own, responder }: Helpers): BrokenRepair {
  const iam = own.sandbox.client(IAMClient);
  return {
    name: 'a user with two old keys',
    remediation: 'iam-access-key-exposed',
    door: 'approved',
    make: async (number) => {
      const UserName = `two-old-keys-${number}`;
      await iam.send(new CreateUserCommand({ UserName, Path: '/robots/' }));
      for (const _ of [1, 2]) await iam.send(new CreateAccessKeyCommand({ UserName }));
      await own.sandbox.age(UserName, 100);
      const arn = `arn:aws:iam::${ACCOUNT}:user/${UserName}`;
      const found = { control: 'IAM.3', title: 'Keys are rotated', type: 'AwsIamUser', region: REGION };
      const event = hubEvent({
        ...found,
        arn: arn.replace('user/', 'user/robots/'),
        uuid: UserName,
        updatedAt: new Date(),
      });
      await own.sandbox.emit(REGION, event);
      const approval = await approvalOf(own, responder, messageOf(event), arn);
      const state = async () => {
        const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({ UserName }));
        return AccessKeyMetadata.map(({ Status }) => Status);
      };
      return { ...approval, arn, names: [UserName], state, wanted: ['Inactive', 'Inactive'] };
    },
  };
}

/** One call, which makes another one each time that it is made. */
function detector({ own }: Helpers): BrokenRepair {
  const guardduty = own.sandbox.client(GuardDutyClient);
  const state = async () => {
    const { DetectorIds = [] } = await guardduty.send(new ListDetectorsCommand({}));
    return Promise.all(
      DetectorIds.map(async (DetectorId) => {
        const {
          Status,
          FindingPublishingFrequency,
          Features = [],
        } = await guardduty.send(new GetDetectorCommand({ DetectorId }));
        return { Status, FindingPublishingFrequency, on: Features.filter((each) => each.Status === 'ENABLED').length };
      }),
    );
  };
  let secure: unknown;
  return {
    name: 'a detector that was deleted',
    remediation: 'guardduty-detector-weakened',
    door: 'responder',
    make: async () => {
      secure ??= await state();
      const { DetectorIds: [DetectorId] = [] } = await guardduty.send(new ListDetectorsCommand({}));
      const { next } = await own.sandbox.events(Number.MAX_SAFE_INTEGER);
      await guardduty.send(new DeleteDetectorCommand({ DetectorId }));
      const record = await recordOf(own.sandbox, next, DetectorId ?? '', ['DeleteDetector']);
      const arn = `arn:aws:guardduty:${REGION}:${ACCOUNT}:detector`;
      return { ...signal(record), arn, names: [DetectorId ?? ''], state, wanted: secure };
    },
  };
}

/** Asked for in Security Hub, which is told what became of it. */
function askedFor({ own }: Helpers): BrokenRepair {
  return {
    name: 'a repair that a person asked for in Security Hub',
    remediation: 's3-bucket-public-access',
    door: 'responder',
    make: async (number) => {
      const { target, attack } = await prepared(own, 'bucket-made-public', `af${number}`);
      const client = own.sandbox.client(S3Client);
      const state = async () =>
        (await client.send(new GetPublicAccessBlockCommand({ Bucket: target.name }))).PublicAccessBlockConfiguration;
      const wanted = await state();
      await attack();
      const found = { control: 'S3.8', title: 'Public access is blocked', type: 'AwsS3Bucket', region: REGION };
      const event = hubEvent(
        { ...found, arn: target.arn, uuid: target.name, updatedAt: new Date(Date.now() - 86_400_000) },
        'Custom Action',
      );
      await own.sandbox.emit(REGION, event);
      const [finding] = event.detail.findings;
      return {
        message: messageOf(event),
        signalId: finding?.Id ?? '',
        arn: target.arn,
        names: [target.name],
        state,
        wanted,
      };
    },
  };
}

/** Three rules come back, one by one. */
function undoOfRules({ own, responder }: Helpers): BrokenRepair {
  const ec2 = own.sandbox.client(EC2Client);
  return {
    name: 'an undo of three rules',
    remediation: 'ec2-security-group-public-ingress',
    door: 'undo',
    make: async (number) => {
      const { target } = await prepared(own, 'security-group-opened', `ur${number}`);
      const { next } = await own.sandbox.events(Number.MAX_SAFE_INTEGER);
      const IpPermissions = [22, 3389, 5432].map((port) => tcp(port, '0.0.0.0/0'));
      await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: target.name, IpPermissions }));
      const wanted = await rulesOf(own, target.name);
      const record = await recordOf(own.sandbox, next, target.name, ['AuthorizeSecurityGroupIngress']);
      await responder.work(signal(record).message);
      const { runs } = await own.ledgerOf(target.arn);
      const order = messageOf({ order: 'undo', runId: runs[0]?.runId, reason: 'needed after all', by: BY });
      const state = () => rulesOf(own, target.name);
      return { message: order, signalId: order.messageId, arn: target.arn, names: [target.name], state, wanted };
    },
  };
}

function signal(record: Awaited<ReturnType<typeof recordOf>>): Pick<Work, 'message' | 'signalId'> {
  return { message: messageOf(envelopeOf(record)), signalId: record.eventID };
}

/** Lets the responder propose, and approves what it proposed. */
async function approvalOf(
  own: OwnSandbox,
  responder: FunctionProcess,
  message: Delivered,
  arn: string,
): Promise<Pick<Work, 'message' | 'signalId'>> {
  await responder.work(message);
  const { plans } = await own.ledgerOf(arn);
  const plan = plans.find(({ state }) => state === 'OPEN');
  const order = messageOf({ order: 'approve', planId: plan?.planId, hash: plan?.hash, by: BY });
  return { message: order, signalId: order.messageId };
}

async function prepared(
  own: OwnSandbox,
  id: string,
  suffix: string,
): Promise<{ target: Target; attack: () => Promise<void> }> {
  const scenario = SCENARIOS.find((each) => each.id === id) as Scenario;
  const attacker = attackerOf(own.sandbox, REGION, suffix);
  const target = await scenario.prepare(attacker);
  return { target, attack: () => scenario.attack(attacker, target) };
}

/** Rules of a group, without the ids that EC2 gives. */
async function rulesOf(own: OwnSandbox, group: string): Promise<unknown[]> {
  const { SecurityGroupRules = [] } = await own.sandbox
    .client(EC2Client)
    .send(new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: [group] }] }));
  return SecurityGroupRules.map(({ SecurityGroupRuleId: _, SecurityGroupRuleArn: __, ...rule }) => rule).sort((a, b) =>
    JSON.stringify(a) < JSON.stringify(b) ? -1 : 1,
  );
}

function tcp(port: number, CidrIp: string) {
  return { IpProtocol: 'tcp', FromPort: port, ToPort: port, IpRanges: [{ CidrIp }] };
}
