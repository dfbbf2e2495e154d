// Written by `npm run generate`. Do not edit.
import { spec as cloudtrailTrailWeakened } from '../../lambda/remediations/cloudtrail-trail-weakened/spec';
import { spec as ec2DefaultSecurityGroup } from '../../lambda/remediations/ec2-default-security-group/spec';
import { spec as ec2EbsDefaultEncryption } from '../../lambda/remediations/ec2-ebs-default-encryption/spec';
import { spec as ec2SecurityGroupPublicIngress } from '../../lambda/remediations/ec2-security-group-public-ingress/spec';
import { spec as ec2SnapshotPublic } from '../../lambda/remediations/ec2-snapshot-public/spec';
import { spec as guarddutyDetectorWeakened } from '../../lambda/remediations/guardduty-detector-weakened/spec';
import { spec as iamAccessKeyExposed } from '../../lambda/remediations/iam-access-key-exposed/spec';
import { spec as kmsKeyRotation } from '../../lambda/remediations/kms-key-rotation/spec';
import { spec as lambdaFunctionPublicPolicy } from '../../lambda/remediations/lambda-function-public-policy/spec';
import { spec as s3AccountPublicAccess } from '../../lambda/remediations/s3-account-public-access/spec';
import { spec as s3BucketPublicAccess } from '../../lambda/remediations/s3-bucket-public-access/spec';
import { spec as s3BucketTlsOnly } from '../../lambda/remediations/s3-bucket-tls-only/spec';
import { spec as s3BucketVersioning } from '../../lambda/remediations/s3-bucket-versioning/spec';
import type { RemediationSpec } from '../../lambda/runtime/spec';

/** What the library deploys for, in order of id. */
export const REMEDIATIONS: readonly RemediationSpec[] = [
  cloudtrailTrailWeakened,
  ec2DefaultSecurityGroup,
  ec2EbsDefaultEncryption,
  ec2SecurityGroupPublicIngress,
  ec2SnapshotPublic,
  guarddutyDetectorWeakened,
  iamAccessKeyExposed,
  kmsKeyRotation,
  lambdaFunctionPublicPolicy,
  s3AccountPublicAccess,
  s3BucketPublicAccess,
  s3BucketTlsOnly,
  s3BucketVersioning,
];
