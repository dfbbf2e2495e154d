import { type Message, REGION, SWEEP_DETAIL_TYPE, SWEEP_SOURCE } from './deployment/spec';
import { readConfig, readGuardDuty, readOcsf, readSecurityHub, type Subject } from './findings';
import { isRecord, NAME, shown, text, textAt } from './foreign';

interface Common {
  /** The event's or finding's own id. */
  readonly id: string;
  readonly account: string;
  readonly region: string;
  /** When the change was made, or the finding last seen. */
  readonly time: Date;
  readonly actor: Actor;
}

/** A CloudTrail management event that arrived in an EventBridge envelope, reduced to what a remediation may rely on. */
export interface CallSignal extends Common {
  readonly kind: 'call';
  /** Service prefix of the event source: `s3` for `s3.amazonaws.com`. */
  readonly service: string;
  readonly eventName: string;
  /** Whether CloudFormation made the call, for whomever. */
  readonly byCloudFormation: boolean;
  /** The whole CloudTrail record. Foreign input: read it with `textAt`. */
  readonly record: Readonly<Record<string, unknown>>;
}

/** What a service of AWS has found, or found again. */
export interface FindingSignal extends Common {
  readonly kind: 'finding';
  /** Control of Security Hub, type of GuardDuty, or name of a Config rule. */
  readonly subject: Subject;
  /** Resources that the finding names, as it names them: an ARN, an id, or `AWS::::Account:<id>`. */
  readonly resources: readonly FoundResource[];
  /** A person picked the finding in Security Hub and asked for its repair. */
  readonly asked: boolean;
  /** How Security Hub is told what became of it; only where it is Security Hub's. */
  readonly hub?: HubFinding;
  /** The whole finding. Foreign input: read it with `textAt`. */
  readonly record: Readonly<Record<string, unknown>>;
}

export interface FoundResource {
  readonly type: string;
  readonly id: string;
}

export type HubFinding =
  | { readonly format: 'ASFF'; readonly id: string; readonly productArn: string; readonly region: string }
  | { readonly format: 'OCSF'; readonly uid: string; readonly region: string };

/** One resource that a sweep came across. */
export interface SweepSignal extends Common {
  readonly kind: 'sweep';
  readonly remediation: string;
  readonly names: Readonly<Record<string, string>>;
}

export type Signal = CallSignal | FindingSignal | SweepSignal;

export interface Actor {
  readonly arn: string;
  /** ARN of the role behind an assumed-role session. Root and IAM users have none. */
  readonly roleArn?: string;
}

/** Why a message is not a signal. It is told and dropped: trying again would not make it one. */
export interface Refusal {
  readonly refused: string;
}

const ACCOUNT = /^\d{12}$/;
const EVENT_SOURCE = /^([a-z0-9-]+)\.amazonaws\.com$/;

type Reader = (envelope: Record<string, unknown>, detail: Record<string, unknown>) => Array<Signal | Refusal>;

/** Source and detail type -> how such an event is read. AWS lets nobody else send under a source that begins with `aws.`. */
const READERS: Readonly<Record<string, readonly [source: string, reader: Reader]>> = {
  'AWS API Call via CloudTrail': ['aws.', (envelope, detail) => [readCall(envelope, detail)]],
  'GuardDuty Finding': ['aws.guardduty', (_, detail) => [checked(readGuardDuty(detail))]],
  'Security Hub Findings - Imported': ['aws.securityhub', (_, detail) => each(detail, (one) => readSecurityHub(one))],
  'Security Hub Findings - Custom Action': ['aws.securityhub', (_, detail) => each(detail, asked(readSecurityHub))],
  'Findings Imported V2': ['aws.securityhub', (_, detail) => each(detail, readOcsf)],
  'Config Rules Compliance Change': ['aws.config', (envelope, detail) => [checked(readConfig(envelope, detail))]],
  [SWEEP_DETAIL_TYPE]: [SWEEP_SOURCE, (_, detail) => [readSweep(detail)]],
};

/** Reads one message body. Never throws: whatever arrives becomes signals, or refusals with their reason. */
export function parseSignals(body: string): Array<Signal | Refusal> {
  let envelope: unknown;
  try {
    envelope = JSON.parse(body);
  } catch {
    return [{ refused: 'not JSON' }];
  }
  return readSignals(envelope);
}

