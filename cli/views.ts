import type { Answers } from '../lambda/runtime/answers';
import type { StoredPlan } from '../lambda/runtime/ledger/plans';
import { REMEDIATIONS } from '../lib/response/remediations.generated';
import type { WholeRun } from './ledger';
import type { Column, Output } from './output';
import { moment } from './times';

/** A run as a program gets it. */
export interface RunView {
  readonly runId: string;
  readonly startedAt: string;
  readonly state: string;
  readonly remediation: string;
  readonly resourceArn: string;
  readonly account: string;
  readonly region: string;
  readonly actor: string;
  /** The line that takes it back, where it can be. */
  readonly undo?: string;
}

/** A plan as a program gets it. */
export interface PlanView {
  readonly planId: string;
  readonly startedAt: string;
  readonly state: string;
  readonly remediation: string;
  readonly resourceArn: string;
  readonly account: string;
  readonly region: string;
  readonly reason: string;
  readonly actor: string;
  readonly disruptive?: boolean;
  /** The line that approves it, where it is open. */
  readonly approve?: string;
}

/** Ours by id; of a consumer's own units nothing is known here. */
export function specOf(remediation: string) {
  return REMEDIATIONS.find(({ id }) => id === remediation);
}

export function runView(run: WholeRun, answers: Answers): RunView {
  const { runId, startedAt, state, remediation, resourceArn, account, region, actor } = run;
  const undo = undoOf(run, answers);
  return { runId, startedAt, state, remediation, resourceArn, account, region, actor, ...(undo && { undo }) };
}

/** The line that takes a run back; the engine refuses what it alone can know. */
export function undoOf({ runId, state, remediation }: WholeRun, answers: Answers): string | undefined {
  const isFinal = specOf(remediation) !== undefined && specOf(remediation)?.undo !== 'exact';
  return (state === 'REMEDIATED' || state === 'UNDOING') && !isFinal ? answers.undo(runId) : undefined;
}

export function planView(plan: StoredPlan, answers: Answers): PlanView {
  const { planId, hash, startedAt, state, remediation, resourceArn, account, region, reason, actor } = plan;
  const disruptive = specOf(remediation)?.disruptive;
  return {
    ...{ planId, startedAt, state, remediation, resourceArn, account, region, reason, actor },
    ...(disruptive !== undefined && { disruptive }),
    ...(state === 'OPEN' && { approve: answers.approve(planId, hash) }),
  };
}

export const RUN_COLUMNS: readonly Column<RunView>[] = [
  { head: 'TIME (UTC)', of: ({ startedAt }) => moment(startedAt) },
  { head: 'RUN', of: ({ runId }) => runId },
  { head: 'STATE', of: ({ state }) => state, paint: ({ state }) => (state === 'REMEDIATED' ? 'green' : 'yellow') },
  { head: 'REMEDIATION', of: ({ remediation }) => remediation },
  { head: 'RESOURCE', of: ({ resourceArn }) => resourceArn },
  { head: 'ACTOR', of: ({ actor }) => actor },
  { head: 'UNDO', of: ({ undo }) => undo ?? '', paint: () => 'cyan' },
];

export const PLAN_COLUMNS: readonly Column<PlanView>[] = [
  { head: 'TIME (UTC)', of: ({ startedAt }) => moment(startedAt) },
  { head: 'STATE', of: ({ state }) => state, paint: ({ state }) => (state === 'OPEN' ? 'yellow' : 'dim') },
  { head: 'REMEDIATION', of: ({ remediation }) => remediation },
  { head: 'RESOURCE', of: ({ resourceArn }) => resourceArn },
  { head: 'BECAUSE', of: ({ reason }) => reason },
  { head: 'APPROVE', of: ({ approve, planId }) => approve ?? planId, paint: () => 'cyan' },
];

/** The whole of a plan, for somebody who is to decide on it. */
export function showPlan(out: Output, plan: StoredPlan): void {
  const spec = specOf(plan.remediation);
  out.say(`Plan ${plan.planId}`, 'bold');
  out.details([
    ['state', `${plan.state}, made ${moment(plan.startedAt)} UTC`],
    ['repair', spec ? `${plan.remediation}: ${spec.title}` : plan.remediation],
    ['resource', plan.resourceArn],
    ['where', `account ${plan.account}, ${plan.region}`],
    ['because', plan.reason],
    ['changed by', plan.actor],
    ['interrupts', spec && (spec.disruptive ? 'may interrupt an application' : 'nothing')],
    ['way back', spec && (spec.undo === 'exact' ? 'bulwark undo' : `none: ${spec.undo.never}`)],
  ]);
  out.change(JSON.parse(plan.before), JSON.parse(plan.after));
}
