import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** A finding that is accepted, for how long, and why. */
export interface DatedAcknowledgement {
  /** Id of the finding as the pack reports it, for example `AwsSolutions-IAM5[Resource::*]`; it covers no other. */
  readonly rule: string;
  /** Why the finding is acceptable, for the person who reads the report. */
  readonly reason: string;
  /** Last day on which it holds, as `YYYY-MM-DD` (UTC). */
  readonly until: string;
}

/** When the decisions that this library acknowledges for its own resources have to be taken again. */
export const REVIEW_BY = '2028-12-31';

const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** How the date stands in the reason: the one text that CDK's report, the template and our own pack all carry. */
const DATED_REASON = /\[until (\d{4}-\d{2}-\d{2})\]$/;

/**
 * Accepts findings of a validation pack on one construct and everything below it, until a date.
 *
 * CDK itself takes the finding out of the violations and records it, with the reason, among the suppressed ones of
 * `validation-report.json`. That needs the qualified id (`Pack::Pack-Rule`), which is added where it is missing.
 *
 * @throws Error when the reason is empty, the date is none, or the date has passed
 */
export function acknowledge(scope: IConstruct, ...findings: DatedAcknowledgement[]): void {
  for (const { rule, reason, until } of findings) {
    const where = `acknowledgement of ${rule} at ${scope.node.path || 'the app'}`;
    if (reason.trim() === '') throw new Error(`reason must say why the finding is acceptable, got none (${where})`);
    if (!isDate(until)) throw new Error(`until must be a date such as 2027-06-30, got "${until}" (${where})`);
    if (hasPassed(until)) {
      throw new Error(`until must not lie in the past, got ${until}: mend the finding or decide again (${where})`);
    }
    Validations.of(scope).acknowledge({ id: qualified(rule), reason: `${reason.trim()} [until ${until}]` });
  }
}

/** Whether a recorded reason carries a date that has not passed. */
export function isInForce(reason: string): boolean {
  const until = DATED_REASON.exec(reason)?.[1];
  return until !== undefined && isDate(until) && !hasPassed(until);
}

/** `AwsSolutions-S1` is rule S1 of the pack AwsSolutions: CDK knows it as `AwsSolutions::AwsSolutions-S1`. */
export function qualified(rule: string): string {
  const id = rule.split('[', 1)[0] ?? rule;
  return id.includes('::') ? rule : `${id.split('-', 1)[0]}::${rule}`;
}

function isDate(text: string): boolean {
  // 2027-02-30 parses, as the second of March.
  return DATE.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text);
}

function hasPassed(date: string): boolean {
  return new Date().toISOString().slice(0, 10) > date;
}
