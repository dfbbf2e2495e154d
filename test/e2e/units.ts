import {
  CloudTrailClient,
  GetEventSelectorsCommand,
  GetTrailCommand,
  GetTrailStatusCommand,
  StartLoggingCommand,
  UpdateTrailCommand,
} from '@aws-sdk/client-cloudtrail';
import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateSnapshotCommand,
  CreateVolumeCommand,
  CreateVpcCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSnapshotAttributeCommand,
  DisableEbsEncryptionByDefaultCommand,
  EC2Client,
  EnableEbsEncryptionByDefaultCommand,
  GetEbsEncryptionByDefaultCommand,
  ModifySnapshotAttributeCommand,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import {
  GetDetectorCommand,
  GuardDutyClient,
  ListDetectorsCommand,
  UpdateDetectorCommand,
} from '@aws-sdk/client-guardduty';
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  ListAccessKeysCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyRotationCommand,
  GetKeyRotationStatusCommand,
  KMSClient,
} from '@aws-sdk/client-kms';
import { AddPermissionCommand, GetPolicyCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  GetBucketPolicyCommand,
  GetPublicAccessBlockCommand,
  PutBucketPolicyCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import * as control from '@aws-sdk/client-s3-control';
import { functionOpened } from '../../sandbox/scenarios/function-opened';
import { type Aftermath, act, actByFinding, sandbox, signalOf, unique } from './deployed';

/** One remediation, as the tests of the modes act on it. */
export interface UnitCase<T = unknown> {
  readonly id: string;
  /** Makes a secure resource, or secures the only one there is, with something beside that must survive. */
  make(): Promise<T>;
  arn(target: T): string;
  /** The call that makes it drift, as the call log names it; undefined where a finding tells of it. */
  readonly operation?: string;
  /** Makes it drift, or lets a finding of this id tell that it does. */
  drift(target: T, findingId: string): Promise<unknown>;
  /** Everything of the resource that counts, without ids that AWS assigns. */
  state(target: T): Promise<unknown>;
  /** Another drift of the same resource, which an approval of the former does not cover. @default - there is but one drift */
  change?(target: T): Promise<unknown>;
  /** Secures it by hand. */
  secure(target: T): Promise<unknown>;
  /** Whether a state is what the repair has to leave, given the state before the drift. @default - that very state */
  isRepaired?(state: unknown, before: unknown): boolean;
}

/** Makes a resource drift, and waits for the decision of its remediation. */
export function attack<T>(unit: UnitCase<T>, target: T): Promise<Aftermath> {
  return unit.operation === undefined
    ? actByFinding(unit.id, (id) => unit.drift(target, id))
    : act(unit.operation, unit.id, () => unit.drift(target, ''));
}

/** Makes a resource drift, and waits for nothing. @returns the id of the signal that this makes */
export async function driftOf<T>(unit: UnitCase<T>, target: T): Promise<string> {
  if (unit.operation !== undefined) return signalOf(unit.operation, () => unit.drift(target, ''));
  const id = unique('finding');
  await unit.drift(target, id);
  return id;
}

const ACCOUNT = sandbox.account;
const REGION = sandbox.region;
const s3 = sandbox.client(S3Client);
const s3control = sandbox.client(control.S3ControlClient);
const ec2 = sandbox.client(EC2Client);
const kms = sandbox.client(KMSClient);
const lambda = sandbox.client(LambdaClient);
const iam = sandbox.client(IAMClient);
const cloudtrail = sandbox.client(CloudTrailClient);
const guardduty = sandbox.client(GuardDutyClient);

const BLOCKED = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };

async function bucket(): Promise<string> {
  const Bucket = unique('e2e-unit');
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: REGION } }));
  return Bucket;
}

async function orNothing<R>(call: Promise<R>, ...names: string[]): Promise<R | null> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Error && names.includes(error.name)) return null;
    throw error;
  }
}

