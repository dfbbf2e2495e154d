import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Attacker, Scenario, Target, Verification } from '../scenarios';
import { sentence } from './errors';
import { order } from './orders';
import { type Followed, follow, mark, type Sighting, settled, type Watched } from './watch';

export interface DrillResult extends Followed {
  readonly scenario: Scenario;
  readonly target?: Target;
  /** Repaired by the baseline, and found secure by the operator's own reading. */
  readonly repaired: boolean;
  readonly verification?: Verification;
  /** Repaired only after a person had approved it. */
  readonly approved?: boolean;
  /** Taken back afterwards, and found as the attack had left it. */
  readonly undone?: boolean;
}

/** What else a drill shows. */
export interface DrillOptions {
  /** Id of the scenario of which the repair is taken back. */
  readonly undo?: string;
}

export interface DrillListener {
  onStart(scenario: Scenario): void;
  onSighting(scenario: Scenario, sighting: Sighting | PersonSighting): void;
}

/** What people do and see, beside the baseline's own traces. */
export interface PersonSighting {
  readonly step: 'verified' | 'insecure' | 'approved' | 'undone';
  readonly after: number;
  readonly text: string;
}

/** Who a drill is made against. */
export type Drilled = Watched & { readonly account: string; readonly region: string };

/**
 * Attacks one after the other, and watches what becomes of each. What is proposed is approved, as a person would. A scenario
 * that fails does not end the drill.
 */
export async function drill(
  sandbox: Drilled,
  scenarios: readonly Scenario[],
  listener: DrillListener,
  options: DrillOptions = {},
): Promise<DrillResult[]> {
  const results: DrillResult[] = [];
  for (const scenario of scenarios) {
    listener.onStart(scenario);
    results.push(await once(sandbox, scenario, listener, options));
  }
  return results;
}

async function once(
  sandbox: Drilled,
  scenario: Scenario,
  listener: DrillListener,
  options: DrillOptions,
): Promise<DrillResult> {
  const attacker: Attacker = {
    client: (Client) => sandbox.client(Client),
    account: sandbox.account,
    region: sandbox.region,
    partition: 'aws',
    qualifier: 'main',
    suffix: randomBytes(4).toString('hex'),
  };
  const { remediation, operation, expects = 'REMEDIATED' } = scenario;
  let target: Target | undefined;
  try {
    target = await scenario.prepare(attacker);
    await settled(sandbox);
    const from = await mark(sandbox);
    const started = Date.now();
    const see = (step: PersonSighting['step'], text: string) =>
      listener.onSighting(scenario, { step, after: Date.now() - started, text });
    await scenario.attack(attacker, target);
    let followed = await follow(
      sandbox,
      from,
      { operation, arn: target.arn, remediation },
      { onSighting: (sighting) => listener.onSighting(scenario, sighting) },
    );
    const { plan } = followed;
    const approved = expects === 'PROPOSED' && followed.outcome === 'PROPOSED' && plan !== undefined;
    if (approved) {
      const answer = await order(sandbox, 'approvals', { order: 'approve', planId: plan.planId, hash: plan.hash });
      see('approved', `bulwark approve ${plan.planId}: ${answer.outcome}, ${answer.reason ?? ''}`);
      followed = { ...followed, outcome: answer.outcome, runId: answer.runId, repairedAfter: Date.now() - started };
    }
    const verification = await scenario.verify(attacker, target);
    see(verification.secure ? 'verified' : 'insecure', verification.evidence);
    const repaired = followed.outcome === 'REMEDIATED' && verification.secure && approved === (expects === 'PROPOSED');
    const wantsUndo = options.undo === scenario.id && repaired && followed.runId !== undefined;
    return {
      ...followed,
      scenario,
      target,
      verification,
      repaired,
      ...(approved && { approved }),
      ...(wantsUndo && { undone: await takeBack(sandbox, scenario, attacker, target, followed.runId ?? '', see) }),
    };
  } catch (error) {
    return { scenario, ...(target && { target }), outcome: 'FAILED', reason: sentence(error), repaired: false };
  } finally {
    if (target) await cleaned(scenario, attacker, target);
  }
}

/** Takes a repair back: the resource is as the attack left it, and exempt for a day. */
async function takeBack(
  sandbox: Drilled,
  scenario: Scenario,
  attacker: Attacker,
  target: Target,
  runId: string,
  see: (step: PersonSighting['step'], text: string) => void,
): Promise<boolean> {
  const answer = await order(sandbox, 'orders', { order: 'undo', runId, reason: 'shown in the drill' });
  const { secure, evidence } = await scenario.verify(attacker, target);
  const undone = answer.outcome === 'EXEMPT' && !secure;
  see('undone', `bulwark undo ${runId}: ${answer.outcome}, ${evidence}`);
  return undone;
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
