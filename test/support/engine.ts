import type { Delivery, Engine, Unit } from '../../lambda/runtime/run';
import type { Remediator, Verdict } from '../../lambda/runtime/remediation';
import type { Report } from '../../lambda/runtime/report';
import type { Mode } from '../../lambda/runtime/mode';
import type { RunRecord } from '../../lambda/runtime/ledger';
import type { PolicyDocument } from '../../lambda/runtime/sessions';
import type { RemediationSpec } from '../../lambda/runtime/spec';

export const ACCOUNT = '123456789012';
export const REGION = 'eu-central-1';
/** As the queue hands over a signal for the first time, and for the second. */
export const FIRST: Delivery = { attempt: 1, arrived: new Date('2026-11-20T10:00:01Z') };
export const SECOND: Delivery = { ...FIRST, attempt: 2 };

export const NOW = new Date('2026-11-20T10:00:30Z');

/** What an engine did, in order. */
export interface Trace {
  readonly steps: string[];
  readonly reports: Report[];
  readonly runs: RunRecord[];
  readonly policies: PolicyDocument[];
}

/** An engine without AWS: everything it would call is written down. */
export function traceEngine(options: { mode?: Mode | Error } = {}): { engine: Engine; trace: Trace } {
  const trace: Trace = { steps: [], reports: [], runs: [], policies: [] };
  const open = new Set<string>();
  const client = <C>(): C => ({}) as C;
  const engine: Engine = {
    scope: {
      partition: 'aws',
      accounts: [ACCOUNT],
      regions: [REGION],
      readRoleArn: (account) => `arn:aws:iam::${account}:role/bulwark/main/read/bulwark-main-read`,
      writeRoleArn: (account, id) => `arn:aws:iam::${account}:role/bulwark/main/tighten/bulwark-main-${id}`,
      settingsOf: () => ({}),
    },
    sessions: {
      reader: () => client,
      writer: (_role, _region, _run, policy) => {
        trace.policies.push(policy);
        return client;
      },
    },
    onDrift: async () => ({
      ledger: {
        begin: async (run) => {
          trace.steps.push('begin');
          trace.runs.push(run);
          open.add(run.runId);
          return run.runId;
        },
        finish: async (runId) => {
          if (!open.delete(runId)) return undefined;
          trace.steps.push('finish');
          const { before, after } = trace.runs.find((run) => run.runId === runId) as RunRecord;
          return { before, after };
        },
      },
      mode: {
        read: async () => {
          if (options.mode instanceof Error) throw options.mode;
          return options.mode ?? 'ENFORCE';
        },
      },
    }),
    reporter: {
      publish: async (report) => {
        trace.steps.push(`report ${report.outcome}`);
        trace.reports.push(report);
      },
    },
    now: () => NOW,
    pause: async () => undefined,
  };
  return { engine, trace };
}

export const SPEC: RemediationSpec = {
  id: 'test-lamp',
  title: 'Lamp is on',
  controls: ['S3.8'],
  triggers: [{ service: 's3', eventNames: ['PutLamp'] }],
  resource: { type: 'AWS::Test::Lamp', arn: 'arn:{partition}:s3:::{lamp}' },
  disruptive: false,
  permissions: {
    read: [{ kind: 'resource', actions: ['s3:GetLamp'] }],
    write: [{ kind: 'resource', actions: ['s3:PutLamp'] }],
  },
  calls: { read: 1, write: 1 },
};

/** A remediation of a lamp that is on or off; `broken` ones do not light up, and some light up late. */
export function lampUnit(
  lamp: { on: boolean; broken?: boolean; looksUntilSeen?: number },
  trace: Trace,
  spec: Partial<RemediationSpec> = {},
  locate: Remediator<boolean>['locate'] = () => [{ names: { lamp: 'hall' } }],
): Unit {
  let unseen = 0;
  const remediator: Remediator<boolean> = {
    locate,
    inspect: async (): Promise<Verdict<boolean>> => {
      trace.steps.push('inspect');
      unseen = Math.max(0, unseen - 1);
      return lamp.on && unseen === 0
        ? { compliant: true }
        : { compliant: false, drift: { before: false, after: true } };
    },
    apply: async () => {
      trace.steps.push('apply');
      lamp.on = !lamp.broken;
      unseen = lamp.looksUntilSeen ?? 0;
    },
  };
  return { spec: { ...SPEC, ...spec }, load: async () => () => remediator as Remediator<unknown> };
}

/** A well-formed envelope, as text. */
export function envelope(detail: Record<string, unknown> = {}, outside: Record<string, unknown> = {}): string {
  return JSON.stringify({
    version: '0',
    'detail-type': 'AWS API Call via CloudTrail',
    source: 'aws.s3',
    account: ACCOUNT,
    region: REGION,
    ...outside,
    detail: {
      eventID: '10000000-0000-4000-8000-000000000001',
      eventSource: 's3.amazonaws.com',
      eventName: 'PutLamp',
      eventTime: '2026-11-20T10:00:00Z',
      awsRegion: REGION,
      recipientAccountId: ACCOUNT,
      userIdentity: { type: 'IAMUser', arn: `arn:aws:iam::${ACCOUNT}:user/alice` },
      requestParameters: { bucketName: 'hall' },
      ...detail,
    },
  });
}
