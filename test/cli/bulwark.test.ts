import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REMEDIATIONS } from '../../lib/response/remediations.generated';
import packageJson from '../../package.json';

const program = join(__dirname, '../..', packageJson.bin.bulwark);

function bulwark(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe('bulwark', () => {
  test('can be called by its name once it is installed', () => {
    expect(readFileSync(program, 'utf8').split('\n', 1)).toEqual(['#!/usr/bin/env node']);
  });

  test('tells its version and its commands', () => {
    expect(bulwark('--version')).toMatchObject({ status: 0, stdout: `${packageJson.version}\n` });
    expect(bulwark('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('remediations') as string });
  });

  test('lists one JSON line per remediation', () => {
    const { status, stdout } = bulwark('remediations', '--json');
    const ids = stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { id: string }).id);
    expect({ status, ids }).toEqual({ status: 0, ids: REMEDIATIONS.map((spec) => spec.id) });
  });

  test.each([['frobnicate'], ['remediations', '--jsno']])('refuses %s with one sentence', (...args) => {
    const { status, stdout, stderr } = bulwark(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^error: unknown /);
  });
});
