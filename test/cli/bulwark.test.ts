import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { COMMANDS } from '../../cli/commands';
import { EXITS } from '../../cli/exit';
import { programFor } from '../../cli/program';
import { REMEDIATIONS } from '../../lib/response/remediations.generated';
import { SCENARIOS } from '../../sandbox/scenarios';
import packageJson from '../../package.json';

const program = join(__dirname, '../..', packageJson.bin.bulwark);

/** Nothing listens there, so that no test leaves the machine. */
const DEAD_END = {
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  AWS_REGION: 'eu-central-1',
  AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
  AWS_CONFIG_FILE: devNull,
  AWS_SHARED_CREDENTIALS_FILE: devNull,
  AWS_EC2_METADATA_DISABLED: 'true',
};

function bulwark(args: readonly string[], env: Record<string, string | undefined> = DEAD_END) {
  const { PATH } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    encoding: 'utf8',
    env: { PATH, ...env } as NodeJS.ProcessEnv,
  });
  return { status, stdout, stderr };
}

const lines = (text: string) => text.trim().split('\n');

describe('bulwark', () => {
  test('can be called by its name once it is installed', () => {
    expect(readFileSync(program, 'utf8').split('\n', 1)).toEqual(['#!/usr/bin/env node']);
  });

  test('tells its version, its commands and its exit codes', () => {
    expect(bulwark(['--version'])).toMatchObject({ status: 0, stdout: `${packageJson.version}\n` });
    const { status, stdout } = bulwark(['--help']);
    expect(status).toBe(0);
    for (const { name } of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
    for (const { code } of Object.values(EXITS)) expect(stdout).toMatch(new RegExp(`^  ${code} `, 'm'));
  });

  test.each(COMMANDS.map(({ name }) => name))('%s lists its options in its help, both ways', (name) => {
    const asked = bulwark([name, '--help']);
    expect(asked).toMatchObject({ status: 0, stderr: '' });
    expect(asked.stdout).toContain('--json');
    expect(asked.stdout).toContain('Exit codes:');
    expect(bulwark(['help', name]).stdout).toBe(asked.stdout);
  });

  test('asks before every command that changes something', async () => {
    const asking = [];
    for (const { name } of COMMANDS) {
      const command = (await programFor([name])).commands.find((each) => each.name() === name);
      if (command?.options.some(({ long }) => long === '--yes')) asking.push(name);
    }
    expect(asking).toEqual([
      'approve',
      'undo',
      'exempt',
      'sweep',
      'promote',
      'mode',
      'kill-switch',
      'redrive',
      'drill',
    ]);
  });

  test('lists one JSON line per remediation, with findings and the way back', () => {
    const { status, stdout } = bulwark(['remediations', '--json']);
    const items = lines(stdout).map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(status).toBe(0);
    expect(items.map(({ id, undo, findings }) => ({ id, undo, findings }))).toEqual(
      REMEDIATIONS.map(({ id, undo, findings = {} }) => ({ id, undo, findings })),
    );
  });

  test('lists one JSON line per attack', () => {
    const { status, stdout } = bulwark(['drill', '--list', '--json']);
    const ids = lines(stdout).map((line) => (JSON.parse(line) as { scenario: string }).scenario);
    expect({ status, ids }).toEqual({ status: 0, ids: SCENARIOS.map(({ id }) => id) });
  });
});

describe('a wrong call', () => {
  const ARN = 'arn:aws:s3:::a';
  test.each([
    ['a command that is none', ['frobnicate'], /unknown command/],
    ['no command', [], /Usage/],
    ['an option that is none', ['remediations', '--jsno'], /unknown option/],
    ['a qualifier that is none', ['status', '--qualifier', 'Main'], /must be a qualifier/],
    ['a Region that is none', ['status', '--region', 'frankfurt'], /must be a Region/],
    ['a run that is none', ['runs', 'p-0123456789abcdef'], /must be the id of a run/],
    ['a resource with a wildcard', ['runs', '--resource', 'arn:aws:s3:::*'], /ARN without wildcards/],
    ['a time that is none', ['runs', '--since', 'yesterday'], /duration/],
    ['a number that is none', ['runs', '--limit', '-1'], /whole number/],
    ['approve without a plan', ['approve'], /missing required argument/],
    ['approve of a run', ['approve', 'r-0123456789abcdef'], /must be the id of a plan/],
    ['undo of a plan', ['undo', 'p-0123456789abcdef'], /must be the id of a run/],
    ['an exemption of nothing', ['exempt'], /needs --remediation, one of .*, --owner, --reason, --days or --until/],
    ['an exemption by ARN and by tag', ['exempt', '--resource', ARN, '--tag', 'shop'], /cannot be used with/],
    ['an exemption with two ends', ['exempt', '--days', '3', '--until', '2027-01-01'], /cannot be used with/],
    ['an exemption for ever', ['exempt', '--days', '367'], /from 0 to 366/],
    ['an exemption until a day that is none', ['exempt', '--until', '2027-02-31'], /It is a date/],
    ['a list that revokes', ['exempt', '--list', '--revoke', 'e-0123456789abcdef'], /cannot be used with/],
    ['a list of one owner', ['exempt', '--list', '--owner', 'me'], /cannot be used with/],
    ['expired ones without a list', ['exempt', '--expired'], /goes with --list/],
    ['a mode that is none', ['mode', 'enforce'], /Allowed choices are OBSERVE, PROPOSE, ENFORCE/],
    ['no mode', ['mode'], /say a mode, or --clear/],
    ['a mode and its opposite', ['mode', 'OBSERVE', '--clear'], /say a mode, or --clear/],
    ['a switch half on', ['kill-switch', 'maybe'], /Allowed choices are on, off/],
    ['an attack that is none', ['drill', 'everything'], /Allowed choices are/],
    ['a promotion that is made and taken back', ['promote', '--dry-run', '--revoke'], /cannot be used with/],
    ['a wait that is none', ['sweep', '--wait', 'long'], /whole number/],
  ])('with %s is refused, before anything is called', (_, args, why) => {
    const { status, stdout, stderr } = bulwark(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(why);
  });
});

describe('a failure is one sentence that says what to do', () => {
  test.each([
    [
      'where AWS does not answer',
      DEAD_END,
      /AWS does not answer at http:\/\/127\.0\.0\.1:9 \(SSM GetParameter in eu-central-1: ECONNREFUSED\): look at/,
    ],
    [
      'without credentials',
      { ...DEAD_END, AWS_ACCESS_KEY_ID: undefined },
      /There are no AWS credentials to call with .*: sign in/,
    ],
    ['without a Region', { ...DEAD_END, AWS_REGION: undefined }, /No Region is known: give --region/],
  ])('%s', (_, env, sentence) => {
    const { status, stdout, stderr } = bulwark(['status', '--json'], env);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(lines(stderr)).toEqual([expect.stringMatching(sentence)]);
  });

  test('unless somebody looks for the place', () => {
    const { stderr } = bulwark(['status'], { ...DEAD_END, BULWARK_DEBUG: '1' });
    expect(stderr).toMatch(/\n {4}at /);
  });
});
