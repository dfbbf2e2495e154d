/**
 * The contract between the library, which deploys, and the functions, which run: names that both sides must agree on.
 * Plain data and pure text functions, read on both sides of the wall.
 */

/** What a response function is told, as environment variables. */
export interface FunctionVariables {
  readonly BULWARK_QUALIFIER: string;
  /** Account of the hub. */
  readonly BULWARK_HUB_ACCOUNT: string;
  /** Comma-separated account ids that this deployment covers. */
  readonly BULWARK_ACCOUNTS: string;
  /** Comma-separated Regions that this deployment covers. */
  readonly BULWARK_REGIONS: string;
  readonly BULWARK_LEDGER: string;
  readonly BULWARK_REPORT_BUS: string;
  /** URL of the queue that this function takes its messages from. */
  readonly BULWARK_QUEUE: string;
  /** URL of the queue that the responder takes signals from. */
  readonly BULWARK_SIGNAL_QUEUE: string;
  readonly BULWARK_PARTITION: string;
  /** JSON: remediation id -> setting name -> value. A remediation without an entry here is not active. */
  readonly BULWARK_REMEDIATIONS: string;
}

export const FUNCTION_VARIABLES = [
  'BULWARK_QUALIFIER',
  'BULWARK_HUB_ACCOUNT',
  'BULWARK_ACCOUNTS',
  'BULWARK_REGIONS',
  'BULWARK_LEDGER',
  'BULWARK_REPORT_BUS',
  'BULWARK_QUEUE',
  'BULWARK_SIGNAL_QUEUE',
  'BULWARK_PARTITION',
  'BULWARK_REMEDIATIONS',
] as const satisfies ReadonlyArray<keyof FunctionVariables>;

/**
 * The functions, which share one bundle. Each is a door of its own: what it may take, and who may knock.
 *
 * - `responder`: takes signals; may take roles that tighten without interrupting anything.
 * - `approved`: takes approvals of people; may take disruptive roles as well, for a stored plan.
 * - `undo`: takes orders of people; may take the roles that loosen, and writes exemptions.
 * - `sweeper`: lists resources and hands them to the responder; may take the read role only.
 */
export const DOORS = ['responder', 'approved', 'undo', 'sweeper'] as const;
export type Door = (typeof DOORS)[number];

/** The role of a remediation, for what it does. */
export interface RoleName {
  readonly path: string;
  readonly name: string;
}

/** Body of a message between our own parts, in the form of an EventBridge envelope. */
export interface Message {
  readonly source: string;
  readonly 'detail-type': string;
  readonly account: string;
  readonly detail: Record<string, unknown>;
}

/** What the sweeper sends to the responder's queue. No event rule lets this source pass, so only the queue's senders can. */
export const SWEEP_SOURCE = 'cdk-bulwark.sweep';
export const SWEEP_DETAIL_TYPE = 'Bulwark Sweep';

/**
 * Roles have names of their own, so that the hub can take those of members without asking. The path says what a role is
 * for: `tighten`, or `disruptive` where that can interrupt an application.
 */
export function repairRole(qualifier: string, remediation: string, disruptive: boolean): RoleName {
  return {
    path: `/bulwark/${qualifier}/${disruptive ? 'disruptive' : 'tighten'}/`,
    name: `bulwark-${qualifier}-${remediation}`,
  };
}

/** Takes a repair back. */
export function undoRole(qualifier: string, remediation: string): RoleName {
  return { path: `/bulwark/${qualifier}/loosen/`, name: `bulwark-${qualifier}-${remediation}-undo` };
}

export function readRole(qualifier: string): RoleName {
  return { path: `/bulwark/${qualifier}/read/`, name: `bulwark-${qualifier}-read` };
}

/** The members' roles trust the doors' roles by their ARNs. */
export function doorRole(qualifier: string, door: Door): RoleName {
  return { path: `/bulwark/${qualifier}/`, name: `bulwark-${qualifier}-${door}` };
}

