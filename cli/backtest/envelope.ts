import { isRecord, recordsOf, shown, text, textAt } from '../../lambda/runtime/foreign';
import { REGION } from '../../lambda/runtime/deployment/spec';

/** An event as it stands on a bus, as far as patterns and readers look at it. */
export interface Envelope {
  readonly id: string;
  readonly source: string;
  readonly 'detail-type': string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly unknown[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** One recorded event, or why there is none. */
export type Recorded = Envelope | { readonly refused: string };

/**
 * Members under which AWS's exports and commands keep lists of events: CloudTrail's files, `aws … get-findings`, `lookup-events` and
 * `receive-message`, and what CloudWatch Logs gives (`filter-log-events`, subscriptions). No event has a member of such a name.
 */
export const LISTS = ['Records', 'Findings', 'Events', 'Messages', 'events', 'logEvents'] as const;

/** Members that hold an event as text: of `lookup-events`, SNS, SQS (both spellings) and CloudWatch Logs. */
const TEXTS = ['CloudTrailEvent', 'Message', 'Body', 'body', 'message'] as const;

/** Objects within objects, as far as anybody wraps events. */
const DEPTH = 8;

/**
 * The events in one recorded value, in the envelopes in which EventBridge would have brought them: records of CloudTrail (bare, in
 * `Records`, or as `aws cloudtrail lookup-events` prints them), envelopes, findings of Security Hub (ASFF and OCSF) and of
 * GuardDuty, compliance changes of Config, lists of these, messages of SNS and SQS that hold them, and test cases that keep such
 * a thing under `event`.
 */
export function envelopesOf(value: unknown, depth = 0): Recorded[] {
  if (depth > DEPTH) return [{ refused: 'nested too deep' }];
  if (Array.isArray(value)) return value.flatMap((one) => envelopesOf(one, depth + 1));
  if (!isRecord(value)) return [{ refused: 'not an object' }];
  for (const { is, wrap } of KINDS) if (is(value)) return [wrap(value)];
  return wrapped(value, depth + 1);
}

function wrapped(value: Fields, depth: number): Recorded[] {
  const lists = LISTS.flatMap((name) => (Array.isArray(value[name]) ? [value[name]] : []));
  if (lists.length > 0) return lists.flatMap((list) => envelopesOf(list, depth));
  const name = TEXTS.find((each) => /^\s*[{[]/.test(text(value[each])));
  if (name !== undefined) return embedded(name, text(value[name]), depth);
  for (const inner of [value.event, value.Sns]) if (isRecord(inner)) return envelopesOf(inner, depth);
  if (isRecord(value.detail)) return [{ refused: 'an envelope of EventBridge without source or detail-type' }];
  return [{ refused: 'not a CloudTrail record, an event of EventBridge or a finding' }];
}

function embedded(name: string, json: string, depth: number): Recorded[] {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return [{ refused: `${name} is not JSON` }];
  }
  return envelopesOf(value, depth);
}

type Fields = Readonly<Record<string, unknown>>;

interface Kind {
  readonly is: (value: Fields) => boolean;
  readonly wrap: (value: Fields) => Recorded;
}

const KINDS: readonly Kind[] = [
  { is: (value) => isText(value.source) && isText(value['detail-type']) && isRecord(value.detail), wrap: asItCame },
  // Notifications of S3 and streams of DynamoDB have an eventName too, and `aws:s3` for a source.
  {
    is: (value) => isText(value.eventName) && isText(value.eventSource) && !/^aws:/.test(text(value.eventSource)),
    wrap: ofCall,
  },
  { is: (value) => isText(value.ProductArn) && isText(value.AwsAccountId), wrap: ofSecurityHub },
  { is: (value) => typeof value.class_uid === 'number' && isRecord(value.metadata), wrap: ofOcsf },
  { is: (value) => isText(value.accountId) && isText(value.type) && isRecord(value.service), wrap: ofGuardDuty },
  {
    is: (value) => isText(value.AccountId) && isText(value.Type) && isRecord(value.Service),
    wrap: (value) => ofGuardDuty(decapitalized(value) as Fields),
  },
  { is: (value) => isText(value.configRuleName) && isRecord(value.newEvaluationResult), wrap: ofConfig },
];

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

/** Anonymized data has accounts and Regions that do not exist. They are data, not errors: these stand in for them. */
export const STAND_IN = { account: '000000000000', region: 'us-east-1' } as const;

/** What stands for an id that was cut off. */
const UNNAMED = 'unnamed';

const ACCOUNT = /^\d{12}$/;

interface Place {
  readonly account: string;
  readonly region: string;
}

/** The first of each that is one. */
function placeOf(accounts: readonly unknown[], regions: readonly unknown[]): Place {
  return {
    account: text(accounts.find((one) => ACCOUNT.test(text(one)))) || STAND_IN.account,
    region: text(regions.find((one) => REGION.test(text(one)))) || STAND_IN.region,
  };
}

function asItCame(value: Fields): Envelope {
  const detail = value.detail as Fields;
  const type = text(value['detail-type']);
  const isCall = type.endsWith('via CloudTrail');
  return {
    id: text(value.id) || UNNAMED,
    source: text(value.source),
    'detail-type': type,
    ...placeOf(
      [value.account, ...(isCall ? accountsIn(detail) : [])],
      [value.region, ...(isCall ? [detail.awsRegion] : [])],
    ),
    time: text(value.time),
    resources: Array.isArray(value.resources) ? value.resources : [],
    detail: isCall ? inCall(detail, value) : inFinding(type, detail, value),
  };
}

/** What stands in an envelope has places of its own; where it has none, those of the envelope. */
function inFinding(type: string, detail: Fields, envelope: Fields): Fields {
  switch (type) {
    case 'GuardDuty Finding':
      return inGuardDuty(detail, envelope);
    case 'Config Rules Compliance Change':
      return inConfig(detail, envelope);
    case 'Security Hub Findings - Imported':
    case 'Security Hub Findings - Custom Action':
      return inEach(detail, (finding) => inSecurityHub(finding, envelope));
    case 'Findings Imported V2':
      return inEach(detail, (finding) => inOcsf(finding, envelope));
    default:
      return detail;
  }
}

function inEach(detail: Fields, of: (finding: Fields) => Fields): Fields {
  if (!Array.isArray(detail.findings)) return detail;
  return { ...detail, findings: detail.findings.map((one: unknown) => (isRecord(one) ? of(one) : one)) };
}

/** What kind of event a record becomes: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html */
const DETAIL_TYPES = new Map([
  ['AwsApiCall', 'AWS API Call via CloudTrail'],
  ['AwsServiceEvent', 'AWS Service Event via CloudTrail'],
  ['AwsConsoleSignIn', 'AWS Console Sign In via CloudTrail'],
  ['AwsConsoleAction', 'AWS Console Action via CloudTrail'],
  ['AwsCloudTrailInsight', 'AWS Insight via CloudTrail'],
]);

function ofCall(record: Fields): Recorded {
  // Copies that were cut down may not say it; most are of calls.
  const detailType = DETAIL_TYPES.get(text(record.eventType) || 'AwsApiCall');
  // Trails record more than EventBridge delivers: calls through VPC endpoints (AwsVpceEvent), for one.
  if (detailType === undefined) {
    return { refused: `EventBridge delivers no records of type ${shown(record.eventType)}` };
  }
  const detail = inCall(record);
  return {
    id: text(detail.eventID),
    source: `aws.${text(record.eventSource).replace(/\.amazonaws\.com$/, '')}`,
    'detail-type': detailType,
    account: text(detail.recipientAccountId),
    region: text(detail.awsRegion),
    time: text(record.eventTime),
    resources: [],
    detail,
  };
}

function accountsIn(record: Fields): unknown[] {
  return [record.recipientAccountId, textAt(record.userIdentity, 'accountId')];
}

/** Records that were cut down for publication lack what CloudTrail always writes. */
function inCall(record: Fields, envelope: Fields = {}): Fields {
  const [recipient, caller] = accountsIn(record);
  const { account, region } = placeOf([recipient, envelope.account, caller], [record.awsRegion, envelope.region]);
  const isWhole = recipient === account && record.awsRegion === region && isText(record.eventID);
  const isKnown = ({ accountId }: Fields) =>
    accountId === undefined || (account !== STAND_IN.account && ACCOUNT.test(text(accountId)));
  const named = recordsOf(record.resources);
  if (isWhole && named.every(isKnown)) return record;
  return {
    ...record,
    recipientAccountId: account,
    awsRegion: region,
    eventID: text(record.eventID) || text(record.requestID) || UNNAMED,
    // An account that is none cannot be told from the owner's.
    ...(named.length > 0 && { resources: named.map((one) => (isKnown(one) ? one : { ...one, accountId: account })) }),
  };
}

function ofSecurityHub(finding: Fields): Envelope {
  const detail = inSecurityHub(finding);
  return {
    id: text(finding.Id),
    source: 'aws.securityhub',
    'detail-type': 'Security Hub Findings - Imported',
    account: text(detail.AwsAccountId),
    region: text(detail.Region),
    time: text(finding.UpdatedAt),
    resources: [`${text(finding.ProductArn)}/${text(finding.Id)}`],
    detail: { findings: [detail] },
  };
}

function inSecurityHub(finding: Fields, envelope: Fields = {}): Fields {
  const place = placeOf([finding.AwsAccountId, envelope.account], [finding.Region, envelope.region]);
  return { ...finding, AwsAccountId: place.account, Region: place.region };
}

function ofOcsf(finding: Fields): Envelope {
  const detail = inOcsf(finding);
  const info = isRecord(finding.finding_info) ? finding.finding_info : {};
  return {
    id: textAt(finding, 'metadata.uid') ?? textAt(info, 'uid') ?? '',
    source: 'aws.securityhub',
    'detail-type': 'Findings Imported V2',
    account: textAt(detail, 'cloud.account.uid') ?? '',
    region: textAt(detail, 'cloud.region') ?? '',
    time: momentOf(info.modified_time_dt, info.modified_time, finding.time_dt, finding.time),
    resources: [],
    detail: { findings: [detail] },
  };
}

function inOcsf(finding: Fields, envelope: Fields = {}): Fields {
  const cloud = isRecord(finding.cloud) ? finding.cloud : {};
  const account = isRecord(cloud.account) ? cloud.account : {};
  const place = placeOf([account.uid, envelope.account], [cloud.region, envelope.region]);
  return { ...finding, cloud: { ...cloud, region: place.region, account: { ...account, uid: place.account } } };
}

/** OCSF writes milliseconds, and texts beside them where it was asked to. */
function momentOf(...candidates: readonly unknown[]): string {
  const found = candidates.find((one) => isText(one) || typeof one === 'number');
  const date = new Date(typeof found === 'number' ? found : text(found));
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}

function ofGuardDuty(finding: Fields): Envelope {
  const detail = inGuardDuty(finding);
  return {
    id: text(finding.id),
    source: 'aws.guardduty',
    'detail-type': 'GuardDuty Finding',
    account: text(detail.accountId),
    region: text(detail.region),
    time: text(finding.updatedAt),
    resources: [],
    detail,
  };
}

function inGuardDuty(finding: Fields, envelope: Fields = {}): Fields {
  const place = placeOf([finding.accountId, envelope.account], [finding.region, envelope.region]);
  return { ...finding, accountId: place.account, region: place.region };
}

/** The API writes members of a finding with a capital, events with a small letter. */
function decapitalized(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decapitalized);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key.charAt(0).toLowerCase() + key.slice(1), decapitalized(one)]),
  );
}

function ofConfig(change: Fields): Envelope {
  const detail = inConfig(change);
  return {
    id: `${text(change.configRuleName)}/${text(change.resourceId)}`,
    source: 'aws.config',
    'detail-type': 'Config Rules Compliance Change',
    account: text(detail.awsAccountId),
    region: text(detail.awsRegion),
    time: textAt(change, 'newEvaluationResult.resultRecordedTime') ?? '',
    resources: [],
    detail,
  };
}

function inConfig(change: Fields, envelope: Fields = {}): Fields {
  const place = placeOf([change.awsAccountId, envelope.account], [change.awsRegion, envelope.region]);
  return { ...change, awsAccountId: place.account, awsRegion: place.region };
}
