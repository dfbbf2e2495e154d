import { CUSTOM_ACTION } from '../../lambda/runtime/deployment/spec';
import type { RemediationSpec } from '../../lambda/runtime/spec';
import type { EventPattern } from '../private/event-pattern';

/** EventBridge's default quota for the length of a pattern, in characters. */
export const PATTERN_LIMIT = 2_048;

/** One event rule: all triggers of one service, or findings of one product. */
export interface SignalRule {
  /** What it is about; from the second part of a pattern that was split, with its number. Other rules do not change it. */
  readonly id: string;
  readonly description: string;
  readonly pattern: EventPattern;
}

/**
 * The few rules that carry all signals: one per service and one per finder, more only where a pattern would grow over its
 * limit. Calls that failed changed nothing and are left on the bus. Our own changes are told apart in code, by exact role: a
 * pattern that excluded them would need the session's issuer, which events of root and IAM users lack, and so would lose
 * those.
 */
export function signalRules(specs: readonly RemediationSpec[]): SignalRule[] {
  return [...callRules(specs), ...findingRules(specs)];
}

function callRules(specs: readonly RemediationSpec[]): SignalRule[] {
  const byService = new Map<string, Set<string>>();
  for (const { service, eventNames } of specs.flatMap((spec) => spec.triggers)) {
    const names = byService.get(service) ?? new Set();
    byService.set(service, names);
    for (const name of eventNames) names.add(name);
  }
  return [...byService]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([service, names]) =>
      split(service, `Sends changes of ${service} that may be drift to the hub`, [...names].sort(), (eventName) => ({
        source: [`aws.${service}`],
        'detail-type': ['AWS API Call via CloudTrail'],
        detail: { eventSource: [`${service}.amazonaws.com`], eventName, errorCode: [{ exists: false }] },
      })),
    );
}

/** A finding is worth sending while it is new and says that something is wrong. */
function findingRules(specs: readonly RemediationSpec[]): SignalRule[] {
  const controls = unique(specs.flatMap((spec) => spec.controls));
  const guardDuty = unique(specs.flatMap((spec) => spec.findings?.guardDuty ?? []));
  const config = unique(specs.flatMap((spec) => spec.findings?.config ?? []));
  const hub = { source: ['aws.securityhub'] };
  return [
    ...split(
      'findings-config',
      'Sends violations that AWS Config found to the hub',
      config.flatMap((rule) => [{ prefix: rule }, { prefix: `securityhub-${rule}` }]),
      (configRuleName) => ({
        source: ['aws.config'],
        'detail-type': ['Config Rules Compliance Change'],
        detail: { configRuleName, newEvaluationResult: { complianceType: ['NON_COMPLIANT'] } },
      }),
    ),
    ...split(
      'findings-guardduty',
      'Sends findings of GuardDuty that a repair answers to the hub',
      guardDuty.map((type) => (type.endsWith('*') ? { prefix: type.slice(0, -1) } : type)),
      (type) => ({
        source: ['aws.guardduty'],
        'detail-type': ['GuardDuty Finding'],
        detail: { type, service: { archived: [false] } },
      }),
    ),
    ...split(
      'findings-securityhub',
      'Sends new findings of Security Hub CSPM that a repair answers to the hub',
      controls,
      (SecurityControlId) => ({
        ...hub,
        'detail-type': ['Security Hub Findings - Imported'],
        detail: {
          findings: {
            Compliance: { SecurityControlId, Status: ['FAILED', 'WARNING'] },
            RecordState: ['ACTIVE'],
            Workflow: { Status: ['NEW'] },
          },
        },
      }),
    ),
    ...split(
      'findings-securityhub-ocsf',
      'Sends new compliance findings of the current Security Hub that a repair answers to the hub',
      controls,
      (control) => ({
        ...hub,
        'detail-type': ['Findings Imported V2'],
        detail: { findings: { class_uid: [2003], status_id: [1], compliance: { control } } },
      }),
    ),
    {
      id: 'findings-asked',
      description: `Sends findings that a person picked for repair to the hub, by the custom action ${CUSTOM_ACTION}`,
      pattern: {
        ...hub,
        'detail-type': ['Security Hub Findings - Custom Action'],
        resources: [{ suffix: `:action/custom/${CUSTOM_ACTION}` }],
      },
    },
  ];
}

function split<V>(
  id: string,
  description: string,
  values: readonly V[],
  patternOf: (values: V[]) => EventPattern,
): SignalRule[] {
  return parts(values, patternOf).map((pattern, part) => ({
    id: part === 0 ? id : `${id}-${part + 1}`,
    description,
    pattern,
  }));
}

function parts<V>(values: readonly V[], patternOf: (values: V[]) => EventPattern): EventPattern[] {
  if (values.length === 0) return [];
  const pattern = patternOf([...values]);
  if (JSON.stringify(pattern).length <= PATTERN_LIMIT) return [pattern];
  const half = Math.ceil(values.length / 2);
  return [...parts(values.slice(0, half), patternOf), ...parts(values.slice(half), patternOf)];
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}

/** The signal bus has a name of its own, because rules of other Regions and accounts point at it. */
export function signalBusName(qualifier: string): string {
  return `bulwark-${qualifier}-signals`;
}
