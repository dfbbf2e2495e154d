import type { AdvancedEventSelector } from '@aws-sdk/client-cloudtrail';
import { answering, awsError, signalOf } from '../../../test/support/remediation';
import { create } from './remediation';
import { spec } from './spec';

const SELECTORS: AdvancedEventSelector[] = [
  { Name: 'Management', FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] },
];
const settings = {
  trailArn: 'arn:aws:cloudtrail:eu-central-1:123456789012:trail/bulwark-main',
  bucket: 'evidence',
  kmsKeyId: 'arn:aws:kms:eu-central-1:123456789012:key/k',
  logGroupArn: 'arn:aws:logs:eu-central-1:123456789012:log-group:trail:*',
  deliveryRoleArn: 'arn:aws:iam::123456789012:role/delivery',
  eventSelectors: JSON.stringify(SELECTORS),
};
const remediator = create(settings);
const resource = { names: { trail: 'bulwark-main' }, region: 'eu-central-1' };
const TRAIL = {
  Name: 'bulwark-main',
  IsMultiRegionTrail: true,
  IncludeGlobalServiceEvents: true,
  LogFileValidationEnabled: true,
  S3BucketName: 'evidence',
  KmsKeyId: settings.kmsKeyId,
  CloudWatchLogsLogGroupArn: settings.logGroupArn,
  CloudWatchLogsRoleArn: settings.deliveryRoleArn,
};

function state(change: { trail?: object; logging?: boolean; selectors?: object } = {}) {
  return answering({
    GetTrail: { Trail: { ...TRAIL, ...change.trail } },
    GetTrailStatus: { IsLogging: change.logging ?? true },
    GetEventSelectors: change.selectors ?? { AdvancedEventSelectors: SELECTORS },
  });
}

describe('cloudtrail-trail-weakened', () => {
  test.each(['match-stop-logging', 'match-update-trail', 'match-put-event-selectors', 'match-delete-trail'])(
    'finds the trail in %s',
    (name) => {
      expect(remediator.locate(signalOf(spec.id, name))).toEqual([resource]);
    },
  );

  test.each(['miss-other-trail', 'miss-same-name-elsewhere'])('%s concerns somebody else', (name) => {
    expect(remediator.locate(signalOf(spec.id, name))).toEqual([]);
  });

  test('calls the trail as deployed compliant', async () => {
    expect(await remediator.inspect(resource, state().client)).toEqual({ compliant: true });
  });

  test('does not mind the order and empty members in which AWS returns selectors', async () => {
    const returned = [
      { Name: 'Management', FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'], NotEquals: [] }] },
    ];
    const { client } = state({ selectors: { AdvancedEventSelectors: returned } });
    expect(await remediator.inspect(resource, client)).toEqual({ compliant: true });
  });

  test.each([
    ['stopped', { logging: false }, { logging: true }],
    ['of one Region', { trail: { IsMultiRegionTrail: false } }, { trail: { IsMultiRegionTrail: true } }],
    ['not validated', { trail: { LogFileValidationEnabled: false } }, { trail: { LogFileValidationEnabled: true } }],
    ['delivering elsewhere', { trail: { S3BucketName: 'theirs' } }, { trail: { S3BucketName: 'evidence' } }],
    [
      'narrowed',
      { selectors: { EventSelectors: [{ ReadWriteType: 'ReadOnly' }] } },
      { selectors: { advanced: SELECTORS } },
    ],
  ])('a trail %s is drift of just that', async (_, change, after) => {
    expect(await remediator.inspect(resource, state(change).client)).toMatchObject({ drift: { after } });
  });

  test('starts logging before anything else, and makes only the calls that are needed', async () => {
    const { client, sent } = answering({ StartLogging: {}, UpdateTrail: {}, PutEventSelectors: {} });
    const after = { trail: { IsMultiRegionTrail: true, LogFileValidationEnabled: true }, logging: true };
    await remediator.apply(resource, { before: {}, after }, client);
    expect(sent).toEqual([
      { operation: 'StartLogging', input: { Name: settings.trailArn } },
      {
        operation: 'UpdateTrail',
        input: { Name: settings.trailArn, IsMultiRegionTrail: true, EnableLogFileValidation: true },
      },
    ]);
  });

  test('sets the log group only together with its role', async () => {
    const { client, sent } = answering({ UpdateTrail: {} });
    const after = { trail: { CloudWatchLogsLogGroupArn: settings.logGroupArn } };
    await remediator.apply(resource, { before: {}, after }, client);
    expect(sent[0]?.input).toMatchObject({ CloudWatchLogsRoleArn: settings.deliveryRoleArn });
  });

  test('never calls a trail secure that is gone', async () => {
    const gone = awsError('TrailNotFoundException');
    const { client } = answering({ GetTrail: gone, GetTrailStatus: gone, GetEventSelectors: gone });
    await expect(remediator.inspect(resource, client)).rejects.toThrow('was deleted: deploy the audit stack again');
  });
});
