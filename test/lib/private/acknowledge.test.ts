import { App, Stack, Validations } from 'aws-cdk-lib';
import { acknowledge, isInForce, qualified } from '../../../lib/private/acknowledge';

beforeEach(() => jest.useFakeTimers({ now: new Date('2027-03-31T23:59:00Z') }));
afterEach(() => jest.useRealTimers());

const given = { rule: 'AwsSolutions-IAM5[Action::s3:*]', reason: 'No resource level', until: '2027-03-31' };

test('an acknowledgement is recorded under the qualified id, with its date', () => {
  const stack = new Stack(new App(), 'S');
  acknowledge(stack, given);
  const recorded = stack.node.metadata.find(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY);
  expect(recorded?.data).toEqual({
    'AwsSolutions::AwsSolutions-IAM5[Action::s3:*]': 'No resource level [until 2027-03-31]',
  });
});

test.each([
  ['expired', { until: '2027-03-30' }, 'until must not lie in the past, got 2027-03-30'],
  ['no date', { until: 'soon' }, 'until must be a date such as 2027-06-30, got "soon"'],
  ['a day that no month has', { until: '2027-02-30' }, 'until must be a date such as 2027-06-30, got "2027-02-30"'],
  ['a date with a time', { until: '2027-06-30T00:00' }, 'until must be a date'],
  ['no reason', { reason: ' ' }, 'reason must say why the finding is acceptable, got none'],
])('%s is refused, naming rule and place', (_name, change, message) => {
  const stack = new Stack(new App(), 'S');
  const act = () => acknowledge(stack, { ...given, ...change });
  expect(act).toThrow(message);
  expect(act).toThrow('acknowledgement of AwsSolutions-IAM5[Action::s3:*] at S');
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
