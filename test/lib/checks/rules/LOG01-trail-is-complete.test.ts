import { GIVEN, judgedBy } from '../judge';

const judge = judgedBy('LOG01');
const COMPLETE = {
  IsLogging: true,
  IsMultiRegionTrail: true,
  IncludeGlobalServiceEvents: true,
  EnableLogFileValidation: true,
  KMSKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] },
  CloudWatchLogsLogGroupArn: { 'Fn::GetAtt': ['Group', 'Arn'] },
  CloudWatchLogsRoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
  S3BucketName: 'logs',
};
const findings = (change: Record<string, unknown> = {}) =>
  judge({
    Key: { Type: 'AWS::KMS::Key' },
    Group: { Type: 'AWS::Logs::LogGroup' },
    Role: { Type: 'AWS::IAM::Role' },
    T: { Type: 'AWS::CloudTrail::Trail', Properties: { ...COMPLETE, ...change } },
  });
const advanced = (...fields: unknown[]) => ({ AdvancedEventSelectors: [{ FieldSelectors: fields }] });
const management = { Field: 'eventCategory', Equals: ['Management'] };

test.each<[string, Record<string, unknown>]>([
  ['says everything', {}],
  ['names its targets by ARN', { KMSKeyId: 'alias/trail', CloudWatchLogsRoleArn: 'arn:aws:iam::123456789012:role/x' }],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation writes it so
  ['puts an ARN together from resources', { KMSKeyId: { 'Fn::Sub': 'arn:${AWS::Partition}:kms:::key/${Key}' } }],
  ['selects all management events', advanced(management)],
  ['selects all management events, the old way', { EventSelectors: [{ ReadWriteType: 'All' }] }],
  [
    'selects objects beside management events',
    {
      AdvancedEventSelectors: [
        { FieldSelectors: [{ Field: 'eventCategory', Equals: ['Data'] }] },
        { FieldSelectors: [management] },
      ],
    },
  ],
])('a trail is compliant that %s', (_name, change) => {
  expect(findings(change)).toEqual([]);
});

test.each<[string, Record<string, unknown>, string]>([
  ['does not log', { IsLogging: false }, 'logging'],
  ['covers one Region', { IsMultiRegionTrail: undefined }, 'multi-Region'],
  ['leaves global events unsaid', { IncludeGlobalServiceEvents: undefined }, 'global events'],
  ['is not validated', { EnableLogFileValidation: 'false' }, 'validation'],
  ['has no key', { KMSKeyId: undefined }, 'KMS'],
  ['has the key of AWS', { KMSKeyId: { 'Fn::Sub': 'alias/aws/cloudtrail' } }, 'KMS'],
  ['names an account for a key', { KMSKeyId: { Ref: 'AWS::AccountId' } }, 'KMS'],
  ['has an empty key', { KMSKeyId: '' }, 'KMS'],
  ['has no value for a key', { KMSKeyId: { Ref: 'AWS::NoValue' } }, 'KMS'],
  ['has no log group', { CloudWatchLogsLogGroupArn: undefined }, 'log group'],
  ['has no role for the log group', { CloudWatchLogsRoleArn: undefined }, 'log group role'],
  ['records writes only', { EventSelectors: [{ ReadWriteType: 'WriteOnly' }] }, 'management events'],
  ['records no management events', { EventSelectors: [{ IncludeManagementEvents: false }] }, 'management events'],
  [
    'leaves out a service',
    { EventSelectors: [{ ExcludeManagementEventSources: ['kms.amazonaws.com'] }] },
    'management events',
  ],
  [
    'records writes only, the new way',
    advanced(management, { Field: 'readOnly', Equals: ['false'] }),
    'management events',
  ],
  ['records objects only', advanced({ Field: 'eventCategory', Equals: ['Data'] }), 'management events'],
])('a trail is found that %s', (_name, change, subject) => {
  expect(findings(change)).toEqual([`error LOG01[${subject}]`]);
});

test.each<[string, Record<string, unknown>, string]>([
  ['a flag', { IsMultiRegionTrail: GIVEN }, 'multi-Region'],
  ['a key', { KMSKeyId: GIVEN }, 'KMS'],
  ['a resource of another app', { KMSKeyId: { 'Fn::ImportValue': 'SharedKey' } }, 'KMS'],
  ['selectors', { EventSelectors: [{ ReadWriteType: GIVEN }] }, 'management events'],
])('%s that only the deployment knows is a warning', (_name, change, subject) => {
  expect(findings(change)).toEqual([`warning LOG01[${subject} unverified]`]);
});
