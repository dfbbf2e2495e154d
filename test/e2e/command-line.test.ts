import { spawn } from 'node:child_process';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeletePublicAccessBlockCommand,
  GetPublicAccessBlockCommand,
  ListBucketsCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { doorRole, roleArn } from '../../lambda/runtime/deployment/spec';
import { REMEDIATIONS } from '../../lib/response/remediations.generated';
import packageJson from '../../package.json';
import { eventually, forgetRepairs, renewFunctions, sandbox, unique } from './deployed';

const PROGRAM = join(__dirname, '../..', packageJson.bin.bulwark);
const REMEDIATION = 's3-bucket-public-access';
const SECURE = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };
const s3 = sandbox.client(S3Client);

type Item = Readonly<Record<string, unknown>>;
interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Of the JSON lines, where it was asked for them. */
  readonly items: readonly Item[];
}

/** Calls the built program as a person does, in the environment of the sandbox. */
function bulwark(...args: readonly string[]): Promise<Ended> {
  return called(args).ended;
}

function called(args: readonly string[], onStderr: (text: string, interrupt: () => void) => void = () => undefined) {
  // Not by spawnSync: the gateway that answers may live in this process.
  const child = spawn(process.execPath, [PROGRAM, ...args], { env: sandbox.environment() });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (data: Buffer) => {
    stdout += data.toString();
  });
  child.stderr.on('data', (data: Buffer) => {
    stderr += data.toString();
    onStderr(stderr, () => child.kill('SIGINT'));
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code) => {
      const lines = args.includes('--json') ? stdout.split('\n').filter(Boolean) : [];
      resolve({ code, stdout, stderr, items: lines.map((line) => JSON.parse(line) as Item) });
    });
  });
  return { ended };
}

/** The one line of a program that has done it. */
async function done(...args: readonly string[]): Promise<Item> {
  const { code, items, stderr } = await bulwark(...args, '--json');
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  expect(items).toHaveLength(1);
  return items[0] as Item;
}

async function publicAccess(Bucket: string): Promise<unknown> {
  try {
    return (await s3.send(new GetPublicAccessBlockCommand({ Bucket }))).PublicAccessBlockConfiguration;
  } catch (error) {
    return (error as Error).name;
  }
}

async function publicBucket(): Promise<string> {
  const Bucket = unique('e2e-command-line');
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' } }));
  await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
  return Bucket;
}

/** A plan for a bucket that was just made public. */
async function proposal(): Promise<{ readonly bucket: string; readonly plan: Item }> {
  const bucket = await publicBucket();
  const plan = await eventually('a plan', async () => {
    const { items } = await bulwark('plans', '--remediation', REMEDIATION, '--json');
    return items.find(({ resourceArn }) => resourceArn === `arn:aws:s3:::${bucket}`);
  });
  return { bucket, plan };
}

