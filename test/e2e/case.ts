import { DescribeSecurityGroupRulesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
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

export const ACCOUNT = sandbox.account;
export const REGION = sandbox.region;

/** All four settings of block public access. */
export const BLOCKED = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};

/** A bucket with S3's own defaults. */
export async function bucket(): Promise<string> {
  const Bucket = unique('e2e-unit');
  await sandbox
    .client(S3Client)
    .send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: REGION } }));
  return Bucket;
}

/** The answer, or null where the service answers with one of these errors. */
export async function orNothing<R>(call: Promise<R>, ...names: string[]): Promise<R | null> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Error && names.includes(error.name)) return null;
    throw error;
  }
}

/** Rules of a security group, without ids that EC2 assigns. */
export async function rulesOf(group: string): Promise<unknown> {
  const { SecurityGroupRules = [] } = await sandbox
    .client(EC2Client)
    .send(new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: [group] }] }));
  return SecurityGroupRules.map(({ SecurityGroupRuleId: _, SecurityGroupRuleArn: __, ...rest }) => rest).sort((a, b) =>
    JSON.stringify(a) < JSON.stringify(b) ? -1 : 1,
  );
}

export function tcp(port: number, CidrIp: string, Description?: string) {
  return {
    IpProtocol: 'tcp',
    FromPort: port,
    ToPort: port,
    IpRanges: [{ CidrIp, ...(Description && { Description }) }],
  };
}
