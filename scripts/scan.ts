/**
 * Holds the synthesized app against scanners that nobody here wrote: CDK's built-in validator with both nag packs, AWS
 * Control Tower's rules in cfn-guard, and cfn-lint. `npm run scan`, or `npm run scan -- --guard-rules DIR` for further
 * Guard rules. What is accepted stands in `scan-waivers.json`, each with its reason and a date.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Command } from 'commander';

interface Waiver {
  readonly rule: string;
  /** Logical ids, as regular expressions that must match as a whole. */
  readonly resources: readonly string[];
  readonly reason: string;
  readonly until: string;
}

interface Finding {
  readonly tool: string;
  readonly rule: string;
  readonly template: string;
  readonly resource: string;
  readonly message: string;
}

interface Options {
  readonly guardRules?: string;
  readonly python: string;
  readonly resultFile?: string;
}

const root = join(__dirname, '..');
const MOST_WAIVERS = 12;

/** cfn-lint's entry point, which is no module to run. */
const CFN_LINT = 'import sys; from cfnlint.runner import main; sys.exit(main())';

const options = new Command('scan')
  .description('scans the synthesized app')
  .option('--guard-rules <dir>', 'folder with further Guard rules')
  .option('--python <command>', 'Python that has cfn-lint', process.env.BULWARK_PYTHON ?? 'python3')
  .option('--result-file <file>', 'where to write {passed, failed, skipped} as JSON')
  .parse()
  .opts<Options>();

const out = mkdtempSync(join(tmpdir(), 'bulwark-scan-'));
try {
  main(options, out);
} finally {
  rmSync(out, { recursive: true, force: true });
}

function main({ guardRules, python, resultFile }: Options, folder: string): void {
  const waivers = readWaivers();
  synthesize(folder);
  const templates = readdirSync(folder)
    .filter((file) => file.endsWith('.template.json'))
    .map((file) => join(folder, file));
  if (templates.length === 0) throw new Error('synthesis wrote no template, so there is nothing to scan');

  const linted = lint(templates, python);
  resolveImports(templates);
  const controlTower = join(
    dirname(require.resolve('@cdklabs/cdk-validator-cfnguard/package.json')),
    'rules',
    'control-tower',
  );
  const scans: Array<[string, Finding[]]> = [
    ['cfn-guard: AWS Control Tower', guard(templates, controlTower)],
    ['cfn-lint', linted],
    ...(guardRules === undefined
      ? []
      : [[`cfn-guard: ${guardRules}`, guard(templates, guardRules)] as [string, Finding[]]]),
  ];

  const used = new Set<Waiver>();
  let failed = 0;
  for (const [name, findings] of scans) {
    const open = findings.filter((finding) => {
      const waiver = waivers.find((each) => covers(each, finding));
      if (waiver) used.add(waiver);
      return !waiver;
    });
    console.log(
      `${open.length === 0 ? 'passed' : 'FAILED'}  ${name}: ${findings.length} findings, ${findings.length - open.length} waived`,
    );
    for (const { rule, template, resource, message } of open)
      console.log(`        ${rule} at ${template}/${resource}: ${message}`);
    if (open.length > 0) failed += 1;
  }
  const idle = waivers.filter((waiver) => !used.has(waiver));
  if (idle.length > 0) {
    failed += 1;
    console.log(
      `FAILED  waivers that no finding needs any more, take them out: ${idle.map((waiver) => waiver.rule).join(', ')}`,
    );
  }
  console.log(
    `passed  CDK's validator with AwsSolutions and BaselineChecks; ${waivers.length} of ${MOST_WAIVERS} waivers in use`,
  );

  const passed = scans.length + 2 - failed;
  if (resultFile !== undefined) writeResult(resultFile, { passed, failed, skipped: 0 });
  process.exitCode = failed === 0 ? 0 : 1;
}

function writeResult(file: string, result: object): void {
  writeFileSync(file, JSON.stringify(result));
}

/** With everything on, as a user deploys it: both packs, and the validator, which fails synthesis on what it finds. */
function synthesize(folder: string): void {
  const { status, stderr, stdout } = spawnSync(process.execPath, [join(root, 'dist/bin/baseline.js')], {
    cwd: root,
    encoding: 'utf8',
    env: {
      ...process.env,
      CDK_OUTDIR: folder,
      CDK_VALIDATION: 'true',
      CDK_CONTEXT_JSON: JSON.stringify({ environment: 'sandbox', '@aws-cdk/core:validateAgainstDefaultRules': true }),
    },
  });
  if (status !== 0) throw new Error(`synthesis failed, so nothing was scanned:\n${stdout}${stderr}`);
}

/**
 * Guard rules ask for literals or references within a template. What comes from another stack is put in as the literal that
 * it will be, else every key that is shared counts as no key at all.
 */
