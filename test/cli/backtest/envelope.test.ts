import { type Envelope, envelopesOf, LISTS, type Recorded, STAND_IN } from '../../../cli/backtest/envelope';
import { isRefusal, readSignals } from '../../../lambda/runtime/signal';

type Fields = Record<string, unknown>;

const [ACCOUNT, REGION] = ['123456789012', 'eu-central-1'];

const RECORD: Fields = {
  eventID: '10000000-0000-4000-8000-000000000001',
  eventTime: '2026-11-20T10:00:00Z',
  eventSource: 's3.amazonaws.com',
  eventName: 'PutBucketPolicy',
  eventType: 'AwsApiCall',
  awsRegion: REGION,
  recipientAccountId: ACCOUNT,
  userIdentity: { accountId: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:user/alice` },
  requestParameters: { bucketName: 'reports' },
};
const ENVELOPE: Fields = {
  id: '20000000-0000-4000-8000-000000000001',
  source: 'aws.s3',
  'detail-type': 'AWS API Call via CloudTrail',
  account: ACCOUNT,
  time: '2026-11-20T10:00:00Z',
  region: REGION,
  resources: [],
  detail: RECORD,
};
const ASFF: Fields = {
  Id: 'f-1',
  ProductArn: `arn:aws:securityhub:${REGION}::product/aws/securityhub`,
  AwsAccountId: ACCOUNT,
  Region: REGION,
  UpdatedAt: '2026-11-20T10:00:00Z',
  RecordState: 'ACTIVE',
  Compliance: { Status: 'FAILED', SecurityControlId: 'S3.8' },
  Resources: [{ Type: 'AwsS3Bucket', Id: 'arn:aws:s3:::reports' }],
};
const OCSF: Fields = {
  class_uid: 2003,
  status_id: 1,
  metadata: { uid: 'f-2' },
  finding_info: { modified_time: Date.parse('2026-11-20T10:00:00Z') },
  cloud: { region: REGION, account: { uid: ACCOUNT, name: 'shop' }, provider: 'AWS' },
  compliance: { control: 'S3.8', status: 'Fail' },
  resources: [{ type: 'AWS::S3::Bucket', uid: 'arn:aws:s3:::reports' }],
};
const GUARD_DUTY: Fields = {
  id: 'f3',
  accountId: ACCOUNT,
  region: REGION,
  type: 'Policy:S3/BucketBlockPublicAccessDisabled',
  updatedAt: '2026-11-20T10:00:00Z',
  service: { archived: false, eventLastSeen: '2026-11-20T10:00:00Z' },
  resource: { s3BucketDetails: [{ arn: 'arn:aws:s3:::reports' }] },
};
const CAPITAL: Fields = {
  Id: 'f3',
  AccountId: ACCOUNT,
  Region: REGION,
  Type: 'Policy:S3/BucketBlockPublicAccessDisabled',
  UpdatedAt: '2026-11-20T10:00:00Z',
  Service: { Archived: false, EventLastSeen: '2026-11-20T10:00:00Z' },
  Resource: { S3BucketDetails: [{ Arn: 'arn:aws:s3:::reports' }] },
};
const CONFIG: Fields = {
  configRuleName: 's3-bucket-level-public-access-prohibited',
  awsAccountId: ACCOUNT,
  awsRegion: REGION,
  resourceType: 'AWS::S3::Bucket',
  resourceId: 'reports',
  newEvaluationResult: { complianceType: 'NON_COMPLIANT', resultRecordedTime: '2026-11-20T10:00:00Z' },
};

const KINDS: ReadonlyArray<readonly [name: string, value: Fields, envelope: Partial<Envelope>]> = [
  [
    'a CloudTrail record',
    RECORD,
    { id: RECORD.eventID as string, source: 'aws.s3', 'detail-type': 'AWS API Call via CloudTrail', detail: RECORD },
  ],
  ['an envelope', ENVELOPE, ENVELOPE as Partial<Envelope>],
  [
    'a finding in ASFF',
    ASFF,
    {
      id: 'f-1',
      source: 'aws.securityhub',
      'detail-type': 'Security Hub Findings - Imported',
      resources: [`${ASFF.ProductArn as string}/f-1`],
      detail: { findings: [ASFF] },
    },
  ],
  [
    'a finding in OCSF',
    OCSF,
    { id: 'f-2', source: 'aws.securityhub', 'detail-type': 'Findings Imported V2', detail: { findings: [OCSF] } },
  ],
  [
    'a finding of GuardDuty',
    GUARD_DUTY,
    { id: 'f3', source: 'aws.guardduty', 'detail-type': 'GuardDuty Finding', detail: GUARD_DUTY },
  ],
  [
    'a finding as the API of GuardDuty writes it',
    CAPITAL,
    { id: 'f3', source: 'aws.guardduty', 'detail-type': 'GuardDuty Finding', detail: GUARD_DUTY },
  ],
  [
    'a change of Config',
    CONFIG,
    {
      id: 's3-bucket-level-public-access-prohibited/reports',
      source: 'aws.config',
      'detail-type': 'Config Rules Compliance Change',
      detail: CONFIG,
    },
  ],
];

const only = (value: unknown): Recorded => {
  const [recorded, ...others] = envelopesOf(value);
  expect(others).toEqual([]);
  return recorded as Recorded;
};

/** As the engine reads it. */
const read = (value: unknown) => readSignals(only(value));

describe.each(KINDS)('%s', (_, value, envelope) => {
  test('comes in the envelope in which EventBridge would bring it', () => {
    const time = expect.stringMatching(/^2026-11-20T10:00:00(\.000)?Z$/) as string;
    expect(only(value)).toEqual({ resources: [], ...envelope, account: ACCOUNT, region: REGION, time });
  });

  test('is read by the engine', () => {
    expect(read(value)).toEqual([expect.objectContaining({ account: ACCOUNT, region: REGION })]);
  });

  test('is not changed itself', () => {
    const before = JSON.stringify(value);
    envelopesOf(value);
    expect(JSON.stringify(value)).toBe(before);
  });

  test.each([
    ['under the name of a list', (inner: unknown) => LISTS.map((name) => ({ [name]: [inner] }))],
    ['in a list', (inner: unknown) => [[inner], [[inner]]]],
    ['under event, as a test case', (inner: unknown) => [{ name: 'case', event: inner }]],
    ['in a message of SNS', (inner: unknown) => [{ Type: 'Notification', Message: JSON.stringify(inner) }]],
    [
      'in an event of SNS',
      (inner: unknown) => [{ Records: [{ EventSource: 'aws:sns', Sns: { Message: JSON.stringify(inner) } }] }],
    ],
    [
      'in messages of SQS',
      (inner: unknown) => [
        { Messages: [{ MessageId: '1', Body: JSON.stringify(inner) }] },
        {
          Records: [
            { messageId: '1', eventSource: 'aws:sqs', body: ` ${JSON.stringify({ Message: JSON.stringify(inner) })}` },
          ],
        },
      ],
    ],
    [
      'in what CloudWatch Logs gives',
      (inner: unknown) => [
        { events: [{ logStreamName: 'a', message: JSON.stringify(inner) }], searchedLogStreams: [] },
        { messageType: 'DATA_MESSAGE', logEvents: [{ id: '1', message: JSON.stringify(inner) }] },
      ],
    ],
    [
      'as lookup-events prints it',
      (inner: unknown) => [{ Events: [{ EventId: '1', EventName: 'x', CloudTrailEvent: JSON.stringify(inner) }] }],
    ],
  ])('is found %s', (_name, wraps) => {
    for (const wrapped of wraps(value)) expect(envelopesOf(wrapped)).toEqual([only(value)]);
  });

  test('with an account and a Region that are none is read all the same', () => {
    for (const [account, region] of [
      ['', ''],
      ['XXXXXXXXXXXX', 'us-east-X'],
      ['12345', 'REDACTED'],
      ['1111111111111', '*'],
    ]) {
      const text = JSON.stringify(value)
        .replaceAll(ACCOUNT, account as string)
        .replaceAll(REGION, region as string);
      const recorded = only(JSON.parse(text));
      // Security Hub's finding without any account is no finding.
      if (account === '' && 'refused' in recorded) continue;
      expect(recorded).toMatchObject(STAND_IN);
      expect(readSignals(recorded)).toEqual([expect.objectContaining(STAND_IN)]);
    }
  });
});

test('members of a wrapper are all looked at', () => {
  expect(envelopesOf({ Records: [RECORD], Findings: [ASFF, OCSF] })).toHaveLength(3);
  expect(envelopesOf({ Records: [] })).toEqual([]);
});

describe('an envelope', () => {
  const inEnvelope = (more: Fields, detail: Fields, type = ENVELOPE['detail-type']) =>
    only({
      ...ENVELOPE,
      source: type === ENVELOPE['detail-type'] ? 'aws.s3' : 'aws.x',
      'detail-type': type,
      ...more,
      detail,
    });

  test.each([
    ['its record has one', { account: 'XXXXXXXXXXXX', region: 'eu' }, {}],
    ['it has one', {}, { recipientAccountId: 'XXXXXXXXXXXX', awsRegion: 'eu', userIdentity: {} }],
    ['the caller has one', { account: '' }, { recipientAccountId: undefined }],
  ])('whose account cannot be belongs where %s', (_, more, detail) => {
    const recorded = inEnvelope(more, { ...RECORD, ...detail });
    expect(recorded).toMatchObject({ account: ACCOUNT, region: REGION });
    expect(readSignals(recorded)).toEqual([expect.objectContaining({ account: ACCOUNT, region: REGION })]);
  });

  test('that says another account than its record is refused by the engine, as it is when deployed', () => {
    expect(readSignals(inEnvelope({ account: '999999999999' }, RECORD))).toEqual([
      { refused: 'missing or malformed recipientAccountId' },
    ]);
  });

  test('without an id has one', () => {
    expect(inEnvelope({ id: undefined }, CONFIG, 'Config Rules Compliance Change')).toMatchObject({ id: 'unnamed' });
  });

  test('of a kind that nobody reads is an event', () => {
    const detail = { anything: [1] };
    expect(inEnvelope({}, detail, 'EC2 Instance State-change Notification')).toMatchObject({ detail });
  });

  test.each([
    ['Security Hub Findings - Custom Action', { findings: [ASFF, 'x'] }],
    ['Security Hub Findings - Imported', { findings: 'none' }],
    ['Findings Imported V2', { findings: [OCSF, null] }],
  ])('of findings is taken as it is: %s', (type, detail) => {
    expect(inEnvelope({}, detail, type)).toMatchObject({ detail });
  });
});

describe('a record', () => {
  test.each([
    ['AwsApiCall', 'AWS API Call via CloudTrail'],
    ['AwsServiceEvent', 'AWS Service Event via CloudTrail'],
    ['AwsConsoleSignIn', 'AWS Console Sign In via CloudTrail'],
    ['AwsConsoleAction', 'AWS Console Action via CloudTrail'],
    ['AwsCloudTrailInsight', 'AWS Insight via CloudTrail'],
    ['', 'AWS API Call via CloudTrail'],
    [undefined, 'AWS API Call via CloudTrail'],
  ])('of type %s is a %s', (eventType, detailType) => {
    expect(only({ ...RECORD, eventType })).toMatchObject({ 'detail-type': detailType });
  });

  test.each(['AwsVpceEvent', 'awsapicall', 'constructor', '__proto__'])('of type %s comes on no bus', (eventType) => {
    const refused = `EventBridge delivers no records of type "${eventType}"`;
    expect(envelopesOf({ Records: [{ ...RECORD, eventType }, RECORD] })).toEqual([{ refused }, only(RECORD)]);
  });

  test('that was cut down has what CloudTrail always writes', () => {
    const { eventSource, eventName, eventTime, requestParameters } = RECORD;
    const cut = { eventSource, eventName, eventTime, requestParameters };
    expect(only(cut)).toMatchObject({ id: 'unnamed', ...STAND_IN });
    expect(only({ ...cut, requestID: 'r-1' })).toMatchObject({ id: 'r-1' });
    expect(read(cut)).toEqual([expect.objectContaining({ id: 'unnamed', ...STAND_IN })]);
  });

  test.each([
    ['stands', ACCOUNT, ACCOUNT, ACCOUNT],
    ['of somebody else stands', ACCOUNT, '999999999999', '999999999999'],
    ['that cannot be is that of the record', ACCOUNT, 'XXXXXXXXXXXX', ACCOUNT],
    ['cannot be told from another where that of the record is none', 'XXXXXXXXXXXX', '999999999999', STAND_IN.account],
  ])('whose resource has an owner: one that %s', (_, account, owner, expected) => {
    const identity = { accountId: account };
    const resources = [{ ARN: 'arn:aws:s3:::reports', accountId: owner }, { ARN: 'arn:aws:s3:::reports/*' }];
    const recorded = only({ ...RECORD, recipientAccountId: account, userIdentity: identity, resources });
    expect(recorded).toMatchObject({
      detail: { resources: [{ accountId: expected }, { ARN: 'arn:aws:s3:::reports/*' }] },
    });
  });
});

describe('what is no event is refused with its reason', () => {
  const CASES: ReadonlyArray<readonly [unknown, RegExp]> = [
    [null, /^not an object$/],
    [1, /^not an object$/],
    ['text', /^not an object$/],
    [{}, /^not a CloudTrail record/],
    [{ action: 'ALLOW', httpRequest: {} }, /^not a CloudTrail record/],
    [{ eventSource: 's3.amazonaws.com' }, /^not a CloudTrail record/],
    [{ eventSource: 'aws:s3', eventName: 'ObjectCreated:Put', awsRegion: REGION }, /^not a CloudTrail record/],
    [{ event: 'text' }, /^not a CloudTrail record/],
    [{ message: 'text' }, /^not a CloudTrail record/],
    [{ Records: 'none' }, /^not a CloudTrail record/],
    [{ detail: {} }, /^an envelope of EventBridge without source or detail-type$/],
    [{ source: 'aws.s3', detail: RECORD }, /^an envelope of EventBridge without source or detail-type$/],
    [{ CloudTrailEvent: '{"a":' }, /^CloudTrailEvent is not JSON$/],
    [{ body: '{"a":' }, /^body is not JSON$/],
    [{ event: { event: { event: { event: { event: { event: { event: { event: { event: RECORD } } } } } } } } }, /deep/],
    [[[[[[[[[[[]]]]]]]]]], /^nested too deep$/],
  ];

  test.each(CASES)('%j', (value, reason) => {
    expect(only(value)).toEqual({ refused: expect.stringMatching(reason) });
  });
});

test.each([
  '{"__proto__":{"eventSource":"s3.amazonaws.com","eventName":"PutBucketPolicy"}}',
  '{"constructor":{"prototype":{"polluted":true}},"eventSource":"s3.amazonaws.com","eventName":"x"}',
  '{"eventSource":"s3.amazonaws.com","eventName":"x","__proto__":{"polluted":true},"recipientAccountId":"odd"}',
  '{"AccountId":"1","Type":"t","Service":{"__proto__":{"polluted":true},"Archived":false}}',
  '{"source":"constructor","detail-type":"__proto__","detail":{"__proto__":{"findings":[]}}}',
  '{"toString":"x","hasOwnProperty":1,"event":{"valueOf":2}}',
])('names that mean something to JavaScript do no harm: %s', (json) => {
  const [recorded] = envelopesOf(JSON.parse(json));
  expect(({} as Fields).polluted).toBeUndefined();
  expect((recorded as unknown as Fields).polluted).toBeUndefined();
  if (recorded !== undefined && !('refused' in recorded)) {
    expect((recorded.detail as Fields).polluted).toBeUndefined();
    expect(readSignals(recorded).every((signal) => !isRefusal(signal) || signal.refused !== '')).toBe(true);
  }
});
