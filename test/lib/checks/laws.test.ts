import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckContext, Rule } from '../../../lib/checks/rule';
import { RULES } from '../../../lib/checks/rules.generated';
import { SEVERITIES } from '../../../lib/controls';

const folder = join(__dirname, '../../../lib/checks/rules');
const files = readdirSync(folder).map((file) => file.replace(/\.ts$/, ''));

/** An app that holds nothing but the resource. */
const ALONE: CheckContext = {
  allowedPrefixLists: [],
  today: new Date('2027-01-01T00:00:00Z'),
  all: () => [],
  resolve: () => undefined,
  find: () => undefined,
  referring: () => [],
  actingAs: () => [],
  from: () => ALONE,
};

test('every file holds one rule of the pack, and every rule has its file', () => {
  const rules = files.sort().map((file) => (require(join(folder, file)) as { rule: Rule }).rule);
  expect(RULES).toEqual(rules);
});

describe.each(RULES.map((rule) => [rule.id, rule] as const))('rule %s', (id, rule) => {
  const file = files.find((name) => name.startsWith(`${id}-`)) as string;

  test('has an id of three letters and two digits, and a file that begins with it', () => {
    expect(id).toMatch(/^[A-Z]{3}\d{2}$/);
    expect(file).toMatch(/^[A-Z]{3}\d{2}(-[a-z0-9]+)+$/);
  });

  test('states the secure state in its title', () => {
    expect(rule.title).toMatch(/^[A-Z].*[^.]$/);
    expect(rule.title).not.toMatch(/^(Ensure|Check|Make sure)|\bshould\b/i);
  });

  test('says why it is there and when it is in the way, in whole sentences', () => {
    expect(rule.rationale).toMatch(/^[A-Z].{20,}\.$/s);
    expect(rule.whenNotToUse).toMatch(/^[A-Z].{20,}\.$/s);
  });

  test('answers controls that exist, about resource types that it names', () => {
    for (const control of rule.controls) expect(Object.keys(SEVERITIES)).toContain(control);
    for (const type of rule.resourceTypes) expect(type).toMatch(/^AWS::\w+::\w+$/);
    expect(['ERROR', 'WARN']).toContain(rule.severity);
  });

  test('is pure: it imports neither the CDK nor another rule', () => {
    const source = readFileSync(join(folder, `${file}.ts`), 'utf8');
    expect(source).not.toMatch(/from '(aws-cdk-lib|cdk-nag|constructs|\.\/)/);
  });

  test('gives the same findings twice and changes nothing', () => {
    for (const type of rule.resourceTypes) {
      const resource = { logicalId: 'R', type, properties: Object.freeze({}) };
      expect(rule.check(resource, ALONE)).toEqual(rule.check(resource, ALONE));
    }
  });

  test('has a test of its own', () => {
    expect(existsSync(join(__dirname, 'rules', `${file}.test.ts`))).toBe(true);
  });
});
