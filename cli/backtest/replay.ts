import { REGISTRY } from '../../lambda/registry.generated';
import { type Scope, scopeOf } from '../../lambda/runtime/scope';
import { isRecord, text, textAt } from '../../lambda/runtime/foreign';
import { concerns, locatedBy } from '../../lambda/runtime/match';
import { notOurs, targetOf } from '../../lambda/runtime/pass';
import type { CreateRemediator, Remediator, Settings } from '../../lambda/runtime/remediation';
import { routeOf } from '../../lambda/runtime/route';
import type { Unit } from '../../lambda/runtime/run';
import type { Effective } from '../../lambda/runtime/settings';
import { isRefusal, type Refusal, readSignals, type Signal } from '../../lambda/runtime/signal';
import { fillOne, placeholders, type RemediationSpec } from '../../lambda/runtime/spec';
import { TECHNIQUES } from '../../lib/controls/techniques';
import { deployedSettings } from '../../lib/response/remediation-settings';
import { Detections } from './detections';
import type { Envelope } from './envelope';

/** What would have come of one event. */
export interface Replayed {
  readonly id: string;
  /** Name of the call, or what a finding is about. */
  readonly eventName: string;
  readonly source: string;
  readonly alarms: ReadonlyArray<{ readonly id: string; readonly priority: string }>;
  /** Remediations that would have looked at a resource, and done something about it if they had found it open. */
  readonly remediations: readonly Found[];
  /** ATT&CK ids. */
  readonly techniques: readonly string[];
  /** Why the engine would not have taken the event, or not all of it. */
  readonly refused?: string;
}

/** Puts recorded events to what is deployed: the patterns of its event rules first, then the engine's own code up to the first read of AWS. */
export class Replay {
  private readonly detections: Detections;
  private readonly loaded = new Map<string, CreateRemediator>();
  private readonly remediators = new Map<string, Remediator<unknown>>();
  private readonly scopes = new Map<string, Scope>();

  public constructor(
    private readonly qualifier: string,
    private readonly units: readonly Unit[] = REGISTRY,
  ) {
    this.detections = new Detections(
      units.map(({ spec }) => spec),
      qualifier,
    );
  }

  /** Loads the code of the remediations; it is needed before the first event. */
  public async load(): Promise<void> {
    for (const { spec, load } of this.units) this.loaded.set(spec.id, await load());
  }

  /** @returns undefined for what nobody would have noticed */
  public event(envelope: Envelope): Replayed | undefined {
    const { isSignal, alarms } = this.detections.see(envelope);
    if (!isSignal && alarms.length === 0) return undefined;
    const signals = isSignal ? readSignals(envelope) : [];
    const found = signals.flatMap((signal) => (isRefusal(signal) ? [] : this.unitsFor(signal)));
    const refused = found.find(isRefusal) ?? refusalOf(signals, alarms);
    const remediations = unique(found.flatMap((each) => (isRefusal(each) ? [] : each.resources)));
    if (remediations.length === 0 && alarms.length === 0 && refused === undefined) return undefined;
    const answering = [
      ...this.units.filter(({ spec }) => remediations.some(({ id }) => id === spec.id)).map(({ spec }) => spec),
      ...alarms,
    ];
    return {
      id: envelope.id,
      eventName: nameOf(envelope),
      source: envelope.source,
      alarms: alarms.map(({ id, priority }) => ({ id, priority })),
      remediations,
      techniques: [
        ...new Set(answering.flatMap(({ techniques = [] }) => techniques.flatMap((id) => TECHNIQUES[id].attack))),
      ].sort(),
      ...refused,
    };
  }

  private unitsFor(signal: Signal): Array<{ resources: Found[] } | Refusal> {
    return this.units
      .filter(({ spec }) => concerns(spec, signal))
      .map(({ spec }) => {
        try {
          const act = actOn(spec, signal);
          return { resources: this.resourcesFor(spec, signal).map((resource) => ({ id: spec.id, resource, act })) };
        } catch (error) {
          // The engine would park the message; here the next event is read.
          return { refused: `${spec.id} fails on it (${error instanceof Error ? error.message : String(error)})` };
        }
      });
  }

  private resourcesFor(spec: RemediationSpec, signal: Signal): string[] {
    const { settings, isNamed } = standIns(spec, signal);
    const located = locatedBy(spec, this.remediator(spec, settings), signal);
    // A finding may name another resource, or none: the one of the deployment would be looked at, whatever it is called.
    if (located === undefined || (located.length > 0 && !isNamed)) return [everyOne(spec, signal)];
    return located.flatMap((each) => {
      const scope = { ...this.scopeFor(signal.account, each.region ?? signal.region), settingsOf: () => settings };
      const target = targetOf(spec, each, signal, scope);
      return typeof target === 'string' || notOurs(signal, target, scope) !== undefined ? [] : [target.arn];
    });
  }

  private remediator(spec: RemediationSpec, settings: Settings): Remediator<unknown> {
    const create = this.loaded.get(spec.id);
    if (create === undefined) throw new Error(`load() comes before the first event (${spec.id})`);
    if (spec.standIns !== undefined) return create(settings);
    const remediator = this.remediators.get(spec.id) ?? create(settings);
    this.remediators.set(spec.id, remediator);
    return remediator;
  }

