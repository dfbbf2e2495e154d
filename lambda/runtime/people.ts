import { Answers } from './answers';
import { BusyError, RefusedError } from './errors';
import { digest, planHash } from './ids';
import { isRestOf, joinOf } from './joined';
import type { Exemption } from './ledger/exemptions';
import { isTooOld, type StoredPlan } from './ledger/plans';
import type { Held, StoredRun } from './ledger/runs';
import type { Order, Person } from './orders';
import { comparableDrift, type Target, targetOf, verifyUndo } from './pass';
import { sessionPolicy } from './policy';
import { rateOf } from './rates';
import type { Report } from './report';
import { carryOut, type Delivery, type Engine, severityOf, type Unit } from './run';
import type { RemediationSpec } from './spec';
import { tagsOf } from './surroundings';

/** How long an undo keeps automatic repair away from the resource. */
const UNDO_EXEMPTION_MS = 24 * 3_600_000;

/** What every order needs. */
export interface Desk {
  readonly engine: Engine;
  readonly units: readonly Unit[];
  readonly delivery: Delivery;
  readonly orderId: string;
}

type OrderOf<K extends Order['order']> = Extract<Order, { order: K }>;

/**
 * Carries out exactly the plan that was approved, if the resource still is as it was then.
 *
 * @throws RefusedError with the reason why not, for the person
 */
export async function approve(order: OrderOf<'approve'>, desk: Desk): Promise<Report> {
  const { engine, delivery } = desk;
  const { ledger, settings, surroundings } = await engine.onDrift();
  if (await settings.isKilled(engine.now())) throw new RefusedError('the kill switch is on: nothing is changed');
  const plan = await ledger.plans.get(order.planId);
  if (plan === undefined) throw new RefusedError(`there is no plan ${order.planId}`);
  const { unit, target } = locate(plan, desk);
  if (plan.state === 'APPLIED')
    return told(unit.spec, target, desk, order.by, {
      plan,
      outcome: 'COMPLIANT',
      reason: 'the plan was carried out before',
    });
  if (plan.state !== 'OPEN') throw new RefusedError(`the plan ${plan.planId} is ${plan.state}`);
  if (plan.hash !== order.hash)
    throw new RefusedError(`the approval names the change ${order.hash}, the plan is ${plan.hash}`);
  if (isTooOld(plan, engine.now()))
    throw new RefusedError(`the plan ${plan.planId} is of ${plan.startedAt}: wait for the next sweep`);

  const remediator = (await unit.load())(engine.scope.settingsOf(unit.spec.id));
  const read = engine.sessions.reader(engine.scope.readRoleArn(target.account), target.region);
  const { mode } = await settings.of(unit.spec.id, target.account, engine.now());
  if (mode === 'OBSERVE') throw new RefusedError(`the mode of ${unit.spec.id} is OBSERVE: nothing is changed`);
  const question = { remediation: unit.spec.id, account: target.account, resourceArn: target.arn };
  const tags = () => tagsOf(unit.spec, target, surroundings, read);
  const exemption = await ledger.exemptions.find(question, tags, engine.now());
  if (exemption !== undefined) {
    const revoke = new Answers(engine.scope.qualifier).revoke(exemption.id);
    throw new RefusedError(`${exemption.owner} has exempted the resource until ${exemption.expires}: ${revoke}`);
  }
  const lookedAt = engine.now();
  const verdict = await remediator.inspect(target.resource, read);
  const runId = runIdOf(plan);
  const moment = { now: engine.now(), lookedAt, deadline: delivery.deadline };
  if (verdict.compliant) {
    // An attempt that could not tell may have carried it out, or that failed after it had told.
    const found = await ledger.runs.get(runId);
    const done = found === undefined || found.isUntouched || found.state === 'ABANDONED' ? undefined : found;
    const outcome = done ? 'REMEDIATED' : 'COMPLIANT';
    const tell = () => told(unit.spec, target, desk, order.by, { plan, outcome, reason: 'found secure', runId });
    const open =
      done?.state === 'APPLYING' ? await ledger.runs.takeOver({ runId, resourceArn: target.arn }, moment) : 'finished';
    if (open !== 'finished' && open.kind !== 'begun')
      throw new BusyError(`${target.arn} is ${open.kind}: tried again later`);
    const report = open === 'finished' ? await tell() : await finished(open, engine, tell);
    await ledger.plans.close(plan.planId, done ? 'APPLIED' : 'OBSOLETE', order.by.senderId, engine.now());
    return report;
  }
  const { drift } = verdict;
  if (planHash(unit.spec.id, target.arn, comparableDrift(remediator, drift)) !== plan.hash) {
    const open = await ledger.runs.get(runId);
    const whole = { before: JSON.parse(plan.before) as unknown, after: JSON.parse(plan.after) as unknown };
    // What an attempt that failed half-way has left of the plan is the plan's own; anything else nobody has approved.
    if (open?.state !== 'APPLYING' || open.isUntouched || !isRestOf(remediator, whole, drift)) {
      await ledger.plans.close(plan.planId, 'STALE', order.by.senderId, engine.now());
      throw new RefusedError(
        `the resource is not as it was when ${plan.planId} was made, so the approval does not cover it: the next sweep makes a new plan`,
      );
    }
  }
  const begun = await ledger.runs.begin(
    {
      runId,
      remediation: unit.spec.id,
      resourceArn: target.arn,
      account: target.account,
      region: target.region,
      names: plan.names,
      signalId: plan.signalId,
      actor: plan.actor,
      before: JSON.stringify(drift.before),
      after: JSON.stringify(drift.after),
      planId: plan.planId,
      approvedBy: order.by.senderId,
    },
    { cap: 0, rate: rateOf(unit.spec), isUnguarded: true },
    moment,
    joinOf(remediator),
  );
  if (begun.kind !== 'begun') throw new BusyError(`${target.arn} is ${begun.kind}: tried again later`);
  await carryOut(target, drift, begun, { engine, spec: unit.spec, remediator, ledger, read });
  const report = await finished(begun, engine, () =>
    told(unit.spec, target, desk, order.by, {
      plan,
      outcome: 'REMEDIATED',
      reason: `approved by ${order.by.name}`,
      runId: begun.runId,
      drift,
    }),
  );
  await ledger.plans.close(plan.planId, 'APPLIED', order.by.senderId, engine.now());
  return report;
}

