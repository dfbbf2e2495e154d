// Runs everything: `npm test`, or `npm test -- STEP...` for some of it. Sets up what is missing first. The last line is
// «N passed, N failed, N skipped», added up from what the runners themselves wrote; a step without a runner counts as one.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setUp, SetupError, showProgress } from './setup.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const scratch = mkdtempSync(join(tmpdir(), 'bulwark-test-'));
/** A runner that has not ended by then hangs. */
const STEP_MINUTES = 30;
/** From SIGTERM to SIGKILL. */
const GRACE_MS = 5_000;
const results = { passed: 0, failed: 0, skipped: 0 };

/** Real events and cases that do not belong to the repository; without them the tests that need them say so. */
const corpora = process.env.BULWARK_CORPORA ?? join(root, '..', 'shared', 'corpora');
/** Tests that may be skipped then. Any other skipped test is a failure: nobody reads what is skipped. */
const NEED_CORPORA = [
  /^recorded events have the same shape /,
  /^recorded public events /,
  /^test_patterns\.\w+\.test_agrees_with_event_ruler$/,
  /^event-ruler .* on every deployed pattern and every recorded event$/,
  /^event-ruler .* on the pairs of its own tests$/,
];
/** Those that compare with AWS's own matcher, where nobody can run it. */
const NEED_ORACLE = [/^event-ruler /];
/** Those that compare with somebody else's analyzer of network paths, likewise. */
const NEED_PATH_ANALYZER = [/aws-vpc-analyzer/];
/** @type {import('./setup.mjs').Oracle} */
let oracle = {};
/** @type {string | undefined} */
let pathExcuse;

/** @type {import('node:child_process').ChildProcess | undefined} */
let running;
let isInterrupted = false;
for (const [signal, code] of /** @type {const} */ ([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
])) {
  process.on(signal, () => void interrupt(code));
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof SetupError ? error.message : error);
  results.failed += 1;
  process.exitCode = finish();
}

/** @param {string[]} chosen */
async function main(chosen) {
  const names = steps('').map((step) => step.name);
  if (chosen.includes('--help') || chosen.includes('-h')) {
    console.log(`npm test                 everything\nnpm test -- STEP...      some of it: ${names.join(', ')}`);
    rmSync(scratch, { recursive: true, force: true });
    return 0;
  }
  const unknown = chosen.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    console.error(`there is no step ${unknown.join(', ')}; there are ${names.join(', ')}`);
    results.failed += 1;
    return finish() + 1;
  }
  const isChosen = (/** @type {string} */ name) => chosen.length === 0 || chosen.includes(name);
  const made = await setUp({
    scanners: true,
    oracle: isChosen('ruler'),
    paths: isChosen('paths'),
    onProgress: showProgress(),
  });
  const { python } = made;
  oracle = made.oracle ?? {};
  pathExcuse = made.paths?.excuse;
  const failed = [];
  for (const step of steps(python ?? 'python3').filter(({ name }) => isChosen(name))) {
    console.log(`\n── ${step.name}`);
    if (!(await runStep(step, python))) failed.push(step.name);
  }
  if (failed.length > 0) console.log(`\nfailed: ${failed.join(', ')}`);
  return finish();
}

/** Cleans up and says the last line. @returns the exit code */
function finish() {
  // What was just ended may still be writing.
  rmSync(scratch, { recursive: true, force: true, maxRetries: 10 });
  if (results.passed + results.failed === 0) results.failed = 1; // nothing ran
  console.log(`\n${results.passed} passed, ${results.failed} failed, ${results.skipped} skipped`);
  return results.failed === 0 ? 0 : 1;
}

/** @param {number} code */
async function interrupt(code) {
  if (isInterrupted) return;
  isInterrupted = true;
  if (running) await end(running);
  results.failed += 1;
  finish();
  process.exit(code);
}

/**
 * Ends a runner and all that it started, which leads process groups of its own.
 *
 * @param {import('node:child_process').ChildProcess} child
 */
async function end(child) {
  const ended = new Promise((resolve) => child.once('close', resolve));
  const family = descendants(child.pid ?? 0);
  const signal = (/** @type {NodeJS.Signals} */ name) => {
    for (const pid of family) {
      try {
        process.kill(pid, name);
      } catch {
        // It is gone already.
      }
    }
  };
  signal('SIGTERM');
  const timer = setTimeout(() => signal('SIGKILL'), GRACE_MS);
  await ended;
  clearTimeout(timer);
  signal('SIGKILL');
}

/**
 * @param {number} pid
 * @returns {number[]} itself first
 */
function descendants(pid) {
  /** @type {number[][]} */
  let table = [];
  try {
    const listed = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
    table = listed.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  } catch {
    // No ps in a small container: the runner alone, whose children end with their standard input.
  }
  const family = [pid];
  for (const parent of family) {
    family.push(...table.filter(([, of]) => of === parent).map(([child = 0]) => child));
  }
  return family;
}

/**
 * @typedef {{passed: number, failed: number, skipped: number, skippedTests?: string[]}} Counts
 * @typedef {object} Step
 * @property {string} name
 * @property {string[]} command
 * @property {(file: string) => Counts} [counts] reads what the runner wrote; without it the step counts as one test
 */

