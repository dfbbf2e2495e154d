import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  GetPublicAccessBlockCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { CloudTrailRecord } from '../../../sandbox/gateway';
import { expectInvariants, tally, withoutOwn, writesAmong } from './invariants';
import type { OwnSandbox } from './own-sandbox';
import { countBy, inParallel, Random } from './random';
import { envelopeOf } from './signals';

/**
 * The rule: what counts is the state at the moment of the decision, whatever the signals say and in whatever order they come.
 *
 * - What is secure by now is left alone, however many signals tell of its drift.
 * - What drifts by now is repaired, once, if any of its signals is at most a quarter of an hour old on arrival. One that comes
 *   earlier and is older than that proposes it; all that come after the repair find nothing to do.
 * - What drifts by now and has only older signals is proposed, and left as it is.
 */
const KINDS = ['secure', 'drifting', 'stale'] as const;
type Kind = (typeof KINDS)[number];

/** Resources of each kind, with three signals each: 300. */
const COUNTS: Readonly<Record<Kind, number>> = { secure: 40, drifting: 40, stale: 20 };
const SIGNALS = 3;

const BLOCKED = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };
const MINUTE_MS = 60_000;
/** How late a signal may be and still tell of somebody's act of this moment; what is left out is the time of the test. */
const IN_TIME_MS = 14 * MINUTE_MS;
const TOO_LATE_MS = 16 * MINUTE_MS;

interface Bucket {
  readonly name: string;
  readonly kind: Kind;
  readonly s3: S3Client;
}

/** Opened, closed, and so on: three changes, the last of which is the state that counts. */
async function live({ name, kind, s3 }: Bucket): Promise<void> {
  const open = () => s3.send(new DeletePublicAccessBlockCommand({ Bucket: name }));
  const close = () =>
    s3.send(new PutPublicAccessBlockCommand({ Bucket: name, PublicAccessBlockConfiguration: BLOCKED }));
  const half = () =>
    s3.send(
      new PutPublicAccessBlockCommand({ Bucket: name, PublicAccessBlockConfiguration: { BlockPublicAcls: true } }),
    );
  for (const change of kind === 'secure' ? [open, half, close] : [half, close, open]) await change();
}

async function isBlocked({ name, s3 }: Bucket): Promise<boolean> {
  try {
    const answer = await s3.send(new GetPublicAccessBlockCommand({ Bucket: name }));
    return Object.values(answer.PublicAccessBlockConfiguration ?? {}).filter(Boolean).length === 4;
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchPublicAccessBlockConfiguration') return false;
    throw error;
  }
}

/** EventBridge gives no order, and may be late by minutes. */
export function disorder(of: () => OwnSandbox): void {
  test('300 signals up to 15 minutes late and in no order, stale ones among them: the newest state wins', async () => {
    const own = of();
    const { sandbox } = own;
    const random = new Random(14);
    const since = await own.mark();
    // They are told later, by the test.
    await sandbox.loseEvents(100);
    const kinds = KINDS.flatMap((kind) => Array.from({ length: COUNTS[kind] }, () => kind));
    const buckets = await inParallel(kinds, 8, async (kind, index): Promise<Bucket> => {
      const name = `disorder-${String(index).padStart(3, '0')}`;
      const region = sandbox.regions[index % 2] as string;
      const s3 = sandbox.client(S3Client, region);
      const CreateBucketConfiguration = { LocationConstraint: region as BucketLocationConstraint };
      await s3.send(
        new CreateBucketCommand({ Bucket: name, ...(region !== 'us-east-1' && { CreateBucketConfiguration }) }),
      );
      await live({ name, kind, s3 });
      return { name, kind, s3 };
    });
    await sandbox.loseEvents(0);

    const { events } = await sandbox.events(since.event);
    const changes = events.filter(({ eventName }) => /^(Put|Delete)BucketPublicAccessBlock$/.test(eventName));
    const now = Date.now();
    const late = changes.map((record): CloudTrailRecord => {
      const { kind } = buckets.find(({ name }) => JSON.stringify(record.requestParameters).includes(name)) as Bucket;
      // Some of the signals of what drifts are too old as well, but never all of one resource.
      const isLast = kind === 'drifting' && record.eventName.startsWith('Delete');
      const isOld = kind === 'stale' || (!isLast && random.next() < 0.3);
      const age = isOld ? TOO_LATE_MS + random.below(90 * MINUTE_MS) : random.below(IN_TIME_MS);
      return { ...record, eventTime: `${new Date(now - age).toISOString().slice(0, 19)}Z` };
    });
    expect(late).toHaveLength(300);
    await inParallel(random.shuffled(late), 16, (record) => sandbox.emit(record.awsRegion, envelopeOf(record)));
    await own.idle();

    const blocked = await inParallel(buckets, 8, isBlocked);
    const wanted = buckets.map(({ kind }) => kind !== 'stale');
    expect(blocked).toEqual(wanted);

    const reports = withoutOwn(await own.reportsSince(since));
    const decided = reports.filter(({ remediation }) => remediation === 's3-bucket-public-access');
    expect(decided).toHaveLength(300);
    const arnsOf = (kind: Kind) =>
      new Set(buckets.filter((each) => each.kind === kind).map(({ name }) => `arn:aws:s3:::${name}`));
    const on = (kind: Kind) => decided.filter(({ resourceArn }) => arnsOf(kind).has(resourceArn));
    expect(tally(on('secure'))).toEqual({ COMPLIANT: COUNTS.secure * SIGNALS });
    expect(tally(on('stale'))).toEqual({ PROPOSED: COUNTS.stale * SIGNALS });
    const { REMEDIATED, ...rest } = tally(on('drifting'));
    expect(REMEDIATED).toBe(COUNTS.drifting);
    expect(Object.keys(rest).sort()).toEqual(['COMPLIANT', 'PROPOSED']);
    expect(on('drifting')).toHaveLength(COUNTS.drifting * SIGNALS);

    const writes = writesAmong(await own.callsSince(since));
    const perResource = countBy(writes, ({ resources }) => resources.join());
    expect(Object.keys(perResource).sort()).toEqual([...arnsOf('drifting')].sort());
    expect(Object.values(perResource).every((count) => count === 1)).toBe(true);
    // One plan for each, however often it was proposed, and people are told of it once.
    const told = on('stale').filter(({ notify }) => notify);
    expect(told.map(({ resourceArn }) => resourceArn).sort()).toEqual([...arnsOf('stale')].sort());
    await expectInvariants(own, since);
  });
}