const bucketPublicAccess: UnitCase<string> = {
  id: 's3-bucket-public-access',
  make: bucket,
  arn: (name) => `arn:aws:s3:::${name}`,
  operation: 'DeletePublicAccessBlock',
  drift: (Bucket) => s3.send(new DeletePublicAccessBlockCommand({ Bucket })),
  state: async (Bucket) => {
    const answer = await orNothing(
      s3.send(new GetPublicAccessBlockCommand({ Bucket })),
      'NoSuchPublicAccessBlockConfiguration',
    );
    return answer?.PublicAccessBlockConfiguration ?? null;
  },
  change: (Bucket) =>
    s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: { BlockPublicAcls: true } })),
  secure: (Bucket) => s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: BLOCKED })),
};

/** Written as a person would, so that a policy that was written again would show. */
function policyText(name: string, ...more: object[]): string {
  const own = {
    Sid: 'Colleagues',
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
    Action: 's3:GetObject',
    Resource: `arn:aws:s3:::${name}/*`,
  };
  return JSON.stringify({ Version: '2012-10-17', Statement: [own, ...more] }, undefined, 3);
}

function denial(name: string): object {
  return {
    Sid: 'TlsOnly',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/*`],
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
}

const bucketTlsOnly: UnitCase<string> = {
  id: 's3-bucket-tls-only',
  make: async () => {
    const name = await bucket();
    await bucketTlsOnly.secure(name);
    return name;
  },
  arn: (name) => `arn:aws:s3:::${name}`,
  operation: 'PutBucketPolicy',
  drift: (name) => s3.send(new PutBucketPolicyCommand({ Bucket: name, Policy: policyText(name) })),
  state: async (Bucket) =>
    (await orNothing(s3.send(new GetBucketPolicyCommand({ Bucket })), 'NoSuchBucketPolicy'))?.Policy ?? null,
  change: (name) => {
    const other = {
      Sid: 'Other',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:PutObject',
      Resource: `arn:aws:s3:::${name}/x`,
    };
    return s3.send(new PutBucketPolicyCommand({ Bucket: name, Policy: policyText(name, other) }));
  },
  // A statement is added; which one, and that the other stands, is what counts.
  isRepaired: (state, before) => {
    const statementsOf = (text: unknown) => (JSON.parse(text as string) as { Statement: object[] }).Statement;
    const [colleagues, refusal] = statementsOf(state);
    const refused = JSON.stringify(refusal);
    return (
      JSON.stringify(colleagues) === JSON.stringify(statementsOf(before)[0]) &&
      refused.includes('"Effect":"Deny"') &&
      refused.includes('"aws:SecureTransport":"false"')
    );
  },
  secure: (name) => s3.send(new PutBucketPolicyCommand({ Bucket: name, Policy: policyText(name, denial(name)) })),
};

const accountPublicAccess: UnitCase<string> = {
  id: 's3-account-public-access',
  make: async () => {
    await accountPublicAccess.secure(ACCOUNT);
    return ACCOUNT;
  },
  arn: () => `arn:aws:s3::${ACCOUNT}:account-public-access-block`,
  operation: 'DeletePublicAccessBlock',
  drift: (AccountId) => s3control.send(new control.DeletePublicAccessBlockCommand({ AccountId })),
  state: async (AccountId) => {
    const answer = await orNothing(
      s3control.send(new control.GetPublicAccessBlockCommand({ AccountId })),
      'NoSuchPublicAccessBlockConfiguration',
    );
    return answer?.PublicAccessBlockConfiguration ?? null;
  },
  change: (AccountId) =>
    s3control.send(
      new control.PutPublicAccessBlockCommand({
        AccountId,
        PublicAccessBlockConfiguration: { ...BLOCKED, BlockPublicPolicy: false },
      }),
    ),
  secure: (AccountId) =>
    s3control.send(new control.PutPublicAccessBlockCommand({ AccountId, PublicAccessBlockConfiguration: BLOCKED })),
};

async function rulesOf(group: string): Promise<unknown> {
  const { SecurityGroupRules = [] } = await ec2.send(
    new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: [group] }] }),
  );
  return SecurityGroupRules.map(({ SecurityGroupRuleId: _, SecurityGroupRuleArn: __, ...rest }) => rest).sort((a, b) =>
    JSON.stringify(a) < JSON.stringify(b) ? -1 : 1,
  );
}

const securityGroup: UnitCase<string> = {
  id: 'ec2-security-group-public-ingress',
  make: async () => {
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.40.0.0/16' }));
    const { GroupId } = await ec2.send(
      new CreateSecurityGroupCommand({ GroupName: unique('e2e'), Description: 'Made by a test', VpcId: Vpc?.VpcId }),
    );
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [tcp(5432, '10.0.0.0/8')] }));
    return GroupId as string;
  },
  arn: (group) => `arn:aws:ec2:${REGION}:${ACCOUNT}:security-group/${group}`,
  operation: 'AuthorizeSecurityGroupIngress',
  drift: (GroupId) =>
    ec2.send(
      new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [tcp(22, '0.0.0.0/0', 'for the weekend')] }),
    ),
  state: rulesOf,
  change: (GroupId) =>
    ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [tcp(3389, '0.0.0.0/0')] })),
  secure: (GroupId) =>
    ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: [tcp(22, '0.0.0.0/0')] })),
};

function tcp(port: number, CidrIp: string, Description?: string) {
  return {
    IpProtocol: 'tcp',
    FromPort: port,
    ToPort: port,
    IpRanges: [{ CidrIp, ...(Description && { Description }) }],
  };
}

const defaultGroup: UnitCase<string> = {
  id: 'ec2-default-security-group',
  make: async () => {
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.41.0.0/16' }));
    const { SecurityGroups: [group] = [] } = await ec2.send(
      new DescribeSecurityGroupsCommand({
        Filters: [
          { Name: 'vpc-id', Values: [Vpc?.VpcId as string] },
          { Name: 'group-name', Values: ['default'] },
        ],
      }),
    );
    const id = group?.GroupId as string;
    await defaultGroup.secure(id);
    return id;
  },
  arn: (group) => `arn:aws:ec2:${REGION}:${ACCOUNT}:security-group/${group}`,
  operation: 'AuthorizeSecurityGroupIngress',
  drift: async (GroupId) => {
    await ec2.send(new AuthorizeSecurityGroupEgressCommand({ GroupId, IpPermissions: [tcp(443, '10.0.0.0/8')] }));
    await ec2.send(
      new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [tcp(443, '10.0.0.0/8', 'app')] }),
    );
  },
  state: rulesOf,
  change: (GroupId) =>
    ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [tcp(8080, '10.0.0.0/8')] })),
  secure: async (GroupId) => {
    const { SecurityGroupRules = [] } = await ec2.send(
      new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: [GroupId] }] }),
    );
    const ids = (outward: boolean) =>
      SecurityGroupRules.filter((rule) => rule.IsEgress === outward).flatMap((rule) => rule.SecurityGroupRuleId ?? []);
    const [inward, outward] = [ids(false), ids(true)];
    if (inward.length > 0) {
      await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, SecurityGroupRuleIds: inward }));
    }
    if (outward.length > 0) {
      await ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId, SecurityGroupRuleIds: outward }));
    }
  },
};

const snapshot: UnitCase<string> = {
  id: 'ec2-snapshot-public',
  make: async () => {
    const { VolumeId } = await ec2.send(
      new CreateVolumeCommand({ AvailabilityZone: `${REGION}a`, Size: 1, Encrypted: false }),
    );
    const { SnapshotId } = await ec2.send(new CreateSnapshotCommand({ VolumeId }));
    await ec2.send(share(SnapshotId, 'add', { UserIds: ['111122223333'] }));
    return SnapshotId as string;
  },
  arn: (id) => `arn:aws:ec2:${REGION}::snapshot/${id}`,
  operation: 'ModifySnapshotAttribute',
  drift: (id) => ec2.send(share(id, 'add', { GroupNames: ['all'] })),
  state: async (SnapshotId) => {
    const { CreateVolumePermissions = [] } = await ec2.send(
      new DescribeSnapshotAttributeCommand({ SnapshotId, Attribute: 'createVolumePermission' }),
    );
    return CreateVolumePermissions.map(({ Group, UserId }) => Group ?? UserId).sort();
  },
  secure: (id) => ec2.send(share(id, 'remove', { GroupNames: ['all'] })),
};

function share(SnapshotId: string | undefined, OperationType: 'add' | 'remove', whom: object) {
  return new ModifySnapshotAttributeCommand({
    SnapshotId,
    Attribute: 'createVolumePermission',
    OperationType,
    ...whom,
  });
}

const ebsEncryption: UnitCase<string> = {
  id: 'ec2-ebs-default-encryption',
  make: async () => {
    await ebsEncryption.secure(REGION);
    return REGION;
  },
  arn: () => `arn:aws:ec2:${REGION}:${ACCOUNT}:ebs-encryption-by-default`,
  operation: 'DisableEbsEncryptionByDefault',
  drift: () => ec2.send(new DisableEbsEncryptionByDefaultCommand({})),
  state: async () => (await ec2.send(new GetEbsEncryptionByDefaultCommand({}))).EbsEncryptionByDefault,
  secure: () => ec2.send(new EnableEbsEncryptionByDefaultCommand({})),
};

const keyRotation: UnitCase<string> = {
  id: 'kms-key-rotation',
  make: async () => {
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Description: 'Made by a test' }));
    await kms.send(new EnableKeyRotationCommand({ KeyId: KeyMetadata?.KeyId }));
    return KeyMetadata?.KeyId as string;
  },
  arn: (id) => `arn:aws:kms:${REGION}:${ACCOUNT}:key/${id}`,
  operation: 'DisableKeyRotation',
  drift: (KeyId) => kms.send(new DisableKeyRotationCommand({ KeyId })),
  state: async (KeyId) => {
    const { KeyRotationEnabled, RotationPeriodInDays } = await kms.send(new GetKeyRotationStatusCommand({ KeyId }));
    return { KeyRotationEnabled, RotationPeriodInDays };
  },
  secure: (KeyId) => kms.send(new EnableKeyRotationCommand({ KeyId })),
};

const functionPolicy: UnitCase<string> = {
  id: 'lambda-function-public-policy',
  make: async () => {
    const { functionName } = (await functionOpened.prepare({
      client: (Client) => sandbox.client(Client),
      account: ACCOUNT,
      region: REGION,
      partition: 'aws',
      qualifier: 'main',
      suffix: unique('e2e'),
    })) as { functionName: string };
    return functionName;
  },
  arn: (name) => `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`,
  operation: 'AddPermission',
  drift: (FunctionName) =>
    lambda.send(
      new AddPermissionCommand({
        FunctionName,
        Principal: '*',
        StatementId: 'Everybody',
        Action: 'lambda:InvokeFunctionUrl',
        FunctionUrlAuthType: 'NONE',
      }),
    ),
  state: async (FunctionName) => {
    const answer = await orNothing(lambda.send(new GetPolicyCommand({ FunctionName })), 'ResourceNotFoundException');
    const { Statement = [] } = JSON.parse(answer?.Policy ?? '{}') as { Statement?: Array<{ Sid: string }> };
    return Statement.sort((a, b) => (a.Sid < b.Sid ? -1 : 1));
  },
  change: (FunctionName) =>
    lambda.send(
      new AddPermissionCommand({ FunctionName, Principal: '*', StatementId: 'More', Action: 'lambda:GetFunction' }),
    ),
  secure: async () => undefined,
};

interface User {
  readonly name: string;
  readonly key: string;
}

const accessKey: UnitCase<User> = {
  id: 'iam-access-key-exposed',
  make: async () => {
    const name = unique('e2e-user');
    await iam.send(new CreateUserCommand({ UserName: name, Path: '/robots/' }));
    await iam.send(new CreateAccessKeyCommand({ UserName: name }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: name }));
    return { name, key: AccessKey?.AccessKeyId as string };
  },
  arn: ({ name }) => `arn:aws:iam::${ACCOUNT}:user/${name}`,
  drift: ({ name, key }, id) =>
    sandbox.emit(REGION, {
      source: 'aws.guardduty',
      'detail-type': 'GuardDuty Finding',
      detail: {
        schemaVersion: '2.0',
        accountId: ACCOUNT,
        region: REGION,
        id,
        type: 'UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom',
        resource: {
          resourceType: 'AccessKey',
          accessKeyDetails: { accessKeyId: key, principalId: 'AIDAEXAMPLE', userType: 'IAMUser', userName: name },
        },
        service: { serviceName: 'guardduty', archived: false, eventLastSeen: new Date().toISOString() },
        severity: 8,
        updatedAt: new Date().toISOString(),
      },
    }),
  state: async ({ name }) => {
    const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({ UserName: name }));
    return Object.fromEntries(AccessKeyMetadata.map(({ AccessKeyId, Status }) => [AccessKeyId, Status]));
  },
  isRepaired: (state, before) => {
    const active = (of: unknown) => Object.values(of as object).filter((status) => status === 'Active').length;
    return active(state) === active(before) - 1;
  },
  secure: ({ name, key }) =>
    iam.send(new UpdateAccessKeyCommand({ UserName: name, AccessKeyId: key, Status: 'Inactive' })),
};

const TRAIL = 'bulwark-main';

const trail: UnitCase<string> = {
  id: 'cloudtrail-trail-weakened',
  make: async () => TRAIL,
  arn: (name) => `arn:aws:cloudtrail:${REGION}:${ACCOUNT}:trail/${name}`,
  // Not stopped: nothing would be seen of it afterwards.
  operation: 'UpdateTrail',
  drift: (Name) => cloudtrail.send(new UpdateTrailCommand({ Name, EnableLogFileValidation: false })),
  state: async (Name) => {
    const [{ Trail }, { IsLogging }, selectors] = await Promise.all([
      cloudtrail.send(new GetTrailCommand({ Name })),
      cloudtrail.send(new GetTrailStatusCommand({ Name })),
      cloudtrail.send(new GetEventSelectorsCommand({ TrailName: Name })),
    ]);
    return { Trail, IsLogging, selectors: selectors.AdvancedEventSelectors };
  },
  change: (Name) => cloudtrail.send(new UpdateTrailCommand({ Name, S3KeyPrefix: 'elsewhere' })),
  secure: async (Name) => {
    await cloudtrail.send(new UpdateTrailCommand({ Name, EnableLogFileValidation: true, S3KeyPrefix: '' }));
    await cloudtrail.send(new StartLoggingCommand({ Name }));
  },
};

async function detectorId(): Promise<string> {
  const { DetectorIds: [id] = [] } = await guardduty.send(new ListDetectorsCommand({}));
  return id as string;
}

const detector: UnitCase<string> = {
  id: 'guardduty-detector-weakened',
  make: detectorId,
  arn: () => `arn:aws:guardduty:${REGION}:${ACCOUNT}:detector`,
  operation: 'UpdateDetector',
  drift: (DetectorId) => guardduty.send(new UpdateDetectorCommand({ DetectorId, Enable: false })),
  state: async (DetectorId) => {
    const found = await guardduty.send(new GetDetectorCommand({ DetectorId }));
    const features = (found.Features ?? []).map(({ UpdatedAt: _, AdditionalConfiguration, ...rest }) => ({
      ...rest,
      more: AdditionalConfiguration?.map(({ Name, Status }) => `${Name} ${Status}`),
    }));
    return { status: found.Status, frequency: found.FindingPublishingFrequency, features };
  },
  change: (DetectorId) =>
    guardduty.send(
      new UpdateDetectorCommand({ DetectorId, Features: [{ Name: 'S3_DATA_EVENTS', Status: 'DISABLED' }] }),
    ),
  secure: (DetectorId) =>
    guardduty.send(
      new UpdateDetectorCommand({
        DetectorId,
        Enable: true,
        Features: [{ Name: 'S3_DATA_EVENTS', Status: 'ENABLED' }],
      }),
    ),
};

/** Every remediation of the package; a law below holds this list to the registry. */
export const UNITS: readonly UnitCase<never>[] = [
  bucketPublicAccess,
  bucketTlsOnly,
  accountPublicAccess,
  securityGroup,
  defaultGroup,
  snapshot,
  ebsEncryption,
  keyRotation,
  functionPolicy,
  accessKey,
  detector,
  trail,
] as unknown as UnitCase<never>[];
