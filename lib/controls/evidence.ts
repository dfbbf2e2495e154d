import { isRecord } from '../private/template-values';
import type { ControlId } from './severities.generated';
import type { TechniqueId } from './techniques';

/** Stands for "set to anything" in the properties of an answer. */
export const SET = { set: true } as const;

/** Stands for a list that has these elements and no others. */
export function exactly(...elements: readonly unknown[]): { readonly exactly: readonly unknown[] } {
  return { exactly: elements };
}

/** A resource of a construct that answers controls by how it is made. */
export interface Evidence {
  readonly controls: readonly ControlId[];
  readonly techniques?: readonly TechniqueId[];
  /** What the construct does, as a sentence. */
  readonly says: string;
  /** CloudFormation type of the resources that show it. */
  readonly type: string;
  /** What they show: a record holds for one that has at least these members, a list for one that has these elements. */
  readonly properties: Readonly<Record<string, unknown>>;
  /**
   * Whether one such resource is enough, or each one of the construct has to show it.
   *
   * @default 'every'
   */
  readonly of?: 'every' | 'some';
  /**
   * Whether it meets the control for what the construct itself makes, and says nothing of other resources in the account.
   *
   * @default false
   */
  readonly ownOnly?: boolean;
}

/** What a construct answers. Stands beside it, in a file that ends in `.answers.ts`. */
export interface ConstructAnswers {
  /** Class of the construct. */
  readonly construct: string;
  readonly evidence: readonly Evidence[];
}

export function defineAnswers(construct: string, ...evidence: readonly Evidence[]): ConstructAnswers {
  return { construct, evidence };
}

/** Whether a property of a template shows what an answer says. */
export function shows(found: unknown, expected: unknown): boolean {
  if (expected === SET) return found !== undefined && found !== null && found !== '';
  if (Array.isArray(expected)) {
    return Array.isArray(found) && expected.every((one) => found.some((other) => shows(other, one)));
  }
  if (isRecord(expected) && Array.isArray(expected.exactly)) {
    return Array.isArray(found) && found.length === expected.exactly.length && shows(found, expected.exactly);
  }
  if (isRecord(expected)) {
    return isRecord(found) && Object.entries(expected).every(([name, value]) => shows(found[name], value));
  }
  return found === expected;
}
