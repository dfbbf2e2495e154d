import { RESPONDER_VARIABLES, readRole, type ResponderVariables, roleArn, tightenRole } from './deployment/spec';
import { ConfigurationError } from './errors';
import type { Settings } from './remediation';
import type { Scope } from './run';
import { isRecord } from './signal';

/** What the function was deployed with, read once at start. */
export interface Deployment {
  readonly variables: ResponderVariables;
  /** Ids of the remediations that are active here. */
  readonly active: ReadonlySet<string>;
  readonly scope: Scope;
}

/** @throws ConfigurationError that names what is missing or malformed. */
export function readDeployment(env: NodeJS.ProcessEnv): Deployment {
  const missing = RESPONDER_VARIABLES.filter((name) => !env[name]);
  if (missing.length > 0) {
    throw new ConfigurationError(`the function needs the environment variables ${missing.join(', ')}`);
  }
  const variables = Object.fromEntries(
    RESPONDER_VARIABLES.map((name) => [name, env[name]]),
  ) as unknown as ResponderVariables;
  const settings = readSettings(variables.BULWARK_REMEDIATIONS);
  const partition = variables.BULWARK_PARTITION;
  const qualifier = variables.BULWARK_QUALIFIER;
  return {
    variables,
    active: new Set(Object.keys(settings)),
    scope: {
      partition,
      accounts: variables.BULWARK_ACCOUNTS.split(','),
      regions: variables.BULWARK_REGIONS.split(','),
      readRoleArn: (account) => roleArn(partition, account, readRole(qualifier)),
      writeRoleArn: (account, remediation) => roleArn(partition, account, tightenRole(qualifier, remediation)),
      settingsOf: (remediation) => settings[remediation] ?? {},
    },
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
