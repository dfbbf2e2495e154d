import { type ControlId, SEVERITIES, type Severity } from '../../lib/controls';
import { Answers } from './answers';
import { BusyError } from './errors';
import { digest, planHash } from './ids';
import { joinOf } from './joined';
import type { Ledger } from './ledger';
import type { Begun, Held, Limits, Moment } from './ledger/runs';
import { locatedBy } from './match';
import { comparableDrift, notOurs, type Target, targetOf, verifyRepair } from './pass';
import { sessionPolicy } from './policy';
import { rateOf } from './rates';
import type { CreateRemediator, Drift, Remediator } from './remediation';
import type { Outcome, Report, Reporter } from './report';
import { routeOf } from './route';
import type { Scope } from './scope';
import type { Client, Sessions } from './sessions';
import type { SettingsReader } from './settings';
import type { Signal } from './signal';
import type { RemediationSpec } from './spec';
import { type OwningStack, type Surroundings, tagsOf } from './surroundings';

/** A remediation as the registry hands it over: its data now, its code when a signal asks for it. */
export interface Unit {
  readonly spec: RemediationSpec;
  readonly load: () => Promise<CreateRemediator>;
}

export interface Engine {
  readonly scope: Scope;
  readonly sessions: Pick<Sessions, 'reader' | 'writer'>;
  /** What only drift needs. Most signals find nothing to repair, and start without it. */
  readonly onDrift: () => Promise<OnDrift>;
  readonly reporter: Pick<Reporter, 'publish'>;
  readonly now: () => Date;
  readonly pause: (ms: number) => Promise<unknown>;
}

export interface OnDrift {
  readonly ledger: Ledger;
  readonly settings: Pick<SettingsReader, 'of' | 'isKilled'>;
  readonly surroundings: Surroundings;
}

/** How the queue handed a message over. */
export interface Delivery {
  /** 1 for the first time. */
  readonly attempt: number;
  /** When the queue took it in; being tried again does not make it older. */
  readonly arrived: Date;
  /** When the platform ends the function. */
  readonly deadline: Date;
}

/** A change older than this is somebody's business by now, and not undone by itself: replayed, redriven or late events. */
const NEW_DRIFT_MS = 15 * 60_000;

/** How long a run waits inside the function for another one that holds the resource, or for the service's next second. */
const WAITS_MS = [250, 500, 1_000, 1_000, 2_000, 2_000, 3_000];

/** One signal against one remediation: a report for each resource it concerns, at least one in all. */
export async function run(signal: Signal, unit: Unit, engine: Engine, delivery: Delivery): Promise<Report[]> {
  const { spec } = unit;
  const create = await unit.load();
  const remediator = create(engine.scope.settingsOf(spec.id));
  const pass = new Pass(signal, spec, remediator, engine, delivery);
  const located = locatedBy(spec, remediator, signal) ?? (await pass.listed());
  if (typeof located === 'string') return [await pass.none(located)];
  if (located.length === 0) return [await pass.none('the event concerns no resource of this remediation')];
  const reports: Report[] = [];
  for (const each of located) {
    const target = targetOf(spec, each, signal, engine.scope);
    reports.push(typeof target === 'string' ? await pass.none(target) : await pass.resource(target));
  }
  return reports;
}

interface Decision {
  readonly outcome: Outcome;
  readonly reason?: string;
  readonly drift?: Pick<Drift<unknown>, 'before' | 'after'>;
  /** Where it is not the one that follows from the signal. */
  readonly runId?: string;
  readonly stack?: OwningStack;
  readonly planId?: string;
  readonly planHash?: string;
  readonly exemptionId?: string;
  readonly guard?: Report['guard'];
  /** Whether people are told; by default of all that they may want to answer. */
  readonly notify?: boolean;
  /** Closes the run, once it was told. */
  readonly close?: () => Promise<void>;
  /** Gives the resource free where that failed, so that the next attempt need not wait. */
  readonly release?: () => Promise<void>;
}

/** Why a run cannot go on now; it looks again after a while. */
type Waiting = Exclude<Begun['kind'], 'begun'>;

/** One run of the lifecycle: match → locate → gates → inspect → exempt? → route → record → apply → inspect again → record → report. */
class Pass {
  public constructor(
    private readonly signal: Signal,
    private readonly spec: RemediationSpec,
    private readonly remediator: Remediator<unknown>,
    private readonly engine: Engine,
    private readonly delivery: Delivery,
  ) {}

