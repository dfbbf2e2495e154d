import { SCENARIOS, type Attacker, type Scenario, type Target, type Verification } from '../../../sandbox/scenarios';
import type { Sandbox } from '../../../sandbox/sandbox';
import { inParallel } from './random';

/** A resource of the drill, with an attack on it and the look at it afterwards. */
export interface Specimen {
  readonly scenario: Scenario;
  readonly target: Target;
  readonly region: string;
  attack(): Promise<void>;
  verify(): Promise<Verification>;
}

/** How many of each scenario, made in the Regions by turns. Each is secure at first. `mark` tells their names from others'. */
export async function makeSpecimens(
  sandbox: Sandbox,
  counts: Readonly<Record<string, number>>,
  { mark = 'f', width = 8 }: { readonly mark?: string; readonly width?: number } = {},
): Promise<Specimen[]> {
  const wanted = Object.entries(counts).flatMap(([id, count]) => Array.from({ length: count }, () => id));
  return inParallel(wanted, width, async (id, index) => {
    const scenario = scenarioOf(id);
    const region = sandbox.regions[index % sandbox.regions.length] as string;
    const attacker = attackerOf(sandbox, region, `${mark}${String(index).padStart(4, '0')}`);
    const target = await scenario.prepare(attacker);
    return {
      scenario,
      target,
      region,
      attack: () => scenario.attack(attacker, target),
      verify: () => scenario.verify(attacker, target),
    };
  });
}

export function attackerOf(sandbox: Sandbox, region: string, suffix: string): Attacker {
  return {
    client: (Client) => sandbox.client(Client, region),
    account: sandbox.account,
    region,
    partition: 'aws',
    qualifier: 'main',
    suffix,
  };
}

function scenarioOf(id: string): Scenario {
  const found = SCENARIOS.find((scenario) => scenario.id === id);
  if (found === undefined) throw new Error(`there is no scenario ${id}`);
  return found;
}

/** Ids of those that are not secure; none of them, if all is well. */
export async function insecure(specimens: readonly Specimen[]): Promise<string[]> {
  const looks = await inParallel(specimens, 16, (each) => each.verify());
  return looks.flatMap(({ secure, evidence }, index) =>
    secure ? [] : [`${specimens[index]?.target.arn}: ${evidence}`],
  );
}
