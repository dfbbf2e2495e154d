import type { RemediationSpec } from '../../lambda/runtime/spec';
import type { Rule } from '../checks/rule';
import type { ControlDefinition, Standard } from './control';
import type { ConstructAnswers, Evidence } from './evidence';

/** Everything that can answer a control or a technique. */
export interface Answerers {
  readonly rules: readonly Rule[];
  readonly remediations: readonly RemediationSpec[];
  readonly constructs: readonly ConstructAnswers[];
}

/** One thing of ours that answers a control or a technique. */
export type Answer =
  | { readonly kind: 'rule'; readonly id: string; readonly title: string }
  | { readonly kind: 'remediation'; readonly id: string; readonly title: string }
  | { readonly kind: 'construct'; readonly id: string; readonly title: string; readonly evidence: Evidence };

/** Whether a control is met beyond what our own constructs make. */
export function reachesFurther(answers: readonly Answer[]): boolean {
  return answers.some((answer) => answer.kind !== 'construct' || answer.evidence.ownOnly !== true);
}

/** What answers a control, derived from what each answer says of itself: rules, then constructs, then remediations. */
export function answersTo(id: string, answerers: Answerers): Answer[] {
  return answersThat(({ controls }) => controls.some((one) => one === id), answerers);
}

/** What answers a technique of the attack matrix. */
export function answersToTechnique(id: string, answerers: Answerers): Answer[] {
  return answersThat(({ techniques = [] }) => techniques.some((one) => one === id), answerers);
}

function answersThat(
  applies: (answer: Pick<Evidence, 'controls' | 'techniques'>) => boolean,
  { rules, remediations, constructs }: Answerers,
): Answer[] {
  return [
    ...rules.filter(applies).map(({ id, title }) => ({ kind: 'rule' as const, id, title })),
    ...constructs.flatMap(({ construct, evidence }) =>
      evidence
        .filter(applies)
        .map((one) => ({ kind: 'construct' as const, id: construct, title: one.says, evidence: one })),
    ),
    ...remediations.filter(applies).map(({ id, title }) => ({ kind: 'remediation' as const, id, title })),
  ];
}

/** Requirements of a standard -> the controls that help to meet them. */
export function requirementsOf(
  standard: Standard,
  controls: Readonly<Record<string, ControlDefinition>>,
): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [id, { standards }] of Object.entries(controls)) {
    for (const requirement of standards[standard] ?? []) {
      found.set(requirement, [...(found.get(requirement) ?? []), id]);
    }
  }
  const natural = new Intl.Collator('en', { numeric: true });
  return new Map([...found].sort(([a], [b]) => natural.compare(a, b)));
}