/** The same of an envelope that was read already. */
export function readSignals(envelope: unknown): Array<Signal | Refusal> {
  if (!isRecord(envelope) || !isRecord(envelope.detail)) {
    return [{ refused: 'not an EventBridge envelope with a detail object' }];
  }
  const detailType = text(envelope['detail-type']);
  const known = Object.hasOwn(READERS, detailType) ? READERS[detailType] : undefined;
  if (known === undefined) {
    return [{ refused: `detail-type ${shown(envelope['detail-type'])} is not handled` }];
  }
  const [source, reader] = known;
  const right = source.endsWith('.') ? text(envelope.source).startsWith(source) : envelope.source === source;
  return right ? reader(envelope, envelope.detail) : [{ refused: 'missing or malformed source' }];
}

/** The first of what a body holds, for events that hold one. */
export function parseSignal(body: string): Signal | Refusal {
  return parseSignals(body)[0] as Signal | Refusal;
}

export function isRefusal<T extends object>(found: T | Refusal): found is Refusal {
  return 'refused' in found;
}

/** The message by which a sweep hands a resource to the responder. */
export function sweepMessage(
  hubAccount: string,
  { id, account, region, time, remediation, names }: Omit<SweepSignal, 'kind' | 'actor'>,
): Message {
  return {
    source: SWEEP_SOURCE,
    'detail-type': SWEEP_DETAIL_TYPE,
    account: hubAccount,
    detail: { id, account, region, time: time.toISOString(), remediation, names },
  };
}

function readCall(envelope: Record<string, unknown>, detail: Record<string, unknown>): Signal | Refusal {
  if (detail.errorCode !== undefined) return { refused: 'the call failed, so it changed nothing' };
  const service = EVENT_SOURCE.exec(text(detail.eventSource))?.[1];
  const account = text(detail.recipientAccountId);
  const signal = {
    kind: 'call' as const,
    id: text(detail.eventID),
    account,
    region: text(detail.awsRegion),
    service: service ?? '',
    eventName: text(detail.eventName),
    time: new Date(text(detail.eventTime)),
    actor: actorOf(detail.userIdentity),
    byCloudFormation: isByCloudFormation(detail),
    record: detail,
  };
  return checked(signal, [
    [service !== undefined, 'eventSource'],
    [NAME.test(signal.eventName), 'eventName'],
    [envelope.source === `aws.${service}`, 'source'],
    [envelope.account === account, 'recipientAccountId'],
  ]);
}

function readSweep(detail: Record<string, unknown>): Signal | Refusal {
  const names = isRecord(detail.names) ? detail.names : {};
  return checked(
    {
      kind: 'sweep',
      id: text(detail.id),
      account: text(detail.account),
      region: text(detail.region),
      time: new Date(text(detail.time)),
      actor: { arn: 'cdk-bulwark sweep' },
      remediation: text(detail.remediation),
      names: names as Record<string, string>,
    },
    [[Object.values(names).every((name) => typeof name === 'string'), 'names']],
  );
}

/** Where a signal is not what it should be, its refusal. */
function checked(
  signal: Signal | Refusal,
  more: ReadonlyArray<readonly [right: boolean, field: string]> = [],
): Signal | Refusal {
  if (isRefusal(signal)) return signal;
  const checks = [
    [NAME.test(signal.id), 'id'],
    [ACCOUNT.test(signal.account), 'account'],
    [REGION.test(signal.region), 'Region'],
    [!Number.isNaN(signal.time.getTime()), 'time'],
    ...more,
  ] as const;
  const wrong = checks.filter(([right]) => !right).map(([, field]) => field);
  return wrong.length === 0 ? signal : { refused: `missing or malformed ${wrong.join(', ')}` };
}

/** Security Hub sends findings in a list, mostly of one. */
function each(
  detail: Record<string, unknown>,
  read: (finding: Record<string, unknown>) => Signal | Refusal,
): Array<Signal | Refusal> {
  const { findings } = detail;
  if (!Array.isArray(findings) || findings.length === 0) return [{ refused: 'no findings in the detail' }];
  return findings.map((finding: unknown) =>
    isRecord(finding) ? checked(read(finding)) : { refused: 'a finding is not an object' },
  );
}

function asked(read: typeof readSecurityHub): (finding: Record<string, unknown>) => Signal | Refusal {
  return (finding) => read(finding, true);
}

/**
 * CloudFormation calls in the name of the deployer, or with a service role of its own; either way AWS itself names it as the
 * source of the request. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
function isByCloudFormation(detail: Record<string, unknown>): boolean {
  const service = 'cloudformation.amazonaws.com';
  return detail.sourceIPAddress === service || textAt(detail.userIdentity, 'invokedBy') === service;
}

function actorOf(identity: unknown): Actor {
  const roleArn = textAt(identity, 'sessionContext.sessionIssuer.arn');
  const arn = textAt(identity, 'arn') ?? textAt(identity, 'invokedBy') ?? 'unknown';
  return roleArn === undefined ? { arn } : { arn, roleArn };
}
