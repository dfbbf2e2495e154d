import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Report } from '../lambda/runtime/report';
import type { Attacker, Scenario, Target, Verification } from '../sandbox/scenarios';
import type { ClientConfig } from './aws';
import type { Deployment } from './deployment';
import { sentence } from './failure';
import { History } from './history';
import { interrupted, onInterrupt } from './interrupt';
import { until } from './times';

/** What became of one attack. */
export interface Result {
  readonly scenario: string;
  readonly title: string;
  readonly remediation: string;
  readonly expected: string;
  readonly outcome: string;
  readonly reason?: string;
  readonly resourceArn?: string;
  /** Milliseconds from the attack to the decision, as the engine counts them. */
  readonly elapsedMs?: number;
  readonly evidence?: string;
  /** Answered as it should be, and found so by the caller's own reading. */
  readonly passed: boolean;
  /** Why something of it is still there. */
  readonly left?: string;
}

/** Told how it goes. */
export type Teller = (text: string) => void;

/** Something made a moment ago may still be in use. */
const CLEANING_PAUSES_MS = [0, 1_000, 5_000, 15_000];

/** One attack from making the target to removing it, which an interruption does not skip. */
export async function attack(deployment: Deployment, scenario: Scenario, wait: number, tell: Teller): Promise<Result> {
  interrupted.throwIfAborted();
  const { out } = deployment;
  const attacker = attackerOf(deployment);
  const { id, title, remediation, expects: expected = 'REMEDIATED' } = scenario;
  const about = { scenario: id, title, remediation, expected };
  tell('makes its target');
  let acting: Promise<unknown> = Promise.resolve();
  const preparing = scenario.prepare(attacker);
  let cleaning: Promise<string | undefined> | undefined;
  const clean = () => {
    cleaning ??= acting.catch(() => undefined).then(() => cleaned(scenario, attacker, preparing, tell));
    return cleaning;
  };
  const unmind = onInterrupt(async () => {
    if (!scenario.touchesAccount) out.note('Removing what the drill has made.');
    const left = await clean();
    if (left !== undefined) out.warn(left);
    else if (scenario.touchesAccount)
      out.warn(`Interrupted: ${id} is left to the engine; look whether it was repaired.`);
    else out.note('Interrupted: nothing of the drill is left.');
  });
  let result: Omit<Result, 'left'>;
  let resourceArn: string | undefined;
  try {
    const target = await preparing;
    resourceArn = target.arn;
    const history = new History(deployment, `{ $.detail.remediation = "${remediation}" }`, new Date());
    interrupted.throwIfAborted();
    const began = Date.now();
    tell(`attacks ${target.name}: ${scenario.operation}`);
    acting = scenario.attack(attacker, target);
    await acting;
    tell('waits for the engine to decide');
    const report = await decisionOn(history, remediation, target, began, wait);
    tell('looks at the target');
    const verification = await scenario.verify(attacker, target);
    result = { ...about, ...resultOf(report, target, verification, expected, wait) };
  } catch (error) {
    if (interrupted.aborted) throw error;
    const reason = sentence(error) ?? String(error);
    result = { ...about, outcome: 'FAILED', reason, ...(resourceArn !== undefined && { resourceArn }), passed: false };
  }
  const left = await clean();
  unmind();
  return { ...result, ...(left !== undefined && { left }) };
}

function resultOf(
  report: Report | undefined,
  { arn }: Target,
  { secure, evidence }: Verification,
  expected: string,
  wait: number,
): Pick<Result, 'outcome' | 'reason' | 'resourceArn' | 'elapsedMs' | 'evidence' | 'passed'> {
  if (report === undefined) {
    return { outcome: 'NOTHING', reason: `no decision within ${wait} s`, resourceArn: arn, evidence, passed: false };
  }
  const { outcome, reason, elapsedMs } = report;
  return {
    outcome,
    ...(reason !== undefined && { reason }),
    resourceArn: arn,
    elapsedMs,
    evidence,
    // What is proposed stays as it is until a person approves it.
    passed: outcome === expected && secure === (expected === 'REMEDIATED'),
  };
}

/**
 * The decision on drift of the target. That it was found secure before is none: making it causes events as well, and CloudTrail
 * tells the time of a call to the second only.
 */
async function decisionOn(
  history: History,
  remediation: string,
  { arn }: Target,
  began: number,
  wait: number,
): Promise<Report | undefined> {
  const second = Math.floor(began / 1_000) * 1_000;
  let secure: Report | undefined;
  const drift = await until(wait, async () => {
    const own = (await history.next()).filter(
      ({ signal, resourceArn, ...report }) =>
        signal.kind === 'call' &&
        resourceArn === arn &&
        report.remediation === remediation &&
        Date.parse(signal.time) >= second,
    );
    secure = own.find(({ outcome, guard }) => !isOnDrift(outcome) && guard === undefined) ?? secure;
    return own.find(({ outcome, guard }) => isOnDrift(outcome) || guard !== undefined);
  });
  return drift ?? secure;
}

function isOnDrift(outcome: Report['outcome']): boolean {
  return outcome !== 'COMPLIANT' && outcome !== 'SUPPRESSED';
}

/** @returns what is left, and why, as a sentence */
async function cleaned(
  scenario: Scenario,
  attacker: Attacker,
  preparing: Promise<Target>,
  tell: Teller,
): Promise<string | undefined> {
  const target = await preparing.catch(() => undefined);
  if (target === undefined) {
    return scenario.touchesAccount
      ? undefined
      : `The target could not be made whole; what was made of it has ${attacker.suffix} in its name.`;
  }
  tell(scenario.touchesAccount ? 'is over' : `removes ${target.name}`);
  let last: unknown;
  for (const pause of CLEANING_PAUSES_MS) {
    await sleep(pause);
    try {
      await scenario.clean(attacker, target);
      return undefined;
    } catch (error) {
      last = error;
    }
  }
  return `${target.arn} could not be removed, do it by hand: ${sentence(last) ?? String(last)}`;
}

function attackerOf({ aws, facts, qualifier }: Deployment): Attacker {
  // arn:PARTITION:sqs:…
  const partition = facts.deadLetters.split(':')[1] ?? 'aws';
  return {
    // A scenario's clients are made as the caller's own; only a sandbox says endpoint and keys.
    client: (Client) => aws.client(Client as unknown as new (config: ClientConfig) => InstanceType<typeof Client>),
    account: facts.account,
    region: facts.region,
    partition,
    qualifier,
    suffix: randomBytes(4).toString('hex'),
  };
}
