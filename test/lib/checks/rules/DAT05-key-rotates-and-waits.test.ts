import { App, Duration, aws_kms as kms, Stack } from 'aws-cdk-lib';
import { findingsOf, GIVEN, judgedBy } from '../judge';

const judge = judgedBy('DAT05');
const findings = (change: Record<string, unknown> = {}, type = 'AWS::KMS::Key') =>
  judge({ K: { Type: type, Properties: { EnableKeyRotation: true, ...change } } });

test.each<[string, Record<string, unknown>]>([
  ['rotates', {}],
  ['says it in texts', { EnableKeyRotation: 'true', RotationPeriodInDays: '365', PendingWindowInDays: '30' }],
  ['rotates more often', { RotationPeriodInDays: 90 }],
  ['is symmetric by its own words', { KeySpec: 'SYMMETRIC_DEFAULT', KeyUsage: 'ENCRYPT_DECRYPT', Origin: 'AWS_KMS' }],
  ['signs', { EnableKeyRotation: undefined, KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' }],
  ['authenticates', { EnableKeyRotation: undefined, KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }],
  ['was imported', { EnableKeyRotation: undefined, Origin: 'EXTERNAL' }],
])('a key is compliant that %s', (_name, change) => {
  expect(findings(change)).toEqual([]);
});

test.each<[string, Record<string, unknown>, string]>([
  ['does not say whether it rotates', { EnableKeyRotation: undefined }, 'rotation'],
  ['does not rotate', { EnableKeyRotation: false, RotationPeriodInDays: 2560 }, 'rotation'],
  ['has no value for it', { EnableKeyRotation: { Ref: 'AWS::NoValue' } }, 'rotation'],
  ['rotates too late', { RotationPeriodInDays: 366 }, 'rotation period'],
  ['rotates too late, in a text', { RotationPeriodInDays: '2560' }, 'rotation period'],
  ['rotates after no number', { RotationPeriodInDays: 'often' }, 'rotation period'],
  ['is deleted in a week', { PendingWindowInDays: 7 }, 'pending window'],
  ['signs, and is deleted in a week', { KeySpec: 'RSA_2048', PendingWindowInDays: '7' }, 'pending window'],
])('a key is found that %s', (_name, change, subject) => {
  expect(findings(change)).toEqual([`error DAT05[${subject}]`]);
});

test.each<[string, Record<string, unknown>, string]>([
  ['rotation', { EnableKeyRotation: GIVEN }, 'rotation'],
  ['a period', { RotationPeriodInDays: GIVEN }, 'rotation period'],
  ['a window', { PendingWindowInDays: GIVEN }, 'pending window'],
  ['a kind of key that may not rotate', { EnableKeyRotation: false, KeySpec: GIVEN }, 'rotation'],
])('%s that only the deployment knows is a warning', (_name, change, subject) => {
  expect(findings(change)).toEqual([`warning DAT05[${subject} unverified]`]);
});

test('a replica rotates with its primary, and waits by itself', () => {
  expect(findings({ EnableKeyRotation: undefined }, 'AWS::KMS::ReplicaKey')).toEqual([]);
  expect(findings({ PendingWindowInDays: 7 }, 'AWS::KMS::ReplicaKey')).toEqual(['error DAT05[pending window]']);
});

test('constructs of the CDK, and overrides', () => {
  const app = new App();
  const key = new kms.Key(new Stack(app, 'S'), 'Key', { rotationPeriod: Duration.days(180) });
  expect(findingsOf('DAT05', app)).toEqual([]);
  (key.node.defaultChild as kms.CfnKey).addPropertyOverride('EnableKeyRotation', false);
  expect(findingsOf('DAT05', app)).toEqual(['error DAT05[rotation]']);
});
