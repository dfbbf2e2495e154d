// Written by `npm run generate`. Do not edit.
import { spec as cloudtrailTrailWeakened } from '../../lambda/remediations/cloudtrail-trail-weakened/spec';
import { spec as ec2SecurityGroupPublicIngress } from '../../lambda/remediations/ec2-security-group-public-ingress/spec';
import { spec as s3BucketPublicAccess } from '../../lambda/remediations/s3-bucket-public-access/spec';
import type { RemediationSpec } from '../../lambda/runtime/spec';

/** What the library deploys for, in order of id. */
export const REMEDIATIONS: readonly RemediationSpec[] = [
  cloudtrailTrailWeakened,
  ec2SecurityGroupPublicIngress,
  s3BucketPublicAccess,
];