describe('the command line', () => {
  beforeAll(forgetRepairs);

  test('tells how the deployment stands', async () => {
    const status = await done('status');
    expect(status).toMatchObject({
      version: packageJson.version,
      account: sandbox.account,
      region: sandbox.region,
      killSwitch: null,
      deadLetters: 0,
    });
    expect((status.remediations as Item[]).map(({ remediation }) => remediation)).toEqual(
      REMEDIATIONS.map(({ id }) => id),
    );
    const { code, stdout } = await bulwark('status');
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^${REMEDIATION} +all +ENFORCE +deployed/mode`, 'm'));
  });

  test.each([
    [['--qualifier', 'blue'], /no deployment "blue" in account 123456789012, Region eu-central-1/],
    [
      ['--region', 'eu-west-1'],
      /no deployment "main" in account 123456789012, Region eu-west-1: choose its home Region/,
    ],
  ])('says in one sentence that there is no deployment for %j', async (args, sentence) => {
    const { code, stdout, stderr } = await bulwark('status', ...args);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr.trim().split('\n')).toEqual([expect.stringMatching(sentence)]);
  });

  test('changes nothing where nobody can be asked', async () => {
    const { code, stderr } = await bulwark('kill-switch', 'on');
    expect({ code, stderr }).toEqual({ code: 4, stderr: expect.stringContaining('say --yes') as string });
    expect((await done('status')).killSwitch).toBeNull();
  });
});

describe('a repair that a person has to approve', () => {
  beforeAll(async () => {
    expect((await bulwark('mode', 'PROPOSE', '--remediation', REMEDIATION, '--yes')).code).toBe(0);
    await renewFunctions();
  });
  afterAll(async () => {
    expect((await bulwark('mode', '--clear', '--remediation', REMEDIATION, '--yes')).code).toBe(0);
    await renewFunctions();
  });

  test('is listed, approved, shown, taken back, and made possible again', async () => {
    const { bucket, plan } = await proposal();
    const arn = `arn:aws:s3:::${bucket}`;
    expect(plan).toMatchObject({ state: 'OPEN', disruptive: false, reason: 'the mode is PROPOSE' });
    const planId = plan.planId as string;
    expect(plan.approve).toBe(`bulwark approve ${planId} --hash ${planId.slice(2)}`);

    const other = await bulwark('approve', planId, '--hash', '0000000000000000', '--yes');
    expect({ code: other.code, stderr: other.stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('Refused: --hash') as string,
    });

    const approved = await done('approve', planId, '--yes');
    expect(approved).toMatchObject({ planId, state: 'APPLIED', resourceArn: arn });
    const runId = approved.runId as string;
    expect(approved.undo).toBe(`bulwark undo ${runId}`);
    expect(await publicAccess(bucket)).toEqual(SECURE);
    expect(await done('approve', planId, '--yes')).toMatchObject({ planId, state: 'APPLIED' });

    const { items: runs } = await bulwark('runs', '--resource', arn, '--json');
    expect(runs).toEqual([expect.objectContaining({ runId, state: 'REMEDIATED', undo: approved.undo })]);
    expect(await done('runs', runId)).toMatchObject({ planId, before: null, after: SECURE });
    expect((await bulwark('runs', runId)).stdout).toContain('  - nothing\n  + {\n  +   "BlockPublicAcls": true,');

    const undone = await done('undo', runId, '--yes', '--reason', 'a test');
    expect(undone).toMatchObject({ runId, state: 'UNDONE' });
    expect(await publicAccess(bucket)).toBe('NoSuchPublicAccessBlockConfiguration');
    expect(await done('runs', runId)).toMatchObject({ state: 'UNDONE' });

    const { exemptionId } = undone as { exemptionId: string };
    expect((await bulwark('exempt', '--list', '--json')).items).toContainEqual(
      expect.objectContaining({ id: exemptionId, target: arn, reason: `undo of ${runId}: a test` }),
    );
    await done('exempt', '--revoke', exemptionId, '--yes');
    expect((await bulwark('exempt', '--list', '--json')).items.map(({ id }) => id)).not.toContain(exemptionId);
    await s3.send(new DeleteBucketCommand({ Bucket: bucket }));
  }, 120_000);

  test('is refused with the reason once the resource has changed', async () => {
    const { bucket, plan } = await proposal();
    await s3.send(
      new PutPublicAccessBlockCommand({
        Bucket: bucket,
        PublicAccessBlockConfiguration: { ...SECURE, BlockPublicAcls: false },
      }),
    );
    const { code, stdout, stderr } = await bulwark('approve', plan.planId as string, '--yes', '--json');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/Refused: the resource is not as it was when p-\w+ was made/);
    expect(await publicAccess(bucket)).toMatchObject({ BlockPublicAcls: false });
    await s3.send(new DeleteBucketCommand({ Bucket: bucket }));
  }, 120_000);

  test('is told by a promotion that changes nothing', async () => {
    const { bucket } = await proposal();
    const { code, items } = await bulwark('promote', REMEDIATION, '--dry-run', '--json');
    expect(code).toBe(0);
    expect(items).toContainEqual(
      expect.objectContaining({
        resourceArn: `arn:aws:s3:::${bucket}`,
        act: 'PROPOSE',
        because: 'the mode is PROPOSE',
        before: null,
        after: SECURE,
      }),
    );
    expect((await done('status')).overrides).not.toHaveProperty([`override/adopt-existing/${REMEDIATION}`]);
    await s3.send(new DeleteBucketCommand({ Bucket: bucket }));
  }, 120_000);
});

describe('what there is no such thing of', () => {
  test.each([
    ['runs', 'r-0123456789abcdef'],
    ['undo', 'r-0123456789abcdef'],
    ['approve', 'p-0123456789abcdef'],
    ['exempt', '--revoke', 'e-0123456789abcdef'],
    ['mode', '--clear'],
    ['promote', '--revoke'],
  ])('ends %s with 3', async (...args) => {
    const { code, stdout, stderr } = await bulwark(...args);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(/^bulwark: (There is no|No exemption)/);
  });
});

describe('an exemption', () => {
  test('is written, listed and ended', async () => {
    const name = unique('shop');
    const until = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
    const made = await done(
      ...['exempt', '--remediation', REMEDIATION, '--tag', name, '--account', sandbox.account],
      ...['--owner', 'Jane', '--reason', 'the shop is public', '--until', until, '--yes'],
    );
    const listed = {
      id: made.exemptionId,
      scope: 'tag',
      target: name,
      owner: 'Jane',
      expires: `${until}T23:59:59.000Z`,
    };
    expect((await bulwark('exempt', '--list', '--json')).items).toContainEqual(expect.objectContaining(listed));
    await done('exempt', '--revoke', made.exemptionId as string, '--yes');
    const { items } = await bulwark('exempt', '--list', '--expired', '--json');
    const ended = items.find(({ id }) => id === made.exemptionId);
    expect(Date.parse(String(ended?.expires))).toBeLessThanOrEqual(Date.now());
  });

  test.each([
    [
      'of a remediation that is none',
      ['--remediation', 'no-such-thing'],
      /does not cover the remediation no-such-thing/,
    ],
    [
      'in an account that is not covered',
      ['--remediation', 'all', '--account', '999999999999'],
      /does not cover the account/,
    ],
  ])('%s is not sent', async (_, args, why) => {
    const whole = ['--account', sandbox.account, '--owner', 'me', '--reason', 'none', '--days', '1', '--yes', ...args];
    const { code, stderr } = await bulwark('exempt', ...whole);
    expect(code).toBe(2);
    expect(stderr).toMatch(why);
  });
});

describe('a sweep', () => {
  test('shows its progress, and what it found', async () => {
    const bucket = unique('e2e-command-line');
    const CreateBucketConfiguration = { LocationConstraint: 'eu-central-1' } as const;
    await s3.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration }));
    const { code, items, stderr } = await bulwark(
      'sweep',
      '--remediation',
      REMEDIATION,
      '--wait',
      '90',
      '--yes',
      '--json',
    );
    const [sum] = items;
    const { sweepId, legs, done: ended, resources, outcomes } = sum as Record<string, number>;
    expect(code).toBe(0);
    expect(ended).toBe(legs);
    expect(resources).toBeGreaterThan(0);
    expect(Object.values(outcomes as unknown as Record<string, number>).reduce((all, each) => all + each)).toBe(
      resources,
    );
    expect(stderr).toContain(`Sweep ${sweepId}`);
    expect((await done('status')).lastSweep).toMatchObject({ sweepId, legs, done: legs });
    await s3.send(new DeleteBucketCommand({ Bucket: bucket }));
  }, 120_000);
});

describe('the kill switch', () => {
  afterAll(async () => {
    await bulwark('kill-switch', 'off', '--yes');
    await renewFunctions();
  });

  test('leaves drift as it is while it is on', async () => {
    await done('kill-switch', 'on', '--yes');
    expect((await done('status')).killSwitch).toBe('ON');
    await renewFunctions();
    const { code, items } = await bulwark('drill', 'bucket-made-public', '--yes', '--json');
    expect(code).toBe(1);
    expect(items).toEqual([
      expect.objectContaining({ outcome: 'OBSERVED', reason: 'the kill switch is on', passed: false }),
    ]);
    const refused = await bulwark('drill', 'trail-stopped', '--yes');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/Not attacked: trail-stopped weakens the account itself/);
    await done('kill-switch', 'off', '--yes');
    expect((await done('status')).killSwitch).toBeNull();
  }, 120_000);
});

describe('what was parked', () => {
  test('is nothing at first', async () => {
    expect(await done('redrive', '--yes')).toEqual({ parked: 0, moved: 0 });
  });

  test('is shown with the reason, put back, and then carried out', async () => {
    const name = unique('shop');
    const undo = roleArn('aws', sandbox.account, doorRole('main', 'undo'));
    await sandbox.faults([
      {
        kind: 'error',
        code: 'AccessDeniedException',
        status: 400,
        n: 1_000,
        service: 'dynamodb',
        operation: 'UpdateItem',
        roleArn: undo,
      },
    ]);
    try {
      const late = await bulwark(
        ...['exempt', '--remediation', REMEDIATION, '--tag', name, '--account', sandbox.account],
        ...['--owner', 'Jane', '--reason', 'a test', '--days', '1', '--yes', '--wait', '1'],
      );
      expect(late.code).toBe(5);
      expect(late.stderr).toMatch(/There is no answer after 1 s\. The order was sent and stands/);
      await eventually('the order to be parked', async () => (await done('status')).deadLetters === 1 || undefined);
    } finally {
      await sandbox.faults([]);
    }
    const { code, items } = await bulwark('redrive', '--yes', '--json');
    expect(code).toBe(0);
    expect(items).toEqual([
      expect.objectContaining({
        what: 'order exempt',
        reason: expect.stringMatching(/^AccessDeniedException/) as string,
      }),
      { parked: 1, moved: 1 },
    ]);
    const made = await eventually('the exemption', async () =>
      (await bulwark('exempt', '--list', '--json')).items.find(({ target }) => target === name),
    );
    await done('exempt', '--revoke', made.id as string, '--yes');
    expect((await done('status')).deadLetters).toBe(0);
  }, 120_000);
});

describe('a drill', () => {
  const drilled = async () =>
    ((await s3.send(new ListBucketsCommand({}))).Buckets ?? []).filter(({ Name }) =>
      Name?.startsWith('bulwark-drill-'),
    );

  test('attacks, waits, looks, and removes what it made', async () => {
    const before = await drilled();
    const result = await done('drill', 'bucket-made-public', '--yes');
    expect(result).toMatchObject({ outcome: 'REMEDIATED', passed: true, evidence: 'GetPublicAccessBlock: 4 of 4 on' });
    expect(await drilled()).toEqual(before);
  }, 120_000);

  test('that is interrupted removes what it made, and says so', async () => {
    const before = await drilled();
    const { ended } = called(['drill', 'bucket-made-public', '--yes'], (text, interrupt) => {
      // Once: a second Ctrl-C ends at once.
      if (text.endsWith('A bucket is made public …\n')) interrupt();
    });
    const { code, stdout, stderr } = await ended;
    expect(code).toBe(130);
    expect(stderr).toMatch(/Interrupted: nothing of the drill is left\.\n$/);
    expect(stdout).not.toContain('OUTCOME');
    expect(await drilled()).toEqual(before);
  }, 120_000);
});
