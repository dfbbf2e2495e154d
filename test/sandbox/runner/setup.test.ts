import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MODULE = join(__dirname, '..', '..', '..', 'scripts', 'setup.mjs');
const folder = mkdtempSync(join(tmpdir(), 'bulwark-setup-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The set-up is an ES module that must run before anything is installed; so it is asked in a process of its own. */
function ask(expression: string): unknown {
  const script = `
    import * as setup from ${JSON.stringify(MODULE)};
    const answer = async () => { ${expression} };
    console.log(JSON.stringify(await answer().catch((error) => ({ [error.name]: error.message }))));`;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  return JSON.parse(output);
}

describe('the Python', () => {
  const pythons = `
    const found = {
      old: { version: [3, 9, 1], lacks: [] },
      bare: { version: [3, 12, 0], lacks: ['moto'] },
      otherBare: { version: [3, 11, 0], lacks: ['moto'] },
      ready: { version: [3, 11, 2], lacks: [] },
      alsoReady: { version: [3, 14, 0], lacks: [] },
    };
    const probed = [];
    const probe = async (command) => (probed.push(command), found[command] && { command, ...found[command] });
    const notes = [];
    const choose = (candidates, known) =>
      setup.choosePython(candidates, probe, { ...known, onNote: (note) => notes.push(note) });`;
  const bare = { command: 'bare', version: [3, 12, 0], lacks: ['moto'] };
  const otherBare = { command: 'otherBare', version: [3, 11, 0], lacks: ['moto'] };

  test('that satisfies the requirements is used as it is, and no more are looked at', () => {
    expect(ask(`${pythons} return [await choose(['none', 'old', 'bare', 'ready', 'alsoReady']), probed]`)).toEqual([
      { ready: 'ready' },
      ['none', 'old', 'bare', 'ready'],
    ]);
  });

  test('that is new enough can be the base of a virtual environment, unless it is one', () => {
    expect(ask(`${pythons} return choose(['old', 'bare', 'otherBare'])`)).toEqual({ bases: [bare, otherBare] });
    expect(ask(`${pythons} return choose(['bare', 'old', 'otherBare'], { venv: 'bare' })`)).toEqual({
      venv: bare,
      bases: [otherBare],
    });
  });

  test('that was named and lacks something is not passed over in silence', () => {
    expect(ask(`${pythons} return [await choose(['bare', 'ready'], { named: 'bare' }), notes]`)).toEqual([
      { ready: 'ready' },
      ['BULWARK_PYTHON is bare, which lacks moto; another Python is used.'],
    ]);
  });

  test.each([
    [
      "['none']",
      'The local AWS needs Python 3.11 or newer, and there is none on the PATH; without it, npm run synth shows what would be deployed.',
    ],
    [
      "['old']",
      'The local AWS needs Python 3.11 or newer (old is 3.9.1); without it, npm run synth shows what would be deployed.',
    ],
    ["['none', 'ready'], { named: 'none' }", 'BULWARK_PYTHON is none, which does not run.'],
    ["['old', 'ready'], { named: 'old' }", 'BULWARK_PYTHON is Python 3.9.1; 3.11 or newer is needed.'],
  ])('is missed in one sentence: %s', (candidates, message) => {
    expect(ask(`${pythons} return choose(${candidates})`)).toEqual({ SetupError: message });
  });

  test('that was named is asked first', () => {
    expect(ask(`return setup.pythonCandidates(${JSON.stringify(folder)}, { BULWARK_PYTHON: '/opt/py' })[0]`)).toBe(
      '/opt/py',
    );
  });
});

describe('the virtual environment', () => {
  /**
   * A Python that is a shell script: it can be asked what it lacks, makes a copy of itself as environment, and has a pip.
   * Files in its folder say what is to fail.
   */
  const machine = (...faults: readonly ('ensurepip' | 'pip' | 'index')[]) => {
    const root = mkdtempSync(join(folder, 'machine-'));
    const base = join(root, 'base');
    for (const fault of faults) writeFileSync(join(root, fault), '');
    writeFileSync(
      base,
      `#!/bin/sh
echo "$0 $*" >> ${root}/calls
case "$*" in
  -c*) lacks='"moto"'; [ -e "$(dirname "$0")/moto" ] && lacks=; echo "{\\"version\\":[3,12,1],\\"lacks\\":[$lacks]}" ;;
  *--version) case "$0" in */venv/*) test -e "$(dirname "$0")/pip" ;; *) test ! -e ${root}/pip ;; esac && echo 'pip 24.0 from x' ;;
  '-m venv'*)
    for venv; do :; done
    mkdir -p "$venv/bin" && cp "$0" "$venv/bin/python"
    case "$*" in *--without-pip*) exit 0 ;; esac
    if [ -e ${root}/ensurepip ]; then echo 'ensurepip is not available'; exit 1; fi
    touch "$venv/bin/pip" ;;
  *install*) test ! -e ${root}/index && touch ${root}/.sandbox/venv/bin/moto ;;
esac
`,
    );
    chmodSync(base, 0o755);
    const venv = join(root, '.sandbox', 'venv');
    const prepare = () =>
      ask(`
        process.env.PATH = '/bin:/usr/bin';
        process.getuid = () => 1000;
        const candidates = [${JSON.stringify(join(venv, 'bin', 'python'))}, ${JSON.stringify(base)}];
        return setup.preparePython(${JSON.stringify(root)}, [], {}, () => {}, candidates);`);
    const installs = () => (readFileSync(join(root, 'calls'), 'utf8').match(/^.* install /gm) ?? []).length;
    return { root, base, venv, prepare, installs, python: join(venv, 'bin', 'python') };
  };

  test('is made, and used as it is the next time', () => {
    const { prepare, python, installs } = machine();
    expect(prepare()).toBe(python);
    expect(prepare()).toBe(python);
    expect(installs()).toBe(1);
  });

  test('that half was made goes away', () => {
    const { prepare, venv } = machine('index');
    expect(prepare()).toEqual({ SetupError: expect.stringMatching(/^The emulator could not be installed: /) });
    expect(existsSync(venv)).toBe(false);
  });

  test('that works survives that something more cannot be installed into it', () => {
    const { root, prepare, venv, python } = machine();
    prepare();
    rmSync(join(venv, 'bin', 'moto')); // what is asked of it now is more than it has
    writeFileSync(join(root, 'index'), '');
    expect(prepare()).toEqual({ SetupError: expect.stringMatching(/^The emulator could not be installed: /) });
    expect(existsSync(python)).toBe(true);
    rmSync(join(root, 'index'));
    expect(prepare()).toBe(python);
  });

  test('is filled by the pip of its base where it can have none', () => {
    const { prepare, python, base, root } = machine('ensurepip');
    expect(prepare()).toBe(python);
    expect(readFileSync(join(root, 'calls'), 'utf8')).toContain(`${base} -m pip --python ${python} install `);
  });

  test('that cannot be made is one sentence with the name of the package', () => {
    const { prepare, base, venv } = machine('ensurepip', 'pip');
    expect(prepare()).toEqual({
      SetupError: `${base} cannot make a virtual environment: install its venv package (on Debian and Ubuntu: apt install python3.12-venv).`,
    });
    expect(existsSync(venv)).toBe(false);
  });
});

test('an old Node is told in one sentence', () => {
  expect(ask(`return setup.checkNode('20.15.1')`)).toEqual({
    SetupError: expect.stringMatching(/^cdk-bulwark needs Node 20\.16 or newer, this is 20\.15\.1 \(.*\)\.$/),
  });
  expect(ask(`setup.checkNode('20.16.0'); setup.checkNode('24.0.0'); return 'fine'`)).toBe('fine');
});

describe('dependencies', () => {
  const locked = (packages: object) => JSON.stringify({ packages: { '': {}, ...packages } });
  const state = (lock: object, installed: object | undefined) => {
    const root = mkdtempSync(join(folder, 'tree-'));
    mkdirSync(join(root, 'node_modules'));
    writeFileSync(join(root, 'package-lock.json'), locked(lock));
    if (installed) writeFileSync(join(root, 'node_modules', '.package-lock.json'), locked(installed));
    return ask(`return setup.isInstalled(${JSON.stringify(root)})`);
  };
  const a = { 'node_modules/a': { version: '1.0.0' } };

  test.each([
    ['the same', a, a, true],
    [
      'an optional one of another platform is missing',
      { ...a, 'node_modules/o': { version: '1.0.0', optional: true } },
      a,
      true,
    ],
    ['nothing is installed', a, undefined, false],
    ['one is missing', { ...a, 'node_modules/b': { version: '1.0.0' } }, a, false],
    ['another version', a, { 'node_modules/a': { version: '1.0.1' } }, false],
    ['one too many', a, { ...a, 'node_modules/b': { version: '1.0.0' } }, false],
  ])('are installed when the lock file says so: %s', (_, lock, installed, expected) => {
    // npm's own record has no entry for the root; an empty one is ignored.
    expect(state(lock, installed)).toBe(expected);
  });
});

test('the build is stale when a source changed, not when its own output did', () => {
  const root = mkdtempSync(join(folder, 'build-'));
  mkdirSync(join(root, 'lib'));
  writeFileSync(join(root, 'lib', 'a.ts'), '1');
  const hash = () => ask(`return setup.hashOf(${JSON.stringify(root)}, ['lib', 'bin', 'package.json'])`);
  const first = hash();
  writeFileSync(join(root, 'lib', 'index.generated.ts'), 'made');
  expect(hash()).toBe(first);
  writeFileSync(join(root, 'lib', 'a.ts'), '2');
  expect(hash()).not.toBe(first);
});

test('what npm start leaves in the environment does not steer an installation, a registry does', () => {
  const env = {
    PATH: '/bin',
    npm_config_registry: 'https://registry.example',
    npm_config_omit: 'dev',
    npm_lifecycle_event: 'start',
    npm_package_name: 'x',
    NODE_ENV: 'production',
    NODE_OPTIONS: '--inspect',
    PIP_INDEX_URL: 'https://pip.example',
  };
  expect(ask(`return setup.installEnvironment(${JSON.stringify(env)})`)).toEqual({
    PATH: '/bin',
    npm_config_registry: 'https://registry.example',
    PIP_INDEX_URL: 'https://pip.example',
  });
});
