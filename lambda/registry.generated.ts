// Written by `npm run generate`. Do not edit.
import { spec as cloudtrailTrailWeakened } from './remediations/cloudtrail-trail-weakened/spec';
import { spec as ec2SecurityGroupPublicIngress } from './remediations/ec2-security-group-public-ingress/spec';
import { spec as s3BucketPublicAccess } from './remediations/s3-bucket-public-access/spec';
import type { CreateRemediator } from './runtime/remediation';
import type { Unit } from './runtime/run';

/** Every remediation: its data at once, its code when a signal asks for it. */
export const REGISTRY: readonly Unit[] = [
  {
    spec: cloudtrailTrailWeakened,
    load: async () => (await import('./remediations/cloudtrail-trail-weakened/remediation')).create as CreateRemediator,
  },
  {
    spec: ec2SecurityGroupPublicIngress,
    load: async () => (await import('./remediations/ec2-security-group-public-ingress/remediation')).create as CreateRemediator,
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
];
