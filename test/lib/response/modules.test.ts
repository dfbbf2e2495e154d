import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AutoRemediation, RegionalSignals } from '../../../lib';
import { readModules } from '../../../lib/response/modules';
import { problemsOf } from '../../../lib/response/module-laws';
import { REMEDIATIONS } from '../../../lib/response/remediations.generated';
import { SPEC } from '../../support/engine';

const UNIT = { ...SPEC, id: 'team-lamp', triggers: [{ service: 'iot', eventNames: ['PutLamp'] }] };
const roots: string[] = [];

/** A folder of units, as a consumer's build leaves it. */
function folderOf(units: Record<string, unknown>, files: readonly string[] = ['spec.json', 'index.mjs']): string {
  const root = mkdtempSync(join(tmpdir(), 'bulwark-modules-'));
  roots.push(root);
  for (const [id, spec] of Object.entries(units)) {
    mkdirSync(join(root, id));
    const text = typeof spec === 'string' ? spec : JSON.stringify(spec);
    for (const file of files)
      writeFileSync(join(root, id, file), file === 'spec.json' ? text : 'export const create = 1;');
  }
  return root;
}
const read = (units: Record<string, unknown>, files?: readonly string[]) => () =>
  readModules('Test', folderOf(units, files));
afterAll(() => {
  for (const root of roots) rmSync(root, { recursive: true, force: true });
});

