// @ts-check
/**
 * Everything a fresh clone needs before anything of it can run: dependencies, build, Python. Plain Node, because nothing is
 * installed yet. A step that has nothing to do costs milliseconds and touches no network.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} Progress
 * @property {'dependencies' | 'build' | 'python' | 'java' | 'paths'} step
 * @property {'running' | 'done' | 'failed' | 'noted'} state `running` comes again each second; `noted` is a sentence, no step
 * @property {string} title what is done, as a person would say it
 * @property {number} seconds since the step began
 */

/**
 * @typedef {object} SetUpOptions
 * @property {boolean} [build] compile and bundle. Default: true
 * @property {boolean} [python] find or make a Python for the emulator. Default: true
 * @property {boolean} [scanners] the same Python must also hold the scanners of `npm test`. Default: false
 * @property {boolean} [oracle] also build AWS's matcher of event patterns, which `npm test` compares ours with. Default: false
 * @property {boolean} [paths] also install the path analyzer that `npm test` compares ours with. Default: false
 * @property {(progress: Progress) => void} [onProgress] a step that has nothing to do reports nothing. Default: silent
 */

/** What keeps a machine from being set up; its message is one sentence for the person in front of it. */
export class SetupError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = 'SetupError';
  }
}

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const EMULATOR_REQUIREMENTS = join('sandbox', 'emulator', 'requirements.txt');
const CONSTRAINTS = join('sandbox', 'emulator', 'constraints.txt');
const SCANNER_REQUIREMENTS = join('scripts', 'scan-requirements.txt');
const VENV_PYTHON = join('.sandbox', 'venv', process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');

/** The AWS SDK's clients and the test runner need what this version brought. */
const MINIMUM_NODE = [20, 16];
/** moto 5.2 and the emulator's own syntax. */
const MINIMUM_PYTHON = [3, 11];

/**
 * Sets up what is missing, in order; the first failure ends it.
 *
 * @param {SetUpOptions} [options]
 * @returns {Promise<{ python?: string, oracle?: Oracle, paths?: { excuse?: string } }>} the Python that runs the emulator, the
 * oracle and the path analyzer, when asked for
 * @throws {SetupError} with one sentence that says what to do
 */
export async function setUp({
  build = true,
  python = true,
  scanners = false,
  oracle = false,
  paths = false,
  onProgress = () => {},
} = {}) {
  checkNode(process.versions.node);
  await installDependencies(ROOT, onProgress);
  if (build) await buildWhatChanged(ROOT, onProgress);
  if (!python) return {};
  const requirements = [EMULATOR_REQUIREMENTS, ...(scanners ? [SCANNER_REQUIREMENTS] : [])].map((file) =>
    join(ROOT, file),
  );
  const command = await preparePython(ROOT, requirements, process.env, onProgress);
  return {
    python: command,
    ...(oracle && { oracle: await prepareOracle(ROOT, process.env, onProgress) }),
    ...(paths && { paths: await preparePathAnalyzer(ROOT, command, onProgress) }),
  };
}

/**
 * @param {string} version such as 20.16.0
 */
export function checkNode(version) {
  if (!atLeast(version, MINIMUM_NODE)) {
    throw new SetupError(
      `cdk-bulwark needs Node ${MINIMUM_NODE.join('.')} or newer, this is ${version} (${process.execPath}).`,
    );
  }
}

// --- dependencies

/**
 * @param {string} root
 * @param {(progress: Progress) => void} onProgress
 */
async function installDependencies(root, onProgress) {
  if (isInstalled(root)) return;
  const { status, output } = await runStep(onProgress, {
    step: 'dependencies',
    title: 'Installing dependencies from package-lock.json',
    command: npm(),
    // NODE_ENV=production or `omit` in somebody's settings would leave out what builds and runs this.
    args: ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund'],
    env: installEnvironment(process.env),
    log: 'setup-dependencies.log',
    cwd: root,
  });
  if (status !== 0) {
    throw new SetupError(
      `npm ci failed: ${firstMatch(output, /^npm (?:error|ERR!) (?!code |A complete log)(\S.*)$/m) ?? `it ended with ${status}`}. See ${logPlace('setup-dependencies.log')}.`,
    );
  }
  // npm leaves this out when a folder was linked or copied; without it each start would install again.
  if (!existsSync(join(root, 'node_modules', '.package-lock.json'))) {
    throw new SetupError(`npm ci left no node_modules/.package-lock.json. See ${logPlace('setup-dependencies.log')}.`);
  }
}

/**
 * What npm wrote down of the installed tree says the same as the lock file. Optional packages may be missing: they are
 * those of other platforms.
 *
 * @param {string} root
 */
export function isInstalled(root) {
  const wanted = lockedPackages(join(root, 'package-lock.json'));
  const present = lockedPackages(join(root, 'node_modules', '.package-lock.json'));
  if (!wanted) throw new SetupError('package-lock.json is missing or is not JSON; take it from the repository again.');
  if (!present) return false;
  for (const [path, locked] of Object.entries(wanted)) {
    if (path === '') continue;
    const installed = present[path];
    if (installed ? installed.version !== locked.version : !(locked.optional || locked.devOptional)) return false;
  }
  return Object.keys(present).every((path) => path in wanted);
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean, devOptional?: boolean }> | undefined}
 */
function lockedPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

// --- build

/** What the build reads. Generated sources are its output, so they say nothing about whether it is stale. */
const BUILD_INPUTS = [
  ...['lib', 'lambda', 'bin', 'cli', 'scripts', 'package-lock.json', 'package.json', 'tsconfig.json'],
  // The command line's drill and its screen.
  ...['sandbox/scenarios', 'sandbox/runner'],
];
const BUILD_OUTPUTS = ['dist/bin/baseline.js', 'dist/lib/index.js', 'dist/functions', 'dist/cli/bulwark.mjs'];

/**
 * @param {string} root
 * @param {(progress: Progress) => void} onProgress
 */
async function buildWhatChanged(root, onProgress) {
  const stamp = join(root, 'dist', '.built');
  const sources = hashOf(root, BUILD_INPUTS);
  const fresh = existsSync(stamp) && readFileSync(stamp, 'utf8') === sources;
  if (fresh && BUILD_OUTPUTS.every((path) => existsSync(join(root, path)))) return;
  rmSync(stamp, { force: true });
  const { status, output } = await runStep(onProgress, {
    step: 'build',
    title: 'Building',
    command: npm(),
    args: ['run', '--silent', 'build'],
    env: installEnvironment(process.env),
    log: 'setup-build.log',
    cwd: root,
  });
  if (status !== 0) {
    const reason = firstMatch(output, /^(.*\berror\b.*)$/im) ?? `it ended with ${status}`;
    throw new SetupError(`The build failed: ${reason}. See ${logPlace('setup-build.log')}.`);
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, sources);
}

/**
 * One hash over names and contents.
 *
 * @param {string} root
 * @param {readonly string[]} inputs files and folders
 */
export function hashOf(root, inputs) {
  const hash = createHash('sha256');
  for (const input of inputs) {
    for (const file of filesUnder(join(root, input))) {
      hash
        .update(`${relative(root, file)}\0`)
        .update(readFileSync(file))
        .update('\0');
    }
  }
  return hash.digest('hex');
}

/**
 * @param {string} path
 * @returns {string[]}
 */
function filesUnder(path) {
  if (!existsSync(path)) return [];
  const entries = (() => {
    try {
      return readdirSync(path, { withFileTypes: true });
    } catch {
      return undefined; // a file
    }
  })();
  if (!entries) return [path];
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      if (entry.name.includes('.generated.') || entry.name === 'node_modules') return [];
      const child = join(path, entry.name);
      return entry.isDirectory() ? filesUnder(child) : [child];
    });
}

// --- Python

/**
 * Asked of each candidate in one short call: its version, and what of the requirements it lacks. An extra is satisfied when
 * the distributions that it adds are there.
 */
