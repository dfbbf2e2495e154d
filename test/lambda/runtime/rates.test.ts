import { rateOf } from '../../../lambda/runtime/rates';
import { SPEC } from '../../support/engine';

test.each([
  ['s3:PutLamp', { service: 's3', perSecond: 10 }],
  ['wafv2:UpdateWebACL', { service: 'wafv2', perSecond: 1 }],
])('a repair by %s is written at the rate of its service: %j', (action, rate) => {
  const write = [{ kind: 'resource', actions: [action] }] as const;
  expect(rateOf({ ...SPEC, permissions: { ...SPEC.permissions, write } })).toEqual(rate);
});
