import {
  DeleteParameterCommand,
  paginateGetParametersByPath,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { type DeploymentFacts, KILL_SWITCH, type Setting, settingsPath } from '../lambda/runtime/deployment/spec';
import { ConfigurationError, isAwsError } from '../lambda/runtime/errors';
import { chosen, type Effective, effective, isKilled, type Parameters } from '../lambda/runtime/settings';
import type { Deployment } from './deployment';
import { Stop } from './exit';

/** What is told with every change of a switch. */
export const SOON = 'It takes effect within a minute, and raises an alarm.';

/** A setting as it counts, and the parameter that says so. */
export interface Said {
  readonly value: string;
  readonly from: string;
}

/** What counts for one remediation in the accounts where the same counts. */
export interface Row {
  readonly remediation: string;
  /** Empty where it is the same in all. */
  readonly accounts: readonly string[];
  readonly mode?: Said;
  readonly adoptExisting?: Said;
  readonly iacManaged?: Said;
  readonly cap?: Said;
  /** Why the engine changes nothing. */
  readonly problem?: string;
}

/** Which remediations and accounts an override is for. */
export interface Scope {
  readonly remediation?: string;
  readonly account?: string;
}

/** The switches of a deployment as they stand, read once. */
export class Settings {
  public static async read({ aws, qualifier }: Pick<Deployment, 'aws' | 'qualifier'>): Promise<Settings> {
    const root = settingsPath(qualifier);
    const parameters = new Map<string, string>();
    const pages = paginateGetParametersByPath({ client: aws.client(SSMClient) }, { Path: root, Recursive: true });
    for await (const { Parameters = [] } of pages) {
      for (const { Name = '', Value = '' } of Parameters) parameters.set(Name.slice(root.length + 1), Value);
    }
    return new Settings(root, parameters);
  }

  public constructor(
    public readonly root: string,
    public readonly parameters: Parameters,
  ) {}

  /** What the kill switch says while it is on. */
  public get killSwitch(): string | undefined {
    return isKilled(this.parameters) ? this.parameters.get(KILL_SWITCH) : undefined;
  }

  /** What people have written, name -> value. */
  public get overrides(): ReadonlyArray<readonly [name: string, value: string]> {
    return [...this.parameters].filter(([name]) => name.startsWith('override/')).sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** @throws ConfigurationError where the engine would refuse to work */
  public effective(remediation: string, account: string): Effective {
    return effective(this.root, this.parameters, remediation, account);
  }

  /** As it would be with other parameters; a value of undefined takes one away. */
  public with(changes: Readonly<Record<string, string | undefined>>): Settings {
    const parameters = new Map(this.parameters);
    for (const [name, value] of Object.entries(changes)) {
      if (value === undefined) parameters.delete(name);
      else parameters.set(name, value);
    }
    return new Settings(this.root, parameters);
  }

  /** What counts for each remediation, once for the accounts where it is the same. */
  public rows({ remediations, accounts }: Pick<DeploymentFacts, 'remediations' | 'accounts'>): Row[] {
    return remediations.flatMap((remediation) => {
      const alike = new Map<string, string[]>();
      for (const account of accounts) {
        const key = JSON.stringify(this.said(remediation, account));
        alike.set(key, [...(alike.get(key) ?? []), account]);
      }
      return [...alike].map(([key, of]): Row => {
        const same = JSON.parse(key) as Partial<Row>;
        return { remediation, accounts: of.length === accounts.length ? [] : of, ...same };
      });
    });
  }

  private said(remediation: string, account: string): Partial<Row> {
    try {
      this.effective(remediation, account);
    } catch (error) {
      if (error instanceof ConfigurationError) return { problem: error.message };
      throw error;
    }
    const say = (setting: Setting): Said => {
      const { name, value = '' } = chosen(this.parameters, setting, remediation, account);
      return { value, from: name };
    };
    return { mode: say('mode'), adoptExisting: say('adopt-existing'), iacManaged: say('iac-managed'), cap: say('cap') };
  }
}

/** Name of the override, below the root. */
export function overrideOf(setting: Setting, { remediation, account }: Scope): string {
  if (account !== undefined) return `override/${setting}/${remediation ?? 'all'}/${account}`;
  return remediation === undefined ? `override/${setting}` : `override/${setting}/${remediation}`;
}

/** Writes a switch of a person's own, which no deployment touches. */
export async function write(deployment: Deployment, name: string, value: string): Promise<void> {
  const { aws, qualifier } = deployment;
  const { arn } = await aws.caller();
  await aws.client(SSMClient).send(
    new PutParameterCommand({
      Name: `${settingsPath(qualifier)}/${name}`,
      Value: value,
      Type: 'String',
      Overwrite: true,
      Description: `Written by bulwark for ${arn}`.slice(0, 1_024),
    }),
  );
}

/** @returns whether there was one */
export async function remove({ aws, qualifier }: Deployment, name: string): Promise<boolean> {
  try {
    await aws.client(SSMClient).send(new DeleteParameterCommand({ Name: `${settingsPath(qualifier)}/${name}` }));
    return true;
  } catch (error) {
    if (isAwsError(error, ['ParameterNotFound'])) return false;
    throw error;
  }
}

/**
 * Holds names that were given against what is deployed.
 *
 * @throws Stop that lists what there is
 */
export function known(
  { facts }: Pick<Deployment, 'facts'>,
  given: {
    readonly remediations?: readonly string[];
    readonly accounts?: readonly string[];
    readonly regions?: readonly string[];
  },
): void {
  for (const [what, of, all] of [
    ['remediation', given.remediations, facts.remediations],
    ['account', given.accounts, facts.accounts],
    ['Region', given.regions, facts.regions],
  ] as const) {
    const unknown = (of ?? []).find((each) => !all.includes(each));
    if (unknown !== undefined) {
      throw new Stop('usage', `The deployment does not cover the ${what} ${unknown}; there are ${all.join(', ')}.`);
    }
  }
}