const PROBE = String.raw`
import json, re, sys
from importlib import metadata
def lacks(path):
    missing = []
    for line in open(path, encoding="utf-8"):
        line = line.split("#", 1)[0].split(";", 1)[0].strip()
        if not line:
            continue
        name, extras, pinned = re.fullmatch(r"([\w.-]+)(?:\[([^\]]*)\])?\s*(?:==\s*(\S+))?", line).groups()
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            missing.append(name)
            continue
        if pinned and version != pinned:
            missing.append(f"{name} {pinned} (has {version})")
        wanted = {extra.strip() for extra in (extras or "").split(",")}
        for requirement in metadata.requires(name) or []:
            distribution, _, marker = requirement.partition(";")
            if wanted & set(re.findall(r'extra == [\'"]([\w-]+)[\'"]', marker)):
                other = re.match(r"[\w.-]+", distribution).group()
                try:
                    metadata.version(other)
                except metadata.PackageNotFoundError:
                    missing.append(other)
    return sorted(set(missing))
print(json.dumps({"version": list(sys.version_info[:3]), "lacks": [each for path in sys.argv[1:] for each in lacks(path)]}))
`;

/**
 * @typedef {object} Interpreter
 * @property {string} command
 * @property {number[]} version
 * @property {string[]} lacks requirements that it does not satisfy
 */

/**
 * Places where a Python may be, best first.
 *
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 */
export function pythonCandidates(root, env) {
  const newestFirst = [14, 13, 12, 11].map((minor) => `python3.${minor}`);
  return [
    ...(env.BULWARK_PYTHON ? [env.BULWARK_PYTHON] : []),
    ...(existsSync(join(root, VENV_PYTHON)) ? [join(root, VENV_PYTHON)] : []),
    'python3',
    'python',
    ...newestFirst,
  ];
}

/**
 * @typedef {object} PythonChoice
 * @property {string} [ready] satisfies the requirements as it is
 * @property {Interpreter} [venv] the virtual environment that was made before: it runs, but lacks something
 * @property {Interpreter[]} [bases] what a virtual environment can be made with, best first
 */

/**
 * The first candidate that satisfies the requirements as it is, else what there is to make one of. The one that was named
 * explicitly must at least run and be new enough: it is never passed over as if it were not there.
 *
 * @param {readonly string[]} candidates best first
 * @param {(command: string) => Promise<Interpreter | undefined>} probe undefined when there is no such Python
 * @param {{ named?: string, venv?: string, onNote?: (sentence: string) => void }} [known] `named`: the candidate of
 * `BULWARK_PYTHON`; `venv`: the candidate that is our own virtual environment, which is no base for another one
 * @returns {Promise<PythonChoice>}
 */
export async function choosePython(candidates, probe, { named, venv, onNote = () => {} } = {}) {
  /** @type {Interpreter | undefined} */
  let made;
  const bases = [];
  const tooOld = [];
  for (const command of candidates) {
    const found = await probe(command);
    if (command === named) {
      if (!found) throw new SetupError(`BULWARK_PYTHON is ${named}, which does not run.`);
      if (!atLeast(found.version.join('.'), MINIMUM_PYTHON)) {
        throw new SetupError(
          `BULWARK_PYTHON is Python ${found.version.join('.')}; ${MINIMUM_PYTHON.join('.')} or newer is needed.`,
        );
      }
    }
    if (!found) continue;
    if (!atLeast(found.version.join('.'), MINIMUM_PYTHON)) {
      tooOld.push(`${command} is ${found.version.join('.')}`);
      continue;
    }
    if (found.lacks.length === 0) return { ready: command };
    if (command === named) {
      onNote(`BULWARK_PYTHON is ${named}, which lacks ${found.lacks.join(', ')}; another Python is used.`);
    }
    if (command === venv) made = found;
    else bases.push(found);
  }
  if (made || bases.length > 0) return { ...(made && { venv: made }), bases };
  throw noPython(tooOld);
}

/** @param {readonly string[]} tooOld */
function noPython(tooOld) {
  return new SetupError(
    `The local AWS needs Python ${MINIMUM_PYTHON.join('.')} or newer${tooOld.length > 0 ? ` (${tooOld[0]})` : ', and there is none on the PATH'}; without it, npm run synth shows what would be deployed.`,
  );
}