  public async resource(target: Target): Promise<Report> {
    const reason = notOurs(this.signal, target, this.engine.scope);
    return this.tell(
      target.arn,
      target.region,
      reason === undefined ? await this.decide(target) : { outcome: 'SUPPRESSED', reason },
    );
  }

  /** A signal that leads to no resource still ends in one outcome. */
  public async none(reason: string): Promise<Report> {
    return this.tell(`event:${this.signal.id}`, this.signal.region, { outcome: 'SUPPRESSED', reason });
  }

  /** A finding on the whole account: every resource of it in the finding's Region is looked at. */
  public async listed(): Promise<Array<{ names: Readonly<Record<string, string>>; region?: string }> | string> {
    const { account, region } = this.signal;
    const { scope } = this.engine;
    if (!scope.accounts.includes(account)) return `account ${account} is not covered by this deployment`;
    if (!scope.regions.includes(region)) return `Region ${region} is not covered by this deployment`;
    const found = [];
    let next: string | undefined;
    do {
      const page = await this.remediator.list(
        this.reader(account, region),
        { account, region, partition: scope.partition },
        next,
      );
      found.push(...page.resources);
      next = page.next;
    } while (next !== undefined);
    return found.length > 0 ? found : 'the account has no such resource';
  }

  private async tell(resourceArn: string, region: string, decision: Decision): Promise<Report> {
    const { signal, spec } = this;
    const { drift, close, release, ...told } = decision;
    const runId = decision.runId ?? this.runId(resourceArn);
    const report: Report = {
      ...told,
      runId,
      remediation: spec.id,
      title: spec.title,
      controls: spec.controls,
      severity: severityOf(spec),
      resourceArn,
      resourceType: spec.resource.type,
      account: signal.account,
      region,
      actor: signal.actor.arn,
      signal: { id: signal.id, kind: signal.kind, cause: causeOf(signal), time: signal.time.toISOString() },
      ...(drift === undefined ? {} : { before: drift.before, after: drift.after }),
      answer: this.answer(runId, resourceArn, decision),
      notify: decision.notify ?? NOTIFIED.includes(decision.outcome),
      elapsedMs: this.engine.now().getTime() - signal.time.getTime(),
    };
    try {
      await this.engine.reporter.publish(report);
      // Told first: a run that is closed is not looked at again, so what was not told by then never would be.
      await close?.();
    } catch (error) {
      await release?.();
      throw error;
    }
    return report;
  }

  private answer(runId: string, resourceArn: string, decision: Decision): string {
    const answers = new Answers(this.engine.scope.qualifier);
    const { undo } = this.spec;
    if (decision.outcome === 'REMEDIATED') {
      return undo === 'exact' ? answers.undo(runId) : `cannot be taken back: ${undo.never}`;
    }
    if (decision.planId !== undefined) return answers.approve(decision.planId, decision.planHash ?? '');
    if (decision.exemptionId !== undefined) return answers.revoke(decision.exemptionId);
    return decision.drift === undefined ? 'nothing to do' : answers.exempt(this.spec.id, resourceArn);
  }

  private async decide(target: Target): Promise<Decision> {
    const { engine, remediator } = this;
    const read = this.reader(target.account, target.region);
    for (const wait of [...WAITS_MS, undefined]) {
      const lookedAt = engine.now();
      const verdict = await remediator.inspect(target.resource, read);
      const decision = verdict.compliant
        ? await this.compliant(target, verdict.reason, lookedAt)
        : await this.drifting(target, verdict.drift, lookedAt, read);
      if (typeof decision !== 'string') return decision;
      if (wait === undefined || this.isLate(wait)) {
        throw new BusyError(`${target.arn} is ${decision}: tried again later`);
      }
      await engine.pause(wait);
    }
    throw new BusyError(`${target.arn} is held by another run: tried again later`);
  }

  /**
   * An attempt that failed after the change left its run open. Finding nothing to do, the next one tells and closes it, unless
   * that one is still at it. A message that was parked and put back counts its attempts anew; it is old by then.
   */
  private async compliant(target: Target, reason: string | undefined, lookedAt: Date): Promise<Decision | Waiting> {
    const { attempt } = this.delivery;
    const compliant: Decision = { outcome: 'COMPLIANT', ...(reason !== undefined && { reason }) };
    if (attempt === 1 && this.isFresh()) return compliant;
    const { ledger } = await this.engine.onDrift();
    const open = await ledger.runs.latest(this.runId(target.arn));
    if (open?.state !== 'APPLYING') return compliant;
    const { runId } = open;
    const taken = await ledger.runs.takeOver({ runId, resourceArn: target.arn }, this.moment(lookedAt));
    if (taken === 'finished') return compliant;
    if (taken.kind !== 'begun') return taken.kind;
    if (open.isUntouched) {
      await ledger.runs.abandon(taken, this.engine.now());
      return compliant;
    }
    return {
      outcome: 'REMEDIATED',
      runId,
      reason: 'repaired by an earlier attempt that could not tell',
      drift: { before: JSON.parse(open.before) as unknown, after: JSON.parse(open.after) as unknown },
      ...this.endOf(taken, ledger),
    };
  }

