import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { CONTROLS, type Severity } from '../../lib/controls';
import { VerificationError } from './errors';
import type { Ledger } from './ledger';
import type { ModeSwitch } from './mode';
import { sessionPolicy } from './policy';
import type { CreateRemediator, Drift, Located, Remediator, Settings } from './remediation';
import type { Outcome, Report, Reporter } from './report';
import type { Client, Sessions } from './sessions';
import { type Signal, textAt } from './signal';
import { fillOne, type Names, type RemediationSpec } from './spec';

/** A remediation as the registry hands it over: its data now, its code when a signal asks for it. */
export interface Unit {
  readonly spec: RemediationSpec;
  readonly load: () => Promise<CreateRemediator>;
}

/** Where the deployment put things, and what it covers. */
export interface Scope {
  readonly partition: string;
  readonly accounts: readonly string[];
  readonly regions: readonly string[];
  readRoleArn(account: string): string;
  writeRoleArn(account: string, remediation: string): string;
  settingsOf(remediation: string): Settings;
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

/** How the queue handed a signal over. */
export interface Delivery {
  /** 1 for the first time. */
  readonly attempt: number;
  /** When the queue took it in; being tried again does not make it older. */
  readonly arrived: Date;
}

/** A change older than this is somebody's business by now, and not undone by itself: replayed, redriven or late events. */
const NEW_DRIFT_MS = 15 * 60_000;

/** Services need a moment until a read shows a write. Waits between looks, in milliseconds. */
const LOOKS = [0, 200, 500, 1_000, 2_000];

export interface OnDrift {
  readonly ledger: Pick<Ledger, 'begin' | 'finish'>;
  readonly mode: Pick<ModeSwitch, 'read'>;
}

/** One signal against one remediation: a report for each resource it concerns, at least one in all. */
export async function run(signal: Signal, unit: Unit, engine: Engine, delivery: Delivery): Promise<Report[]> {
  const create = await unit.load();
  const remediator = create(engine.scope.settingsOf(unit.spec.id));
  const located = remediator.locate(signal);
  const pass = new Pass(signal, unit.spec, remediator, engine, delivery);
  if (located.length === 0) {
    return [
      await pass.tell({ names: {} }, `event:${signal.id}`, {
        outcome: 'SUPPRESSED',
        reason: 'the event concerns no resource of this remediation',
      }),
    ];
  }
  const reports: Report[] = [];
  for (const resource of located) {
    reports.push(await pass.resource(resource));
  }
  return reports;
}

interface Decision {
  readonly outcome: Outcome;
  readonly reason?: string;
  readonly drift?: Drift<unknown>;
  /** Where it is not the one that follows from the signal. */
  readonly runId?: string;
}

/** One run of the lifecycle: match → locate → gates → inspect → mode → record → apply → inspect again → record → report. */
class Pass {
  public constructor(
    private readonly signal: Signal,
    private readonly spec: RemediationSpec,
    private readonly remediator: Remediator<unknown>,
    private readonly engine: Engine,
    private readonly delivery: Delivery,
  ) {}

  public async resource(located: Located): Promise<Report> {
    const { account } = this.signal;
    const region = located.region ?? this.signal.region;
    const resource = {
      ...located,
      names: { ...located.names, account, region, partition: this.engine.scope.partition },
    };
    const settings = Object.entries(this.engine.scope.settingsOf(this.spec.id));
    const names = {
      ...resource.names,
      ...Object.fromEntries(settings.map(([name, value]) => [`setting.${name}`, value])),
    };
    const arn = fillOne(this.spec.resource.arn, names);
    return this.tell(resource, arn, this.refusedBefore(resource, arn) ?? (await this.decide(resource, arn, names)));
  }

  public async tell(resource: Located, arn: string, decision: Decision): Promise<Report> {
    const { signal, spec } = this;
    const report: Report = {
      runId: decision.runId ?? this.runId(arn),
      remediation: spec.id,
      title: spec.title,
      controls: spec.controls,
      severity: severityOf(spec),
      outcome: decision.outcome,
      ...(decision.reason === undefined ? {} : { reason: decision.reason }),
      resourceArn: arn,
      resourceType: spec.resource.type,
      account: signal.account,
      region: resource.region ?? signal.region,
      actor: signal.actor.arn,
      signal: { id: signal.id, eventName: signal.eventName, time: signal.time.toISOString() },
      ...(decision.drift === undefined ? {} : { before: decision.drift.before, after: decision.drift.after }),
      elapsedMs: this.engine.now().getTime() - signal.time.getTime(),
    };
    await this.engine.reporter.publish(report);
    return report;
  }

