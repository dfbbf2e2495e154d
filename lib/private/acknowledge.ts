import { Annotations, Token, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { Acknowledgement, IClock } from '../checks/acknowledgements';
import { daysLeft, isDate } from './calendar';

/** When the decisions that this library acknowledges for its own resources have to be taken again. */
const REVIEW_BY = '2028-12-31';

/** For how many days, the last one included, a warning tells that an acknowledgement is about to end. */
const WARNING_DAYS = 14;

/** How the date stands in the reason: the one text that CDK's report, the template and our own pack all carry. */
const DATED_REASON = /\[until (\d{4}-\d{2}-\d{2})\]$/;

/** `Pack-Rule` or `Plugin::Rule`, and what tells its findings apart in brackets. A wildcard may be part of that alone. */
const FINDING = /^(?:[^[\]*]+::[^[\]*]+|[^[\]*:]+-[^[\]*:]+)(?:\[(?<part>.+)\])?$/s;

const SYSTEM_CLOCK: IClock = { now: () => new Date() };

/**
 * Accepts a finding of a validation pack on one construct and everything below it, until a date. The one way in which
 * anything is acknowledged here: `Acknowledgements.add` is its public face.
 *
 * CDK itself takes the finding out of the violations and records it, with the reason, among the suppressed ones of
 * `validation-report.json`. That needs the qualified id (`Pack::Pack-Rule`), which is added where it is missing.
 *
 * @throws Error when the rule is no id of one finding, the reason is empty, or the date is none
 */
export function acknowledge(scope: IConstruct, given: Acknowledgement, clock: IClock = SYSTEM_CLOCK): void {
  record(scope, given, clock, false);
}

/**
 * Accepts a finding on a resource that this library makes. It lapses: a consumer cannot move its date, so nothing fails for it but
 * in a pack, which then shows the finding.
 */
export function acknowledgeOwn(scope: IConstruct, given: Pick<Acknowledgement, 'rule' | 'reason'>): void {
  record(scope, { ...given, until: REVIEW_BY }, SYSTEM_CLOCK, true);
}

function record(scope: IConstruct, given: Acknowledgement, clock: IClock, lapses: boolean): void {
  const { rule, reason, until } = given;
  const where = `acknowledgement of ${rule} at ${scope.node.path || 'the app'}`;
  check(given, where);
  // Told in synthesis, where the CDK puts all of them into one message; a pack is not needed for it.
  scope.node.addValidation({
    validate: () =>
      lapses || daysLeft(until, clock.now()) >= 0
        ? []
        : [`until must not lie in the past, got ${until}: mend the finding or decide again (${where})`],
  });
  const days = daysLeft(until, clock.now());
  // What is over covers nothing.
  if (days < 0) return;
  Validations.of(scope).acknowledge({ id: qualified(rule), reason: `${reason.trim()} [until ${until}]` });
  if (days < WARNING_DAYS && !lapses) {
    Annotations.of(scope).addWarningV2(
      'cdk-bulwark:acknowledgement-ends',
      `The ${where} ends on ${until}, and synthesis fails from the day after: mend the finding or decide again.`,
    );
  }
}

/** What was acknowledged on a construct, by us or by `Validations` itself. */
export function acknowledgementsOn(construct: IConstruct): Array<{ readonly id: string; readonly reason: string }> {
  return construct.node.metadata
    .filter(({ type, data }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY && data)
    .flatMap(({ data }) => Object.entries(data as Record<string, string>))
    .map(([id, reason]) => ({ id, reason: String(reason) }));
}

/** Whether a recorded reason carries a date that has not passed. */
export function isInForce(reason: string, clock: IClock = SYSTEM_CLOCK): boolean {
  const until = DATED_REASON.exec(reason)?.[1];
  return until !== undefined && isDate(until) && daysLeft(until, clock.now()) >= 0;
}

/** `AwsSolutions-S1` is rule S1 of the pack AwsSolutions: CDK knows it as `AwsSolutions::AwsSolutions-S1`. */
export function qualified(rule: string): string {
  const id = rule.split('[', 1)[0] ?? rule;
  return id.includes('::') ? rule : `${id.split('-', 1)[0]}::${rule}`;
}

function check({ rule, reason, until }: Acknowledgement, where: string): void {
  for (const [name, value] of Object.entries({ rule, reason, until })) {
    if (typeof value !== 'string' || Token.isUnresolved(value)) {
      throw new Error(
        `${name} must be a text that is known at synthesis, got ${value === undefined ? 'none' : 'a token'}${name === 'rule' ? ': copy the finding from the report' : ''} (${where})`,
      );
    }
  }
  const finding = FINDING.exec(rule);
  if (finding === null || /^[*?\s]*$/.test(finding.groups?.part ?? 'none')) {
    throw new Error(
      `rule must be the id of one finding such as AwsSolutions-S1 or Bulwark-NET02[tcp 22 from 0.0.0.0/0], got "${rule}": a wildcard would cover what nobody has seen; acknowledge each finding as the report names it (${where})`,
    );
  }
  if (reason.trim() === '') throw new Error(`reason must say why the finding is acceptable, got none (${where})`);
  if (!isDate(until)) throw new Error(`until must be a date such as 2027-06-30, got "${until}" (${where})`);
}
