import type { ControlId } from '../controls';

/** Severity of a finding: an ERROR stops synthesis, a WARN is shown and recorded. */
export type Level = 'ERROR' | 'WARN';

/** Values as they stand in a template, intrinsic functions included. */
export type Properties = Readonly<Record<string, unknown>>;

/** A resource as it stands in the template. */
export interface CheckedResource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Properties;
}

/** What a rule may ask about the template around the resource. */
export interface CheckContext {
  /** The resource that a `Ref`, `Fn::GetAtt` or `Fn::ImportValue` points at, where this app makes it. */
  resolve(reference: unknown): CheckedResource | undefined;
  /** Ids of managed prefix lists from which traffic may come. */
  readonly allowedPrefixLists: readonly string[];
}

/** One thing that is not as it must be. */
export interface Finding {
  /** Tells findings of one resource apart, so that one can be acknowledged without the others. */
  readonly subject?: string;
  /** What is wrong, with the value, as a sentence. */
  readonly message: string;
  /** Dotted path below `Properties`. */
  readonly property: string;
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
