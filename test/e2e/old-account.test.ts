import {
  ConfigServiceClient,
  PutConfigurationRecorderCommand,
  PutDeliveryChannelCommand,
  StartConfigurationRecorderCommand,
} from '@aws-sdk/client-config-service';
import {
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeVpcsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, ListAccessKeysCommand } from '@aws-sdk/client-iam';
import { GetPublicAccessBlockCommand, S3ControlClient } from '@aws-sdk/client-s3-control';
import type { Report } from '../../lambda/runtime/report';
import { REMEDIATIONS } from '../../lib/response/remediations.generated';
import type { Call } from '../../sandbox/gateway';
import type { Sandbox } from '../../sandbox/sandbox';
import { expectInvariants, tally, withoutOwn, writesAmong } from './faults/invariants';
import { type Mark, OwnSandbox } from './faults/own-sandbox';
import { inParallel } from './faults/random';
import { insecure, makeSpecimens, type Specimen } from './faults/specimens';

/** What an account has that nobody looked after, by scenario of the drill; half of each in either Region. */
const VIOLATIONS = {
  'bucket-made-public': 4,
  'plain-http-allowed': 2,
  'security-group-opened': 2,
  'snapshot-shared': 2,
  'key-rotation-stopped': 2,
  'function-opened': 2,
  'default-encryption-off': 2,
};
/** Beside those: both keys of the one are a hundred days old, which the sandbox is told; the other's are new. */
const OLD_USER = 'left-the-company';
const NEW_USER = 'joined-today';
const ACCOUNT_BLOCK = 'arn:aws:s3::123456789012:account-public-access-block';

/** What the engine may change without changing anything of the account's own: its memory, and what it tells. */
const OWN_BUSINESS = ['dynamodb', 'events', 'sqs', 'sts', 'logs'];

let own: OwnSandbox;
let specimens: Specimen[];
let expected: string[];
let before: unknown;
let since: Mark;

beforeAll(async () => {
  own = await OwnSandbox.start({
    before: async (sandbox) => {
      specimens = await makeSpecimens(sandbox, VIOLATIONS, { mark: 'old' });
      await inParallel(specimens, 8, (each) => each.attack());
      await makeUsers(sandbox);
      expected = await expectedIn(sandbox);
      before = await stateOf(sandbox);
      // Nothing is deployed yet that could have a memory.
      const { next: call } = await sandbox.calls(Number.MAX_SAFE_INTEGER);
      since = { call, event: 0, runs: new Set(), told: new Set() };
    },
  });
}, 120_000);
afterAll(() => own.stop());

async function makeUsers(sandbox: Sandbox): Promise<void> {
  const iam = sandbox.client(IAMClient);
  for (const UserName of [OLD_USER, NEW_USER]) {
    await iam.send(new CreateUserCommand({ UserName }));
    for (const _ of [1, 2]) await iam.send(new CreateAccessKeyCommand({ UserName }));
  }
  await sandbox.age(OLD_USER, 100);
}

/** Every violation, as `remediation resource`. */
async function expectedIn(sandbox: Sandbox): Promise<string[]> {
  const groups = await Promise.all(sandbox.regions.map((region) => usedDefaultGroups(sandbox, region)));
  const buckets = specimens.filter(({ target }) => target.arn.startsWith('arn:aws:s3:::'));
  const all = [
    ...specimens.map(({ scenario, target }) => `${scenario.remediation} ${target.arn}`),
    // Buckets that were only made have no policy at all, and none has versions.
    ...buckets.map(({ target }) => `s3-bucket-tls-only ${target.arn}`),
    ...buckets.map(({ target }) => `s3-bucket-versioning ${target.arn}`),
    // EC2 gives rules to the default group of each VPC, and a VPC to each Region.
    ...groups.flat().map((arn) => `ec2-default-security-group ${arn}`),
    `s3-account-public-access ${ACCOUNT_BLOCK}`,
    `iam-access-key-exposed arn:aws:iam::123456789012:user/${OLD_USER}`,
  ];
  return [...new Set(all)].filter((name) => REMEDIATIONS.some(({ id }) => id === remediationIn(name))).sort();
}

