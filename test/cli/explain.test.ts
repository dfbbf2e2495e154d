import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { explanationsOf, nearTo } from '../../cli/explain/subjects';
import { carries, readTemplates } from '../../cli/explain/templates';
import { RULES } from '../../lib/checks/rules.generated';
import { CONTROLS } from '../../lib/controls/catalogue.generated';
import { TECHNIQUES } from '../../lib/controls/techniques';
import { EVENT_ALARMS } from '../../lib/detection/event-alarms';
import { REMEDIATIONS } from '../../lib/response/remediations.generated';
import packageJson from '../../package.json';

const root = join(__dirname, '../..');
const bulwark = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, packageJson.bin.bulwark), 'explain', ...args],
    {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: process.env.PATH } as unknown as NodeJS.ProcessEnv,
    },
  );
  return { status, stdout, stderr };
};

const folder = mkdtempSync(join(tmpdir(), 'bulwark-explain-'));
const out = join(folder, 'cdk.out');

beforeAll(() => {
  // The compiled app, because only compiled constructs are known by their names in the tree.
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'dist/bin/baseline.js')], {
    cwd: folder,
    encoding: 'utf8',
    env: {
      PATH: process.env.PATH,
      CDK_OUTDIR: out,
      CDK_VALIDATION: 'false',
      CDK_CONTEXT_JSON: JSON.stringify({
        environment: 'sandbox',
        'aws:cdk:enable-path-metadata': true,
        'bulwark:packs': 'off',
      }),
    } as unknown as NodeJS.ProcessEnv,
  });
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const everything = [
  ...Object.keys(CONTROLS),
  ...Object.keys(TECHNIQUES),
  ...RULES.map(({ id }) => id),
  ...REMEDIATIONS.map(({ id }) => id),
  ...EVENT_ALARMS.map(({ id }) => id),
];

test('there is an explanation of everything that has an id, and of one thing each', () => {
  const found = everything.map((id) => explanationsOf(id));
  expect(found.filter((one) => one.length !== 1)).toEqual([]);
  for (const [explanation] of found) {
    expect(explanation?.meaning).toMatch(/\S/);
    expect(explanation?.byHand.join(' ')).toMatch(/\S/);
    expect((explanation?.answers.length ?? 0) + (explanation?.gap === undefined ? 0 : 1)).toBeGreaterThan(0);
  }
});

test.each([
  ['as small letters', 's3.5', ['S3.5']],
  ['as a finding of the pack', 'Bulwark-NET02[tcp 22 from 0.0.0.0/0]', ['NET02']],
  ['as CDK names the finding', 'Bulwark::Bulwark-NET02[tcp-22-from-0.0.0.0/0]', ['NET02']],
  ['by an ATT&CK id', 'T1562.008', ['AM27']],
  ['by an ATT&CK id of several techniques', 't1552.005', ['AM08', 'AM29']],
  ['by a requirement', 'cis-5.0:5.5', ['EC2.2']],
  ['by a requirement with brackets', 'nist-800-53-r5:au-9(3)', undefined],
  ['by a standard that is none', 'cis-9.9:5.5', []],
  ['by nothing', '', []],
])('something is found %s', (_, id, expected) => {
  const ids = explanationsOf(id).map((one) => one.id);
  if (expected === undefined) expect(ids).toEqual(expect.arrayContaining(['EC2.7', 'CloudTrail.2']));
  else expect(ids).toEqual(expected);
});

test.each([
  ['S3.55', 'S3.5'],
  ['CloudTrial.1', 'CloudTrail.1'],
  ['NET2', 'NET02'],
  ['s3-bucket-public-acess', 's3-bucket-public-access'],
  ['AM1', 'AM01'],
  ['T1562', 'T1562.001'],
  ['guardduty', 'GuardDuty.1'],
  ['T1110.001', 'T1110'],
  ['cis-5.0:5.33', 'cis-5.0:5.3'],
  ['cis-5.0', 'cis-5.0:1.1'],
])('%s is taken for a slip of %s', (slip, id) => {
  expect(nearTo(slip)).toContain(id);
});

test('what looks like nothing is near to nothing', () => {
  expect(nearTo('quite-another-thing-altogether')).toEqual([]);
});

