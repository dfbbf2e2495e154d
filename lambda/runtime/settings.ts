import { paginateGetParametersByPath, SSMClient } from '@aws-sdk/client-ssm';
import { KILL_SWITCH, SETTINGS, type Setting } from './deployment/spec';
import { ConfigurationError } from './errors';
import { RETRIES, TIMEOUTS } from './sessions';

/**
 * What may be done with drift: `ENFORCE` repairs new drift where that interrupts nothing and proposes the rest, `PROPOSE`
 * stores a plan that a person can approve, `OBSERVE` only tells.
 */
export type Mode = 'OBSERVE' | 'PROPOSE' | 'ENFORCE';

/**
 * What to do with a resource that a CloudFormation stack owns. `PROPOSE_DEPLOYED` proposes only where CloudFormation itself
 * made the change, because the next deployment would take a repair back.
 */
export type IacManaged = 'PROPOSE' | 'PROPOSE_DEPLOYED' | 'ENFORCE';

/** The settings that count for one remediation in one account. */
export interface Effective {
  readonly mode: Mode;
  /** A person has stopped everything. */
  readonly isKilled: boolean;
  readonly adoptExisting: boolean;
  readonly iacManaged: IacManaged;
  /** Most changes within an hour. */
  readonly cap: number;
}

/** A changed parameter takes effect within this time. */
const FRESH_MS = 30_000;

/** All parameters as they were read, by their path below the root. */
export type Parameters = ReadonlyMap<string, string>;

/**
 * Reads the switches. What cannot be read, or says what it cannot mean, is an error: nothing is changed then.
 */
export class SettingsReader {
  private readonly ssm: SSMClient;
  private cached: { readonly parameters: Promise<Parameters>; readonly until: number } | undefined;

  public constructor(
    private readonly root: string,
    region: string,
  ) {
    this.ssm = new SSMClient({ region, ...RETRIES, requestHandler: TIMEOUTS });
  }

  /** @throws ConfigurationError that names the parameter and what it must say */
  public async of(remediation: string, account: string, now: Date): Promise<Effective> {
    return effective(this.root, await this.all(now), remediation, account);
  }

  /** Whether a person has stopped everything. */
  public async isKilled(now: Date): Promise<boolean> {
    return isKilled(await this.all(now));
  }

  private async all(now: Date): Promise<Parameters> {
    if (this.cached === undefined || this.cached.until <= now.getTime()) {
      const entry = { parameters: this.read(), until: now.getTime() + FRESH_MS };
      this.cached = entry;
      entry.parameters.catch(() => {
        // A refusal must not be remembered as an answer.
        if (this.cached === entry) this.cached = undefined;
      });
    }
    return this.cached.parameters;
  }

  private async read(): Promise<Parameters> {
    const found = new Map<string, string>();
    const pages = paginateGetParametersByPath({ client: this.ssm }, { Path: this.root, Recursive: true });
    for await (const { Parameters = [] } of pages) {
      for (const { Name = '', Value = '' } of Parameters) found.set(Name.slice(this.root.length + 1), Value);
    }
    return found;
  }
}

export function isKilled(parameters: Parameters): boolean {
  const value = parameters.get(KILL_SWITCH);
  return value !== undefined && value !== 'OFF';
}

/** Settings as they count, of parameters as they stand. */
export function effective(root: string, parameters: Parameters, remediation: string, account: string): Effective {
  const pick = (setting: Setting): string => {
    const { name, value } = chosen(parameters, setting, remediation, account);
    if (value === undefined || !SETTINGS[setting].test(value)) {
      throw new ConfigurationError(
        `${root}/${name} must match ${SETTINGS[setting].source}, got ${JSON.stringify(value)}: nothing is changed`,
      );
    }
    return value;
  };
  return {
    mode: pick('mode') as Mode,
    isKilled: isKilled(parameters),
    adoptExisting: pick('adopt-existing') === 'true',
    iacManaged: pick('iac-managed') as IacManaged,
    cap: Number(pick('cap')),
  };
}

/**
 * The parameter that counts, below the root: a person's before the deployed, then the narrowest; caution for an account before
 * one for a remediation.
 */
export function chosen(
  parameters: Parameters,
  setting: Setting,
  remediation: string,
  account: string,
): { readonly name: string; readonly value: string | undefined } {
  for (const owner of ['override', 'deployed']) {
    for (const scope of [`/${remediation}/${account}`, `/all/${account}`, `/${remediation}`, '/all', '']) {
      const name = `${owner}/${setting}${scope}`;
      const value = parameters.get(name);
      if (value !== undefined) return { name, value };
    }
  }
  return { name: `deployed/${setting}`, value: undefined };
}