/** Tells of a change, then closes its run; where that fails, the resource is free for the next attempt. */
async function finished(held: Held, { onDrift, now }: Engine, tell: () => Promise<Report>): Promise<Report> {
  const { ledger } = await onDrift();
  try {
    const report = await tell();
    await ledger.runs.finish(held, now());
    return report;
  } catch (error) {
    await ledger.runs.release(held, now());
    throw error;
  }
}

/**
 * Takes a repair back: first an exemption, so that nothing repairs it again, then exactly the recorded state.
 *
 * @throws RefusedError with the reason why not, for the person
 */
export async function undo(order: OrderOf<'undo'>, desk: Desk): Promise<Report> {
  const { engine, delivery } = desk;
  const { ledger } = await engine.onDrift();
  const run = await ledger.runs.get(order.runId);
  if (run === undefined) throw new RefusedError(`there is no run ${order.runId}`);
  const { unit, target } = locate(run, desk);
  const { spec } = unit;
  const change = { before: JSON.parse(run.before) as unknown, after: JSON.parse(run.after) as unknown };
  if (spec.undo !== 'exact') throw new RefusedError(`${spec.id} cannot be taken back: ${spec.undo.never}`);
  if (run.state === 'ABANDONED' || run.isUntouched) throw new RefusedError(`the run ${run.runId} changed nothing`);
  if (run.state === 'UNDONE') {
    return told(spec, target, desk, order.by, { run, outcome: 'EXEMPT', reason: 'taken back before' });
  }
  const remediator = (await unit.load())(engine.scope.settingsOf(spec.id));
  if (remediator.undo === undefined) throw new RefusedError(`${spec.id} has no way back`);
  const read = engine.sessions.reader(engine.scope.readRoleArn(target.account), target.region);
  const lookedAt = engine.now();
  const verdict = await remediator.inspect(target.resource, read);
  // A former attempt may have failed half-way; then taking back is repeated, whatever the state.
  if (!verdict.compliant && run.state !== 'UNDOING') {
    throw new RefusedError(
      run.state === 'APPLYING'
        ? `the run ${run.runId} is not finished`
        : `${target.arn} drifts again since ${run.runId}, so there is nothing to take back`,
    );
  }

  const exemption = await ledger.exemptions.put(
    {
      remediation: spec.id,
      scope: 'resource',
      target: target.arn,
      account: target.account,
      owner: order.by.name,
      reason: `undo of ${run.runId}: ${order.reason}`,
      expires: new Date(engine.now().getTime() + UNDO_EXEMPTION_MS).toISOString(),
      createdBy: order.by.senderId,
    },
    engine.now(),
  );
  const moment = { now: engine.now(), lookedAt, deadline: delivery.deadline };
  if (run.state === 'APPLYING') {
    // Its change was made, and whoever made it could not tell.
    const left = await ledger.runs.takeOver(run, moment);
    if (left !== 'finished' && left.kind !== 'begun') throw new BusyError(`${target.arn} is busy: tried again later`);
    if (left !== 'finished') await ledger.runs.finish(left, engine.now());
  }
  const answers = new Answers(engine.scope.qualifier);
  const held = await ledger.runs.beginUndo(run, order.by.senderId, moment);
  if (held === undefined) throw new BusyError(`${target.arn} is busy: tried again later`);
  let wrote = () => false;
  try {
    const names = { ...target.names, ...remediator.undoNames?.(change) };
    const role = engine.scope.undoRoleArn(target.account, spec.id);
    const write = engine.sessions.writer(role, target.region, `undo-${run.runId}`, sessionPolicy(spec, 'undo', names));
    wrote = write.wrote;
    await remediator.undo(target.resource, change, { read, write });
    await verifyUndo(remediator, target, change.before, read, engine.pause);
    await ledger.runs.finishUndo(held, engine.now());
  } catch (error) {
    if (error instanceof RefusedError && (wrote() || run.state === 'UNDOING')) {
      await ledger.runs.release(held, engine.now());
      const revoke = answers.revoke(exemption.id);
      throw new RefusedError(
        `${error.message}. A part of it may be taken back already: look at ${target.arn}, which is exempt until ${exemption.expires}; end that by ${revoke}`,
      );
    }
    if (error instanceof RefusedError) {
      // Nothing was taken back, so the repair stands, and nothing may keep it from being made again.
      await ledger.exemptions.revoke(exemption.id, order.by.senderId, engine.now());
      await ledger.runs.refuseUndo(held, engine.now());
    } else {
      await ledger.runs.release(held, engine.now());
    }
    throw error;
  }
  return told(spec, target, desk, order.by, {
    run,
    outcome: 'EXEMPT',
    reason: `${order.by.name} took ${run.runId} back: ${order.reason}`,
    exemptionId: exemption.id,
    drift: { before: change.after, after: change.before },
  });
}