describe('units of a consumer', () => {
  test('are read in order of their ids', () => {
    const other = { ...UNIT, id: 'team-bell' };
    expect(read({ 'team-lamp': UNIT, 'team-bell': other })()).toEqual([other, UNIT]);
  });

  const permission = (more: object, phase = 'write') => ({
    permissions: { ...UNIT.permissions, [phase]: [{ kind: 'resource', actions: ['s3:PutLamp'], ...more }] },
  });
  const without = (...keys: string[]) => Object.fromEntries(keys.map((key) => [key, undefined]));

  test.each<[object, string]>([
    [{ id: 'team-bell' }, 'id must be "team-lamp", as its folder, got "team-bell"'],
    [without('title'), 'title must be a sentence'],
    [{ disruptive: 'no' }, 'disruptive must be true or false'],
    [{ controls: [] }, 'controls must name at least one control'],
    [{ controls: ['TEAM.1'] }, 'severity must be said where a control is not one of the package'],
    [without('triggers'), 'triggers must be a list'],
    [{ resource: { type: 'AWS::Test::Lamp' } }, 'resource must have type and arn'],
    [{ sweep: { per: 'world' } }, 'sweep.per must be region or account'],
    [{ calls: { read: 1 } }, 'calls must bound read and write'],
    [{ undo: 'perhaps' }, 'undo must be "exact" or never(reason)'],
    [{ permissions: { ...UNIT.permissions, undo: undefined } }, 'permissions.undo must be there where undo is exact'],
    [{ permissions: { write: UNIT.permissions.write } }, 'permissions.read must be there'],
    [{ permissions: { read: UNIT.permissions.read } }, 'permissions.write must be there'],
    [without('permissions'), 'permissions must be an object'],
    [{ permissions: { ...UNIT.permissions, list: [] } }, 'permissions.list must be a list that is not empty'],
    [{ permissions: { ...UNIT.permissions, write: ['s3:*'] } }, 'permissions.write[0] must be an object'],
    [
      permission({ actions: ['s3:*'] }),
      'permissions.write[0].actions must name actions in full, without *, got ["s3:*"]',
    ],
    [permission({ actions: ['*'] }, 'undo'), 'permissions.undo[0].actions must name actions in full'],
    [permission({ actions: [] }, 'read'), 'permissions.read[0].actions must name actions in full'],
    [permission({ kind: 'any' }), 'permissions.write[0].kind must be resource, related or account'],
    [permission({ kind: 'related' }), 'permissions.write[0].arn must name the related resource'],
    ...[
      '*',
      'arn:aws:*:::x',
      'arn:{partition}:s3:::*',
      'arn:{partition}:s3:::{lamp}/*',
      '{lamp}',
      '{setting.lamp}',
    ].map((arn): [object, string] => [
      { resource: { ...UNIT.resource, arn }, settings: ['lamp'] },
      `resource.arn must be an ARN that names partition, service and resource, with placeholders and without * or ?, got "${arn}"`,
    ]),
    ...['*', '{lamp}', 'arn:{partition}:*:{region}:{account}:x', 'arn:{partition}:s3:::*', 'arn:aws:s3:*:*:x'].map(
      (arn): [object, string] => [
        permission({ kind: 'related', arn }),
        `permissions.write[0].arn must be {setting.NAME} or an ARN that names partition, service and kind of resource, and not *, got "${arn}"`,
      ],
    ),
    [permission({ kind: 'related', arn: '{setting.role}' }), 'settings must list role, of which a permission speaks'],
    [permission({ conditions: { Null: 'true' } }), 'permissions.write[0].conditions must map operators to keys'],
    [
      permission({ kind: 'account', reason: 'none', conditions: {} }),
      'permissions.write[0].conditions must map operators to keys and texts, of kind resource or related',
    ],
    [permission({}, 'read'), 'permissions.read[0].actions must change nothing'],
    [permission({}, 'list'), 'permissions.list[0].actions must change nothing'],
    [{ undo: { never: 'a control was restored' } }, 'permissions.undo must be left out where undo is never'],
    [{ triggers: ['iot'] }, 'triggers[0] must be an object'],
    [{ triggers: [{ service: 'aws.iot', eventNames: ['PutLamp'] }] }, 'triggers[0].service must be the prefix'],
    [{ triggers: [{ service: 'iot', eventNames: [] }] }, 'triggers[0].eventNames must name calls as CloudTrail does'],
    [{ triggers: [{ service: 'iot', eventNames: ['Put*'] }] }, 'without *, got ["Put*"]'],
    [{ findings: [] }, 'findings must be an object'],
    [
      { findings: { guardduty: ['Policy:S3/A'] } },
      'findings.guardduty must be left out: there are guardDuty and config',
    ],
    [{ findings: { guardDuty: ['*'] } }, 'findings.guardDuty must list types of findings'],
    [{ findings: { config: ['S3_LAMP'] } }, 'findings.config must list identifiers of Config rules in lower case'],
    [{ settings: 'lamp' }, 'settings must list names of letters and digits'],
    [{ settings: ['a lamp'] }, 'settings must list names of letters and digits'],
    [{ declared: {} }, 'declared must be left out: a unit of your own does its work in index.mjs'],
    [{ persistent: 'yes' }, 'persistent must be true or false, or left out, got "yes"'],
    [permission({ kind: 'account' }), 'permissions.write[0].reason must say why the action has no resource level'],
  ])('are refused with %j', (more, problem) => {
    expect(read({ 'team-lamp': { ...UNIT, ...more } })).toThrow(problem);
    expect(read({ 'team-lamp': { ...UNIT, ...more } })).toThrow('spec.json cannot be deployed');
  });

  test.each<[string, object]>([
    ['a kind of thing beside', permission({ kind: 'related', arn: 'arn:{partition}:ec2:{region}:{account}:rule/*' })],
    [
      'a role that is given',
      {
        settings: ['role'],
        ...permission({ kind: 'related', arn: '{setting.role}', conditions: { Null: { a: 'true' } } }),
      },
    ],
    ['no call, only findings', { triggers: [], findings: { guardDuty: ['Impact:S3/*'], config: ['lamp-is-on'] } }],
    ['a control that is restored', { persistent: true }],
  ])('may name %s', (_, more) => {
    expect(read({ 'team-lamp': { ...UNIT, ...more } })()).toHaveLength(1);
  });

  // The package's own units are held to them as well; only these may be declared.
  test.each(REMEDIATIONS.map((spec) => [spec.id, spec] as const))('have laws that %s keeps', (id, spec) => {
    expect(problemsOf({ ...spec, declared: undefined }, id)).toEqual([
      `id must not be one of the package's own, got ${id}`,
    ]);
  });

  test('are refused with all that is wrong with one, told at once', () => {
    expect(read({ 'team-lamp': { ...UNIT, title: 7, disruptive: 7 } })).toThrow(
      'title must be a sentence; disruptive must be true or false (Test)',
    );
  });

  test.each<[string, unknown, readonly string[] | undefined, string]>([
    ['team-lamp', 'no JSON', undefined, 'spec.json is not JSON'],
    ['team-lamp', [], undefined, 'it must be an object'],
    ['team-lamp', null, undefined, 'it must be an object'],
    ['team-lamp', UNIT, ['spec.json'], 'the unit team-lamp has no index.mjs'],
    ['team-lamp', UNIT, ['index.mjs'], 'the unit team-lamp has no spec.json'],
    ['lamp', { ...UNIT, id: 'lamp' }, undefined, 'id must be lower-case words joined by hyphens'],
    ['team-lamp-with-a-name-beyond-34-chars', UNIT, undefined, 'at most 34 characters'],
    [
      's3-bucket-public-access',
      { ...UNIT, id: 's3-bucket-public-access' },
      undefined,
      'must not be one of the package',
    ],
  ])('are refused in a folder %s that holds %j', (id, spec, files, problem) => {
    expect(read({ [id]: spec }, files)).toThrow(problem);
  });

  test('are refused where there are none', () => {
    expect(read({})).toThrow('modules must hold a folder for each unit');
    expect(() => readModules('Test', join(folderOf({}), 'nothing'))).toThrow(
      'modules must be a folder of bundled units',
    );
    expect(() => readModules('Test', __filename)).toThrow('modules must be a folder of bundled units');
  });
});

