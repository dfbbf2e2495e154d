import type { ControlId, Severity, TechniqueId } from '../../lib/controls';

/**
 * What a remediation is, as plain data: the library derives roles, event rules and documentation from it, the
 * functions derive matching, sessions and (for the declarative kind) behaviour. This file is read on both sides of the
 * wall between `lib/` and `lambda/`, so it imports nothing that runs, and holds no more code than the notation needs.
 *
 * Texts in braces are placeholders. `{partition}`, `{account}` and `{region}` are where the resource lives,
 * `{setting.NAME}` is a value the deployment provides, any other `{NAME}` is a name of the resource that `locate` found
 * (or, in a `related` permission, one that `inspect` named).
 */
export interface RemediationSpec {
  /** Id, and the name of its folder: lower-case words joined by hyphens, at most 34 characters. */
  readonly id: string;
  /** The secure state, as a sentence without full stop: "Bucket blocks all public access". */
  readonly title: string;
  /** The controls this remediation answers. A finding of Security Hub for one of them concerns it. */
  readonly controls: readonly [ControlId, ...ControlId[]];
  /**
   * Techniques of the attack matrix that this remediation answers.
   *
   * @default - none
   */
  readonly techniques?: readonly TechniqueId[];
  /** @default - that of the most severe control */
  readonly severity?: Severity;
  /** CloudTrail management events that can mean drift. */
  readonly triggers: readonly Trigger[];
  /** Findings, beside those of Security Hub for its controls, that can mean drift. */
  readonly findings?: Findings;
  /** CloudFormation type and ARN of the one resource that a run may change. */
  readonly resource: ResourceShape;
  /** Where a sweep finds the resources. */
  readonly sweep: Sweep;
  /** True where a repair can interrupt an application: such a remediation is never applied without approval. */
  readonly disruptive: boolean;
  /**
   * True where a security control is restored: then flap guard and cap tell, and do not stop, and no stack that owns or changed it
   * keeps it off. Whoever switches the trail off must not win by being stubborn.
   *
   * @default false
   */
  readonly persistent?: boolean;
  /** Whether a person can take a repair back to the letter; `never(reason)` where a control was restored. */
  readonly undo: 'exact' | Never;
  /** Names of the values that the deployment has to provide; the remediation is left out where they are not. */
  readonly settings?: readonly string[];
  /**
   * What stands for settings where recorded events are replayed without a deployment: the resource that the event itself names.
   *
   * @default - they are left out
   */
  readonly standIns?: Readonly<Record<string, StandIn>>;
  /** Everything the remediation may do, and nothing else. */
  readonly permissions: Permissions;
  /** Upper bounds of the AWS calls of one repair, held against the call log. */
  readonly calls: CallBudget;
  /** Present in the declarative kind, which needs no `remediation.ts`. */
  readonly declared?: Declaration;
}

/** Management events of one service, as CloudTrail names them (not always the API's name: see S3). */
export interface Trigger {
  /** Service prefix: `s3` stands for source `aws.s3` and event source `s3.amazonaws.com`. */
  readonly service: string;
  readonly eventNames: readonly [string, ...string[]];
}

/** A setting that holds an ARN, made of a recorded event. */
export interface StandIn {
  /** `{partition}`, `{account}`, `{region}` and `{name}`. */
  readonly arn: string;
  /** Paths into the CloudTrail record; the first that is there is the name, or the ARN itself. */
  readonly name: readonly [string, ...string[]];
}

export interface Findings {
  /** GuardDuty finding types; one that ends in `*` stands for all that begin so. */
  readonly guardDuty?: readonly [string, ...string[]];
  /** Identifiers of AWS managed Config rules, as rules are named: `s3-bucket-ssl-requests-only`. */
  readonly config?: readonly [string, ...string[]];
}

export interface ResourceShape {
  /** CloudFormation resource type. */
  readonly type: string;
  /**
   * ARN with placeholders. Settings of an account or Region, which AWS gives no ARN, have one of our own in AWS's form; it
   * names them in the ledger and in exemptions, and in no policy.
   */
  readonly arn: string;
  /**
   * Physical id in CloudFormation, with placeholders, by which the stack is found that owns the resource.
   *
   * @default - no stack can own it
   */
  readonly physicalId?: string;
  /**
   * ARN under which the Resource Groups Tagging API knows the resource, with placeholders, or `none` where it does not.
   *
   * @default - `arn` where a stack can own the resource, else none
   */
  readonly taggedArn?: string;
}

export interface Sweep {
  /** `region`: one list for each Region; `account`: one for the whole account, because the service is global. */
  readonly per: 'region' | 'account';
  /**
   * Names of the resource -> fields of an AWS Config query (`resourceId`, `resourceName`, `arn`). A Region with a recorder
   * is asked this way, every other one by `list`.
   *
   * @default - always by `list`
   */
  readonly config?: Record<string, 'resourceId' | 'resourceName' | 'arn'>;
}

/** A repair that is never taken back, and why. */
export interface Never {
  readonly never: string;
}

/** For repairs that restore a control which was switched off: whoever wants it off says so in the deployment. */
export function never(reason: string): Never {
  return { never: reason };
}

