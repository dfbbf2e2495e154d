import type { ControlId, TechniqueId } from '../controls';

/** Severity of a finding: an ERROR stops synthesis, a WARN is shown and recorded. */
export type Level = 'ERROR' | 'WARN';

/** Values as they stand in a template, intrinsic functions included. */
export type Properties = Readonly<Record<string, unknown>>;

/** A resource as it stands in the template. */
export interface CheckedResource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Properties;
  /**
   * Condition under which it is made, unique in the app.
   *
   * @default - it is always made
   */
  readonly condition?: string;
  /**
   * Keys of the tags that CloudFormation hands on from the stack.
   *
   * @default - none
   */
  readonly stackTags?: readonly string[];
}

/**
 * What a rule may ask about the app around the resource. Values mean what they mean in the template that they stand in: ask
 * `from(other)` about those of another resource.
 */
export interface CheckContext {
  /**
   * Region of the resource.
   *
   * @default - known only at deployment
   */
  readonly region?: string;
  /**
   * Account of the resource.
   *
   * @default - known only at deployment
   */
  readonly account?: string;
  /** Ids of managed prefix lists from which traffic may come. */
  readonly allowedPrefixLists: readonly string[];
  /** The day on which the app is judged. */
  readonly today: Date;
  /** Resources of a type, in all stacks of this app. */
  all(type: string): readonly CheckedResource[];
  /** The resource that a reference points at, in whatever stack of this app it is made. */
  resolve(reference: unknown): CheckedResource | undefined;
  /** The resource of a type that a value names: by a reference, an ARN, a URL or its physical name. */
  find(value: unknown, type: string): CheckedResource | undefined;
  /**
   * Resources of a type, in all stacks of this app, that name this one in a property: a dotted path below `Properties`, where
   * lists are looked into.
   */
  referring(to: CheckedResource, type: string, property: string): readonly CheckedResource[];
  /** Resources of whatever type, in all stacks of this app, that act under a role: those that name it in a property for roles. */
  actingAs(role: CheckedResource): readonly CheckedResource[];
  /** The same questions about values that stand in another resource. */
  from(other: CheckedResource): CheckContext;
}

/** One thing that is not as it must be. */
export interface Finding {
  /** Tells findings of one resource apart, so that one can be acknowledged without the others. */
  readonly subject?: string;
  /** What is wrong, with the value, as a sentence. */
  readonly message: string;
  /**
   * Dotted path below `Properties`.
   *
   * @default - the resource as a whole
   */
  readonly property?: string;
  /** @default - the severity of the rule */
  readonly level?: Level;
}

/** A rule: metadata and one pure function over a resource of a template. No finding means compliant. */
export interface Rule {
  /** Three letters and two digits; the file's name begins with it. */
  readonly id: string;
  /** The secure state, as a sentence without full stop. */
  readonly title: string;
  readonly severity: Level;
  readonly resourceTypes: readonly [string, ...string[]];
  readonly controls: readonly [ControlId, ...ControlId[]];
  /**
   * Techniques of the attack matrix that it stands in the way of.
   *
   * @default - none
   */
  readonly techniques?: readonly TechniqueId[];
  /** What goes wrong where the rule is broken. */
  readonly rationale: string;
  /** What the rule may get in the way of, and what to do then. */
  readonly whenNotToUse: string;
  check(resource: CheckedResource, context: CheckContext): readonly Finding[];
}

/** A value that only the deployment knows is never compliant: somebody has to look. */
export function unverified(property: string, subject: string = property): Finding {
  return {
    subject: `${subject} unverified`,
    message: `Cannot verify ${property}: its value is known only at deployment.`,
    property,
    level: 'WARN',
  };
}

/** Whether something holds. Undefined: known only at deployment. */
export type Verdict = boolean | undefined;

/** Nothing where it holds, the finding where it does not, a warning where only the deployment knows. */
export function unless(verdict: Verdict, finding: Finding & { readonly subject: string }): Finding[] {
  if (verdict === true) return [];
  if (verdict === false) return [finding];
  return [{ ...unverified(finding.property ?? finding.subject, finding.subject), property: finding.property }];
}

/** Whether something does not hold. */
export function not(verdict: Verdict): Verdict {
  return verdict === undefined ? undefined : !verdict;
}

/** Whether all hold: one that does not settles it, whatever else is unknown. */
export function every(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes(false)) return false;
  return verdicts.includes(undefined) ? undefined : true;
}

/** Whether any holds: one that does settles it, whatever else is unknown. */
export function some(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes(true)) return true;
  return verdicts.includes(undefined) ? undefined : false;
}