/**
 * Finds a Python that satisfies the requirements, or makes one in `.sandbox/venv`. A virtual environment that works is only
 * ever added to: `npm test` needs more than `npm start`, and must not cost it its Python when the index cannot be reached.
 *
 * @param {string} root
 * @param {string[]} requirements files
 * @param {NodeJS.ProcessEnv} env
 * @param {(progress: Progress) => void} onProgress
 * @param {readonly string[]} [candidates] best first
 * @returns {Promise<string>} the command
 */
export async function preparePython(root, requirements, env, onProgress, candidates = pythonCandidates(root, env)) {
  const python = join(root, VENV_PYTHON);
  const choice = await choosePython(candidates, (command) => probePython(command, requirements), {
    ...(env.BULWARK_PYTHON && { named: env.BULWARK_PYTHON }),
    venv: python,
    onNote: (title) => onProgress({ step: 'python', state: 'noted', title, seconds: 0 }),
  });
  if (choice.ready !== undefined) return choice.ready;

  const bases = choice.bases ?? [];
  const venv = join(root, '.sandbox', 'venv');
  const discard = () => {
    // A half-made environment would be taken for a whole one by the next start.
    if (!choice.venv) rmSync(venv, { recursive: true, force: true });
  };
  discard();
  try {
    const pip = (choice.venv && (await findPip(python, bases))) ?? (await makeVenv(root, bases, onProgress));
    await installRequirements(root, pip, requirements, onProgress);
    const made = await probePython(python, requirements);
    if (!made || made.lacks.length > 0) {
      throw new SetupError(
        `The virtual environment still lacks ${made?.lacks.join(', ') ?? 'a Python that runs'}. See ${logPlace('setup-python.log')}.`,
      );
    }
  } catch (error) {
    discard();
    throw error;
  }
  return python;
}

/**
 * @param {string} command
 * @param {string[]} requirements
 * @returns {Promise<Interpreter | undefined>}
 */
async function probePython(command, requirements) {
  const { status, output } = await run(command, ['-c', PROBE, ...requirements], {
    env: pythonEnvironment(process.env),
  });
  if (status !== 0) return undefined;
  try {
    return { command, ...JSON.parse(output.trim().split('\n').at(-1) ?? '') };
  } catch {
    return undefined;
  }
}

/** The first pip that can install into the Python of another (`--python`). */
const MINIMUM_PIP = [22, 3];

/**
 * What installs into the virtual environment: its own pip, else that of a Python beside it, because Debian's venv module
 * brings none without the package python3-venv.
 *
 * @param {string} python of the virtual environment
 * @param {readonly Interpreter[]} bases
 * @returns {Promise<string[] | undefined>} a command and its first arguments
 */
async function findPip(python, bases) {
  for (const command of [python, ...bases.map((base) => base.command)]) {
    const { status, output } = await run(command, ['-m', 'pip', '--version'], { env: pythonEnvironment(process.env) });
    const version = /^pip ([\d.]+)/m.exec(output)?.[1];
    if (status !== 0 || version === undefined) continue;
    if (command === python) return [command, '-m', 'pip'];
    if (atLeast(version, MINIMUM_PIP)) return [command, '-m', 'pip', '--python', python];
  }
  return undefined;
}

/**
 * Makes the virtual environment, or completes the one that is there.
 *
 * @param {string} root
 * @param {readonly Interpreter[]} bases best first
 * @param {(progress: Progress) => void} onProgress
 * @returns {Promise<string[]>} the pip that installs into it: a command and its first arguments
 */