  /** Everything is covered, whatever account and Region a record names. */
  private scopeFor(account: string, region: string): Scope {
    const place = `${account} ${region}`;
    const known = this.scopes.get(place);
    if (known !== undefined) return known;
    const scope = scopeOf(
      {
        BULWARK_QUALIFIER: this.qualifier,
        BULWARK_HUB_ACCOUNT: account,
        BULWARK_ACCOUNTS: account,
        BULWARK_REGIONS: region,
        BULWARK_LEDGER: '',
        BULWARK_REPORT_BUS: '',
        BULWARK_QUEUE: '',
        BULWARK_SIGNAL_QUEUE: '',
        BULWARK_PARTITION: partitionOf(region),
        BULWARK_REMEDIATIONS: '',
      },
      Object.fromEntries(this.units.map(({ spec }) => [spec.id, {}])),
    );
    if (this.scopes.size >= MOST_SCOPES) this.scopes.clear();
    this.scopes.set(place, scope);
    return scope;
  }
}

/** Public data may name any number of accounts. */
const MOST_SCOPES = 1_000;

interface Found {
  readonly id: string;
  readonly resource: string;
  readonly act: Act;
}

/** What a remediation does about a resource that it finds open. */
export type Act = 'repairs' | 'proposes';

const DEPLOYED = deployedSettings('backtest', [], {});

/** As a deployment has it that says nothing, and that nobody has switched since. */
const DEFAULTS: Effective = {
  mode: DEPLOYED.mode as Effective['mode'],
  isKilled: false,
  adoptExisting: DEPLOYED['adopt-existing'] === 'true',
  iacManaged: DEPLOYED['iac-managed'] as Effective['iacManaged'],
  cap: Number(DEPLOYED.cap),
};

/** The engine's own decision, with each call at its own time. By default it does not ask which stack owns the resource. */
function actOn({ disruptive, persistent }: RemediationSpec, signal: Signal): Act {
  const { act } = routeOf({
    settings: DEFAULTS,
    isNew: signal.kind === 'call',
    isAsked: signal.kind === 'finding' && signal.asked,
    disruptive,
    persistent: persistent === true,
    stack: undefined,
    byCloudFormation: signal.kind === 'call' && signal.byCloudFormation,
  });
  return act === 'ENFORCE' ? 'repairs' : 'proposes';
}

/** What the event rules let pass, and the engine tells and drops. An alarm is for people, who take it as it is. */
function refusalOf(signals: ReadonlyArray<Signal | Refusal>, alarms: readonly unknown[]): Refusal | undefined {
  return alarms.length === 0 && signals.every(isRefusal) ? signals.find(isRefusal) : undefined;
}

/** Several findings may be on one resource. */
function unique(found: readonly Found[]): Found[] {
  return [...new Map(found.map((each) => [`${each.id} ${each.resource}`, each])).values()];
}

function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

/** Settings that name a resource of the deployment: here the one that the event names. */
function standIns(spec: RemediationSpec, signal: Signal): { readonly settings: Settings; readonly isNamed: boolean } {
  const { account, region } = signal;
  const named = Object.entries(spec.standIns ?? {}).map(([setting, { arn, name: paths }]) => {
    return { setting, arn, name: namedBy(signal, paths, arn) };
  });
  const settings = named.map(({ setting, arn, name = 'unnamed' }): [string, string] => {
    const filled = fillOne(arn, { partition: partitionOf(region), account, region, name });
    return [setting, name.startsWith('arn:') ? name : filled];
  });
  return { settings: Object.fromEntries(settings), isNamed: named.every(({ name }) => name !== undefined) };
}

/** A call names it by itself or by ARN; a finding has its ARN, in which public data may have no Region. */
function namedBy(signal: Signal, paths: readonly string[], arn: string): string | undefined {
  if (signal.kind === 'call') {
    return paths.map((path) => textAt(signal.record, path)).find((found) => found !== undefined);
  }
  if (signal.kind === 'sweep') return undefined;
  const [before = '', after = ''] = arn.replaceAll(/\{(?:partition|account|region)\}/g, '[^:]*').split('{name}');
  const form = new RegExp(`^${before}(.+)${after}$`);
  return signal.resources.map(({ id }) => form.exec(id)?.[1]).find((found) => found !== undefined);
}

/** A finding on a whole account: each resource of the kind that is held would be looked at. */
function everyOne({ resource }: RemediationSpec, { account, region }: Signal): string {
  const known: Readonly<Record<string, string>> = { partition: partitionOf(region), account, region };
  const names = Object.fromEntries(placeholders(resource.arn).map((name) => [name, known[name] ?? '*']));
  return fillOne(resource.arn, names);
}

/** The call, or what a finding is about. */
export function nameOf({ detail, 'detail-type': type }: Envelope): string {
  const [finding] = Array.isArray(detail.findings) ? (detail.findings as unknown[]) : [];
  const subject = isRecord(finding)
    ? (textAt(finding, 'Compliance.SecurityControlId') ??
      textAt(finding, 'compliance.control') ??
      textAt(finding, 'GeneratorId'))
    : undefined;
  return text(detail.eventName) || subject || text(detail.configRuleName) || text(detail.type) || type;
}