function resolveImports(templates: string[]): void {
  const texts = new Map(templates.map((template) => [template, readFileSync(template, 'utf8')]));
  const parsed = [...texts.values()].map((text) => JSON.parse(text) as Template);
  const exported = new Map<string, string>();
  for (const { Resources, Outputs } of parsed) {
    for (const { Value, Export } of Object.values(Outputs ?? {})) {
      const logicalId =
        (Value as { 'Fn::GetAtt'?: [string]; Ref?: string })['Fn::GetAtt']?.[0] ?? (Value as { Ref?: string }).Ref;
      const key = Resources[logicalId ?? '']?.Type === 'AWS::KMS::Key';
      const literal = key
        ? 'arn:aws:kms:eu-central-1:123456789012:key/00000000-0000-4000-8000-000000000000'
        : 'imported';
      if (Export) exported.set(Export.Name, literal);
    }
  }
  for (const [template, text] of texts) {
    const literal = (_: string, name: string) => JSON.stringify(exported.get(name) ?? 'imported');
    writeFileSync(template, text.replace(/\{\s*"Fn::ImportValue":\s*"([^"]+)"\s*\}/g, literal));
  }
}

interface Template {
  readonly Resources: Record<string, { Type: string }>;
  readonly Outputs?: Record<string, { Value: unknown; Export?: { Name: string } }>;
}

interface GuardReport {
  readonly name: string;
  readonly compliant: unknown[];
  readonly not_compliant: Array<{ Rule: { name: string } }>;
}

function guard(templates: string[], rules: string): Finding[] {
  const cpu = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
  const system = process.platform === 'darwin' ? 'macos' : 'ubuntu';
  const binary = join(
    dirname(require.resolve('@cdklabs/cdk-validator-cfnguard/package.json')),
    'bin',
    system,
    cpu,
    'cfn-guard',
  );
  const data = templates.flatMap((template) => ['-d', template]);
  const { status, stdout, stderr, error } = spawnSync(
    binary,
    ['validate', ...data, '-r', rules, '-o', 'json', '--structured', '-S', 'none'],
    { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 },
  );
  // 19 tells of violations (cfn-guard's documentation); anything else but 0 is a failure of the scan.
  if (status !== 0 && status !== 19)
    throw new Error(`cfn-guard failed with ${status ?? error?.message}: ${stderr.slice(0, 2_000)}`);
  const reports = JSON.parse(stdout) as GuardReport[];
  const evaluated = reports.reduce((sum, each) => sum + each.compliant.length + each.not_compliant.length, 0);
  if (evaluated === 0) throw new Error(`cfn-guard evaluated no rule of ${rules}: is it the right folder?`);
  const found = reports.flatMap(({ name, not_compliant }) =>
    not_compliant.flatMap(({ Rule }) => {
      const text = JSON.stringify(Rule);
      const resources = new Set([...text.matchAll(/\/Resources\/(\w+)/g)].map((match) => match[1] as string));
      const message = /\[CT[^\]]*\]: ([^\\]*)/.exec(text)?.[1] ?? '';
      // A violation that names no resource is one of the whole template.
      return [...(resources.size > 0 ? resources : ['*'])].map((resource) => ({
        tool: 'cfn-guard',
        rule: Rule.name,
        template: short(name),
        resource,
        message,
      }));
    }),
  );
  if (status === 19 && found.length === 0) throw new Error('cfn-guard told of violations, and none was understood');
  return found;
}

function lint(templates: string[], python: string): Finding[] {
  const { status, stdout, stderr, error } = spawnSync(
    python,
    ['-c', CFN_LINT, '--format', 'json', '-t', ...templates],
    {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  let found: Array<{ Rule: { Id: string }; Filename: string; Message: string; Location: { Path: unknown[] } }>;
  try {
    found = JSON.parse(stdout) as typeof found;
  } catch {
    throw new Error(
      `cfn-lint failed with ${status ?? error?.message}: ${stderr.slice(0, 2_000)} (${python}; --python names another)`,
    );
  }
  return found.map(({ Rule, Filename, Message, Location }) => ({
    tool: 'cfn-lint',
    rule: Rule.Id,
    template: short(Filename),
    resource: String(Location.Path?.[1] ?? ''),
    message: Message,
  }));
}

function readWaivers(): Waiver[] {
  const waivers = JSON.parse(readFileSync(join(root, 'scripts/scan-waivers.json'), 'utf8')) as Waiver[];
  const today = new Date().toISOString().slice(0, 10);
  const expired = waivers.filter(({ until }) => until < today);
  if (expired.length > 0)
    throw new Error(`waivers have expired, mend or decide again: ${expired.map(({ rule }) => rule).join(', ')}`);
  if (waivers.length > MOST_WAIVERS)
    throw new Error(`at most ${MOST_WAIVERS} rules may be waived, ${waivers.length} are`);
  return waivers;
}

function covers(waiver: Waiver, finding: Finding): boolean {
  return (
    waiver.rule === finding.rule &&
    waiver.resources.some((pattern) => new RegExp(`^(?:${pattern})$`).test(finding.resource))
  );
}

function short(path: string): string {
  return path.replace(/^.*\//, '').replace('.template.json', '');
}
