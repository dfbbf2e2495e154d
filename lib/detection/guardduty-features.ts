/**
 * What GuardDuty can look at beside its foundation (CloudTrail, VPC flow and DNS logs), as plain facts.
 *
 * Sources: GuardDuty User Guide, "What is Amazon GuardDuty", "Regions and endpoints" and the page of each feature; Amazon Web
 * Services in China, "GuardDuty". Read in November 2026.
 */

/** Part of a feature that is switched for itself. */
export interface AdditionalFeature {
  /** Name in the GuardDuty API. */
  readonly name: string;
  /** Prop of `ThreatDetection`. */
  readonly prop: AdditionalProp;
  readonly byDefault: boolean;
  /** Regions that lack it, beside those that lack the feature. */
  readonly missingIn?: readonly string[];
}

/** What GuardDuty calls a feature. */
export interface Feature {
  /** Name in the GuardDuty API. */
  readonly name: string;
  /** Prop of `ThreatDetection`. */
  readonly prop: FeatureProp;
  /** Regions that lack it. */
  readonly missingIn?: readonly string[];
  readonly additional?: readonly AdditionalFeature[];
}

export type FeatureProp =
  | 's3Protection'
  | 'eksAuditLogs'
  | 'malwareProtection'
  | 'rdsProtection'
  | 'lambdaProtection'
  | 'runtimeMonitoring'
  | 'aiProtection';

export type AdditionalProp = 'rdsDataActivity' | 'eksAgent' | 'ecsFargateAgent' | 'ec2Agent';

const CHINA = ['cn-north-1', 'cn-northwest-1'];

/** All but agents are on by default: they read what AWS has anyway, and touch nothing that runs. */
export const FEATURES: readonly Feature[] = [
  { name: 'S3_DATA_EVENTS', prop: 's3Protection' },
  { name: 'EKS_AUDIT_LOGS', prop: 'eksAuditLogs' },
  { name: 'EBS_MALWARE_PROTECTION', prop: 'malwareProtection' },
  {
    name: 'RDS_LOGIN_EVENTS',
    prop: 'rdsProtection',
    missingIn: ['ap-east-2'],
    additional: [{ name: 'RDS_DATA_RISK', prop: 'rdsDataActivity', byDefault: true, missingIn: CHINA }],
  },
  { name: 'LAMBDA_NETWORK_LOGS', prop: 'lambdaProtection' },
  {
    name: 'RUNTIME_MONITORING',
    prop: 'runtimeMonitoring',
    missingIn: CHINA,
    // Agents run inside of workloads, so they are asked for.
    additional: [
      { name: 'EKS_ADDON_MANAGEMENT', prop: 'eksAgent', byDefault: false },
      { name: 'ECS_FARGATE_AGENT_MANAGEMENT', prop: 'ecsFargateAgent', byDefault: false },
      { name: 'EC2_AGENT_MANAGEMENT', prop: 'ec2Agent', byDefault: false },
    ],
  },
  { name: 'AI_PROTECTION', prop: 'aiProtection', missingIn: CHINA },
];

/** Features of the API that are never set here, and why. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  EKS_RUNTIME_MONITORING: 'RUNTIME_MONITORING contains it, and GuardDuty refuses the two together',
  AI_ANALYST:
    'A preview of ten Regions for administrators that investigates findings and makes none, and may work on data outside of the Region',
};

/** The shortest of the three that GuardDuty knows. */
export const PUBLISHING_FREQUENCY = 'FIFTEEN_MINUTES';

/** Whether a Region has a feature or what belongs to one. A Region that is not known is taken to have all. */
export function isAvailable({ missingIn = [] }: Feature | AdditionalFeature, region: string): boolean {
  return !missingIn.includes(region);
}