async function makeVenv(root, bases, onProgress) {
  const [base] = bases;
  if (!base) throw noPython([]);
  const python = join(root, VENV_PYTHON);
  const venv = join(root, '.sandbox', 'venv');
  const step = (/** @type {string} */ title, /** @type {string} */ command, /** @type {string[]} */ ...args) =>
    runStep(onProgress, {
      step: 'python',
      title,
      command,
      args,
      env: { ...pythonEnvironment(process.env), DEBIAN_FRONTEND: 'noninteractive' },
      log: 'setup-python.log',
      cwd: root,
    });
  const title = `Making a virtual environment with Python ${base.version.join('.')}`;
  const made = async (/** @type {string[]} */ ...options) => {
    const { status, output } = await step(title, base.command, '-m', 'venv', ...options, venv);
    return { pip: status === 0 ? await findPip(python, bases) : undefined, status, output };
  };
  const first = await made();
  if (first.pip) return first.pip;
  if (first.status !== 0 && !/ensurepip|No module named '?venv/.test(first.output)) {
    throw new SetupError(`${base.command} -m venv ended with ${first.status}. See ${logPlace('setup-python.log')}.`);
  }
  const withoutPip = await made('--without-pip');
  if (withoutPip.pip) return withoutPip.pip;

  const version = base.version.slice(0, 2).join('.');
  // A container of a CI service: nobody is there to follow the advice, and nobody minds.
  if (process.getuid?.() === 0 && (await run('apt-get', ['--version'], { env: process.env })).status === 0) {
    const packages = [`python${version}-venv`, 'python3-venv'];
    await step('Asking apt for its packages', 'apt-get', 'update');
    await step(`Installing ${packages.join(' and ')}`, 'apt-get', 'install', '-y', ...packages);
    const again = await made();
    if (again.pip) return again.pip;
  }
  throw new SetupError(
    `${base.command} cannot make a virtual environment: install its venv package (on Debian and Ubuntu: apt install python${version}-venv).`,
  );
}

/**
 * @param {string} root
 * @param {readonly string[]} pip a command and its first arguments
 * @param {string[]} requirements
 * @param {(progress: Progress) => void} onProgress
 */
async function installRequirements(root, [command = '', ...pip], requirements, onProgress) {
  const { status, output } = await runStep(onProgress, {
    step: 'python',
    title:
      requirements.length > 1
        ? 'Installing the emulator and the scanners into .sandbox/venv'
        : 'Installing the emulator (moto) into .sandbox/venv',
    command,
    args: [
      ...pip,
      'install',
      '--disable-pip-version-check',
      '--no-input',
      '-c',
      join(ROOT, CONSTRAINTS),
      ...requirements.flatMap((file) => ['-r', file]),
    ],
    env: pythonEnvironment(process.env),
    log: 'setup-python.log',
    cwd: root,
  });
  if (status === 0) return;
  // An index that cannot be reached looks to pip like one that has nothing.
  const unreachable =
    /NewConnectionError|ConnectionError|Max retries|timed out|Temporary failure|Name or service|from versions: none/i;
  const reason = unreachable.test(output)
    ? 'the package index cannot be reached or has none of it'
    : (firstMatch(output, /^ERROR: (.*)$/m) ?? `pip ended with ${status}`);
  throw new SetupError(
    `The emulator could not be installed: ${reason}. A Python that already has moto can be named by BULWARK_PYTHON. See ${logPlace('setup-python.log')}.`,
  );
}

/**
 * An environment of somebody's Python (a path of modules, another home) would answer for the wrong one.
 *
 * @param {NodeJS.ProcessEnv} env
 */
function pythonEnvironment(env) {
  const { PYTHONPATH, PYTHONHOME, PYTHONSTARTUP, VIRTUAL_ENV, ...kept } = installEnvironment(env);
  return kept;
}

// --- path analyzer

/** Apart from every environment: no other step is to find it, and it brings a server with a command of its own. */
const PATH_ANALYZER = join('node_modules', '.cache', 'paths');
const PATH_ANALYZER_REQUIREMENTS = join('test', 'paths', 'requirements.txt');

/**
 * Installs the analyzer of network paths that somebody else wrote.
 *
 * @param {string} root
 * @param {string} python that of the scanners, which have what the analyzer imports
 * @param {(progress: Progress) => void} onProgress
 * @returns {Promise<{ excuse?: string }>} why there can be none on this machine, as a sentence; what else goes wrong is noted
 */
