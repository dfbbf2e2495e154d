import type { FunctionVariables } from '../../lambda/runtime/deployment/spec';
import { textAt } from '../../lambda/runtime/foreign';
import { Exemptions } from '../../lambda/runtime/ledger/exemptions';
import { Plans } from '../../lambda/runtime/ledger/plans';
import { type Held, Runs } from '../../lambda/runtime/ledger/runs';
import { Sweeps } from '../../lambda/runtime/ledger/sweeps';
import type { Remediator, Verdict } from '../../lambda/runtime/remediation';
import type { Report } from '../../lambda/runtime/report';
import type { Delivery, Engine, OnDrift, Unit } from '../../lambda/runtime/run';
import { scopeOf } from '../../lambda/runtime/scope';
import type { PolicyDocument } from '../../lambda/runtime/sessions';
import { effective, isKilled } from '../../lambda/runtime/settings';
import { isRefusal, parseSignal, type Signal } from '../../lambda/runtime/signal';
import type { RemediationSpec } from '../../lambda/runtime/spec';
import type { OwningStack } from '../../lambda/runtime/surroundings';
import { MemoryTable } from './memory-table';
import { ACCOUNT, call, LAMP_ARN, REGION } from './signals';

export const NOW = new Date('2026-11-20T10:00:30Z');

/** As the queue hands over a signal for the first time, and for the second. */
export const FIRST: Delivery = {
  attempt: 1,
  arrived: new Date('2026-11-20T10:00:01Z'),
  deadline: new Date('2026-11-20T10:01:30Z'),
};
export const SECOND: Delivery = { ...FIRST, attempt: 2 };

/** Parameters as a deployment leaves them, by their path below the root. */
export const DEPLOYED = {
  'deployed/mode': 'ENFORCE',
  'deployed/adopt-existing': 'false',
  'deployed/iac-managed': 'PROPOSE_DEPLOYED',
  'deployed/cap': '20',
};

const VARIABLES: FunctionVariables = {
  BULWARK_QUALIFIER: 'main',
  BULWARK_HUB_ACCOUNT: ACCOUNT,
  BULWARK_ACCOUNTS: ACCOUNT,
  BULWARK_REGIONS: REGION,
  BULWARK_LEDGER: 'ledger',
  BULWARK_REPORT_BUS: `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/bulwark-main-reports`,
  BULWARK_QUEUE: `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/own`,
  BULWARK_SIGNAL_QUEUE: `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/signals`,
  BULWARK_PARTITION: 'aws',
  BULWARK_REMEDIATIONS: '{}',
};

/** A session that was opened to write. */
export interface Write {
  readonly role: string;
  readonly region: string;
  readonly session: string;
  readonly policy: PolicyDocument;
}

/** What an engine did, in order, and what it does it with. */
export interface Trace {
  /** `settings`, `stack`, `tags`, `begin`, `finish` … as they are asked, `inspect`, `apply`, `undo`, `report OUTCOME`. */
  readonly steps: string[];
  readonly reports: Report[];
  readonly writes: Write[];
  readonly reads: string[];
  readonly ledger: OnDrift['ledger'];
  /** The switches, which count at once. */
  readonly parameters: Map<string, string>;
  readonly clock: { now: Date; advance(ms: number): void };
  /** Lets a step fail the next time. */
  failNext(step: string, error?: Error): void;
  /** Writes a step down; fails if it has to. */
  step(name: string): void;
}

export interface TraceOptions {
  /** Laid over what is deployed. */
  readonly parameters?: Record<string, string>;
  readonly stack?: OwningStack;
  readonly tags?: Record<string, string>;
  readonly accounts?: readonly string[];
  readonly regions?: readonly string[];
  readonly qualifier?: string;
  /** No request to change something leaves the engine. */
  readonly writesNothing?: boolean;
  /** Ids of the remediations, with their settings. */
  readonly remediations?: Record<string, Record<string, string>>;
}