function remediationIn(name: string): string {
  return name.split(' ')[0] as string;
}

async function usedDefaultGroups(sandbox: Sandbox, region: string): Promise<string[]> {
  const ec2 = sandbox.client(EC2Client, region);
  const { SecurityGroups = [] } = await ec2.send(
    new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'group-name', Values: ['default'] }] }),
  );
  const rules = await rulesIn(sandbox, region);
  return SecurityGroups.filter(({ GroupId }) => rules.some((rule) => rule.GroupId === GroupId)).map(
    ({ GroupId }) => `arn:aws:ec2:${region}:123456789012:security-group/${GroupId}`,
  );
}

/** Rules of groups, but for those of the network that is deployed into the account. */
async function rulesIn(sandbox: Sandbox, region: string) {
  const ec2 = sandbox.client(EC2Client, region);
  const tagged = { Filters: [{ Name: 'tag-key', Values: ['bulwark:vpc'] }] };
  const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand(tagged));
  const deployed = new Set(Vpcs.map(({ VpcId: id }) => id));
  const { SecurityGroups: groups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({}));
  const theirs = new Set(groups.filter(({ VpcId: id }) => !deployed.has(id)).map(({ GroupId: id }) => id));
  const { SecurityGroupRules = [] } = await ec2.send(new DescribeSecurityGroupRulesCommand({}));
  return SecurityGroupRules.filter(({ GroupId: id }) => theirs.has(id)).sort((a, b) =>
    String(a.SecurityGroupRuleId) < String(b.SecurityGroupRuleId) ? -1 : 1,
  );
}

/** What is there, by the operator's own reading. */
async function stateOf(sandbox: Sandbox): Promise<unknown> {
  const looks = await inParallel(specimens, 8, (each) => each.verify());
  const keys = await Promise.all(
    [OLD_USER, NEW_USER].map((UserName) => sandbox.client(IAMClient).send(new ListAccessKeysCommand({ UserName }))),
  );
  return {
    specimens: looks.map(({ evidence }) => evidence),
    rules: await Promise.all(sandbox.regions.map((region) => rulesIn(sandbox, region))),
    keys: keys.map(({ AccessKeyMetadata = [] }) => AccessKeyMetadata),
    accountBlock: await accountBlock(sandbox),
  };
}

async function accountBlock(sandbox: Sandbox): Promise<unknown> {
  try {
    const answer = await sandbox
      .client(S3ControlClient)
      .send(new GetPublicAccessBlockCommand({ AccountId: '123456789012' }));
    return answer.PublicAccessBlockConfiguration;
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchPublicAccessBlockConfiguration') return null;
    throw error;
  }
}

/** Changes by our roles to anything but their own business. */
function changesAmong(calls: readonly Call[]): string[] {
  return calls
    .filter(({ roleArn, mutating, service }) => {
      return roleArn?.includes(':role/bulwark/') && mutating && !OWN_BUSINESS.includes(service);
    })
    .map(({ operation, resources }) => `${operation} ${resources.join()}`);
}

/** What a sweep led to; remediations that this account was not made for have their say elsewhere. */
async function swept(sweepId: string): Promise<Report[]> {
  await own.sweep(sweepId);
  const known = new Set(expected.map(remediationIn));
  return withoutOwn(await own.reportsSince(since)).filter(
    ({ signal, remediation }) => signal.id.startsWith(`${sweepId}:`) && known.has(remediation),
  );
}

function named(reports: readonly Report[], outcome: Report['outcome']): string[] {
  return reports
    .filter((report) => report.outcome === outcome)
    .map(({ remediation, resourceArn }) => `${remediation} ${resourceArn}`)
    .sort();
}

async function openPlans(): Promise<string[]> {
  const known = new Set(expected.map(remediationIn));
  return (await own.ledger()).plans
    .filter(({ state, remediation }) => state === 'OPEN' && known.has(remediation))
    .map(({ remediation, resourceArn }) => `${remediation} ${resourceArn}`)
    .sort();
}