describe('in the templates', () => {
  test('a control is found where a construct shows it', () => {
    const templates = readTemplates(out) ?? [];
    const [explanation] = explanationsOf('S3.15', templates);
    const places = templates.filter((resource) => explanation?.isPlace?.(resource));
    expect(places.map(({ logicalId }) => logicalId)).toEqual(['ArchiveMainEvidenceBucket']);
  });

  test('a remediation is found by its roles and by the rules that carry its events', () => {
    const templates = readTemplates(out) ?? [];
    const spec = REMEDIATIONS.find(({ id }) => id === 's3-bucket-tls-only');
    const found = templates.filter(carries('s3-bucket-tls-only', spec?.triggers ?? []));
    const expected = ['AWS::Events::Rule', 'AWS::Events::Rule', 'AWS::IAM::Role', 'AWS::IAM::Role'];
    expect(found.map(({ type }) => type).sort()).toEqual(expected);
  });

  test('the alarm that woke somebody is found by the name in its message', () => {
    const templates = readTemplates(out) ?? [];
    const alarm = templates.find(({ type }) => type === 'AWS::CloudWatch::Alarm');
    const name = `bulwark-main-baseline-${alarm?.logicalId}-1ABCDEFGHIJKL`;
    expect(explanationsOf(name, templates)).toEqual([
      expect.objectContaining({ kind: 'alarm', id: alarm?.logicalId, meaning: alarm?.properties.AlarmDescription }),
    ]);
  });

  test('what somebody else has made is no place of ours', () => {
    const foreign = join(folder, 'foreign');
    mkdirSync(foreign);
    const bucket = { Type: 'AWS::S3::Bucket', Properties: { VersioningConfiguration: { Status: 'Enabled' } } };
    const EventPattern = { source: ['aws.s3'], detail: { eventName: ['PutBucketPolicy'] } };
    const rule = { Type: 'AWS::Events::Rule', Properties: { EventPattern } };
    writeFileSync(join(foreign, 'App.template.json'), JSON.stringify({ Resources: { bucket, rule } }));
    const templates = readTemplates(foreign) ?? [];
    for (const id of ['S3.14', 's3-bucket-tls-only']) {
      const [explanation] = explanationsOf(id, templates);
      expect(templates.filter((resource) => explanation?.isPlace?.(resource))).toEqual([]);
    }
  });

  test.each([
    [
      'GreaterThanThreshold',
      { MetricName: 'Errors', Namespace: 'Own', Threshold: 5, Period: 60 },
      'is above 5 for 60 seconds',
    ],
    [
      'LessThanThreshold',
      { MetricName: 'Healthy', Namespace: 'Own', Threshold: 1, Period: 60 },
      'is below 1 for 60 seconds',
    ],
    ['GreaterThanThreshold', { Metrics: [{ Expression: 'a/b' }], Threshold: 1 }, undefined],
  ])('an alarm with %s says what it compares, as far as the template does', (ComparisonOperator, properties, title) => {
    const foreign = { template: 'T', logicalId: 'Own', type: 'AWS::CloudWatch::Alarm', within: [] };
    const [explanation] = explanationsOf('Own', [{ ...foreign, properties: { ...properties, ComparisonOperator } }]);
    expect(explanation?.answers[0]?.title).toBe(title);
    expect(explanation?.byHand).toEqual(['It is none of ours: ask whoever made the stack.']);
  });

  test('a template that is none is named', () => {
    const bad = join(folder, 'bad');
    mkdirSync(bad);
    writeFileSync(join(bad, 'X.template.json'), '{');
    expect(() => readTemplates(bad)).toThrow(/X\.template\.json is no template: it is not JSON/);
  });
});

describe('the command', () => {
  test('tells a person what, how, where, by hand and related', () => {
    const { status, stdout } = bulwark('CloudTrail.4');
    expect(status).toBe(0);
    for (const head of [
      'What it means',
      'How it is answered here',
      'Where in the templates',
      'What to do by hand',
      'Related requirements',
    ]) {
      expect(stdout).toContain(`${head}\n`);
    }
    expect(stdout).toContain('cdk.out/Audit.template.json Audit/Trail/Trail (AWS::CloudTrail::Trail)');
  });

  test('tells a program one line of JSON for each thing', () => {
    const { status, stdout } = bulwark('T1552.005', '--json', '--app', out);
    const told = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(status).toBe(0);
    expect(told.map(({ kind, id }) => [kind, id])).toEqual([
      ['technique', 'AM08'],
      ['technique', 'AM29'],
    ]);
    expect(told[0]).toEqual(
      expect.objectContaining({ answers: expect.any(Array), byHand: expect.any(Array), where: expect.any(Array) }),
    );
  });

  test('says why something is not answered', () => {
    expect(bulwark('RDS.5').stdout).toMatch(/Not by this version \(\w+(-\w+)*\)\. [A-Z]/);
  });

  test('suggests what may be meant', () => {
    const { status, stdout, stderr } = bulwark('S3.55');
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(stderr).toMatch(/^bulwark: There is no .* S3\.55\. Do you mean S3\.5, .*\?\n$/);
  });

  test.each([
    [[], 2, /missing required argument 'ID'/],
    [[''], 2, /Name what is to be explained/],
    [['S3.5', '--app', 'nowhere'], 3, /There is no folder nowhere: synthesize first/],
    [['S3.5', '--sideways'], 2, /unknown option '--sideways'/],
  ])('refuses %j', (args, code, sentence) => {
    const { status, stderr } = bulwark(...args);
    expect(status).toBe(code);
    expect(stderr).toMatch(sentence);
  });
});