/**
 * @param {string} python
 * @returns {Step[]}
 */
function steps(python) {
  const bin = (/** @type {string} */ name) => join(root, 'node_modules', '.bin', name);
  const result = join(scratch, 'result.json');
  const jest = (/** @type {string} */ project, /** @type {string[]} */ ...more) => ({
    name: project,
    command: [
      bin('jest'),
      '-c',
      'test/jest.config.cjs',
      '--selectProjects',
      project,
      '--ci',
      // By default beside everything else that is temporary, which goes away with this run.
      '--cacheDirectory',
      join(root, 'node_modules', '.cache', 'jest'),
      '--json',
      `--outputFile=${result}`,
      ...more,
    ],
    counts: jestCounts,
  });
  return [
    { name: 'generated', command: [bin('tsx'), 'scripts/generate.ts', '--check'] },
    { name: 'lint', command: [bin('biome'), 'check', '--error-on-warnings'] },
    { name: 'types', command: [bin('tsc'), '-p', 'test/tsconfig.json'] },
    jest('unit'),
    { name: 'emulator', command: [python, 'test/emulator/run.py', '--result-file', result], counts: readCounts },
    jest('ruler'),
    jest('paths'),
    {
      name: 'scan',
      command: [bin('tsx'), 'scripts/scan.ts', '--python', python, '--result-file', result],
      counts: readCounts,
    },
    jest('package'),
    jest('e2e', '--runInBand'),
  ];
}

/**
 * @param {Step} step
 * @param {string | undefined} python
 */
async function runStep({ command: [program = '', ...args], counts }, python) {
  const result = join(scratch, 'result.json');
  rmSync(result, { force: true });
  const { status, error } = await run(program, args, python);
  /** @type {Counts} */
  let own;
  try {
    own = counts ? counts(result) : { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, skipped: 0 };
  } catch {
    console.error(`${program} ended with ${status ?? error} and wrote no result`);
    own = { passed: 0, failed: 1, skipped: 0 };
  }
  const unexplained = (own.skippedTests ?? []).filter((name) => !maySkip(name));
  for (const name of unexplained) console.error(`skipped without a known reason: ${name}`);
  own.failed += unexplained.length;
  own.skipped -= unexplained.length;
  if (own.passed + own.failed === 0 || (status !== 0 && own.failed === 0)) own.failed += 1; // nothing ran, or it broke outside its tests
  results.passed += own.passed;
  results.failed += own.failed;
  results.skipped += own.skipped;
  return own.failed === 0;
}

/**
 * @param {string} program
 * @param {string[]} args
 * @param {string | undefined} python
 * @returns {Promise<{ status: number | null, error?: string }>}
 */
async function run(program, args, python) {
  const child = spawn(program, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: environment(python),
    // Ctrl-C reaches the whole foreground group at once; a runner is ended by us, with its children.
    detached: process.platform !== 'win32',
  });
  running = child;
  const late = setTimeout(() => {
    console.error(`${program} did not end by itself in ${STEP_MINUTES} minutes`);
    void end(child);
  }, STEP_MINUTES * 60_000);
  const ending = await new Promise((resolve) => {
    child.once('error', (error) => resolve({ status: null, error: error.message }));
    child.once('close', (status, signal) => resolve({ status, ...(signal && { error: signal }) }));
  });
  clearTimeout(late);
  running = undefined;
  // Nothing more is counted: the interruption has the last word.
  return isInterrupted ? new Promise(() => {}) : ending;
}

/** @param {string} name */
function maySkip(name) {
  return (
    (!existsSync(corpora) && NEED_CORPORA.some((pattern) => pattern.test(name))) ||
    (oracle.excuse !== undefined && NEED_ORACLE.some((pattern) => pattern.test(name))) ||
    (pathExcuse !== undefined && NEED_PATH_ANALYZER.some((pattern) => pattern.test(name)))
  );
}

/** @param {string} file */
function readCounts(file) {
  return /** @type {Counts} */ (JSON.parse(readFileSync(file, 'utf8')));
}

/** @param {string} file */
function jestCounts(file) {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numRuntimeErrorTestSuites, testResults } =
    JSON.parse(readFileSync(file, 'utf8'));
  return {
    passed: numPassedTests,
    failed: numFailedTests + numRuntimeErrorTestSuites,
    skipped: numPendingTests + numTodoTests,
    skippedTests: testResults.flatMap((/** @type {{ assertionResults: object[] }} */ { assertionResults }) =>
      assertionResults.flatMap((/** @type {any} */ { status, fullName }) =>
        ['pending', 'todo', 'skipped', 'disabled'].includes(status) ? [fullName] : [],
      ),
    ),
  };
}

/** @param {string | undefined} python */
function environment(python) {
  return {
    ...process.env,
    // What a test makes goes away with this run, also when the test is not asked to clean up.
    TMPDIR: scratch,
    // The one that was found to have everything.
    ...(python !== undefined && { BULWARK_PYTHON: python }),
    // Empty: there is none, whatever stands on the PATH.
    BULWARK_JAVA: oracle.java ?? '',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    FORCE_COLOR: process.stdout.isTTY ? '1' : '0',
  };
}
