import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { sourcesOf } from '../../../cli/backtest/files';
import { Replay } from '../../../cli/backtest/replay';
import { backtest, type Summary } from '../../../cli/backtest/run';
import { REMEDIATIONS } from '../../../lib/response/remediations.generated';
import packageJson from '../../../package.json';

type Fields = Record<string, unknown>;

const root = join(__dirname, '../../..');
/** Public data of other projects, which does not belong to the repository. */
const CORPORA = process.env.BULWARK_CORPORA ?? join(root, '../shared/corpora');
const isHere = existsSync(CORPORA);
if (!isHere) console.warn(`SKIPPED: no public events at ${CORPORA}; set BULWARK_CORPORA to replay some`);
const whereRecorded = isHere ? describe : describe.skip;

const allFiles = (): string[] =>
  readdirSync(CORPORA, { recursive: true, encoding: 'utf8' })
    .map((name) => join(CORPORA, name))
    .filter((path) => statSync(path).isFile());

/** How much stands in a file, read in the simplest way there is: whole. */
function holds(path: string): number {
  const bytes = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
  if (path.endsWith('.jsonl')) return text.split('\n').filter((line) => line.trim() !== '').length;
  // A log that is no JSON is refused once.
  if (!path.endsWith('.json')) return 1;
  const value = JSON.parse(text) as unknown;
  return Array.isArray(value) ? value.length : 1;
}

/**
 * Panther's cases on a call that may be drift: what they are about, or undefined where they name no resource that there could
 * be (a policy without a bucket, the group `sg-1`). Panther's own verdict looks at the content; here each is looked at by its name.
 */
const CASES: ReadonlyArray<readonly [rule: string, name: string, resource?: string]> = [
  ['AWS.EC2.SecurityGroupModified', 'Security Group Modified'],
  ['AWS.CloudTrail.ResourceMadePublic', 'S3 Made Publicly Accessible', 'arn:aws:s3:::example-bucket'],
  ['AWS.CloudTrail.ResourceMadePublic', 'S3 Not Made Publicly Accessible', 'arn:aws:s3:::example-bucket'],
  ['AWS.CloudTrail.ResourceMadePublic', 'Null Request Parameters'],
  ['AWS.CloudTrail.ResourceMadePublic', 'Invalid JSON Policy (Should Not Alert)'],
  ['AWS.CloudTrail.ResourceMadePublic', 'All Restrictive Conditions Types (Should Not Alert)'],
  ['AWS.S3.DeletePublicAccessBlock', 'Public Access Block Deleted Successfully', 'arn:aws:s3:::corporate-documents'],
  ['AWS.S3.DeletePublicAccessBlock', 'Different S3 Event', 'arn:aws:s3:::corporate-documents'],
  [
    'AWS.CloudTrail.SecurityConfigurationChange',
    'Security Configuration Changed',
    'arn:aws:cloudtrail:us-west-2:123456789012:trail/example-trail',
  ],
];

whereRecorded('recorded public events', () => {
  const { status, stdout, stderr } = isHere
    ? spawnSync(process.execPath, [join(root, packageJson.bin.bulwark), 'backtest', CORPORA, '--json'], {
        encoding: 'utf8',
        env: { PATH: process.env.PATH } as unknown as NodeJS.ProcessEnv,
        maxBuffer: 1 << 28,
      })
    : { status: null, stdout: '', stderr: '' };
  const items = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Fields);
  const last = items.at(-1) as { summary: Summary };
  const matched = items.slice(0, -1).filter(({ refused }) => refused === undefined);

  test('are replayed to the end, without a word aside', () => {
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(Object.keys(last)).toEqual(['summary']);
    expect(items.filter((item) => 'summary' in item)).toHaveLength(1);
  });

  test('add up to what the files hold', () => {
    const { events, refused } = last.summary;
    expect(events + refused).toBe(allFiles().reduce((sum, path) => sum + holds(path), 0));
    expect(items).toHaveLength(last.summary.matched + refused + 1);
    expect(events).toBeGreaterThan(300);
  });

  test('add up in each file', async () => {
    const replay = new Replay('main');
    await replay.load();
    const counted: Record<string, number> = {};
    for (const path of allFiles()) {
      const summary: Summary = { events: 0, matched: 0, refused: 0 };
      const ignore = () => undefined;
      await backtest(sourcesOf([path]), replay, summary, { matched: ignore, refused: ignore });
      counted[relative(CORPORA, path)] = summary.events + summary.refused;
    }
    expect(counted).toEqual(Object.fromEntries(allFiles().map((path) => [relative(CORPORA, path), holds(path)])));
  });

  test('are events wherever they are records of CloudTrail, envelopes or findings', () => {
    const known = (value: Fields): boolean =>
      (typeof value.eventName === 'string' &&
        typeof value.eventSource === 'string' &&
        value.eventType !== 'AwsVpceEvent') ||
      (typeof value['detail-type'] === 'string' && typeof value.detail === 'object') ||
      typeof value.ProductArn === 'string' ||
      (typeof value.type === 'string' && typeof value.service === 'object') ||
      (typeof value.class_uid === 'number' && typeof value.metadata === 'object');
    const values = allFiles()
      .filter((path) => /\.jsonl?$/.test(path))
      .flatMap((path) => {
        const text = readFileSync(path, 'utf8');
        const whole = path.endsWith('.jsonl') ? text.split('\n').filter(Boolean) : [text];
        return whole.flatMap<Fields>((one) => JSON.parse(one) as Fields | Fields[]);
      })
      .map((value) => (typeof value.event === 'object' && value.event !== null ? (value.event as Fields) : value));
    expect(last.summary.events).toBe(values.filter(known).length);
  });

  test('are noticed where Panther has a case on a call that may be drift, and nowhere else', () => {
    const cases = readFileSync(join(CORPORA, 'panther/rules_tests.jsonl'), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { rule: string; test: string; event: Fields });
    const concerned = cases.filter(
      ({ event: { eventName, eventSource, errorCode } }) =>
        errorCode === undefined &&
        REMEDIATIONS.some(({ triggers }) =>
          triggers.some(
            ({ service, eventNames }) =>
              eventSource === `${service}.amazonaws.com` && (eventNames as readonly unknown[]).includes(eventName),
          ),
        ),
    );
    expect(concerned.map(({ rule, test: name }) => [rule, name])).toEqual(CASES.map(([rule, name]) => [rule, name]));
    const expected = concerned.flatMap(({ event: { eventID: id, eventName } }, index) => {
      const resource = CASES[index]?.[2];
      return resource === undefined ? [] : [{ id, eventName, resources: [resource] }];
    });
    expect(
      matched.map(({ id, eventName, remediations }) => ({
        id,
        eventName,
        resources: [...new Set((remediations as Array<{ resource: string }>).map(({ resource }) => resource))],
      })),
    ).toEqual(expected);
  });
});