  /** What ends a run before anything is read. */
  private refusedBefore(resource: Located, arn: string): Decision | undefined {
    const { scope } = this.engine;
    const region = resource.region ?? this.signal.region;
    if (!scope.accounts.includes(this.signal.account)) {
      return { outcome: 'SUPPRESSED', reason: `account ${this.signal.account} is not covered by this deployment` };
    }
    if (!scope.regions.includes(region)) {
      return { outcome: 'SUPPRESSED', reason: `Region ${region} is not covered by this deployment` };
    }
    // Somebody here changed a bucket of another account: S3 tells the caller's account, and its ARNs tell none.
    const owner = ownerOf(this.signal, arn);
    if (owner !== undefined && owner !== this.signal.account) {
      return { outcome: 'SUPPRESSED', reason: `the resource belongs to account ${owner}` };
    }
    // Our own repair answers with an event of its own. Compared by exact ARN: a role that merely looks like ours is not ours.
    if (this.signal.actor.roleArn === scope.writeRoleArn(this.signal.account, this.spec.id)) {
      return { outcome: 'SUPPRESSED', reason: 'the event is our own repair' };
    }
    return undefined;
  }

  private async decide(resource: Located, arn: string, names: Names): Promise<Decision> {
    const { engine, remediator } = this;
    const region = resource.region ?? this.signal.region;
    const read = engine.sessions.reader(engine.scope.readRoleArn(this.signal.account), region);
    const verdict = await remediator.inspect(resource, read);
    if (verdict.compliant) return (await this.finishedEarlier(arn)) ?? { outcome: 'COMPLIANT', ...reasonOf(verdict) };
    const { drift } = verdict;
    const { ledger, mode } = await engine.onDrift();
    const chosen = await mode.read(engine.now());
    if (chosen !== 'ENFORCE') return { outcome: 'OBSERVED', reason: `the mode is ${chosen}`, drift };
    if (this.spec.disruptive) {
      return {
        outcome: 'OBSERVED',
        reason: 'the repair may interrupt an application, so a person has to make it',
        drift,
      };
    }
    if (this.delivery.arrived.getTime() - this.signal.time.getTime() > NEW_DRIFT_MS) {
      return { outcome: 'OBSERVED', reason: 'the change was older than 15 minutes when it came in', drift };
    }
    const runId = await this.repair(resource, arn, { ...names, ...drift.names }, drift, read, ledger);
    return { outcome: 'REMEDIATED', drift, runId };
  }

  /** An attempt that failed after the change left its run open. Finding nothing to do, the next one closes and tells it. */
  private async finishedEarlier(arn: string): Promise<Decision | undefined> {
    if (this.delivery.attempt === 1) return undefined;
    const { ledger } = await this.engine.onDrift();
    const change = await ledger.finish(this.runId(arn), this.engine.now());
    if (change === undefined) return undefined;
    const drift = { before: JSON.parse(change.before) as unknown, after: JSON.parse(change.after) as unknown };
    return { outcome: 'REMEDIATED', reason: 'repaired by an earlier attempt that could not tell', drift };
  }

  private async repair(
    resource: Located,
    arn: string,
    names: Names,
    drift: Drift<unknown>,
    read: Client,
    ledger: OnDrift['ledger'],
  ): Promise<string> {
    const { engine, remediator, signal, spec } = this;
    const region = resource.region ?? signal.region;
    const runId = await ledger.begin(
      {
        runId: this.runId(arn),
        remediation: spec.id,
        resourceArn: arn,
        account: signal.account,
        region,
        signalId: signal.id,
        actor: signal.actor.arn,
        before: JSON.stringify(drift.before),
        after: JSON.stringify(drift.after),
      },
      engine.now(),
    );
    const role = engine.scope.writeRoleArn(signal.account, spec.id);
    const write = engine.sessions.writer(role, region, runId, sessionPolicy(spec, names));
    await remediator.apply(resource, drift, write);
    await this.verify(resource, arn, drift, read);
    await ledger.finish(runId, engine.now());
    return runId;
  }

  private async verify(resource: Located, arn: string, drift: Drift<unknown>, read: Client): Promise<void> {
    let seen: unknown;
    for (const wait of LOOKS) {
      await this.engine.pause(wait);
      const again = await this.remediator.inspect(resource, read);
      if (again.compliant) return;
      seen = again.drift.before;
    }
    const unchanged = isDeepStrictEqual(seen, drift.before);
    throw new VerificationError(
      `${arn} still drifts after the repair (${unchanged ? 'nothing changed' : 'it changed, but not to the secure state'})`,
    );
  }

  /** The same signal always gives the same run, so that a duplicate finds its own record. */
  private runId(arn: string): string {
    const hash = createHash('sha256').update(`${this.signal.id}\n${this.spec.id}\n${arn}`).digest('hex');
    return `r-${hash.slice(0, 16)}`;
  }
}

/** The account that CloudTrail names as the owner of a resource, where it names one. */
function ownerOf(signal: Signal, arn: string): string | undefined {
  const { resources } = signal.record;
  const found: unknown = Array.isArray(resources) ? resources.find((each) => textAt(each, 'ARN') === arn) : undefined;
  return textAt(found, 'accountId');
}

function reasonOf({ reason }: { readonly reason?: string }): { readonly reason?: string } {
  return reason === undefined ? {} : { reason };
}

const SEVERITIES: readonly Severity[] = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'];

/** A remediation is as severe as the most severe of its controls. */
export function severityOf(spec: RemediationSpec): Severity {
  const own = spec.controls.map((id) => CONTROLS[id].severity);
  return SEVERITIES.find((severity) => own.includes(severity)) ?? 'LOW';
}
