import { App, Stack, aws_wafv2 as wafv2 } from 'aws-cdk-lib';
import { findingsOf, GIVEN, judgedBy } from '../judge';

const judge = judgedBy('EDG09');
const findings = (kind: unknown, Addresses: unknown) =>
  judge({
    Set: {
      Type: 'AWS::WAFv2::IPSet',
      Properties: { Addresses, Tags: kind === undefined ? undefined : [{ Key: 'bulwark:ip-set', Value: kind }] },
    },
  });
const SOME = ['192.0.2.0/24'];

test.each<[string, unknown, unknown]>([
  ['a dynamic set that is empty', 'dynamic', []],
  ['a switch that is off', 'switch', []],
  ['a switch that says nothing', 'switch', undefined],
  ['a list of people', 'manual', SOME],
  ['a list of trusted addresses', 'allow', SOME],
  ['a list without a tag', undefined, SOME],
  ['a list without a tag that only the deployment knows', undefined, GIVEN],
])('compliant: %s', (_name, kind, addresses) => {
  expect(findings(kind, addresses)).toEqual([]);
});

test.each<[string, unknown]>([
  ['dynamic', SOME],
  ['switch', ['0.0.0.0/1', '128.0.0.0/1']],
  ['dynamic', [GIVEN]],
])('a %s set with addresses is found', (kind, addresses) => {
  expect(findings(kind, addresses)).toEqual(['error EDG09[addresses]']);
});

test.each<[string, unknown, unknown]>([
  ['addresses', 'dynamic', GIVEN],
  ['who writes them', GIVEN, SOME],
])('%s that only the deployment knows is a warning', (_name, kind, addresses) => {
  expect(findings(kind, addresses)).toEqual(['warning EDG09[addresses unverified]']);
});

test('a tag of the stack counts by its key', () => {
  const app = new App();
  const stack = new Stack(app, 'Stack');
  new wafv2.CfnIPSet(stack, 'Set', { scope: 'REGIONAL', ipAddressVersion: 'IPV4', addresses: SOME });
  expect(findingsOf('EDG09', app)).toEqual([]);
  stack.tags.setTag('bulwark:ip-set', 'dynamic');
  expect(findingsOf('EDG09', app)).toEqual(['warning EDG09[addresses unverified]']);
});
