import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(__dirname, '../..');

const REFUSED = [
  ['lambda/runtime/one.ts', 'aws-cdk-lib'],
  ['lambda/remediations/a-b/one.ts', 'aws-cdk-lib/aws-s3'],
  ['lambda/remediations/a-b/two.ts', '../c-d/remediation'],
  ['lib/response/one.ts', '../../lambda/runtime/run'],
  ['lib/checks/rules/XYZ01-one.ts', './DAT01-bucket-blocks-public-access'],
] as const;

const FINE = [
  ['lambda/remediations/a-b/three.ts', '../../runtime/remediation'],
  ['lambda/remediations/a-b/four.ts', './spec'],
  ['lambda/remediations/a-b/five.ts', '../../../lib/controls'],
  ['lib/response/two.ts', '../../lambda/runtime/spec'],
  ['lib/checks/rules/XYZ02-two.ts', '../values'],
] as const;

/** The two rules that keep the house in order. Lint holds the code to them; this holds lint to them. */
describe('an import', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bulwark-walls-'));
  let findings = '';

  beforeAll(() => {
    const { vcs, ...config } = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8')) as Record<string, unknown>;
    writeFileSync(join(folder, 'biome.json'), JSON.stringify(config));
    for (const [file, module] of [...REFUSED, ...FINE]) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), `import { something } from '${module}';\n\nsomething();\n`);
    }
    const biome = join(root, 'node_modules/.bin/biome');
    const { stdout, stderr } = spawnSync(biome, ['lint', '--only=style/noRestrictedImports', '--reporter=github'], {
      cwd: folder,
      encoding: 'utf8',
    });
    findings = stdout + stderr;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(REFUSED)('in %s of %s is refused', (file) => {
    expect(findings).toContain(`/${file},`);
  });

  test.each(FINE)('in %s of %s is fine', (file) => {
    expect(findings).not.toContain(`/${file},`);
  });
});