export function roleArn(partition: string, account: string, role: RoleName): string {
  return `arn:${partition}:iam::${account}:role${role.path}${role.name}`;
}

/**
 * Everything that can be switched without a deployment stands in parameters under this path:
 *
 * - `deployed/SETTING[/REMEDIATION[/ACCOUNT]]`: CloudFormation owns these, and may write them again at any update.
 * - `override/SETTING[/REMEDIATION[/ACCOUNT]]`: a person's own; no deployment makes, changes or removes them. They count
 *   before all that was deployed.
 * - `kill-switch`: a person's own. While it is there, with any value but `OFF`, nothing is changed.
 *
 * REMEDIATION `all` stands for every one.
 */
export function settingsPath(qualifier: string): string {
  return `/bulwark/${qualifier}/response`;
}

/** A parameter that tells the command line where things are: JSON of `DeploymentFacts`. */
export function deploymentParameter(qualifier: string): string {
  return `/bulwark/${qualifier}/deployment`;
}

/** What the command line has to know of a deployment. */
export interface DeploymentFacts {
  readonly version: string;
  readonly account: string;
  readonly region: string;
  readonly accounts: readonly string[];
  readonly regions: readonly string[];
  readonly ledger: string;
  readonly history: string;
  readonly queues: {
    readonly approvals: string;
    readonly orders: string;
    readonly sweeps: string;
    readonly signals: string;
  };
  /** ARN of the queue where messages are parked that failed. */
  readonly deadLetters: string;
  /** Log groups of the functions, which tell why something failed. */
  readonly logs: Readonly<Record<Door, string>>;
  readonly remediations: readonly string[];
}

/** What is switched, and what it may say. */
export const SETTINGS = {
  /** What is done with drift. */
  mode: /^(OBSERVE|PROPOSE|ENFORCE)$/,
  /** Whether drift that was there before is repaired like new drift. */
  'adopt-existing': /^(true|false)$/,
  /** What is done with resources of CloudFormation stacks. */
  'iac-managed': /^(PROPOSE|PROPOSE_DEPLOYED|ENFORCE)$/,
  /** Most changes of one remediation in one account within one hour of the clock. */
  cap: /^\d{1,5}$/,
} as const satisfies Record<string, RegExp>;
export type Setting = keyof typeof SETTINGS;

export const KILL_SWITCH = 'kill-switch';

/** A Region's name: two letters, more in partitions of their own (`eusc-de-east-1`, `us-iso-east-1`). */
export const REGION = /^[a-z]{2,4}(-[a-z]+)+-\d$/;

/** A qualifier stands in names with tight limits (roles 64, S3 63 characters), so it is short and plain. */
export const QUALIFIER = /^[a-z][a-z0-9]{0,9}$/;

/** Where the bundle holds a consumer's own units: `<folder>/<id>/spec.json` and `<folder>/<id>/index.mjs`. */
export const MODULES_FOLDER = 'modules';

/** Id of the custom action in Security Hub by which a person asks for the repair of a finding. */
export const CUSTOM_ACTION = 'BulwarkRepair';

/** What the engine itself reads with the read role, beside what the remediations declare. None has a resource level in IAM. */
export const ENGINE_READS = [
  {
    action: 'cloudformation:DescribeStackResources',
    reason: 'finds the stack that owns a resource, by its physical id',
  },
  { action: 'tag:GetResources', reason: 'reads the tag by which a resource names an exemption' },
  { action: 'config:DescribeConfigurationRecorders', reason: 'tells what is recorded, hence can be asked for' },
  { action: 'config:DescribeConfigurationRecorderStatus', reason: 'tells whether anything is recorded' },
  { action: 'config:SelectResourceConfig', reason: 'finds the resources of a sweep' },
] as const;

/** The qualifier of a deployment that names none. */
export const DEFAULT_QUALIFIER = 'main';

/** Source and detail type of the events on the report bus. */
export const REPORT_SOURCE = 'cdk-bulwark';
export const REPORT_DETAIL_TYPE = 'Bulwark Outcome';
