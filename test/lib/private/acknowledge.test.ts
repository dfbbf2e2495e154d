import { App, Stack, Token, Validations } from 'aws-cdk-lib';
import { acknowledge, acknowledgementsOn, isInForce, qualified } from '../../../lib/private/acknowledge';

beforeEach(() => jest.useFakeTimers({ now: new Date('2027-03-31T23:59:00Z') }));
afterEach(() => jest.useRealTimers());

const given = { rule: 'AwsSolutions-IAM5[Action::s3:*]', reason: 'No resource level', until: '2027-03-31' };

test('an acknowledgement is recorded under the qualified id, with its date', () => {
  const stack = new Stack(new App(), 'S');
  acknowledge(stack, given);
  expect(acknowledgementsOn(stack)).toEqual([
    { id: 'AwsSolutions::AwsSolutions-IAM5[Action::s3:*]', reason: 'No resource level [until 2027-03-31]' },
  ]);
});

test('what CDK itself was told is read alike', () => {
  const stack = new Stack(new App(), 'S');
  Validations.of(stack).acknowledge({ id: 'Bulwark::Bulwark-NET02[a b]', reason: 'because' });
  expect(acknowledgementsOn(stack)).toEqual([{ id: 'Bulwark::Bulwark-NET02[a-b]', reason: 'because' }]);
});

test.each([
  ['no date', { until: 'soon' }, 'until must be a date such as 2027-06-30, got "soon"'],
  ['a day that no month has', { until: '2027-02-30' }, 'until must be a date such as 2027-06-30, got "2027-02-30"'],
  ['a date with a time', { until: '2027-06-30T00:00' }, 'until must be a date'],
  ['no until', { until: undefined as unknown as string }, 'until must be a text that is known at synthesis, got none'],
  ['no reason', { reason: ' ' }, 'reason must say why the finding is acceptable, got none'],
  [
    'a reason that is a token',
    { reason: Token.asString({ Ref: 'P' }) },
    'reason must be a text that is known at synthesis',
  ],
])('%s is refused, naming rule and place', (_name, change, message) => {
  const stack = new Stack(new App(), 'S');
  const act = () => acknowledge(stack, { ...given, ...change });
  expect(act).toThrow(message);
  expect(act).toThrow('acknowledgement of AwsSolutions-IAM5[Action::s3:*] at S');
});

test.each([
  ['*'],
  ['AwsSolutions'],
  ['AwsSolutions-*'],
  ['AwsSolutions::*'],
  ['Bulwark-*[tcp 22 from 0.0.0.0/0]'],
  ['Bulwark-NET02[*]'],
  ['Bulwark-NET02[**]'],
  ['Bulwark-NET02[]'],
  ['Bulwark-NET02[tcp 22'],
  ['Bulwark-NET02 tcp 22]'],
  [''],
])('%j is refused as a rule, because it is no id of one finding', (rule) => {
  const act = () => acknowledge(new Stack(new App(), 'S'), { ...given, rule });
  expect(act).toThrow(`rule must be the id of one finding such as`);
  expect(act).toThrow(`got "${rule}"`);
  expect(act).toThrow('acknowledge each finding as the report names it');
});

test('a token in a rule is refused: the report would name it otherwise', () => {
  const rule = `Bulwark-IAM04[Resource::${Token.asString({ Ref: 'Bucket' })}]`;
  expect(() => acknowledge(new Stack(new App(), 'S'), { ...given, rule })).toThrow(
    'rule must be a text that is known at synthesis, got a token: copy the finding from the report',
  );
});

test.each([
  'AwsSolutions-S1',
  'NIST.800.53.R5-S3BucketLoggingEnabled',
  'AwsSolutions-IAM5[Resource::*]',
  'Bulwark-IAM04[Resource::<Bucket.Arn>/*]',
  'Bulwark::Bulwark-NET02[tcp 22 from 0.0.0.0/0]',
  'cdk-validator-cfnguard::ct-s3-pr-1',
])('%j is the id of one finding', (rule) => {
  const stack = new Stack(new App(), 'S');
  acknowledge(stack, { ...given, rule });
  expect(acknowledgementsOn(stack)).toHaveLength(1);
});

test.each([
  ['reason [until 2027-03-31]', true],
  ['reason [until 2027-03-30]', false],
  ['reason [until 2027-02-30]', false],
  ['reason', false],
  ['[until 2027-03-31] reason', false],
])('%j is in force: %p', (reason, expected) => {
  expect(isInForce(reason)).toBe(expected);
});

test.each([
  ['AwsSolutions-S1', 'AwsSolutions::AwsSolutions-S1'],
  ['AwsSolutions-IAM5[Resource::*]', 'AwsSolutions::AwsSolutions-IAM5[Resource::*]'],
  ['NIST.800.53.R5-S3BucketLoggingEnabled', 'NIST.800.53.R5::NIST.800.53.R5-S3BucketLoggingEnabled'],
  ['Bulwark::Bulwark-NET02', 'Bulwark::Bulwark-NET02'],
])('%s is known to CDK as %s', (rule, id) => {
  expect(qualified(rule)).toBe(id);
});
