import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EDGE_TIER, SEVERITIES, TIER_TAG } from '../../../lib/controls';
import { CONTROLS } from '../../../lib/controls/catalogue.generated';
import { CONSTRUCTS } from '../../../lib/controls/constructs.generated';
import { STANDARDS, type Standard } from '../../../lib/controls/control';
import {
  type Answerers,
  answersTo,
  answersToTechnique,
  reachesFurther,
  requirementsOf,
} from '../../../lib/controls/coverage';
import { TECHNIQUES, type TechniqueDefinition } from '../../../lib/controls/techniques';
import { RULES } from '../../../lib/checks/rules.generated';
import { EVENT_ALARMS } from '../../../lib/detection/event-alarms';
import { REMEDIATIONS } from '../../../lib/response/remediations.generated';

const controls = Object.entries(CONTROLS);
const techniques = Object.entries<TechniqueDefinition>(TECHNIQUES);
const answerers: Answerers = { rules: RULES, remediations: REMEDIATIONS, constructs: CONSTRUCTS };

const SENTENCE = /^[A-Z`"].*\.$/s;

/** How each standard writes its own ids. */
const FORMATS: Record<Standard, RegExp> = {
  'fsbp-1.0': /^[A-Z][A-Za-z0-9]*\.[1-9]\d*$/,
  'cis-3.0': /^\d+(\.\d+)+$/,
  'cis-5.0': /^\d+(\.\d+)+$/,
  'cis-7.0': /^\d+(\.\d+)+$/,
  'nist-800-53-r5': /^[A-Z]{2}-\d+(\(\d+\))?$/,
  'pci-4.0': /^A?\d+(\.\d+)+$/,
  hipaa: /^164\.\d{3}(\(\w+\))+$/,
  gdpr: /^Art\. \d+$/,
  'iso27001-2022': /^A\.\d+\.\d+$/,
  soc2: /^(CC|A|C|PI|P)\d+\.\d+$/,
};

describe.each(controls)('control %s', (id, { title, severity, meaning, byHand, gap, standards }) => {
  test('is keyed by a Security Hub control id, or one of ours', () => {
    expect(id).toMatch(/^([A-Z][A-Za-z0-9]*\.[1-9]\d*|BW\.[1-9]\d*)$/);
    expect(SEVERITIES[id as keyof typeof SEVERITIES]).toBe(severity);
  });

  test('states the secure state in its title', () => {
    expect(title).toMatch(/^[A-Z].*[^.]$/);
    expect(title).not.toMatch(/^(Ensure|Check|Make sure)|\bshould\b|To do/i);
  });

  test('says what it means and what to do, in whole sentences', () => {
    expect(meaning).toMatch(SENTENCE);
    expect(byHand).toMatch(SENTENCE);
    expect(`${meaning}${byHand}${gap?.reason}`).not.toMatch(/To do\b/);
  });

  test('names requirements as the standards write them, each once', () => {
    expect(['CRITICAL', 'HIGH', 'MEDIUM', 'LOW']).toContain(severity);
    for (const [standard, requirements] of Object.entries(standards) as Array<[Standard, readonly string[]]>) {
      expect(Object.keys(STANDARDS)).toContain(standard);
      expect(requirements.length).toBeGreaterThan(0);
      expect(new Set(requirements).size).toBe(requirements.length);
      for (const requirement of requirements) expect(requirement).toMatch(FORMATS[standard]);
    }
  });

  test('is answered by something that reaches beyond our own resources, or says why it is not', () => {
    if (reachesFurther(answersTo(id, answerers))) expect(gap).toBeUndefined();
    else expect(gap?.reason).toMatch(SENTENCE);
  });
});

test('no two controls have the same title', () => {
  const titles = controls.map(([, { title }]) => title);
  expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([]);
});

test('each service stands in one file, in order of number', () => {
  const natural = new Intl.Collator('en', { numeric: true, caseFirst: 'upper' });
  const ids = controls.map(([id]) => id);
  const services = ids.map((id) => id.split('.')[0]?.toLowerCase());
  const blocks = services.filter((service, index) => service !== services[index - 1]);
  expect(new Set(blocks).size).toBe(blocks.length);
  for (const service of new Set(services)) {
    const own = ids.filter((_, index) => services[index] === service);
    expect(own.map((id) => id.toLowerCase())).toEqual(own.map((id) => id.toLowerCase()).sort(natural.compare));
  }
});

test.each([
  ['cis-5.0', 63],
  ['fsbp-1.0', 364],
] as const)('of %s every one of its %i requirements is there', (standard, count) => {
  expect(requirementsOf(standard, CONTROLS).size).toBe(count);
});

test('FSBP requirements are the controls themselves', () => {
  for (const [id, { standards }] of controls) expect(standards['fsbp-1.0'] ?? [id]).toEqual([id]);
});

test('stock rules that are named are rules of the installed packs', () => {
  const packs = {
    AwsSolutions: 'aws-solutions',
    'NIST.800.53.R5': 'nist-800-53-r5',
    'HIPAA.Security': 'hipaa-security',
    'PCI.DSS.321': 'pci-dss-321',
    Serverless: 'serverless',
  };
  const known = new Set(
    Object.entries(packs).flatMap(([pack, file]) => {
      const source = readFileSync(join(require.resolve('cdk-nag'), '..', 'packs', `${file}.js`), 'utf8');
      return [...source.matchAll(/applyRule\(\{(.*?)\n\s*\}\);/gs)].map(([, rule = '']) => {
        const [, suffix] = /ruleSuffixOverride: '([^']+)'/.exec(rule) ?? [];
        const [, name] = /rule: \w+\.(\w+)/.exec(rule) ?? [];
        return `${pack}-${suffix ?? name}`;
      });
    }),
  );
  expect(known.size).toBeGreaterThan(300);
  const named = controls.flatMap(([, { stockRules = [] }]) => stockRules);
  expect(named.length).toBeGreaterThan(100);
  expect(named.filter((rule) => !known.has(rule))).toEqual([]);
});

test('no answer names a control or a technique that does not exist', () => {
  const answers = [
    ...RULES,
    ...REMEDIATIONS,
    ...EVENT_ALARMS,
    ...CONSTRUCTS.flatMap(({ evidence }) => evidence),
  ] as ReadonlyArray<{ controls: readonly string[]; techniques?: readonly string[] }>;
  expect(answers.flatMap((answer) => answer.controls).filter((id) => !Object.hasOwn(CONTROLS, id))).toEqual([]);
  expect(answers.flatMap(({ techniques: ids = [] }) => ids).filter((id) => !Object.hasOwn(TECHNIQUES, id))).toEqual([]);
});

describe.each(techniques)('technique %s', (id, { tactic, title, attack, meaning, byHand, gap }) => {
  test('has a tactic, ATT&CK ids and whole sentences', () => {
    expect(id).toMatch(/^AM\d{2}$/);
    expect(tactic).toMatch(/^[A-Z]/);
    expect(title).toMatch(/^[A-Z].*[^.]$/);
    for (const one of attack) expect(one).toMatch(/^T\d{4}(\.\d{3})?$/);
    expect([meaning, byHand]).toEqual([expect.stringMatching(SENTENCE), expect.stringMatching(SENTENCE)]);
  });

  test('is answered by something of ours, or says why it is not', () => {
    const answers = answersToTechnique(id, answerers);
    if (answers.length > 0) expect(gap).toBeUndefined();
    else expect(gap?.reason).toMatch(SENTENCE);
  });
});

test('the attack matrix has its 42 techniques', () => {
  expect(techniques.map(([id]) => id)).toEqual(
    Array.from({ length: 42 }, (_, i) => `AM${String(i + 1).padStart(2, '0')}`),
  );
});

test('checks and remediations share the words that mark an edge group', () => {
  expect([TIER_TAG, EDGE_TIER]).toEqual(['bulwark:tier', 'edge']);
});
