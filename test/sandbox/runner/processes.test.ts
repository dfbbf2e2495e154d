import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Child, startEmulator, stopAll } from '../../../sandbox/runner/processes';
import { isOurs, type Kept, keptSandbox, remember, stopKept } from '../../../sandbox/runner/state';

const folder = mkdtempSync(join(tmpdir(), 'bulwark-processes-'));
const env = { PATH: process.env['PATH'] ?? '' };
const log = join(folder, 'child.log');
const TOKEN = 'token-of-this-run';

afterAll(async () => {
  await stopAll();
  rmSync(folder, { recursive: true, force: true });
});

function child(script: string, onLine?: (line: string) => void): Child {
  return Child.start({
    name: 'The child',
    command: process.execPath,
    args: ['-e', script],
    cwd: folder,
    env,
    log,
    ...(onLine && { onLine }),
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function gone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 100 && isAlive(pid); tries += 1) await sleep(20);
  return !isAlive(pid);
}

test('a child is ended with what it started, and says how it ended', async () => {
  let grandchild = 0;
  let tell: () => void = () => undefined;
  const started = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const parent = child(
    `const { pid } = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']); console.log(pid); setInterval(() => {}, 1000)`,
    (line) => {
      grandchild = Number(line);
      tell();
    },
  );
  await started;
  expect(isAlive(grandchild)).toBe(true);
  await parent.stop();
  expect((await parent.ended).signal).toBe('SIGTERM');
  expect(await gone(grandchild)).toBe(true);
});

test('a child gets nothing of the environment but what it is given', async () => {
  const lines: string[] = [];
  await child('console.log(Object.keys(process.env).sort().join())', (line) => lines.push(line)).ended;
  expect(lines).toEqual(['PATH']);
});

test('a child that ends by itself has an obituary with the place of its log', async () => {
  const failed = child('process.exit(3)');
  const ending = await failed.ended;
  expect(failed.obituary(ending)).toBe(`The child ended with 3; its log is ${log}.`);
  expect(failed.isRunning).toBe(false);
});

test('a command that does not exist is one sentence', async () => {
  const missing = Child.start({ name: 'It', command: join(folder, 'none'), args: [], cwd: folder, env, log });
  await expect(missing.ended).rejects.toThrow(/^It cannot be started: spawn .* ENOENT\.$/);
});

describe('the emulator', () => {
  const emulator = (script: string) => {
    const python = join(folder, `python-${Math.random().toString(36).slice(2)}`);
    writeFileSync(python, `#!/bin/sh\n${script}\n`);
    chmodSync(python, 0o755);
    const gateway = 'http://127.0.0.1:1';
    return startEmulator({
      python,
      folder,
      gateway,
      token: TOKEN,
      state: folder,
      env,
      log: join(folder, 'emulator.log'),
    });
  };

  test('is ready when it says so, whatever it says before', async () => {
    const { child: started, url } = await emulator(
      'echo "a warning"; echo "{\\"ready\\": true, \\"port\\": 4242}"; exec sleep 60',
    );
    expect(url).toBe('http://127.0.0.1:4242');
    await started.stop();
    expect(isAlive(started.pid ?? 0)).toBe(false);
  });

  test('gets its token where no list of processes and no log shows it', async () => {
    const { child: started } = await emulator(
      `echo "arguments: $*"; test "$BULWARK_TOKEN" = ${TOKEN} && echo "it knows"; echo '{"ready": true, "port": 1}'; exec sleep 60`,
    );
    await started.stop();
    const written = readFileSync(join(folder, 'emulator.log'), 'utf8');
    expect(written).toContain('it knows');
    expect(written).toContain('arguments: -m bulwark_emulator');
    expect(written).not.toContain(TOKEN);
  });

  test('that does not start is one sentence with its last words and its log', async () => {
    await expect(emulator('echo "Traceback"; echo "ImportError: no moto" >&2; exit 1')).rejects.toThrow(
      `The emulator did not start: ImportError: no moto. Its log is ${join(folder, 'emulator.log')}.`,
    );
    expect(readFileSync(join(folder, 'emulator.log'), 'utf8')).toContain('Traceback');
  });
});

describe('a sandbox that is kept', () => {
  const file = join(folder, 'kept.json');
  const state = join(folder, 'state');
  const record = (hostPid: number): Kept => ({
    endpoint: 'http://localhost:1',
    emulator: 'http://127.0.0.1:2',
    token: 't',
    folder: state,
    logs: folder,
    emulatorPid: 0,
    hostPid,
  });

  test('whose process id now belongs to another is forgotten, and the other lives on', async () => {
    const stranger = child('setInterval(() => {}, 1000)');
    mkdirSync(state, { recursive: true });
    remember(record(stranger.pid ?? 0), file);
    expect(keptSandbox(file)).toBeUndefined();
    await stopKept(record(stranger.pid ?? 0), file);
    expect(isAlive(stranger.pid ?? 0)).toBe(true);
    await stranger.stop();
  });

  test('is stopped by its id while it is ours', async () => {
    const host = Child.start({
      name: 'Host',
      command: process.execPath,
      args: ['-e', 'setInterval(() => {}, 1000)', 'sandbox/runner/host.ts'],
      cwd: folder,
      env,
      log,
    });
    const pid = host.pid ?? 0;
    while (!isOurs(pid, 'host.ts')) await sleep(10);
    remember(record(pid), file);
    expect(keptSandbox(file)?.hostPid).toBe(pid);
    await stopKept(record(pid), file);
    await host.ended;
    expect(isAlive(pid)).toBe(false);
    expect(keptSandbox(file)).toBeUndefined();
  });

  test('has no record that is not one', () => {
    writeFileSync(file, 'not JSON');
    expect(keptSandbox(file)).toBeUndefined();
  });
});
