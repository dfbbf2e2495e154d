import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const examples = readdirSync(join(root, 'examples')).filter((file) => file.endsWith('.ts'));

test.each(examples)(
  'examples/%s synthesizes',
  (file) => {
    const out = mkdtempSync(join(tmpdir(), 'bulwark-example-'));
    try {
      const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', join('examples', file)], {
        cwd: root,
        encoding: 'utf8',
        env: { ...process.env, CDK_OUTDIR: out, TSX_TSCONFIG_PATH: 'test/tsconfig.json' },
      });
      expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
      expect(readdirSync(out).some((name) => name.endsWith('.template.json'))).toBe(true);
    } finally {
      rmSync(out, { recursive: true, force: true });
    }
  },
  60_000,
);
