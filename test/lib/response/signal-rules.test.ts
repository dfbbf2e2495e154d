import type { RemediationSpec } from '../../../lambda/runtime/spec';
import { PATTERN_LIMIT, type SignalRule, signalRules } from '../../../lib/response/signal-rules';
import { SPEC } from '../../support/engine';

const { findings: _, ...BARE } = SPEC;
const names = (count: number, begin: string) =>
  Array.from({ length: count }, (_each, index) => `${begin}${index}`) as [string, ...string[]];

/** Values that the patterns of some rules list at one place. */
const listed = (rules: readonly SignalRule[], id: string, ...path: string[]): unknown[] =>
  rules
    .filter((rule) => rule.id === id || rule.id.startsWith(`${id}-`))
    .flatMap(
      ({ pattern }) =>
        path.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], pattern.detail) as unknown[],
    );

function ruleOf(id: string, specs: readonly RemediationSpec[] = [SPEC]) {
  return signalRules(specs).find((rule) => rule.id === id)?.pattern;
}

describe('the rules', () => {
  test('are one for each service and each finder, in an order of their own', () => {
    const other: RemediationSpec = { ...SPEC, id: 'a', triggers: [{ service: 'ec2', eventNames: ['OpenLamp'] }] };
    const ids = [
      'ec2',
      's3',
      'findings-config',
      'findings-guardduty',
      'findings-securityhub',
      'findings-securityhub-ocsf',
      'findings-asked',
    ];
    expect(signalRules([SPEC, other]).map(({ id }) => id)).toEqual(ids);
    expect(signalRules([other, SPEC])).toEqual(signalRules([SPEC, other]));
  });

  test('ask of a finder only where a remediation does', () => {
    expect(signalRules([BARE]).map(({ id }) => id)).toEqual([
      's3',
      'findings-securityhub',
      'findings-securityhub-ocsf',
      'findings-asked',
    ]);
  });

  test('of two remediations name once what both ask for', () => {
    const rules = signalRules([SPEC, { ...SPEC, id: 'test-bell', controls: ['S3.8', 'S3.2'] }]);
    expect(listed(rules, 's3', 'eventName')).toEqual(['PutLamp']);
    expect(listed(rules, 'findings-securityhub-ocsf', 'findings', 'compliance', 'control')).toEqual(['S3.2', 'S3.8']);
  });
});

describe('the rule', () => {
  test('of a service takes calls that succeeded', () => {
    expect(ruleOf('s3')).toEqual({
      source: ['aws.s3'],
      'detail-type': ['AWS API Call via CloudTrail'],
      detail: { eventSource: ['s3.amazonaws.com'], eventName: ['PutLamp'], errorCode: [{ exists: false }] },
    });
  });

  test('of Security Hub takes findings of our controls that are new and say that something is wrong', () => {
    expect(ruleOf('findings-securityhub')).toEqual({
      source: ['aws.securityhub'],
      'detail-type': ['Security Hub Findings - Imported'],
      detail: {
        findings: {
          Compliance: { SecurityControlId: ['S3.8'], Status: ['FAILED', 'WARNING'] },
          RecordState: ['ACTIVE'],
          Workflow: { Status: ['NEW'] },
        },
      },
    });
  });

  test('of the current Security Hub takes new compliance findings of our controls', () => {
    expect(ruleOf('findings-securityhub-ocsf')).toEqual({
      source: ['aws.securityhub'],
      'detail-type': ['Findings Imported V2'],
      detail: { findings: { class_uid: [2003], status_id: [1], compliance: { control: ['S3.8'] } } },
    });
  });

  test('of GuardDuty takes types, and families of them, that are not archived', () => {
    expect(ruleOf('findings-guardduty')).toEqual({
      source: ['aws.guardduty'],
      'detail-type': ['GuardDuty Finding'],
      detail: { type: [{ prefix: 'Impact:S3/' }, 'Policy:S3/LampSwitchedOff'], service: { archived: [false] } },
    });
  });

  test('of Config takes violations of managed rules, as they are named with and without Security Hub', () => {
    expect(ruleOf('findings-config')).toEqual({
      source: ['aws.config'],
      'detail-type': ['Config Rules Compliance Change'],
      detail: {
        configRuleName: [{ prefix: 'lamp-is-on' }, { prefix: 'securityhub-lamp-is-on' }],
        newEvaluationResult: { complianceType: ['NON_COMPLIANT'] },
      },
    });
  });

  test('of people takes every finding that they picked by our action, and by no other', () => {
    expect(ruleOf('findings-asked')).toEqual({
      source: ['aws.securityhub'],
      'detail-type': ['Security Hub Findings - Custom Action'],
      resources: [{ suffix: ':action/custom/BulwarkRepair' }],
    });
  });
});

describe('a pattern that would grow over the limit', () => {
  const MANY: RemediationSpec = {
    ...SPEC,
    triggers: [{ service: 's3', eventNames: names(150, 'PutSomethingWithALongName') }],
    findings: {
      guardDuty: names(150, 'Policy:S3/SomethingWithALongName'),
      config: names(80, 's3-something-with-a-long-name-'),
    },
  };
  const rules = signalRules([MANY]);

  test('is split, each part within what EventBridge takes, the first under the name of its own', () => {
    for (const { pattern } of rules) expect(JSON.stringify(pattern).length).toBeLessThanOrEqual(PATTERN_LIMIT);
    for (const id of ['s3', 'findings-config', 'findings-guardduty']) {
      const parts = rules.filter((rule) => rule.id === id || new RegExp(`^${id}-\\d+$`).test(rule.id));
      expect(parts.length).toBeGreaterThan(1);
      expect(parts.map((part) => part.id)).toEqual(
        parts.map((_part, index) => (index === 0 ? id : `${id}-${index + 1}`)),
      );
    }
  });

  test('loses nothing by it', () => {
    expect(listed(rules, 's3', 'eventName').sort()).toEqual([...(MANY.triggers[0]?.eventNames ?? [])].sort());
    expect(listed(rules, 'findings-guardduty', 'type').sort()).toEqual([...(MANY.findings?.guardDuty ?? [])].sort());
    expect(listed(rules, 'findings-config', 'configRuleName')).toHaveLength(2 * 80);
  });
});
