// Written by `npm run generate`. Do not edit.
import { spec as cloudtrailTrailWeakened } from './remediations/cloudtrail-trail-weakened/spec';
import { spec as ec2DefaultSecurityGroup } from './remediations/ec2-default-security-group/spec';
import { spec as ec2EbsDefaultEncryption } from './remediations/ec2-ebs-default-encryption/spec';
import { spec as ec2SecurityGroupPublicIngress } from './remediations/ec2-security-group-public-ingress/spec';
import { spec as ec2SnapshotPublic } from './remediations/ec2-snapshot-public/spec';
import { spec as guarddutyDetectorWeakened } from './remediations/guardduty-detector-weakened/spec';
import { spec as iamAccessKeyExposed } from './remediations/iam-access-key-exposed/spec';
import { spec as kmsKeyRotation } from './remediations/kms-key-rotation/spec';
import { spec as lambdaFunctionPublicPolicy } from './remediations/lambda-function-public-policy/spec';
import { spec as s3AccountPublicAccess } from './remediations/s3-account-public-access/spec';
import { spec as s3BucketPublicAccess } from './remediations/s3-bucket-public-access/spec';
import { spec as s3BucketTlsOnly } from './remediations/s3-bucket-tls-only/spec';
import { spec as s3BucketVersioning } from './remediations/s3-bucket-versioning/spec';
import type { CreateRemediator } from './runtime/remediation';
import type { Unit } from './runtime/run';

/** Every remediation: its data at once, its code when a signal asks for it. */
export const REGISTRY: readonly Unit[] = [
  {
    spec: cloudtrailTrailWeakened,
    load: async () => (await import('./remediations/cloudtrail-trail-weakened/remediation')).create as CreateRemediator,
  },
  {
    spec: ec2DefaultSecurityGroup,
    load: async () => (await import('./remediations/ec2-default-security-group/remediation')).create as CreateRemediator,
  },
  {
    spec: ec2EbsDefaultEncryption,
    load: async () => {
      const [{ declared }, { operations }] = await Promise.all([
        import('./runtime/declared'),
        import('./remediations/ec2-ebs-default-encryption/operations.generated'),
      ]);
      return declared(ec2EbsDefaultEncryption.declared, operations);
    },
  },
  {
    spec: ec2SecurityGroupPublicIngress,
    load: async () => (await import('./remediations/ec2-security-group-public-ingress/remediation')).create as CreateRemediator,
  },
  {
    spec: ec2SnapshotPublic,
    load: async () => (await import('./remediations/ec2-snapshot-public/remediation')).create as CreateRemediator,
  },
  {
    spec: guarddutyDetectorWeakened,
    load: async () => (await import('./remediations/guardduty-detector-weakened/remediation')).create as CreateRemediator,
  },
  {
    spec: iamAccessKeyExposed,
    load: async () => (await import('./remediations/iam-access-key-exposed/remediation')).create as CreateRemediator,
  },
  {
    spec: kmsKeyRotation,
    load: async () => (await import('./remediations/kms-key-rotation/remediation')).create as CreateRemediator,
  },
  {
    spec: lambdaFunctionPublicPolicy,
    load: async () => (await import('./remediations/lambda-function-public-policy/remediation')).create as CreateRemediator,
  },
  {
    spec: s3AccountPublicAccess,
    load: async () => {
      const [{ declared }, { operations }] = await Promise.all([
        import('./runtime/declared'),
        import('./remediations/s3-account-public-access/operations.generated'),
      ]);
      return declared(s3AccountPublicAccess.declared, operations);
    },
  },
  {
    spec: s3BucketPublicAccess,
    load: async () => {
      const [{ declared }, { operations }] = await Promise.all([
        import('./runtime/declared'),
        import('./remediations/s3-bucket-public-access/operations.generated'),
      ]);
      return declared(s3BucketPublicAccess.declared, operations);
    },
  },
  {
    spec: s3BucketTlsOnly,
    load: async () => (await import('./remediations/s3-bucket-tls-only/remediation')).create as CreateRemediator,
  },
  {
    spec: s3BucketVersioning,
    load: async () => {
      const [{ declared }, { operations }] = await Promise.all([
        import('./runtime/declared'),
        import('./remediations/s3-bucket-versioning/operations.generated'),
      ]);
      return declared(s3BucketVersioning.declared, operations);
    },
  },
];
