/**
 * The contract between the library, which deploys, and the functions, which run: names that both sides must agree on.
 * Plain data and pure text functions, read on both sides of the wall.
 */

/** What a response function is told, as environment variables. */
export interface ResponderVariables {
  readonly BULWARK_QUALIFIER: string;
  /** Comma-separated account ids that this deployment covers. */
  readonly BULWARK_ACCOUNTS: string;
  /** Comma-separated Regions that this deployment covers. */
  readonly BULWARK_REGIONS: string;
  readonly BULWARK_LEDGER: string;
  readonly BULWARK_REPORT_BUS: string;
  readonly BULWARK_MODE_PARAMETER: string;
  /** Parameter of a person's own; while it is there, it counts instead. */
  readonly BULWARK_MODE_OVERRIDE: string;
  readonly BULWARK_PARTITION: string;
  /** JSON: remediation id -> setting name -> value. A remediation without an entry here is not active. */
  readonly BULWARK_REMEDIATIONS: string;
}

export const RESPONDER_VARIABLES = [
  'BULWARK_QUALIFIER',
  'BULWARK_ACCOUNTS',
  'BULWARK_REGIONS',
  'BULWARK_LEDGER',
  'BULWARK_REPORT_BUS',
  'BULWARK_MODE_PARAMETER',
  'BULWARK_MODE_OVERRIDE',
  'BULWARK_PARTITION',
  'BULWARK_REMEDIATIONS',
] as const satisfies ReadonlyArray<keyof ResponderVariables>;

/** Roles have names of their own, so that the hub can take those of members without asking. */
export function tightenRole(qualifier: string, remediation: string): { readonly path: string; readonly name: string } {
  return { path: `/bulwark/${qualifier}/tighten/`, name: `bulwark-${qualifier}-${remediation}` };
}

export function readRole(qualifier: string): { readonly path: string; readonly name: string } {
  return { path: `/bulwark/${qualifier}/read/`, name: `bulwark-${qualifier}-read` };
}

/** The members' roles trust this role by its ARN. */
export function responderRole(qualifier: string): { readonly path: string; readonly name: string } {
  return { path: `/bulwark/${qualifier}/`, name: `bulwark-${qualifier}-responder` };
}

export function roleArn(
  partition: string,
  account: string,
  role: { readonly path: string; readonly name: string },
): string {
  return `arn:${partition}:iam::${account}:role${role.path}${role.name}`;
}

/** The mode as deployed. CloudFormation owns it, and may write it again at any update. */
export function modeParameter(qualifier: string): string {
  return `/bulwark/${qualifier}/response/mode`;
}

/** The switch in a person's hand: no deployment makes it, changes it or removes it. */
export function modeOverride(qualifier: string): string {
  return `/bulwark/${qualifier}/response/override`;
}

/** A Region's name: two letters, more in partitions of their own (`eusc-de-east-1`, `us-iso-east-1`). */
export const REGION = /^[a-z]{2,4}(-[a-z]+)+-\d$/;

/** A qualifier stands in names with tight limits (roles 64, S3 63 characters), so it is short and plain. */
export const QUALIFIER = /^[a-z][a-z0-9]{0,9}$/;

/** Source and detail type of the events on the report bus. */
export const REPORT_SOURCE = 'cdk-bulwark';
export const REPORT_DETAIL_TYPE = 'Bulwark Outcome';
