import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** What AWS itself owns and everybody needs of a service, which a policy for one's own resources has to let through. */
interface AwsOwned {
  readonly actions: readonly string[];
  /** `{partition}` and `{region}` are filled in. */
  readonly resources: readonly string[];
}

interface EndpointService {
  /** First labels of the names under which it is asked for: `<host>.<region>.amazonaws.com`. */
  readonly host: string;
  /** Whether names below it are asked for too. */
  readonly wildcard?: boolean;
  readonly awsOwned?: AwsOwned;
}

/**
 * Services that have an interface endpoint, by the last part of their name in EC2 (`com.amazonaws.<region>.<service>`), with the
 * host of their private DNS name.
 *
 * https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
 */
export const ENDPOINT_SERVICES: Readonly<Record<string, EndpointService>> = {
  athena: { host: 'athena' },
  autoscaling: { host: 'autoscaling' },
  cloudformation: { host: 'cloudformation' },
  cloudtrail: { host: 'cloudtrail' },
  config: { host: 'config' },
  ec2: { host: 'ec2' },
  ec2messages: { host: 'ec2messages' },
  'ecr.api': { host: 'api.ecr' },
  'ecr.dkr': { host: 'dkr.ecr', wildcard: true },
  ecs: { host: 'ecs' },
  'ecs-agent': { host: 'ecs-a' },
  'ecs-telemetry': { host: 'ecs-t' },
  elasticfilesystem: { host: 'elasticfilesystem' },
  elasticloadbalancing: { host: 'elasticloadbalancing' },
  events: { host: 'events' },
  'guardduty-data': { host: 'guardduty-data' },
  'kinesis-firehose': { host: 'firehose' },
  'kinesis-streams': { host: 'kinesis' },
  kms: { host: 'kms' },
  lambda: { host: 'lambda' },
  logs: { host: 'logs' },
  monitoring: { host: 'monitoring' },
  rds: { host: 'rds' },
  secretsmanager: { host: 'secretsmanager' },
  securityhub: { host: 'securityhub' },
  sns: { host: 'sns' },
  sqs: { host: 'sqs' },
  // Documents and public parameters that AWS owns: https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-create-vpc.html
  ssm: {
    host: 'ssm',
    awsOwned: {
      actions: ['ssm:DescribeDocument', 'ssm:GetDocument', 'ssm:GetParameter', 'ssm:GetParameters'],
      resources: [
        'arn:{partition}:ssm:{region}::document/AWS-*',
        'arn:{partition}:ssm:{region}::document/AmazonCloudWatch-*',
        'arn:{partition}:ssm:{region}::parameter/aws/service/*',
      ],
    },
  },
  ssmmessages: { host: 'ssmmessages' },
  states: { host: 'states' },
  sts: { host: 'sts' },
  xray: { host: 'xray' },
};

/**
 * Buckets of AWS from which Systems Manager's agent, its patches, the packages of Amazon Linux and the layers of images are read.
 *
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/ssm-agent-technical-details.html
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
 */
export const AWS_OWNED_BUCKETS: readonly string[] = [
  'al2023-repos-{region}-de612dc2',
  'amazon-ssm-{region}',
  'amazon-ssm-packages-{region}',
  'amazonlinux-2-repos-{region}',
  'aws-ssm-{region}',
  'aws-ssm-distributor-file-{region}',
  'aws-ssm-document-attachments-{region}',
  'patch-baseline-snapshot-{region}',
  'prod-{region}-starport-layer-bucket',
];

/**
 * The policy of an endpoint: one's own principals on one's own resources, and what AWS owns by name.
 *
 * Requests about no resource, such as `sts:GetCallerIdentity`, have no owner of one: hence `IfExists`.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html
 */
export function endpointPolicy(
  scope: Construct,
  organizationId: string | undefined,
  owned: AwsOwned | undefined,
): iam.PolicyDocument {
  const { account, partition, region } = Stack.of(scope);
  const [scoped, owner] = organizationId === undefined ? ['Account', account] : ['OrgID', organizationId];
  const policy = new iam.PolicyDocument({
    statements: [
      new iam.PolicyStatement({
        sid: 'Own',
        principals: [new iam.AnyPrincipal()],
        actions: ['*'], // an endpoint adds to what identities may do; it narrows by owner instead
        resources: ['*'],
        conditions: {
          StringEquals: { [`aws:Principal${scoped}`]: owner },
          StringEqualsIfExists: { [`aws:Resource${scoped}`]: owner },
        },
      }),
    ],
  });
  if (owned === undefined) return policy;
  policy.addStatements(
    new iam.PolicyStatement({
      sid: 'AwsOwned',
      principals: [new iam.AnyPrincipal()],
      actions: [...owned.actions],
      resources: owned.resources.map((text) =>
        text.replaceAll('{partition}', partition).replaceAll('{region}', region),
      ),
    }),
  );
  return policy;
}

/** Reads of AWS's own buckets, and of those that a consumer adds. */
export function ownedBuckets(more: readonly string[]): AwsOwned {
  return {
    actions: ['s3:GetObject'],
    resources: [...AWS_OWNED_BUCKETS, ...more].map((name) => `arn:{partition}:s3:::${name}/*`),
  };
}
