import { DetectorFeature, FeatureAdditionalConfiguration, FindingPublishingFrequency } from '@aws-sdk/client-guardduty';
import { Aws } from 'aws-cdk-lib';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { FEATURES, LEFT_OUT, PUBLISHING_FREQUENCY } from '../../../lib/detection/guardduty-features';
import { guardDutyPrincipal, OPT_IN_REGIONS } from '../../../lib/private/guardduty-principal';

const REGIONS = RegionInfo.regions.map(({ name }) => name);

test('every feature of the API is either there or left out for a reason', () => {
  const known = [...FEATURES.map(({ name }) => name), ...Object.keys(LEFT_OUT)];
  expect(known.sort()).toEqual(Object.values(DetectorFeature).sort());
});

test('everything that belongs to a feature in the API is there', () => {
  const known = FEATURES.flatMap(({ additional = [] }) => additional.map(({ name }) => name));
  expect(known.sort()).toEqual(Object.values(FeatureAdditionalConfiguration).sort());
});

test('every prop stands for one feature', () => {
  const props = FEATURES.flatMap(({ prop, additional = [] }) => [prop, ...additional.map((each) => each.prop)]);
  expect(new Set(props).size).toBe(props.length);
});

test('findings are published as often as the API can', () => {
  expect(Object.values(FindingPublishingFrequency)).toContain(PUBLISHING_FREQUENCY);
});

test('exceptions name Regions that exist', () => {
  const named = FEATURES.flatMap(({ missingIn = [], additional = [] }) => [
    ...missingIn,
    ...additional.flatMap((each) => each.missingIn ?? []),
  ]);
  expect(named.filter((region) => !REGIONS.includes(region))).toEqual([]);
});

test('Regions that an account has to enable are those that CDK knows', () => {
  const optIn = RegionInfo.regions.filter(({ isOptInRegion }) => isOptInRegion).map(({ name }) => name);
  expect([...OPT_IN_REGIONS].sort()).toEqual(optIn.sort());
});

test.each([
  ['eu-central-1', 'guardduty.amazonaws.com'],
  ['me-south-1', 'guardduty.me-south-1.amazonaws.com'],
  [Aws.REGION, 'guardduty.amazonaws.com'],
])('GuardDuty writes from %s as %s', (region, principal) => {
  expect(guardDutyPrincipal(region)).toBe(principal);
});
