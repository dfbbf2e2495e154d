// Runs everything: `npm test`, or `npm test -- STEP...` for some of it. Sets up what is missing first. The last line is
// «N passed, N failed, N skipped», added up from what the runners themselves wrote; a step without a runner counts as one.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setUp, SetupError, showProgress } from './setup.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const scratch = mkdtempSync(join(tmpdir(), 'bulwark-test-'));
/** A runner that has not ended by then hangs. */
const STEP_MINUTES = 15;
const results = { passed: 0, failed: 0, skipped: 0 };

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof SetupError ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** @param {string[]} chosen */
async function main(chosen) {
  const names = steps('').map((step) => step.name);
  if (chosen.includes('--help') || chosen.includes('-h')) {
    console.log(`npm test                 everything\nnpm test -- STEP...      some of it: ${names.join(', ')}`);
    return 0;
  }
  const unknown = chosen.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    console.error(`there is no step ${unknown.join(', ')}; there are ${names.join(', ')}`);
    return 2;
  }
  const { python } = await setUp({ scanners: true, onProgress: showProgress() });
  const failed = [];
  for (const step of steps(python ?? 'python3').filter(({ name }) => chosen.length === 0 || chosen.includes(name))) {
    console.log(`\n── ${step.name}`);
    if (!runStep(step)) failed.push(step.name);
  }
  if (results.passed + results.failed === 0) {
    console.log('\nnothing ran');
    return 1;
  }
  console.log(failed.length === 0 ? '' : `\nfailed: ${failed.join(', ')}`);
  console.log(`${results.passed} passed, ${results.failed} failed, ${results.skipped} skipped`);
  return failed.length === 0 && results.failed === 0 ? 0 : 1;
}

/**
 * @typedef {{passed: number, failed: number, skipped: number}} Counts
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
    {
      name: 'scan',
      command: [bin('tsx'), 'scripts/scan.ts', '--python', python, '--result-file', result],
      counts: readCounts,
    },
    jest('e2e', '--runInBand'),
  ];
}

/** @param {Step} step */
function runStep({ command: [program = '', ...args], counts }) {
  const result = join(scratch, 'result.json');
  rmSync(result, { force: true });
  const { status, error } = spawnSync(program, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: environment(),
    timeout: STEP_MINUTES * 60_000,
  });
  if (error) console.error(`${program} did not end by itself: ${error.message}`);
  /** @type {Counts} */
  let own;
  try {
    own = counts ? counts(result) : { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, skipped: 0 };
  } catch {
    console.error(`${program} ended with ${status ?? error?.message} and wrote no result`);
    own = { passed: 0, failed: 1, skipped: 0 };
  }
  if (own.passed + own.failed === 0 || (status !== 0 && own.failed === 0)) own.failed += 1; // nothing ran, or it broke outside its tests
  results.passed += own.passed;
  results.failed += own.failed;
  results.skipped += own.skipped;
  return own.failed === 0;
}

/** @param {string} file */
function readCounts(file) {
  return /** @type {Counts} */ (JSON.parse(readFileSync(file, 'utf8')));
}

/** @param {string} file */
function jestCounts(file) {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numRuntimeErrorTestSuites } = JSON.parse(
    readFileSync(file, 'utf8'),
  );
  return {
    passed: numPassedTests,
    failed: numFailedTests + numRuntimeErrorTestSuites,
    skipped: numPendingTests + numTodoTests,
  };
}

function environment() {
  return {
    ...process.env,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    FORCE_COLOR: process.stdout.isTTY ? '1' : '0',
  };
}
