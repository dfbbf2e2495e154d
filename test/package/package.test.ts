import { existsSync, readFileSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import packageJson from '../../package.json';
import { REMEDIATIONS } from '../../lib/response/remediations.generated';
import {
  Consumer,
  type Ended,
  filesBelow,
  makeApp,
  makeScratch,
  pack,
  type Packed,
  readJson,
  registry,
  ROOT,
  writeJson,
} from './blank-app';

/** Bytes that a consumer downloads, and that lie in each node_modules. Raise them only for something that is worth it. */
const MOST_PACKED = 1_500_000;
const MOST_UNPACKED = 6_000_000;

const DOORS = ['approved', 'responder', 'sweeper', 'undo'];
const LANGUAGES = { CommonJS: 'app.js', 'an ES module': 'app.mjs', TypeScript: 'out/app.js' } as const;
type Language = keyof typeof LANGUAGES;
const languages = Object.keys(LANGUAGES) as Language[];

const scratch = makeScratch();
const folder = join(scratch, 'blank-app');
const installed = join(folder, 'node_modules', packageJson.name);
let packed: Packed;
let consumer: Consumer;

// Compilers and installers on a busy machine.
jest.setTimeout(300_000);

beforeAll(() => {
  packed = pack(scratch);
  makeApp(folder, packed, join(scratch, packed.filename));
  consumer = new Consumer(scratch, folder);
});

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('the package', () => {
  const paths = () => packed.files.map(({ path }) => path);

  test.each([
    ...['.jsii', 'CHANGELOG.md', 'LICENSE', 'NOTICE', 'README.md', 'package.json'],
    ...['dist/lib/index.js', 'dist/lib/index.d.ts', 'dist/lambda/remediation.js', 'dist/lambda/remediation.d.ts'],
    ...['dist/cli/bulwark.mjs', 'cdk.json', 'dist/bin/baseline.js'],
    ...DOORS.map((door) => `dist/functions/response/${door}.mjs`),
  ])('holds %s', (path) => {
    expect(paths()).toContain(path);
  });

  test('holds nothing of the workshop', () => {
    const workshop = [
      /^(test|sandbox|scripts|examples|docs|lib|lambda|cli|bin|node_modules|cdk\.out|coverage)\//,
      /^dist\/(jsii|test|sandbox|scripts|examples)\//,
      /(?<!\.d)\.[cm]?ts$/,
      /\.map$/,
      /\.meta\.json$/,
      /tsbuildinfo/,
      /\.tgz$/,
      /(^|\/)\.(?!jsii$)/,
      /package-lock\.json$/,
      /\.(test|spec)\.[cm]?js$/,
      /\.py[co]?$/,
    ];
    expect(paths().filter((path) => workshop.some((pattern) => pattern.test(path)))).toEqual([]);
  });

  test('holds nothing whose source is gone: remove dist and build again', () => {
    const sourceOf = (path: string) => path.replace(/^dist\//, '').replace(/(\.d\.ts|\.js)$/, '.ts');
    const compiled = paths().filter((path) => /^dist\/(lib|lambda|bin)\//.test(path));
    expect(compiled.filter((path) => !existsSync(join(ROOT, sourceOf(path))))).toEqual([]);
  });

  test('arrives whole', () => {
    expect(filesBelow(installed)).toEqual(paths().sort());
  });

  test('names no path and no registry of the machine that made it', () => {
    const foreign = [ROOT, `${homedir()}/`, '/home/', '/Users/', new URL(registry()).hostname, 'sourceMappingURL='];
    const named = filesBelow(installed).flatMap((path) => {
      const text = readFileSync(join(installed, path), 'utf8');
      return foreign.filter((each) => text.includes(each)).map((each) => `${path}: ${each}`);
    });
    expect(named).toEqual([]);
  });

  test('is no larger than it has to be', () => {
    const kilobytes = (bytes: number) => `${Math.round(bytes / 1_000)} KB`;
    const { size, unpackedSize, files } = packed;
    process.stdout.write(
      `${packed.filename}: ${files.length} files, packed ${kilobytes(size)} (at most ${kilobytes(MOST_PACKED)}), ` +
        `unpacked ${kilobytes(unpackedSize)} (at most ${kilobytes(MOST_UNPACKED)})\n`,
    );
    expect(size).toBeLessThanOrEqual(MOST_PACKED);
    expect(unpackedSize).toBeLessThanOrEqual(MOST_UNPACKED);
  });
});

describe('strict TypeScript', () => {
  const strict = { target: 'es2022', strict: true, outDir: 'out', types: ['node'] };

  test.each([
    // The declarations themselves are checked once: they are the same for all.
    ['node16', { module: 'node16', moduleResolution: 'node16', skipLibCheck: false }],
    ['nodenext', { module: 'nodenext', moduleResolution: 'nodenext', skipLibCheck: true, noEmit: true }],
    // By typesVersions, since this one does not read `exports`.
    [
      'node10',
      { module: 'commonjs', moduleResolution: 'node10', ignoreDeprecations: '6.0', skipLibCheck: true, noEmit: true },
    ],
  ])('finds and accepts all types as %s resolves them', (name, options) => {
    const file = `tsconfig.${name}.json`;
    writeJson(join(folder, file), { compilerOptions: { ...strict, ...options }, files: ['app.ts'] });
    expect(consumer.node(['node_modules/typescript/bin/tsc', '-p', file])).toEqual({
      status: 0,
      stdout: '',
      stderr: '',
    });
  });
});

describe.each(languages)('an app in %s', (language) => {
  const out = (kind: string) => join(scratch, 'out', kind, LANGUAGES[language].replace(/\W/g, '-'));

  test('synthesizes, and its checks pass', () => {
    const ended = synthesize(language, out('good'), { CDK_VALIDATION: language === 'CommonJS' ? 'true' : 'false' });
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    const report = reportIn(out('good'));
    expect(report.conclusion).toBe('success');
    expect(report.violations.filter(({ severity }) => severity !== 'warning')).toEqual([]);
    // It was looked at: what our own resources need is among what was acknowledged.
    expect(report.suppressedViolations.length).toBeGreaterThan(0);
  });

  test('fails on a bad bucket, and says which', () => {
    const { status, stderr } = synthesize(language, out('bad'), { CDK_VALIDATION: 'false', WITH_BAD_BUCKET: 'yes' });
    expect(status).toBe(1);
    expect(stderr).toContain('Bulwark::Bulwark-DAT01[BlockPublicPolicy]');
    const { conclusion, violations } = reportIn(out('bad'));
    expect(conclusion).toBe('failure');
    expect(
      new Set(violations.flatMap((each) => each.violatingConstructs.map(({ constructPath }) => constructPath))),
    ).toEqual(new Set(['Security/Bad/Resource']));
  });

  test('makes the same template as in the other languages', () => {
    const template = (of: Language) =>
      readJson<{ Resources: object }>(
        join(scratch, 'out/good', LANGUAGES[of].replace(/\W/g, '-'), 'Security.template.json'),
      );
    expect(Object.keys(template(language).Resources).length).toBeGreaterThan(50);
    expect(template(language)).toEqual(template('CommonJS'));
  });
});

test('the code of the functions is that of the installed package', () => {
  const out = join(scratch, 'out/unstaged');
  const context = JSON.stringify({ 'aws:cdk:disable-asset-staging': true });
  expect(synthesize('CommonJS', out, { CDK_VALIDATION: 'false', CDK_CONTEXT_JSON: context }).status).toBe(0);
  const { files } = readJson<{ files: Record<string, { source: { path: string; packaging: string } }> }>(
    join(out, 'Security.assets.json'),
  );
  const folders = Object.values(files).flatMap(({ source }) => (source.packaging === 'zip' ? [source.path] : []));
  expect(folders.map((path) => resolve(out, path))).toEqual([join(installed, 'dist/functions/response')]);
});

describe('the command line', () => {
  test('tells its version', () => {
    expect(consumer.npx('bulwark', '--version')).toEqual({ status: 0, stdout: `${packageJson.version}\n`, stderr: '' });
  });

  test('lists the remediations', () => {
    const { status, stdout, stderr } = consumer.npx('bulwark', 'remediations', '--json');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const listed = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string });
    expect(listed.map(({ id }) => id)).toEqual(REMEDIATIONS.map(({ id }) => id));
  });
});

test('tools can read package.json', () => {
  const { status, stdout } = consumer.node(['-p', "require('cdk-bulwark/package.json').version"]);
  expect({ status, stdout }).toEqual({ status: 0, stdout: `${packageJson.version}\n` });
});

test('nothing but node was there to be run', () => {
  const script =
    "for (const name of ['python3', 'python', 'docker', 'aws', 'cdk']) if (!require('child_process').spawnSync(name).error) console.log(name)";
  expect(consumer.node(['-e', script])).toEqual({ status: 0, stdout: '', stderr: '' });
});

interface Report {
  readonly pluginName: string;
  readonly conclusion: string;
  readonly violations: ReadonlyArray<{
    readonly ruleName: string;
    readonly severity: string;
    readonly violatingConstructs: ReadonlyArray<{ readonly constructPath: string }>;
  }>;
  readonly suppressedViolations: readonly object[];
}

function synthesize(language: Language, out: string, env: Record<string, string>): Ended {
  return consumer.node([LANGUAGES[language]], { CDK_OUTDIR: out, ...env });
}

function reportIn(out: string): Report {
  const { pluginReports } = readJson<{ pluginReports: Report[] }>(join(out, 'validation-report.json'));
  const found = pluginReports.find(({ pluginName }) => pluginName === 'Bulwark');
  if (found === undefined) throw new Error(`${out} holds no report of BaselineChecks`);
  return found;
}
