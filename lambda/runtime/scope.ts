import {
  DOORS,
  doorRole,
  FUNCTION_VARIABLES,
  type FunctionVariables,
  readRole,
  repairRole,
  roleArn,
  undoRole,
} from './deployment/spec';
import { ConfigurationError } from './errors';
import { isRecord } from './foreign';
import type { Settings } from './remediation';

/** Where the deployment put things, and what it covers. */
export interface Scope {
  readonly qualifier: string;
  readonly partition: string;
  readonly hubAccount: string;
  readonly accounts: readonly string[];
  readonly regions: readonly string[];
  readRoleArn(account: string): string;
  /** Role of a remediation that repairs. */
  repairRoleArn(account: string, remediation: string, disruptive: boolean): string;
  /** Role of a remediation that takes back. */
  undoRoleArn(account: string, remediation: string): string;
  /** Whether a role is one of ours, by its exact ARN: a role that merely looks like ours is not. */
  isOurs(roleArn: string, account: string): boolean;
  settingsOf(remediation: string): Settings;
}

/** What the function was deployed with, read once at start. */
export interface Deployment {
  readonly variables: FunctionVariables;
  /** Ids of the remediations that are active here. */
  readonly active: ReadonlySet<string>;
  readonly scope: Scope;
}

/** @throws ConfigurationError that names what is missing or malformed. */
export function readDeployment(env: NodeJS.ProcessEnv): Deployment {
  const missing = FUNCTION_VARIABLES.filter((name) => !env[name]);
  if (missing.length > 0) {
    throw new ConfigurationError(`the function needs the environment variables ${missing.join(', ')}`);
  }
  const variables = Object.fromEntries(
    FUNCTION_VARIABLES.map((name) => [name, env[name]]),
  ) as unknown as FunctionVariables;
  const settings = readSettings(variables.BULWARK_REMEDIATIONS);
  return { variables, active: new Set(Object.keys(settings)), scope: scopeOf(variables, settings) };
}

export function scopeOf(variables: FunctionVariables, settings: Record<string, Settings>): Scope {
  const { BULWARK_PARTITION: partition, BULWARK_QUALIFIER: qualifier, BULWARK_HUB_ACCOUNT: hubAccount } = variables;
  const oursIn = (account: string): Set<string> =>
    new Set(
      [
        readRole(qualifier),
        ...Object.keys(settings).flatMap((id) => [
          repairRole(qualifier, id, false),
          repairRole(qualifier, id, true),
          undoRole(qualifier, id),
        ]),
        ...(account === hubAccount ? DOORS.map((door) => doorRole(qualifier, door)) : []),
      ].map((role) => roleArn(partition, account, role)),
    );
  const ours = new Map<string, Set<string>>();
  return {
    qualifier,
    partition,
    hubAccount,
    accounts: variables.BULWARK_ACCOUNTS.split(','),
    regions: variables.BULWARK_REGIONS.split(','),
    readRoleArn: (account) => roleArn(partition, account, readRole(qualifier)),
    repairRoleArn: (account, id, disruptive) => roleArn(partition, account, repairRole(qualifier, id, disruptive)),
    undoRoleArn: (account, id) => roleArn(partition, account, undoRole(qualifier, id)),
    isOurs: (arn, account) => {
      const own = ours.get(account) ?? oursIn(account);
      ours.set(account, own);
      return own.has(arn);
    },
    settingsOf: (remediation) => settings[remediation] ?? {},
  };
}

function readSettings(text: string): Record<string, Settings> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ConfigurationError('BULWARK_REMEDIATIONS is not JSON', { cause });
  }
  const wellFormed =
    isRecord(value) &&
    Object.values(value).every(
      (each) => isRecord(each) && Object.values(each).every((setting) => typeof setting === 'string'),
    );
  if (!wellFormed) {
    throw new ConfigurationError('BULWARK_REMEDIATIONS must map remediation ids to settings, and settings to texts');
  }
  return value as Record<string, Settings>;
}
