import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { programFor } from '../../../cli/program';
import packageJson from '../../../package.json';
import { messageOf } from '../../support/remediation';

type Fields = Record<string, unknown>;

const program = join(__dirname, '../../..', packageJson.bin.bulwark);
const { PATH } = process.env;
/** No credentials, no Region and no network: nothing of AWS is asked. */
const options = { encoding: 'utf8', timeout: 60_000, env: { PATH } as unknown as NodeJS.ProcessEnv } as const;

const folder = mkdtempSync(join(tmpdir(), 'bulwark-backtest-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { detail: MATCH } = messageOf('s3-bucket-public-access', 'match-put-policy') as { detail: Fields };
const { detail: MISS } = messageOf('s3-bucket-public-access', 'miss-failed-call') as { detail: Fields };
const matching = (number: number): Fields => ({
  ...MATCH,
  eventID: `e-${number}`,
  requestParameters: { bucketName: `b-${number}` },
});
const records = (...list: Fields[]) => JSON.stringify({ Records: list });
const many = (length: number) => Array.from({ length }, (_, index) => `${JSON.stringify(matching(index))}\n`).join('');

let files = 0;
function file(content: string | Buffer, name = `${files++}.json`): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  return path;
}

function bulwark(args: readonly string[], input: string | Buffer = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'backtest', ...args], { ...options, input });
  return { status, stdout, stderr };
}

/** Like a person's, but for their settings. */
function shell(script: string, ...args: string[]) {
  return spawnSync('bash', ['--norc', '-c', script, process.execPath, program, ...args], options);
}

const lines = (text: string) => text.split('\n').slice(0, -1);

function jsonOf(args: readonly string[], input?: string | Buffer) {
  const { status, stdout, stderr } = bulwark([...args, '--json'], input);
  const items = lines(stdout).map((line) => JSON.parse(line) as Fields);
  return { status, stderr, items: items.slice(0, -1), ...(items.at(-1) as { summary: Fields }) };
}