export async function preparePathAnalyzer(root, python, onProgress) {
  const stamp = join(root, PATH_ANALYZER, '.built');
  const sources = hashOf(root, [PATH_ANALYZER_REQUIREMENTS]);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return {};
  const note = (/** @type {string} */ title) => onProgress({ step: 'paths', state: 'noted', title, seconds: 0 });
  const bases = ['python3', 'python'].map((command) => ({ command, version: [], lacks: [] }));
  const [pip, ...args] = (await findPip(python, bases)) ?? [];
  if (pip === undefined) {
    const excuse = 'Network paths are not compared with those of aws-vpc-analyzer: there is no pip to install it with.';
    note(excuse);
    return { excuse };
  }
  rmSync(join(root, PATH_ANALYZER), { recursive: true, force: true });
  const options = ['--disable-pip-version-check', '--no-input', '--no-deps', '--require-hashes'];
  const target = ['--target', join(root, PATH_ANALYZER, 'site'), '-r', join(root, PATH_ANALYZER_REQUIREMENTS)];
  const { status, output } = await runStep(onProgress, {
    step: 'paths',
    title: 'Installing aws-vpc-analyzer into node_modules/.cache/paths',
    command: pip,
    args: [...args, 'install', ...options, ...target],
    env: pythonEnvironment(process.env),
    log: 'setup-paths.log',
    cwd: root,
  });
  if (status === 0) {
    writeFileSync(stamp, sources);
    return {};
  }
  rmSync(join(root, PATH_ANALYZER), { recursive: true, force: true });
  const reason = firstMatch(output, /^ERROR: (.*)$/m) ?? `pip ended with ${status}`;
  note(`aws-vpc-analyzer could not be installed: ${reason}. See ${logPlace('setup-paths.log')}.`);
  return {};
}

// --- Java

/** Where its pom.xml has it built. */
const ORACLE = join('node_modules', '.cache', 'ruler');
const ORACLE_INPUTS = ['test/ruler/pom.xml', 'test/ruler/src'];
/** What the class that asks event-ruler is compiled for. */
const MINIMUM_JAVA = [11];

/**
 * @typedef {object} Oracle
 * @property {string} [java] runs it
 * @property {string} [excuse] why there can be none on this machine, as a sentence. Without a Java and without an excuse
 * something went wrong that was noted
 */

/**
 * Builds AWS's event-ruler with the class that asks it, and installs what that needs where nobody is there to do it.
 *
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 * @param {(progress: Progress) => void} onProgress
 * @returns {Promise<Oracle>}
 */
export async function prepareOracle(root, env, onProgress) {
  const note = (/** @type {string} */ title) => onProgress({ step: 'java', state: 'noted', title, seconds: 0 });
  const stamp = join(root, ORACLE, '.built');
  const sources = hashOf(root, ORACLE_INPUTS);
  let java = await findJava(env);
  if (java && existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return { java: java.command };

  let packages = await missingForOracle(java);
  if (packages.length > 0) {
    if (process.getuid?.() !== 0 || (await run('apt-get', ['--version'], { env })).status !== 0) {
      const excuse = `Event patterns are not compared with AWS's event-ruler: that needs a JDK of ${MINIMUM_JAVA.join('.')} or newer and Maven (on Debian and Ubuntu: apt install ${packages.join(' ')}).`;
      note(excuse);
      return { excuse };
    }
    await installPackages(root, packages, onProgress);
    java = await findJava(env);
    packages = await missingForOracle(java);
  }
  if (!java || packages.length > 0) {
    note(`${packages.join(' and ')} could not be installed. See ${logPlace('setup-java.log')}.`);
    return {};
  }
  rmSync(stamp, { force: true });
  const { status, output } = await buildOracle(root, java.env, onProgress);
  if (status !== 0) {
    const reason = firstMatch(output, /^\[ERROR\] (.*)$/m) ?? `Maven ended with ${status}`;
    note(`AWS's event-ruler could not be built: ${reason}. See ${logPlace('setup-java.log')}.`);
    return {};
  }
  writeFileSync(stamp, sources);
  return { java: java.command };
}

/**
 * @typedef {object} Java
 * @property {string} command
 * @property {string} compiler
 * @property {NodeJS.ProcessEnv} env in which Maven takes the same one
 */

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Java | undefined>} one that is new enough: that of JAVA_HOME, else the one on the PATH
 */
async function findJava(env) {
  const { JAVA_HOME: home, ...withoutHome } = installEnvironment(env);
  const places = [
    ...(home ? [{ bin: join(home, 'bin'), env: { ...withoutHome, JAVA_HOME: home } }] : []),
    { bin: '', env: withoutHome },
  ];
  for (const place of places) {
    const command = join(place.bin, 'java');
    const { status, output } = await run(command, ['-version'], { env: place.env });
    const version = /version "([\d.]+)/.exec(output)?.[1];
    if (status === 0 && version !== undefined && atLeast(version, MINIMUM_JAVA)) {
      return { command, compiler: join(place.bin, 'javac'), env: place.env };
    }
  }
  return undefined;
}

