import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Attacker, Scenario, Target, Verification } from '../scenarios';
import { sentence } from './errors';
import { type Followed, follow, mark, type Sighting, settled, type Watched } from './watch';

export interface DrillResult extends Followed {
  readonly scenario: Scenario;
  readonly target?: Target;
  /** Repaired by the baseline, and found secure by the operator's own reading. */
  readonly repaired: boolean;
  readonly verification?: Verification;
}

export interface DrillListener {
  onStart(scenario: Scenario): void;
  onSighting(scenario: Scenario, sighting: Sighting | VerifiedSighting): void;
}

export interface VerifiedSighting {
  readonly step: 'verified' | 'insecure';
  readonly after: number;
  readonly text: string;
}

/** Attacks one after the other, and watches what becomes of each. A scenario that fails does not end the drill. */
export async function drill(
  sandbox: Watched,
  scenarios: readonly Scenario[],
  listener: DrillListener,
): Promise<DrillResult[]> {
  const results: DrillResult[] = [];
  for (const scenario of scenarios) {
    listener.onStart(scenario);
    results.push(await once(sandbox, scenario, listener));
  }
  return results;
}

async function once(sandbox: Watched, scenario: Scenario, listener: DrillListener): Promise<DrillResult> {
  const attacker: Attacker = {
    client: (Client) => sandbox.client(Client),
    suffix: randomBytes(4).toString('hex'),
  };
  let target: Target | undefined;
  try {
    target = await scenario.prepare(attacker);
    await settled(sandbox);
    const from = await mark(sandbox);
    const started = Date.now();
    await scenario.attack(attacker, target);
    const followed = await follow(
      sandbox,
      from,
      { operation: scenario.operation, arn: target.arn },
      { onSighting: (sighting) => listener.onSighting(scenario, sighting) },
    );
    const verification = await scenario.verify(attacker, target);
    listener.onSighting(scenario, {
      step: verification.secure ? 'verified' : 'insecure',
      after: Date.now() - started,
      text: verification.evidence,
    });
    return {
      ...followed,
      scenario,
      target,
      verification,
      repaired: followed.outcome === 'REMEDIATED' && verification.secure,
    };
  } catch (error) {
    return { scenario, ...(target && { target }), outcome: 'FAILED', reason: sentence(error), repaired: false };
  } finally {
    if (target) await cleaned(scenario, attacker, target);
  }
}

/** What cannot be removed stays; the sandbox goes as a whole, and the result of the drill is known already. */
async function cleaned(scenario: Scenario, attacker: Attacker, target: Target): Promise<void> {
  for (const pause of [0, 200]) {
    await sleep(pause);
    try {
      await scenario.clean(attacker, target);
      return;
    } catch {
      // Once more: something may still have been using it.
    }
  }
}