export interface Permissions {
  /** Held by the shared read role, for inspections. */
  readonly read: readonly [Permission, ...Permission[]];
  /** Held by the shared read role, for sweeps. */
  readonly list?: readonly [Permission, ...Permission[]];
  /** Held by this remediation's own role, narrowed for each write by a session policy. */
  readonly write: readonly [Permission, ...Permission[]];
  /** Held by a role of its own that only the undo function may take, narrowed likewise. Needed where `undo` is `exact`. */
  readonly undo?: readonly [Permission, ...Permission[]];
}

/** What a permission is for. */
export type Phase = keyof Permissions;

/**
 * - `resource`: narrowed to the ARN of the resource under repair.
 * - `related`: narrowed to a second ARN that the repair names.
 * - `account`: the action has no resource level; the reason stands beside it.
 */
export type Permission =
  | { readonly kind: 'resource'; readonly actions: Actions; readonly conditions?: Conditions }
  | { readonly kind: 'related'; readonly actions: Actions; readonly arn: string; readonly conditions?: Conditions }
  | { readonly kind: 'account'; readonly actions: Actions; readonly reason: string };

export type Actions = readonly [string, ...string[]];

/**
 * IAM condition block, operator -> key -> value: the service a role may be passed to, or which way a call may go that can
 * tighten and loosen.
 */
export type Conditions = Record<string, Record<string, string>>;

/** Calls to the repaired service; AssumeRole and the ledger are the engine's and bounded there. */
export interface CallBudget {
  /** Calls of one inspection; a repair inspects twice. */
  readonly read: number;
  /** Calls of one repair of one drift. */
  readonly write: number;
}

/** "Read a setting, set it, read it again", said as data. */
export interface Declaration {
  /** Package name behind `@aws-sdk/client-`, and its client class. */
  readonly client: { readonly package: string; readonly class: string };
  /** Name of the resource -> path into the CloudTrail record, for example `requestParameters.bucketName`. */
  readonly locate: Record<string, string>;
  readonly read: {
    readonly operation: string;
    readonly input: Record<string, string>;
    /** Where the setting stands in the answer, as a dotted path. Without it, the answer is the setting. */
    readonly path?: string;
    /** Error names that mean "never set": the setting is read as absent, hence as drift. */
    readonly absent?: readonly string[];
    /** Error names that mean that the resource is gone: nothing to repair. */
    readonly gone?: readonly string[];
  };
  /** Members of the setting and their secure values. Other members are foreign: they are kept as they are. */
  readonly desired: Record<string, string | number | boolean>;
  readonly write: {
    readonly operation: string;
    /** `{after}` is the setting as read, with the desired values laid over it. */
    readonly input: Record<string, string>;
  };
  /**
   * How sweeps find the resources. `per-place` stands for settings of an account or Region, of which there is one each.
   */
  readonly list: 'per-place' | DeclaredList;
  /** How a repair is taken back. Without it there is no way back. */
  readonly undo?: {
    /** Takes back to a setting that was there: `{before}` stands for it. @default - `write`, with the former setting */
    readonly set?: { readonly operation: string; readonly input: Record<string, string> };
    /** Takes back to "never set". */
    readonly unset?: { readonly operation: string; readonly input: Record<string, string> };
  };
}

export interface DeclaredList {
  readonly operation: string;
  /** `{region}` and `{account}` are where the sweep looks. @default - none */
  readonly input?: Record<string, string | number>;
  /** Dotted path to the list in the answer. */
  readonly items: string;
  /** Name of the resource -> path into one item. */
  readonly names: Record<string, string>;
  /** Members that carry the token of the next page. @default - there is one page */
  readonly next?: { readonly input: string; readonly output: string };
}

/** Types a spec literally, so that its id and names stay known to the compiler. */
export function defineRemediation<const S extends RemediationSpec>(spec: S): S {
  return spec;
}

/** Values of placeholders. */
export type Names = Readonly<Record<string, string | readonly string[]>>;

const PLACEHOLDER = /\{([A-Za-z][\w.]*)\}/g;

/** The placeholders of a text, in order of appearance. */
export function placeholders(text: string): string[] {
  return [...text.matchAll(PLACEHOLDER)].map((match) => match[1] as string);
}

/**
 * Fills a text. A name with several values gives one text for each of them, so that one permission can name several ARNs.
 *
 * @throws Error when a placeholder has no value: an ARN with a hole in it must never reach a policy.
 */
export function fill(text: string, names: Names): string[] {
  let texts = [text];
  for (const name of new Set(placeholders(text))) {
    const value = names[name];
    if (value === undefined || value === '') {
      throw new Error(`"${text}" needs a value for {${name}}; known names are ${Object.keys(names).sort().join(', ')}`);
    }
    const values = typeof value === 'string' ? [value] : value;
    texts = texts.flatMap((partly) => values.map((each) => partly.replaceAll(`{${name}}`, () => each)));
  }
  return texts;
}

/** Fills a text that stands for exactly one value. */
export function fillOne(text: string, names: Names): string {
  const texts = fill(text, names);
  if (texts.length !== 1) {
    throw new Error(`"${text}" must give exactly one text, got ${texts.length}`);
  }
  return texts[0] as string;
}
