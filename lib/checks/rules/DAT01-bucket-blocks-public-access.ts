import { isIntrinsic, isRecord } from '../../private/template-values';
import { type Finding, type Rule, unverified } from '../rule';
import { isTrue } from '../values';

const BLOCK = 'PublicAccessBlockConfiguration';
const SETTINGS = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'] as const;

export const rule: Rule = {
  id: 'DAT01',
  title: 'Bucket blocks all public access',
  severity: 'ERROR',
  resourceTypes: ['AWS::S3::Bucket'],
  controls: ['S3.8', 'S3.2', 'S3.3'],
  techniques: ['AM39'],
  rationale:
    'One public policy or ACL publishes every object. The four settings shut off both, those that exist and those to come.',
  whenNotToUse:
    'A bucket that serves a public website by itself. Put CloudFront with origin access control before it instead, or acknowledge the finding for that bucket.',
  check({ properties }, context) {
    const block = properties[BLOCK];
    if (isIntrinsic(block)) return [unverified(BLOCK)];
    return SETTINGS.flatMap((setting): Finding[] => {
      const property = `${BLOCK}.${setting}`;
      const on = isTrue(isRecord(block) ? block[setting] : undefined, context);
      if (on === undefined) return [unverified(property, setting)];
      return on ? [] : [{ subject: setting, message: `${property} must be true.`, property }];
    });
  },
};