/** An engine without AWS: the real one, with a ledger in memory, and everything else it would call written down. */
export function traceEngine(options: TraceOptions = {}): { engine: Engine; trace: Trace } {
  const failing = new Map<string, Error>();
  const clock = {
    now: NOW,
    advance: (ms: number) => {
      clock.now = new Date(clock.now.getTime() + ms);
    },
  };
  const steps: string[] = [];
  const step = (name: string): void => {
    steps.push(name);
    const error = failing.get(name);
    failing.delete(name);
    if (error !== undefined) throw error;
  };
  const table = new MemoryTable();
  const trace: Trace = {
    steps,
    step,
    reports: [],
    writes: [],
    reads: [],
    parameters: new Map(Object.entries({ ...DEPLOYED, ...options.parameters })),
    clock,
    failNext: (name, error = new Error('down')) => failing.set(name, error),
    ledger: {
      runs: told('runs', new Runs(table), step),
      plans: told('plans', new Plans(table), step),
      exemptions: told('exemptions', new Exemptions(table), step),
      sweeps: told('sweeps', new Sweeps(table), step),
    },
  };
  const client = <C>(): C => ({}) as C;
  const engine: Engine = {
    scope: scopeOf(
      {
        ...VARIABLES,
        BULWARK_QUALIFIER: options.qualifier ?? 'main',
        BULWARK_ACCOUNTS: (options.accounts ?? [ACCOUNT]).join(','),
        BULWARK_REGIONS: (options.regions ?? [REGION]).join(','),
      },
      options.remediations ?? { [SPEC.id]: {} },
    ),
    sessions: {
      reader: (role) => {
        trace.reads.push(role);
        return client;
      },
      writer: (role, region, session, policy) => {
        trace.writes.push({ role, region, session, policy });
        return Object.assign(<C>(): C => client(), { wrote: () => !options.writesNothing });
      },
    },
    onDrift: async () => ({
      ledger: trace.ledger,
      settings: {
        of: async (remediation, account) => {
          step('settings');
          return effective('/bulwark/main/response', trace.parameters, remediation, account);
        },
        isKilled: async () => isKilled(trace.parameters),
      },
      surroundings: {
        stackOf: async () => {
          step('stack');
          return options.stack;
        },
        tagsOf: async () => {
          step('tags');
          return new Map(Object.entries(options.tags ?? {}));
        },
      },
    }),
    reporter: {
      publish: async (report) => {
        step(`report ${report.outcome}`);
        trace.reports.push(report);
      },
    },
    now: () => clock.now,
    pause: async (ms) => clock.advance(ms),
  };
  return { engine, trace };
}

/** A part of the ledger whose every call is a step. */
function told<T extends object>(part: string, whole: T, step: (name: string) => void): T {
  return new Proxy(whole, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== 'function') return member;
      return async (...given: unknown[]) => {
        step(`${part}.${String(key)}`);
        return Reflect.apply(member, target, given) as unknown;
      };
    },
  });
}

export const SPEC: RemediationSpec = {
  id: 'test-lamp',
  title: 'Lamp is on',
  controls: ['S3.8'],
  triggers: [{ service: 's3', eventNames: ['PutLamp'] }],
  findings: { guardDuty: ['Policy:S3/LampSwitchedOff', 'Impact:S3/*'], config: ['lamp-is-on'] },
  resource: { type: 'AWS::Test::Lamp', arn: 'arn:{partition}:s3:::{lamp}', physicalId: '{lamp}' },
  sweep: { per: 'region' },
  disruptive: false,
  undo: 'exact',
  permissions: {
    read: [{ kind: 'resource', actions: ['s3:GetLamp'] }],
    write: [{ kind: 'resource', actions: ['s3:PutLamp'] }],
    undo: [{ kind: 'resource', actions: ['s3:DouseLamp'] }],
  },
  calls: { read: 1, write: 1 },
};

/** A lamp as it is. `broken` ones do not light up, and some light up late. */
export interface Lamp {
  on: boolean;
  broken?: boolean;
  looksUntilSeen?: number;
}

interface LampState {
  readonly on: boolean;
}

/** A remediation of one lamp, whatever it is called; with some members replaced. */
export function lampUnit(
  lamp: Lamp,
  trace: Pick<Trace, 'step'>,
  spec: Partial<RemediationSpec> = {},
  members: Partial<Remediator<LampState>> = {},
): Unit {
  let unseen = 0;
  const remediator: Remediator<LampState> = {
    locate: ({ record }) => {
      const name = textAt(record, 'requestParameters.lamp');
      return name === undefined ? [] : [{ names: { lamp: name } }];
    },
    list: async () => ({ resources: [{ names: { lamp: 'hall' } }] }),
    inspect: async (): Promise<Verdict<LampState>> => {
      trace.step('inspect');
      unseen = Math.max(0, unseen - 1);
      return lamp.on && unseen === 0
        ? { compliant: true }
        : { compliant: false, drift: { before: { on: false }, after: { on: true } } };
    },
    apply: async () => {
      lamp.on = !lamp.broken;
      unseen = lamp.looksUntilSeen ?? 0;
      trace.step('apply');
    },
    undo: async (_, { before }) => {
      lamp.on = before.on;
      trace.step('undo');
    },
    ...members,
  };
  return { spec: { ...SPEC, ...spec }, load: async () => () => remediator as Remediator<unknown> };
}

/** Another remediation's run begins on the lamp in the hall, and holds it until its function must have ended. */
export async function anotherRun(
  { ledger, clock }: Pick<Trace, 'ledger' | 'clock'>,
  { runId = 'r-other', remediation = 'test-other', deadline = FIRST.deadline } = {},
): Promise<Held> {
  const run = { runId, remediation, resourceArn: LAMP_ARN, account: ACCOUNT, region: REGION, names: '{}' };
  const begun = await ledger.runs.begin(
    { ...run, signalId: 's-1', actor: 'bob', before: 'null', after: 'null' },
    { cap: 99, rate: { service: 'test', perSecond: 99 } },
    { now: clock.now, lookedAt: clock.now, deadline },
    (_, found) => found,
  );
  if (begun.kind !== 'begun') throw new Error(begun.kind);
  return begun;
}

/** A message as the responder reads it. */
export function signalOf(message: object = call()): Signal {
  const signal = parseSignal(JSON.stringify(message));
  if (isRefusal(signal)) throw new Error(signal.refused);
  return signal;
}