/**
 * @param {Java | undefined} java
 * @returns {Promise<string[]>} Debian's packages of what is not there
 */
async function missingForOracle(java) {
  // Maven does not even tell its version without a Java.
  if (!java) return ['default-jdk-headless', 'maven'];
  const runs = async (/** @type {string} */ command) =>
    (await run(command, ['-version'], { env: java.env })).status === 0;
  return [...((await runs(java.compiler)) ? [] : ['default-jdk-headless']), ...((await runs('mvn')) ? [] : ['maven'])];
}

/**
 * @param {string} root
 * @param {readonly string[]} packages
 * @param {(progress: Progress) => void} onProgress
 */
async function installPackages(root, packages, onProgress) {
  const step = (/** @type {string} */ title, /** @type {string[]} */ ...args) =>
    runStep(onProgress, {
      step: 'java',
      title,
      command: 'apt-get',
      args,
      env: { ...installEnvironment(process.env), DEBIAN_FRONTEND: 'noninteractive' },
      log: 'setup-java.log',
      cwd: root,
    });
  await step('Asking apt for its packages', 'update');
  await step(`Installing ${packages.join(' and ')}`, 'install', '-y', '--no-install-recommends', ...packages);
}

/**
 * Asks the repository only for what is not on this machine yet.
 *
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 * @param {(progress: Progress) => void} onProgress
 */
async function buildOracle(root, env, onProgress) {
  const args = ['-q', '-B', '-f', join('test', 'ruler', 'pom.xml'), 'process-classes'];
  const log = 'setup-java.log';
  const offline = await run('mvn', ['-o', ...args], { env, cwd: root, log });
  if (offline.status === 0) return offline;
  return runStep(onProgress, {
    step: 'java',
    title: "Building AWS's event-ruler, which event patterns are compared with",
    command: 'mvn',
    args,
    env,
    log,
    cwd: root,
  });
}

// --- processes

/**
 * What a package manager may need, such as its registry and its proxy, without what `npm start` itself left there.
 *
 * @param {NodeJS.ProcessEnv} env
 */
export function installEnvironment(env) {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) =>
        !/^npm_(lifecycle|package|command|node_execpath)/.test(name) &&
        !/^npm_config_(argv|local_prefix|prefix|global|production|omit|include|ignore_scripts|dry_run|loglevel|silent|json)$/i.test(
          name,
        ) &&
        !['NODE_ENV', 'NODE_OPTIONS', 'INIT_CWD'].includes(name),
    ),
  );
}

/** npm as it runs this script, else the one on the PATH. */
function npm() {
  return process.platform === 'win32' ? 'npm.cmd' : 'npm';
}

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

// A set-up that is interrupted must not go on installing behind the prompt.
process.on('exit', () => {
  for (const child of running) stopGroup(child);
});

/** @param {import('node:child_process').ChildProcess} child */
function stopGroup(child) {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGTERM');
  } catch {
    child.kill('SIGTERM');
  }
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env: NodeJS.ProcessEnv, cwd?: string, log?: string }} options
 * @returns {Promise<{ status: number, output: string }>} status 127: there is no such command
 */
