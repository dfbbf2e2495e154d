import { capacityOf, surchargeSteps } from '../../../lib/edge/capacity';
import {
  allOf,
  anyOf,
  fromCountry,
  hasHeader,
  headerHas,
  headerIs,
  inSet,
  labelled,
  methodIs,
  moreThan,
  not,
  pathBegins,
  type Statement,
} from '../../../lib/edge/statements';

const bytes = (positionalConstraint: 'EXACTLY' | 'ENDS_WITH' | 'CONTAINS' | 'CONTAINS_WORD'): Statement => ({
  byteMatchStatement: {
    searchString: 'x',
    fieldToMatch: { uriPath: {} },
    positionalConstraint,
    textTransformations: [{ priority: 0, type: 'NONE' }],
  },
});
const group = (name: string): Statement => ({ managedRuleGroupStatement: { vendorName: 'AWS', name } });

/** By the rules of the developer guide: https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statements-match.html */
test.each<[string, Statement, number]>([
  ['an IP set', inSet('arn'), 1],
  ['an IP set and the first of forwarded addresses', inSet('arn', { headerName: 'X', position: 'FIRST' }), 1],
  ['an IP set and any of forwarded addresses', inSet('arn', { headerName: 'X', position: 'ANY' }), 5],
  ['a label', labelled('a'), 1],
  ['countries', fromCountry(['DE', 'FR'], undefined, 'MATCH'), 1],
  ['more countries than one statement takes', fromCountry(Array(51).fill('DE'), undefined, 'MATCH'), 2],
  ['a method', methodIs('POST'), 2],
  ['the end of a path', bytes('ENDS_WITH'), 2],
  ['a part of a path', bytes('CONTAINS'), 10],
  ['a word of a path', bytes('CONTAINS_WORD'), 10],
  ['a path with three transformations', pathBegins('/a'), 32],
  ['a header with one transformation', headerIs('origin', 'x'), 12],
  ['a part of a header', headerHas('accept', 'text/html'), 10],
  ['a size', hasHeader('origin'), 1],
  ['a rate', moreThan(100, undefined), 2],
  ['a rate of some requests', moreThan(100, undefined, anyOf(inSet('a'), inSet('b'))), 4],
  ['AND', allOf(labelled('a'), methodIs('POST'), inSet('a')), 4],
  ['AND of one', allOf(methodIs('POST')), 2],
  ['OR', anyOf(labelled('a'), hasHeader('x')), 2],
  ['NOT', not(headerIs('origin', 'x')), 12],
  ['all of them nested', moreThan(9, undefined, allOf(not(anyOf(labelled('a'), labelled('b'))), pathBegins('/a'))), 36],
  ['the Anti-DDoS group', group('AWSManagedRulesAntiDDoSRuleSet'), 50],
  ['the IP reputation list', group('AWSManagedRulesAmazonIpReputationList'), 25],
  ['the anonymous IP list', group('AWSManagedRulesAnonymousIpList'), 50],
  ['the core rule set', group('AWSManagedRulesCommonRuleSet'), 700],
  ['known bad inputs', group('AWSManagedRulesKnownBadInputsRuleSet'), 200],
  ['SQL injection', group('AWSManagedRulesSQLiRuleSet'), 200],
  ['Bot Control', group('AWSManagedRulesBotControlRuleSet'), 50],
])('%s takes its capacity', (_, statement, capacity) => {
  expect(capacityOf(statement)).toBe(capacity);
});

test('a statement whose capacity is not known is refused', () => {
  expect(() => capacityOf({ xssMatchStatement: {} } as Statement)).toThrow(
    'statement must be one whose capacity is known, got {"xssMatchStatement":{}}',
  );
});

test.each([
  [0, 0],
  [1_500, 0],
  [1_501, 1],
  [2_000, 1],
  [2_001, 2],
  [5_000, 7],
])('%i units cost %i steps more', (capacity, steps) => {
  expect(surchargeSteps(capacity)).toBe(steps);
});