describe('--json', () => {
  test('prints one line for each event that is noticed or refused, and a last one', () => {
    const path = file(`${records(MATCH, MISS)}\n{"no":"event"}\nbroken\n`);
    const { status, stderr, items, summary } = jsonOf([path]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(items).toEqual([
      {
        id: MATCH.eventID,
        eventName: 'PutBucketPolicy',
        source: 'aws.s3',
        alarms: [],
        remediations: [
          { id: 's3-bucket-public-access', resource: 'arn:aws:s3:::reports' },
          { id: 's3-bucket-tls-only', resource: 'arn:aws:s3:::reports' },
        ],
        techniques: ['T1530', 'T1537'],
      },
      nothing(`${path}, record 3: not a CloudTrail record, an event of EventBridge or a finding`),
      nothing(`${path}, record 4: not JSON`),
    ]);
    expect(summary).toEqual({ events: 2, matched: 1, refused: 2 });
  });

  const nothing = (refused: string) => ({
    id: null,
    eventName: null,
    source: null,
    alarms: [],
    remediations: [],
    techniques: [],
    refused,
  });

  test('has the same keys in the same order in each line', () => {
    const keys = ['id', 'eventName', 'source', 'alarms', 'remediations', 'techniques'];
    const undated = { ...MATCH, eventTime: 'never' };
    const { items } = jsonOf([file(records(MATCH, undated, {}))]);
    expect(items.map((item) => Object.keys(item))).toEqual([keys, [...keys, 'refused'], [...keys, 'refused']]);
    expect(items[1]).toMatchObject({ id: MATCH.eventID, eventName: 'PutBucketPolicy', source: 'aws.s3' });
  });

  test('tells the alarms with their priorities', () => {
    const requestParameters = { name: '/bulwark/main/response/kill-switch' };
    const event = { ...MATCH, eventSource: 'ssm.amazonaws.com', eventName: 'PutParameter', requestParameters };
    const path = file(records(event));
    const alarms = [{ id: 'response-switch-changed', priority: 'P1' }];
    expect(jsonOf([path]).items).toMatchObject([{ alarms, remediations: [] }]);
    expect(jsonOf([path, '--qualifier', 'other']).items).toEqual([]);
    const { stdout } = bulwark([path]);
    expect(stdout).toMatch(/^response-switch-changed +alarm P1 +1 +2026-11-20 10:00:00 /m);
    expect(stdout).not.toContain('What a look finds');
  });
});

describe('for people', () => {
  const LOOKS =
    'What a look finds decides: a resource that is secure or exempt is left as it is, and one that is gone cannot be repaired.';

  test('a remediation that would have repaired and proposed has a row for each', () => {
    const deployed = { ...matching(2), sourceIPAddress: 'cloudformation.amazonaws.com' };
    const { stdout } = bulwark([file(records(deployed, matching(1), matching(3)))]);
    expect(lines(stdout).slice(1, 5)).toEqual([
      expect.stringMatching(/^s3-bucket-public-access +looks, then repairs +2 +2 /),
      expect.stringMatching(/^s3-bucket-public-access +looks, then proposes +1 +1 /),
      expect.stringMatching(/^s3-bucket-tls-only +looks, then repairs +2 +2 /),
      expect.stringMatching(/^s3-bucket-tls-only +looks, then proposes +1 +1 /),
    ]);
    expect(stdout).toContain(LOOKS);
  });

  test('there is a table by detection, with counts, first and last time', () => {
    const path = file(
      records(
        { ...matching(1), eventTime: '2026-11-21T10:00:00Z' },
        { ...matching(1), eventTime: '2026-11-20T10:00:00Z' },
        { ...matching(2), eventTime: '2026-11-22T10:00:00Z' },
        { ...MISS, eventTime: '2020-01-01T00:00:00Z' },
      ),
    );
    const { status, stdout, stderr } = bulwark([path]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(lines(stdout)).toEqual([
      expect.stringMatching(/^DETECTION +WHAT IT DOES +EVENTS +RESOURCES +FIRST +LAST$/),
      expect.stringMatching(
        /^s3-bucket-public-access +looks, then repairs +3 +2 +2026-11-20 10:00:00 +2026-11-22 10:00:00$/,
      ),
      expect.stringMatching(
        /^s3-bucket-tls-only +looks, then repairs +3 +2 +2026-11-20 10:00:00 +2026-11-22 10:00:00$/,
      ),
      '',
      '4 events read, 3 of them would have led to a look or an alarm.',
      LOOKS,
    ]);
  });

  test('an event without a time counts, and is neither the first nor the last', () => {
    const envelope = (time: unknown) => ({
      source: 'aws.s3',
      'detail-type': 'AWS API Call via CloudTrail',
      time,
      detail: MATCH,
    });
    const times = [undefined, '2026-11-21 10:00:00', 'never', '2026-11-21T08:00:00-01:00', ''];
    const { stdout } = bulwark([file(JSON.stringify(times.map(envelope)))]);
    expect(stdout).toMatch(
      /^s3-bucket-tls-only +looks, then repairs +5 +1 +2026-11-21 09:00:00 +2026-11-21 10:00:00$/m,
    );
    expect(bulwark([file(JSON.stringify([envelope('')]))]).stdout).toMatch(
      /^s3-bucket-tls-only +looks, then repairs +1 +1$/m,
    );
  });

  test('it is said that nothing would have come of it', () => {
    expect(bulwark([file(records(MISS))])).toEqual({
      status: 0,
      stdout:
        'No event would have led to a look or an alarm.\n\n1 event read, 0 of them would have led to a look or an alarm.\n',
      stderr: '',
    });
    expect(bulwark([file('')]).stdout).toMatch(/^0 events read/m);
  });

  test('what is no event is told aside, and counted where it is too much', () => {
    const { status, stdout, stderr } = bulwark([file(`{"a":1}\n${'{}\n'.repeat(30)}`, 'odd\u001b[31m.json')]);
    expect(status).toBe(0);
    expect(lines(stderr)).toHaveLength(21);
    expect(lines(stderr)[0]).toMatch(/odd\\u\{1b\}\[31m\.json, record 1: not a CloudTrail record/);
    expect(lines(stderr)[20]).toBe('… and 11 records more that could not be taken; --json tells each.');
    expect(stdout).toContain('; 31 records could not be taken for events.');
  });

  test('--help tells what is read and what a line says', () => {
    const { status, stdout } = bulwark(['--help']);
    expect(status).toBe(0);
    for (const part of [
      '[PATH...]',
      '--json',
      '--qualifier',
      '"Records"',
      'gzip',
      '"summary"',
      '"refused"?',
      '- for standard input',
      'one that is gone, as a deleted trail is, cannot be repaired',
      'every account and Region in the records for covered, and any trail for the baseline',
      'give the --qualifier under which it was deployed',
      'response-switch-changed, which stands in its account and Region only',
      'Each record counts, also where two trails have written the same event',
    ]) {
      expect(stdout.replaceAll(/\s+/g, ' ')).toContain(part);
    }
  });
});

describe('reads', () => {
  test('folders with all below them, whatever the files are called', () => {
    const root = join(folder, 'AWSLogs');
    file(records(matching(1)), 'AWSLogs/2026/11/20/a.json');
    file(gzipSync(records(matching(2))), 'AWSLogs/2026/11/20/b.json.gz');
    file(gzipSync(records(matching(3))), 'AWSLogs/2026/11/21/c.txt');
    file(records(matching(4)), 'AWSLogs/2026/11/21/d.json.gz');
    file('', 'AWSLogs/empty');
    symlinkSync('..', join(root, '2026/up'));
    symlinkSync('20/a.json', join(root, '2026/11/again'));
    symlinkSync('nowhere', join(root, '2026/gone'));
    spawnSync('mkfifo', [join(root, '2026/pipe')]);
    const { status, items, summary } = jsonOf([root, join(root, '2026/11/20/a.json'), root]);
    expect(status).toBe(0);
    expect(items.flatMap(({ id, refused }) => refused ?? id)).toEqual([
      'e-1',
      'e-2',
      'e-3',
      'e-4',
      `${root}/2026/gone: it is gone, or a link that leads nowhere`,
      `${root}/2026/pipe: not a file`,
    ]);
    expect(summary).toEqual({ events: 4, matched: 4, refused: 2 });
  });

  test('a socket in a folder as what it is', async () => {
    mkdirSync(join(folder, 'run'));
    const server = createServer().listen(join(folder, 'run/socket'));
    await once(server, 'listening');
    const { summary } = jsonOf([join(folder, 'run')]);
    server.close();
    expect(summary).toEqual({ events: 0, matched: 0, refused: 1 });
  });

  test.each<[string, string[], Buffer | undefined]>([
    ['piped', [], undefined],
    ['named', ['-'], undefined],
    ['packed', [], gzipSync(records(matching(1), MISS))],
    ['named twice', ['-', '-'], undefined],
  ])('standard input, %s', (_, args, packed) => {
    const { status, items, summary } = jsonOf(args, packed ?? records(matching(1), MISS));
    expect({ status, summary }).toEqual({ status: 0, summary: { events: 2, matched: 1, refused: 0 } });
    expect(items).toMatchObject([{ id: 'e-1' }]);
  });

  test('standard input beside files, in the order in which they are named', () => {
    const path = file(records(matching(1)));
    const { items } = jsonOf([path, '-'], `${JSON.stringify(matching(2))}\n{}`);
    expect(items.map(({ id }) => id)).toEqual(['e-1', 'e-2', null]);
    expect(items[2]).toMatchObject({ refused: expect.stringMatching(/^standard input, record 2: /) });
  });

  test('what another program writes into a pipe', () => {
    const path = file(gzipSync(records(matching(1))));
    const { status, stdout } = shell('gzip -dc "$2" | "$0" "$1" backtest --json <(gzip -dc "$2") /dev/stdin', path);
    expect(status).toBe(0);
    expect(lines(stdout).at(-1)).toBe('{"summary":{"events":2,"matched":2,"refused":0}}');
  });

  test('what is nested ten thousand levels deep', () => {
    const deep = `${'{"a":['.repeat(10_000)}${']}'.repeat(10_000)}`;
    const { status, summary } = jsonOf([file(`${records(matching(1))}\n${deep}\n[${deep}`), file(deep)]);
    expect({ status, ...summary }).toMatchObject({ status: 0, matched: 1 });
  });

  test('twice the same to the letter', () => {
    const path = file(many(50));
    expect(bulwark([path, '--json'])).toEqual(bulwark([path, '--json']));
  });
});

describe('input that is cut off or damaged is told in a sentence, and what is whole is read', () => {
  const whole = records(...Array.from({ length: 2_000 }, (_, index) => matching(index)));

  test('a packed file that ends too early', () => {
    const packed = gzipSync(whole);
    const path = file(packed.subarray(0, packed.length - 100));
    const { status, items, summary } = jsonOf([path, file(records(MISS))]);
    expect(status).toBe(0);
    expect(summary).toEqual({ events: items.length, matched: items.length - 1, refused: 1 });
    expect(items.length).toBeGreaterThan(1_900);
    expect(items.at(-1)?.refused).toBe(`${path}: the packed file ends too early, after ${items.length - 1} records`);
    expect(bulwark([path]).stderr).toMatch(/ends too early, after \d+ records\n$/);
  });

  test('a packed file that is damaged', () => {
    const packed = gzipSync(whole);
    packed.fill(0xff, packed.length - 200, packed.length - 100);
    const { status, items, summary } = jsonOf([file(packed), file(records(MISS))]);
    expect({ status, refused: summary.refused }).toEqual({ status: 0, refused: 1 });
    expect(items.at(-1)?.refused).toMatch(/: the packed file is damaged \(.+\), after \d+ records$/);
  });

  test('a file that ends in the middle', () => {
    const { status, items, summary } = jsonOf([file(whole.slice(0, -100))]);
    expect(status).toBe(0);
    expect(summary).toEqual({ events: 1_999, matched: 1_999, refused: 1 });
    expect(items.at(-1)?.refused).toMatch(/, record 2000: the file ends in the middle of a record$/);
  });
});

describe('a wrong call reads nothing', () => {
  test('a path that is not there', () => {
    const { status, stdout, stderr } = bulwark([file(records(MATCH)), join(folder, 'nothing'), '--json']);
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(stderr).toBe(`bulwark: There is no file or folder ${join(folder, 'nothing')}.\n`);
  });

  test('no path, on a terminal', async () => {
    const { isTTY } = process.stdin;
    process.stdin.isTTY = true;
    try {
      const parsing = programFor(['backtest']).then((parsed) => parsed.parseAsync(['backtest'], { from: 'user' }));
      await expect(parsing).rejects.toMatchObject({
        exit: 'usage',
        message: 'Name files or folders with recorded events, or - for standard input.',
      });
    } finally {
      process.stdin.isTTY = isTTY;
    }
  });

  test('a qualifier that is none', () => {
    const { status, stdout, stderr } = bulwark(['--qualifier', 'Main', file(records(MATCH))]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain('must be a qualifier');
  });
});

/** A run that is still reading. */
function started(args: readonly string[]): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [program, 'backtest', ...args], { env: options.env });
  child.stdin.on('error', () => undefined);
  return child;
}

async function ended(child: ChildProcessWithoutNullStreams) {
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { code, signal, stdout, stderr };
}

describe.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s', (signal, expected) => {
  test.each([[[]], [['--json']]])('ends a long run with a sentence and the counts: %j', async (args) => {
    const child = started(['-', ...args]);
    const ending = ended(child);
    // A pipe holds no such amount: when it is written, most of it has been read.
    await new Promise((resolve) => child.stdin.write(`{}\n${many(4_000)}`, resolve));
    child.kill(signal);
    const { code, stdout, stderr } = await ending;
    expect(code).toBe(expected);
    const [, told] =
      /^✖ Interrupted\. Until then: (\d+) events read, \1 of them .*; 1 record could not be/m.exec(stderr) ?? [];
    expect(Number(told)).toBeGreaterThan(2_000);
    if (args.length === 0) {
      expect(stdout).toBe('');
      expect(lines(stderr)[0]).toMatch(/^standard input, record 1: not a CloudTrail record/);
    } else {
      expect(stdout).not.toContain('summary');
    }
  });
});