function run(command, args, { env, cwd = ROOT, log }) {
  return new Promise((resolve) => {
    const file =
      log === undefined ? undefined : openLog(join(cwd, '.sandbox', 'logs'), log, [command, ...args].join(' '));
    const detached = process.platform !== 'win32'; // its own process group, so that its children end with it
    const child = spawn(command, args, { cwd, env, detached, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(child);
    let output = '';
    const take = (/** @type {Buffer} */ chunk) => {
      output = (output + chunk).slice(-200_000);
      file?.write(chunk);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    const end = (/** @type {number} */ status) => {
      running.delete(child);
      if (file) file.end(() => resolve({ status, output }));
      else resolve({ status, output });
    };
    child.once('error', (error) => {
      output += `${error.message}\n`;
      end(127);
    });
    child.once('close', (code, signal) => end(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}

/**
 * @param {(progress: Progress) => void} onProgress
 * @param {{ step: Progress['step'], title: string, command: string, args: string[], env: NodeJS.ProcessEnv, cwd: string, log: string }} step
 */
async function runStep(onProgress, { step, title, command, args, env, cwd, log }) {
  const started = Date.now();
  const tell = (/** @type {Progress['state']} */ state) =>
    onProgress({ step, state, title, seconds: (Date.now() - started) / 1000 });
  tell('running');
  const timer = setInterval(() => tell('running'), 1000);
  const result = await run(command, args, { env, cwd, log });
  clearInterval(timer);
  tell(result.status === 0 ? 'done' : 'failed');
  if (result.status === 127) {
    throw new SetupError(`${command} cannot be run: ${result.output.trim().split('\n').at(-1)}.`);
  }
  return result;
}

/** @type {Set<string>} */
const opened = new Set();

/**
 * Steps of one set-up that share a log follow each other in it: the last one's failure often begins with the first.
 *
 * @param {string} folder
 * @param {string} name
 * @param {string} heading
 */
function openLog(folder, name, heading) {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  const file = createWriteStream(path, { flags: opened.has(path) ? 'a' : 'w' });
  opened.add(path);
  file.write(`$ ${heading}\n`);
  return file;
}

/** @param {string} name */
function logPlace(name) {
  return join('.sandbox', 'logs', name);
}

/**
 * @param {string} text
 * @param {RegExp} pattern
 */
function firstMatch(text, pattern) {
  return pattern
    .exec(text)?.[1]
    ?.trim()
    .replace(/[.:]+$/, '');
}

/**
 * @param {string} version
 * @param {readonly number[]} minimum
 */
function atLeast(version, minimum) {
  const parts = version.split('.').map(Number);
  for (const [index, wanted] of minimum.entries()) {
    const part = parts[index] ?? 0;
    if (part !== wanted) return part > wanted;
  }
  return true;
}

// --- showing it

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
/** A log that says nothing for longer looks hung. */
const QUIET_SECONDS = 15;

/**
 * Shows progress: one line that is redrawn on a terminal, plain lines elsewhere.
 *
 * @param {NodeJS.WriteStream} [stream]
 * @returns {(progress: Progress) => void}
 */
export function showProgress(stream = process.stderr) {
  const live = Boolean(stream.isTTY) && (stream.columns ?? 0) >= 40 && process.env.TERM !== 'dumb' && !process.env.CI;
  const colour = live && !process.env.NO_COLOR;
  const paint = (/** @type {number} */ code, /** @type {string} */ text) =>
    colour ? `\x1b[${code}m${text}\x1b[0m` : text;
  let frame = 0;
  let lastLine = 0;
  let title = '';
  /** @type {NodeJS.Timeout | undefined} */
  let spinner;
  let current = '';
  return (progress) => {
    const { state, seconds } = progress;
    if (state === 'noted') {
      stream.write(`${live ? '\r\x1b[2K' : ''}${progress.title}\n`);
      return;
    }
    if (state === 'running') {
      current = `${progress.title} ${paint(2, `${Math.round(seconds)} s`)}`;
      if (live) {
        spinner ??= setInterval(() => {
          frame = (frame + 1) % FRAMES.length;
          stream.write(`\r\x1b[2K${paint(36, FRAMES[frame] ?? '')} ${current}`);
        }, 80);
      } else if (progress.title !== title || seconds - lastLine >= QUIET_SECONDS) {
        stream.write(`${progress.title}${progress.title === title ? ` (${Math.round(seconds)} s)` : ' …'}\n`);
        lastLine = seconds;
      }
      title = progress.title;
      return;
    }
    clearInterval(spinner);
    spinner = undefined;
    title = '';
    lastLine = 0;
    const mark = state === 'done' ? paint(32, '✔') : paint(31, '✖');
    stream.write(`${live ? '\r\x1b[2K' : ''}${mark} ${progress.title} ${paint(2, `${seconds.toFixed(1)} s`)}\n`);
  };
}