describe('a unit of a consumer', () => {
  const modules = folderOf({ 'team-lamp': UNIT });
  const env = { account: '123456789012', region: 'eu-central-1' };

  test('is deployed like ours: with roles, in the functions, in the rules of every Region', () => {
    const app = new App({ autoSynth: false });
    const stack = new Stack(app, 'Test', { env });
    const { remediations } = new AutoRemediation(stack, 'Remediation', { modules });
    expect(remediations).toContain('team-lamp');
    const other = new Stack(app, 'Other', { env: { ...env, region: 'us-east-1' } });
    new RegionalSignals(other, 'Signals', { modules, remediations, hubRegion: 'eu-central-1' });
    const template = Template.fromStack(stack);
    const named = Object.values(template.findResources('AWS::IAM::Role')).map(
      ({ Properties }) => Properties.RoleName as string,
    );
    expect(named).toEqual(expect.arrayContaining(['bulwark-main-team-lamp', 'bulwark-main-team-lamp-undo']));
    expect(JSON.stringify(template.findResources('AWS::Lambda::Function'))).toContain('team-lamp');

    for (const each of [template, Template.fromStack(other)]) {
      each.hasResourceProperties('AWS::Events::Rule', { EventPattern: { source: ['aws.iot'] } });
    }
  });

  test('leaves nothing behind where its code was joined with ours', () => {
    const before = process.env.TMPDIR;
    const temporary = folderOf({});
    process.env.TMPDIR = temporary;
    try {
      new AutoRemediation(new Stack(new App({ autoSynth: false }), 'Test', { env }), 'Remediation', { modules });
      // The assembly of an app without a folder is of the CDK.
      expect(readdirSync(temporary).filter((name) => name.startsWith('bulwark-'))).toEqual([]);
    } finally {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
    }
  });

  test('changes the code that is deployed, and nothing else does', () => {
    const keyOf = (props: object) => {
      const stack = new Stack(new App({ autoSynth: false }), 'Test', { env });
      new AutoRemediation(stack, 'Remediation', props);
      const [made] = Object.values(Template.fromStack(stack).findResources('AWS::Lambda::Function'));
      return made?.Properties.Code.S3Key as string;
    };
    expect(keyOf({ modules })).toBe(keyOf({ modules: folderOf({ 'team-lamp': UNIT }) }));
    expect(keyOf({ modules })).not.toBe(keyOf({}));
  });
});
