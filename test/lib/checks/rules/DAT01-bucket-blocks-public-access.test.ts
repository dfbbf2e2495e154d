import { GIVEN, judgedBy } from '../judge';

const judge = judgedBy('DAT01');
const ALL = { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true };
const SETTINGS = Object.keys(ALL) as Array<keyof typeof ALL>;
const findings = (block?: unknown) =>
  judge({
    B: { Type: 'AWS::S3::Bucket', Properties: block === undefined ? {} : { PublicAccessBlockConfiguration: block } },
  });

test.each([
  ['all four are on', ALL],
  ['all four are on as texts', Object.fromEntries(SETTINGS.map((setting) => [setting, 'true']))],
])('a bucket is compliant when %s', (_name, block) => {
  expect(findings(block)).toEqual([]);
});

test.each([
  ['nothing is said', undefined],
  ['the block is empty', {}],
])('each setting is a finding when %s', (_name, block) => {
  expect(findings(block)).toEqual(SETTINGS.map((setting) => `error DAT01[${setting}]`));
});

test.each(SETTINGS)('%s alone is found when it is off, left out or no value', (setting) => {
  const { [setting]: _, ...others } = ALL;
  expect(findings({ ...ALL, [setting]: false })).toEqual([`error DAT01[${setting}]`]);
  expect(findings({ ...ALL, [setting]: { Ref: 'AWS::NoValue' } })).toEqual([`error DAT01[${setting}]`]);
  expect(findings(others)).toEqual([`error DAT01[${setting}]`]);
});

test('what the deployment decides is a warning, never compliance', () => {
  expect(findings({ ...ALL, IgnorePublicAcls: GIVEN })).toEqual(['warning DAT01[IgnorePublicAcls unverified]']);
  expect(findings({ ...ALL, IgnorePublicAcls: '{{resolve:ssm:block}}' })).toEqual([
    'warning DAT01[IgnorePublicAcls unverified]',
  ]);
  expect(findings({ 'Fn::If': ['Prod', ALL, {}] })).toEqual([
    'warning DAT01[PublicAccessBlockConfiguration unverified]',
  ]);
});