  private async drifting(
    target: Target,
    drift: Drift<unknown>,
    lookedAt: Date,
    read: Client,
  ): Promise<Decision | Waiting> {
    const { engine, remediator, signal, spec } = this;
    const { ledger, settings, surroundings } = await engine.onDrift();
    const now = engine.now();
    const effective = await settings.of(spec.id, target.account, now);
    const question = { remediation: spec.id, account: target.account, resourceArn: target.arn };
    const exemption = await ledger.exemptions.find(question, () => this.tags(target, surroundings, read), now);
    if (exemption !== undefined) {
      const { id, owner, reason, expires } = exemption;
      const told = `${owner} until ${expires.slice(0, 10)}: ${reason}`;
      return { outcome: 'EXEMPT', reason: told, exemptionId: id, drift, notify: false };
    }
    const stack = await surroundings.stackOf(spec, target.names, read);
    const owned = stack === undefined ? {} : { stack };
    const { act, reason } = routeOf({
      settings: effective,
      isNew: this.isNew(),
      isAsked: signal.kind === 'finding' && signal.asked,
      disruptive: spec.disruptive,
      persistent: spec.persistent === true,
      stack,
      byCloudFormation: signal.kind === 'call' && signal.byCloudFormation,
    });
    if (act === 'OBSERVE') {
      return { outcome: 'OBSERVED', reason, drift, ...owned, notify: signal.kind !== 'sweep' };
    }
    if (act === 'PROPOSE') return { ...(await this.propose(target, drift, reason, ledger)), ...owned };
    const limits: Limits = { cap: effective.cap, rate: rateOf(spec) };
    const moment = this.moment(lookedAt);
    let begun = await this.claim(target, drift, limits, moment, ledger);
    const beyond = `${effective.cap} changes of this remediation were made in this account within the hour, which is the cap`;
    const guard = begun.kind === 'flapping' ? 'flap' : begun.kind === 'capped' ? 'cap' : undefined;
    // What restores a control goes on, and people are told that somebody fights over it.
    const goesOn = guard !== undefined && spec.persistent === true;
    if (goesOn) begun = await this.claim(target, drift, { ...limits, isUnguarded: true }, moment, ledger);
    switch (begun.kind) {
      case 'begun':
        await carryOut(target, drift, begun, { engine, spec, remediator, ledger, read });
        return {
          outcome: 'REMEDIATED',
          reason: goesOn ? `${reason}; ${guard === 'flap' ? FOUGHT_OVER : beyond}` : reason,
          ...(goesOn && { guard }),
          drift,
          ...owned,
          runId: begun.runId,
          ...this.endOf(begun, ledger, this.planOf(target, drift).planId),
        };
      case 'flapping':
        return {
          outcome: 'SUPPRESSED',
          reason: FOUGHT_OVER,
          guard: 'flap',
          drift,
          ...owned,
          notify: true,
        };
      case 'capped':
        return { ...(await this.propose(target, drift, beyond, ledger)), guard: 'cap', ...owned };
      default:
        return begun.kind;
    }
  }

  private async propose(target: Target, drift: Drift<unknown>, reason: string, ledger: Ledger): Promise<Decision> {
    const { planId, hash } = this.planOf(target, drift);
    const isNew = await ledger.plans.propose(
      {
        planId,
        hash,
        remediation: this.spec.id,
        resourceArn: target.arn,
        account: target.account,
        region: target.region,
        names: JSON.stringify(target.resource.names),
        before: JSON.stringify(drift.before),
        after: JSON.stringify(drift.after),
        reason,
        actor: this.signal.actor.arn,
        signalId: this.signal.id,
      },
      this.engine.now(),
    );
    // Somebody did it just now: that is told, also where the same was proposed before.
    return { outcome: 'PROPOSED', reason, drift, planId, planHash: hash, notify: isNew || this.isNew() };
  }