describe('standard output', () => {
  test.each(['--json', '--qualifier=main'])('that is closed early ends it quietly: %s', (arg) => {
    const script = 'set -o pipefail; "$0" "$1" backtest "$2" "$3" | head -1';
    const { status, stdout, stderr } = shell(script, arg, file(many(3_000)));
    expect({ status, stderr, lines: lines(stdout).length }).toEqual({ status: 0, stderr: '', lines: 1 });
  });

  test('that nobody reads for a while makes it wait, not grow', async () => {
    // Each of these becomes a line of 200 characters: 300 MB.
    const child = started([file('{}\n'.repeat(1_500_000)), '--json']);
    const sizes: number[] = [];
    for (let count = 0; count < 6; count += 1) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      sizes.push(residentMiB(child.pid as number));
    }
    const ending = ended(child);
    child.kill('SIGTERM');
    const { code, stderr } = await ending;
    expect({ code, isSmall: Math.max(...sizes) < 200, sizes }).toMatchObject({ code: 143, isSmall: true });
    expect(stderr).toMatch(/^✖ Interrupted\. Until then: 0 events read/m);
  }, 60_000);

  function residentMiB(pid: number): number {
    const { stdout } = spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
    return Number(stdout) / 1024;
  }
});

test('the help shows the keys that are printed', () => {
  const help = readFileSync(join(__dirname, '../../../cli/commands/backtest.ts'), 'utf8');
  const { items } = jsonOf([file(records(MATCH))]);
  for (const key of Object.keys(items[0] as Fields)) expect(help).toContain(`"${key}"`);
});