/** Writes an exemption, or ends one. Every one is told. */
export async function exempt(order: OrderOf<'exempt'> | OrderOf<'revoke'>, desk: Desk): Promise<Report> {
  const { engine } = desk;
  const { ledger } = await engine.onDrift();
  if (order.order === 'revoke') {
    const ended = await ledger.exemptions.revoke(order.exemptionId, order.by.senderId, engine.now());
    if (ended === undefined) throw new RefusedError(`no exemption ${order.exemptionId} is in force`);
    return publish(exemptionReport(ended, `${order.by.name} ended the exemption`, desk), desk);
  }
  const { order: _, by, ...given } = order;
  if (given.remediation !== 'all' && !desk.units.some(({ spec }) => spec.id === given.remediation)) {
    throw new RefusedError(`there is no remediation ${given.remediation} in this deployment`);
  }
  if (!engine.scope.accounts.includes(given.account)) {
    throw new RefusedError(`account ${given.account} is not covered by this deployment`);
  }
  const made = await ledger.exemptions.put({ ...given, createdBy: by.senderId }, engine.now(), desk.orderId);
  // An order that comes again finds what became of it.
  const isOver = Date.parse(made.expires) <= engine.now().getTime();
  const reason = isOver
    ? 'the exemption was ended before'
    : `${by.name} exempted it until ${made.expires}: ${made.reason}`;
  return publish(exemptionReport(made, reason, desk), desk);
}

/** What people are told of an exemption that was written, ended or has expired. */
export function exemptionReport(
  exemption: Exemption,
  reason: string,
  { engine, orderId }: Pick<Desk, 'engine' | 'orderId'>,
): Report {
  const answers = new Answers(engine.scope.qualifier);
  const now = engine.now();
  const isOver = Date.parse(exemption.expires) <= now.getTime();
  return {
    runId: exemption.id,
    remediation: exemption.remediation,
    title: isOver ? 'An exemption is over' : 'Drift is exempted from repair',
    controls: [],
    severity: 'MEDIUM',
    outcome: 'EXEMPT',
    reason,
    resourceArn: exemption.scope === 'resource' ? exemption.target : `${exemption.scope}:${exemption.target}`,
    resourceType: 'exemption',
    account: exemption.account,
    region: engine.scope.regions[0] as string,
    actor: exemption.createdBy,
    signal: { id: orderId, kind: 'order', cause: isOver ? 'revoke' : 'exempt', time: now.toISOString() },
    exemptionId: exemption.id,
    answer: isOver ? 'drift is repaired again' : answers.revoke(exemption.id),
    notify: true,
    elapsedMs: 0,
  };
}