  private planOf(target: Target, drift: Drift<unknown>): { readonly planId: string; readonly hash: string } {
    const hash = planHash(this.spec.id, target.arn, comparableDrift(this.remediator, drift));
    return { planId: `p-${hash}`, hash };
  }

  private claim(target: Target, drift: Drift<unknown>, limits: Limits, moment: Moment, ledger: Ledger) {
    const { signal, spec } = this;
    return ledger.runs.begin(
      {
        runId: this.runId(target.arn),
        remediation: spec.id,
        resourceArn: target.arn,
        account: target.account,
        region: target.region,
        names: JSON.stringify(target.resource.names),
        signalId: signal.id,
        actor: signal.actor.arn,
        before: JSON.stringify(drift.before),
        after: JSON.stringify(drift.after),
      },
      limits,
      moment,
      joinOf(this.remediator),
    );
  }

  /** @param planId of the plan that the repair makes needless, if there is one */
  private endOf(held: Held, ledger: Ledger, planId?: string): Pick<Decision, 'close' | 'release'> {
    return {
      close: async () => {
        await ledger.runs.finish(held, this.engine.now());
        if (planId !== undefined) await ledger.plans.close(planId, 'OBSOLETE', held.runId, this.engine.now());
      },
      release: () => ledger.runs.release(held, this.engine.now()),
    };
  }

  private moment(lookedAt: Date): Moment {
    return { now: this.engine.now(), lookedAt, deadline: this.delivery.deadline };
  }

  private tags(target: Target, surroundings: Surroundings, read: Client): Promise<ReadonlyMap<string, string>> {
    return tagsOf(this.spec, target, surroundings, read);
  }

  private reader(account: string, region: string): Client {
    return this.engine.sessions.reader(this.engine.scope.readRoleArn(account), region);
  }

  private isNew(): boolean {
    return this.signal.kind === 'call' && this.isFresh();
  }

  private isFresh(): boolean {
    return this.delivery.arrived.getTime() - this.signal.time.getTime() <= NEW_DRIFT_MS;
  }

  /** Whether waiting would leave too little time for a repair. */
  private isLate(wait: number): boolean {
    return this.engine.now().getTime() + wait + 15_000 > this.delivery.deadline.getTime();
  }

  /**
   * The same signal always gives the same run, so that a duplicate finds its own record. A finding keeps its id for as long as
   * the resource is there; its time tells one occurrence from the next.
   */
  private runId(arn: string): string {
    const { id, time } = this.signal;
    return `r-${digest(id, time.toISOString(), this.spec.id, arn)}`;
  }
}

/**
 * Applies a change that may be made, and looks again. The run stays open until somebody was told of it; a resource whose change
 * failed is free at once.
 */
export async function carryOut(
  target: Target,
  drift: Drift<unknown>,
  held: Held,
  by: {
    readonly engine: Engine;
    readonly spec: RemediationSpec;
    readonly remediator: Remediator<unknown>;
    readonly ledger: Ledger;
    readonly read: Client;
  },
): Promise<void> {
  const { engine, spec, remediator, ledger, read } = by;
  let wrote = () => false;
  try {
    const role = engine.scope.repairRoleArn(target.account, spec.id, spec.disruptive);
    const policy = sessionPolicy(spec, 'write', { ...target.names, ...drift.names });
    const write = engine.sessions.writer(role, target.region, held.runId, policy);
    wrote = write.wrote;
    await remediator.apply(target.resource, drift, write);
    await verifyRepair(remediator, target, drift, read, engine.pause);
  } catch (error) {
    await ledger.runs.release(held, engine.now(), wrote());
    throw error;
  }
}

const FOUGHT_OVER = 'repaired three times within an hour: somebody or something sets it back each time';

/** Outcomes that people may want to answer. */
const NOTIFIED: readonly Outcome[] = ['REMEDIATED', 'OBSERVED', 'PROPOSED'];

function causeOf(signal: Signal): string {
  switch (signal.kind) {
    case 'call':
      return signal.eventName;
    case 'finding':
      return `${signal.subject.product} ${signal.subject.name}`;
    case 'sweep':
      return 'sweep';
  }
}

const FROM_WORST: readonly Severity[] = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'];

/** A remediation is as severe as the most severe of its controls. */
export function severityOf(spec: RemediationSpec): Severity {
  if (spec.severity !== undefined) return spec.severity;
  const own = spec.controls.map((id: ControlId) => SEVERITIES[id]);
  return FROM_WORST.find((severity) => own.includes(severity)) ?? 'LOW';
}
