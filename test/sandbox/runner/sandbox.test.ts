import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT, SANDBOX_FOLDER } from '../../../sandbox/runner/paths';
import { forgetRuns, Sandbox } from '../../../sandbox/sandbox';

const folder = mkdtempSync(join(tmpdir(), 'bulwark-sandbox-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function attached(endpoint: string): Sandbox {
  return Sandbox.attach({ endpoint, emulator: endpoint, token: 't', folder, logs: folder, emulatorPid: 0 });
}

describe('a control call', () => {
  let server: Server;
  let sandbox: Sandbox;
  beforeEach(async () => {
    server = createServer((request, response) => {
      if (request.url?.includes('calls')) return; // hangs
      response.writeHead(200).write('{'); // hangs in the middle
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    sandbox = attached(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
  afterEach(() => {
    jest.restoreAllMocks();
    server.closeAllConnections();
    server.close();
  });

  test.each(['calls', 'events'] as const)('that hangs ends after ten seconds in one sentence: %s', async (what) => {
    const soon = AbortSignal.timeout(50);
    const timeout = jest.spyOn(AbortSignal, 'timeout').mockReturnValue(soon);
    await expect(sandbox[what]()).rejects.toThrow(/^The sandbox does not answer \(.*timeout\); its logs are in .*\.$/);
    expect(timeout).toHaveBeenCalledWith(10_000);
  });
});

test('the platform’s troubles go by control paths of their own, with the token', async () => {
  const asked: [string | undefined, unknown, unknown][] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      asked.push([request.url, request.headers['x-bulwark-token'], JSON.parse(Buffer.concat(chunks).toString())]);
      response.end(JSON.stringify({ killed: 2, lost: ['id'], id: 'e' }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const sandbox = attached(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const event = { source: 'aws.config', 'detail-type': 't', detail: {} };
  expect(await sandbox.emit('us-east-1', event)).toMatchObject({ id: 'e' });
  expect(await sandbox.kill('responder')).toBe(2);
  expect(await sandbox.loseEvents(20, 7)).toEqual(['id']);
  await sandbox.shield(true);
  expect(asked).toEqual([
    ['/_bulwark/emit', 't', { region: 'us-east-1', event }],
    ['/_bulwark/kill', 't', { function: 'responder' }],
    ['/_bulwark/drop', 't', { percent: 20, seed: 7 }],
    ['/_bulwark/shield', 't', { subscribed: true }],
  ]);
  server.closeAllConnections();
  server.close();
});

test('what the gateway warned of is read from its log', () => {
  const sandbox = attached('http://127.0.0.1:1');
  expect(sandbox.warnings()).toEqual([]);
  writeFileSync(
    join(folder, 'gateway.log'),
    '2026-01-01T00:00:00.000Z One thing.\n2026-01-01T00:00:01.000Z Another.\n',
  );
  expect(sandbox.warnings()).toEqual(['One thing.', 'Another.']);
});

describe('folders of runs', () => {
  const runs = join(folder, 'runs');
  const mine = `20260101-000000-${process.pid}-1`;
  // Process ids end at 2^22 on Linux, and earlier elsewhere.
  const dead = ['20260102-000000-99999999-1', '20260103-000000-99999998-1'];
  beforeEach(() => {
    for (const name of [mine, ...dead, 'other']) mkdirSync(join(runs, name), { recursive: true });
  });

  test.each([
    [0, ['other', mine]],
    [1, ['other', mine, ...dead.slice(1)]],
    [9, ['other', mine, ...dead]],
  ])('go when their process is gone, but for the newest %d', (kept, left) => {
    forgetRuns(runs, kept);
    expect(readdirSync(runs).sort()).toEqual([...left].sort());
  });
});

describe('while the emulator still boots', () => {
  const python = join(folder, 'python');
  beforeAll(() => {
    writeFileSync(python, '#!/bin/sh\nexec sleep 60\n');
    chmodSync(python, 0o755);
  });

  const state = (pid: number | undefined) =>
    existsSync(join(SANDBOX_FOLDER, 'state'))
      ? readdirSync(join(SANDBOX_FOLDER, 'state')).filter((name) => name.includes(`-${pid}-`))
      : [];

  /** Ends it as soon as it has begun to start an emulator, and tells how it ended. */
  async function endOf(child: ChildProcess, end: () => void): Promise<number | null> {
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    for (let tries = 0; tries < 500 && state(child.pid).length === 0; tries += 1) await sleep(20);
    expect(state(child.pid)).toHaveLength(1);
    end();
    return ended;
  }

  test('Ctrl-C leaves nothing', async () => {
    const script = `
      const { main } = require(${JSON.stringify(join(ROOT, 'sandbox', 'start.ts'))});
      main([], { setUp: async () => ({ python: ${JSON.stringify(python)} }) });`;
    const child = spawn(process.execPath, ['--require', 'tsx/cjs', '-e', script], { cwd: ROOT, stdio: 'ignore' });
    expect(await endOf(child, () => child.kill('SIGINT'))).toBe(130);
    expect(state(child.pid)).toEqual([]);
  });

  test('a host whose parent goes away ends, and leaves nothing', async () => {
    const host = join(ROOT, 'sandbox', 'runner', 'host.ts');
    const child = spawn(process.execPath, ['--require', 'tsx/cjs', host, JSON.stringify({ python })], {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    expect(await endOf(child, () => child.disconnect())).toBe(0);
    expect(state(child.pid)).toEqual([]);
  });
});

test('a port that another process takes while the emulator boots is one sentence', async () => {
  const python = join(folder, 'thief');
  // An emulator that takes the gateway's port for itself.
  writeFileSync(
    python,
    `#!${process.execPath}
const port = Number(process.argv[process.argv.indexOf('--gateway') + 1].split(':').at(-1));
require('node:net').createServer().listen(port, '127.0.0.1', () => console.log(JSON.stringify({ ready: true, port })));
`,
  );
  chmodSync(python, 0o755);
  await expect(Sandbox.start({ python })).rejects.toMatchObject({
    name: 'SandboxError',
    message: expect.stringMatching(
      /^The local AWS cannot listen at http:\/\/localhost:\d+: Port \d+ is taken; choose another one\.$/,
    ),
  });
});
