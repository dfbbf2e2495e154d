import * as waf from 'aws-cdk-lib/aws-waf';
import * as regional from 'aws-cdk-lib/aws-wafregional';
import { rule } from '../../../../lib/checks/rules/EDG07-waf-classic-is-not-used';
import { judgedBy } from '../judge';

const judge = judgedBy('EDG07');
const types = [waf, regional].flatMap((module) =>
  Object.values(module as object).flatMap(
    (each: { CFN_RESOURCE_TYPE_NAME?: string }) => each.CFN_RESOURCE_TYPE_NAME ?? [],
  ),
);

test('every type of WAF Classic that the CDK knows is named', () => {
  expect(types.length).toBeGreaterThan(0);
  expect([...rule.resourceTypes].sort()).toEqual([...types].sort());
});

test.each(types)('%s is found', (Type) => {
  expect(judge({ R: { Type } })).toEqual(['error EDG07']);
});

test.each(['AWS::WAFv2::WebACL', 'AWS::WAFv2::WebACLAssociation', 'AWS::WAFv2::IPSet'])('%s is not', (Type) => {
  expect(judge({ R: { Type } })).toEqual([]);
});
