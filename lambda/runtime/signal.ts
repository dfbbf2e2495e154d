import { REGION } from './deployment/spec';

/** A CloudTrail management event that arrived in an EventBridge envelope, reduced to what a remediation may rely on. */
export interface Signal {
  /** CloudTrail's event id. */
  readonly id: string;
  readonly account: string;
  readonly region: string;
  /** Service prefix of the event source: `s3` for `s3.amazonaws.com`. */
  readonly service: string;
  readonly eventName: string;
  /** When the call was made. */
  readonly time: Date;
  readonly actor: Actor;
  /** The whole CloudTrail record. Foreign input: read it with `textAt`. */
  readonly record: Readonly<Record<string, unknown>>;
}

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
const NAME = /^[\w.:-]{1,128}$/;

/** Reads one message body. Never throws: whatever arrives is a signal or a refusal with its reason. */
export function parseSignal(body: string): Signal | Refusal {
  let envelope: unknown;
  try {
    envelope = JSON.parse(body);
  } catch {
    return { refused: 'not JSON' };
  }
  if (!isRecord(envelope) || !isRecord(envelope.detail)) {
    return { refused: 'not an EventBridge envelope with a detail object' };
  }
  const detail = envelope.detail;
  if (envelope['detail-type'] !== 'AWS API Call via CloudTrail') {
    return { refused: `detail-type ${JSON.stringify(envelope['detail-type'])} is not handled` };
  }
  if (detail.errorCode !== undefined) {
    return { refused: 'the call failed, so it changed nothing' };
  }
  const service = EVENT_SOURCE.exec(text(detail.eventSource))?.[1];
  const account = text(detail.recipientAccountId);
  const region = text(detail.awsRegion);
  const time = new Date(text(detail.eventTime));
  const checks: ReadonlyArray<readonly [boolean, string]> = [
    [NAME.test(text(detail.eventID)), 'eventID'],
    [service !== undefined, 'eventSource'],
    [NAME.test(text(detail.eventName)), 'eventName'],
    // AWS lets nobody else send under a source that begins with aws., so a record that anyone put on the bus ends here.
    [service !== undefined && envelope.source === `aws.${service}`, 'source'],
    [ACCOUNT.test(account) && envelope.account === account, 'recipientAccountId'],
    [REGION.test(region), 'awsRegion'],
    [!Number.isNaN(time.getTime()), 'eventTime'],
  ];
  const wrong = checks.filter(([right]) => !right).map(([, field]) => field);
  if (wrong.length > 0 || service === undefined) {
    return { refused: `missing or malformed ${wrong.join(', ')}` };
  }
  return {
    id: text(detail.eventID),
    account,
    region,
    service,
    eventName: text(detail.eventName),
    time,
    actor: actorOf(detail.userIdentity),
    record: detail,
  };
}

/** The text at a dotted path of foreign input, or undefined if there is none. */
export function textAt(value: unknown, path: string): string | undefined {
  const found = valueAt(value, path);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/** The value at a dotted path, or undefined. */
export function valueAt(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((at, key) => (isRecord(at) && Object.hasOwn(at, key) ? at[key] : undefined), value);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function actorOf(identity: unknown): Actor {
  const roleArn = textAt(identity, 'sessionContext.sessionIssuer.arn');
  const arn = textAt(identity, 'arn') ?? textAt(identity, 'invokedBy') ?? 'unknown';
  return roleArn === undefined ? { arn } : { arn, roleArn };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
