import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError } from '../../../lambda/runtime/errors';
import { activeUnits } from '../../../lambda/runtime/units';
import { lampUnit, SPEC } from '../../support/engine';

const root = mkdtempSync(join(tmpdir(), 'bulwark-units-'));
const OWN = lampUnit({ on: true }, { step: () => undefined });

beforeAll(() => {
  const folder = join(root, 'modules/team-bell');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'spec.json'), JSON.stringify({ ...SPEC, id: 'team-bell' }));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const active = (...ids: string[]) => activeUnits(new Set(ids), [OWN], root);

describe('the active units', () => {
  test('are ours by the registry, and a consumer’s from the bundle', () => {
    const units = active('team-bell', SPEC.id);
    expect(units.map(({ spec }) => spec.id)).toEqual(['team-bell', SPEC.id]);
    expect(units[1]).toBe(OWN);
  });

  test('load a consumer’s code when it is asked for, and say what it lacks', () => {
    const file = join(root, 'modules/team-bell/index.mjs');
    writeFileSync(file, 'export const create = () => ({ locate: () => ["found"] });');
    mkdirSync(join(root, 'modules/team-drum'), { recursive: true });
    writeFileSync(join(root, 'modules/team-drum/spec.json'), '{}');
    writeFileSync(join(root, 'modules/team-drum/index.mjs'), 'export const creat = 1;');
    const script = `
      const { activeUnits } = require('./lambda/runtime/units.ts');
      const [bell, drum] = activeUnits(new Set(['team-bell', 'team-drum']), [], ${JSON.stringify(root)});
      bell.load().then((create) => console.log(create({}).locate()[0]));
      drum.load().catch(({ name, message }) => console.log(name, message));`;
    // In a process of its own: these tests run as CommonJS, which loads no such modules.
    const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', '-e', script], {
      cwd: join(__dirname, '../../..'),
      encoding: 'utf8',
    });
    expect({ told: stdout.trim().split('\n').sort(), stderr }).toEqual({
      told: ['ConfigurationError modules/team-drum/index.mjs must export a function "create"', 'found'],
      stderr: '',
    });
  });

  test('are none where none is active', () => {
    expect(active()).toEqual([]);
  });

  test.each(['team-fife', '../team-bell', '../../modules/team-bell'])('are refused with %s, which is neither', (id) => {
    expect(() => active(id)).toThrow(ConfigurationError);
    expect(() => active(id)).toThrow(id);
  });
});