const disruptive = new Set(REMEDIATIONS.filter((spec) => spec.disruptive).map(({ id }) => id));
const isDisruptive = (name: string) => disruptive.has(remediationIn(name));

test('an account with more than 20 old violations is left as it is: each is proposed, once', async () => {
  expect(expected.length).toBeGreaterThan(20);
  const reports = await swept('s-first');
  expect(Object.keys(tally(reports)).sort()).toEqual(['COMPLIANT', 'PROPOSED']);
  expect(named(reports, 'PROPOSED')).toEqual(expected);
  expect(reports.filter(({ outcome, notify }) => notify !== (outcome === 'PROPOSED'))).toEqual([]);
  expect(await openPlans()).toEqual(expected);
  expect(changesAmong(await own.callsSince(since))).toEqual([]);
  expect(await stateOf(own.sandbox)).toEqual(before);
});

test('a second sweep, by AWS Config in one Region and by lists in the other, finds the same and tells nobody', async () => {
  const config = own.sandbox.client(ConfigServiceClient);
  const roleARN = 'arn:aws:iam::123456789012:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig';
  await config.send(
    new PutConfigurationRecorderCommand({
      ConfigurationRecorder: { name: 'default', roleARN, recordingGroup: { allSupported: true } },
    }),
  );
  const bucket = specimens.find(({ scenario }) => scenario.id === 'bucket-made-public')?.target.name;
  await config.send(new PutDeliveryChannelCommand({ DeliveryChannel: { name: 'default', s3BucketName: bucket } }));
  await config.send(new StartConfigurationRecorderCommand({ ConfigurationRecorderName: 'default' }));

  const reports = await swept('s-second');
  expect(named(reports, 'PROPOSED')).toEqual(expected);
  expect(reports.filter(({ notify }) => notify)).toEqual([]);
  expect(await openPlans()).toEqual(expected);
  expect(changesAmong(await own.callsSince(since))).toEqual([]);
  expect(await stateOf(own.sandbox)).toEqual(before);

  const pages = (await own.logLines()).filter((line) => line.includes('"page swept"') && line.includes('s-second'));
  const ways = pages.map((line) => JSON.parse(line) as { region: string; remediation: string; by: string });
  const byConfig = ways.filter(({ by }) => by === 'config');
  const recorded = REMEDIATIONS.filter(({ sweep }) => sweep.config !== undefined).map(({ id }) => id);
  expect(byConfig.map(({ region, remediation }) => `${region} ${remediation}`).sort()).toEqual(
    recorded.map((id) => `eu-central-1 ${id}`).sort(),
  );
  const listed = ways.filter(({ by, region }) => by === 'list' && region === 'us-east-1').map((way) => way.remediation);
  expect(recorded.filter((id) => !listed.includes(id))).toEqual([]);
});

test('once existing drift is adopted, what interrupts nothing is repaired; the rest still waits for a person', async () => {
  await own.set({ 'adopt-existing': 'true' });
  await own.renew('responder');
  const reports = await swept('s-third');
  expect(named(reports, 'REMEDIATED')).toEqual(expected.filter((name) => !isDisruptive(name)));
  expect(named(reports, 'PROPOSED')).toEqual(expected.filter(isDisruptive));
  expect(await insecure(specimens)).toEqual([]);
  expect(await accountBlock(own.sandbox)).toEqual({
    BlockPublicAcls: true,
    IgnorePublicAcls: true,
    BlockPublicPolicy: true,
    RestrictPublicBuckets: true,
  });
  expect(await stateOf(own.sandbox)).toMatchObject({ keys: (before as { keys: unknown }).keys });
  const { runs } = await own.ledger();
  const repaired = runs.map(({ remediation, resourceArn }) => `${remediation} ${resourceArn}`);
  expect(repaired.filter((name) => expected.includes(name)).sort()).toEqual(
    expected.filter((name) => !isDisruptive(name)),
  );
  expect(writesAmong(await own.callsSince(since))).toHaveLength(runs.length);
  await expectInvariants(own, since);
});