/** What could not be carried out, for the person who ordered it; `order` is missing where the message was none. */
export function refusalReport(
  order: Order | undefined,
  reason: string,
  desk: Desk,
  by: Person = order?.by ?? { name: 'somebody', senderId: 'unknown' },
): Promise<Report> {
  const now = desk.engine.now();
  const subject = order === undefined ? desk.orderId : subjectOf(order);
  const cause = order?.order ?? 'order';
  return publish(
    {
      runId: subject,
      remediation: order?.order === 'exempt' ? order.remediation : 'none',
      title: order === undefined ? 'An order was refused' : `The order to ${cause} was refused`,
      controls: [],
      severity: 'LOW',
      outcome: 'SUPPRESSED',
      reason,
      resourceArn: `order:${subject}`,
      resourceType: 'order',
      account: desk.engine.scope.hubAccount,
      region: desk.engine.scope.regions[0] as string,
      actor: signature(by),
      signal: { id: desk.orderId, kind: 'order', cause, time: now.toISOString() },
      answer: 'nothing was changed',
      notify: true,
      elapsedMs: 0,
    },
    desk,
  );
}

function subjectOf(order: Order): string {
  switch (order.order) {
    case 'approve':
      return order.planId;
    case 'undo':
      return order.runId;
    case 'revoke':
      return order.exemptionId;
    case 'exempt':
      return order.target;
  }
}

/** A name that anybody can claim, beside the id that nobody can choose. */
function signature({ name, senderId }: Person): string {
  return name === senderId ? senderId : `${name} (${senderId})`;
}

function locate(
  stored: StoredPlan | StoredRun,
  { engine, units }: Desk,
): { readonly unit: Unit; readonly target: Target } {
  const unit = units.find(({ spec }) => spec.id === stored.remediation);
  if (unit === undefined) throw new RefusedError(`${stored.remediation} is not deployed any more`);
  const { account: _, region: __, partition: ___, ...names } = JSON.parse(stored.names) as Record<string, string>;
  const target = targetOf(unit.spec, { names, region: stored.region }, stored, engine.scope);
  if (typeof target === 'string') throw new RefusedError(target);
  return { unit, target };
}

/** One plan is one run, however often its approval comes; the same plan, made anew after it was closed, is another one. */
function runIdOf({ planId, startedAt }: StoredPlan): string {
  return `r-${digest(planId, startedAt)}`;
}

interface Told {
  readonly outcome: Report['outcome'];
  readonly reason: string;
  readonly plan?: StoredPlan;
  readonly run?: StoredRun;
  readonly runId?: string;
  readonly exemptionId?: string;
  readonly drift?: { readonly before: unknown; readonly after: unknown };
}

function told(spec: RemediationSpec, target: Target, desk: Desk, by: Person, decision: Told): Promise<Report> {
  const { engine, orderId } = desk;
  const { plan, run, drift, outcome, reason, exemptionId } = decision;
  const answers = new Answers(engine.scope.qualifier);
  const now = engine.now();
  const runId = decision.runId ?? run?.runId ?? (plan ? runIdOf(plan) : orderId);
  const canUndo = outcome === 'REMEDIATED' && spec.undo === 'exact';
  return publish(
    {
      runId,
      remediation: spec.id,
      title: spec.title,
      controls: spec.controls,
      severity: severityOf(spec),
      outcome,
      reason,
      resourceArn: target.arn,
      resourceType: spec.resource.type,
      account: target.account,
      region: target.region,
      actor: signature(by),
      signal: { id: orderId, kind: 'order', cause: plan ? 'approve' : 'undo', time: now.toISOString() },
      ...(plan && { planId: plan.planId, planHash: plan.hash }),
      ...(exemptionId !== undefined && { exemptionId }),
      ...(drift && { before: drift.before, after: drift.after }),
      answer: canUndo ? answers.undo(runId) : exemptionId !== undefined ? answers.revoke(exemptionId) : 'nothing to do',
      notify: true,
      elapsedMs: 0,
    },
    desk,
  );
}

async function publish(report: Report, { engine }: Pick<Desk, 'engine'>): Promise<Report> {
  await engine.reporter.publish(report);
  return report;
}
