import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** What others own and everybody needs of a service, AWS itself above all, which a policy for one's own resources has to let through. */
interface Exception {
  readonly actions: readonly string[];
  /** `{partition}`, `{region}` and `{account}` are filled in, `{plain region}` without its hyphens. */
  readonly resources: readonly string[];
  /** Whether those who ask are nobody's principals: such requests are not signed, or by the service itself. */
  readonly unsigned?: boolean;
}

/** Images of others are read, not written: nothing leaves that way. */
const IMAGES: Exception = {
  actions: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:DescribeImages', 'ecr:GetDownloadUrlForLayer'],
  resources: ['arn:{partition}:ecr:{region}:*:repository/*'],
};

export interface EndpointService {
  /** First labels of the names under which it is asked for: `<host>.<region>.amazonaws.com`. */
  readonly host: string;
  /** Whether names below it are asked for too. */
  readonly wildcard?: boolean;
  readonly exceptions?: readonly Exception[];
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
  // Machines are started from images of Amazon.
  ec2: {
    host: 'ec2',
    exceptions: [
      {
        actions: ['ec2:CreateFleet', 'ec2:RunInstances'],
        resources: ['arn:{partition}:ec2:{region}::image/*', 'arn:{partition}:ec2:{region}::snapshot/*'],
      },
    ],
  },
  ec2messages: { host: 'ec2messages' },
  'ecr.api': { host: 'api.ecr', exceptions: [IMAGES] },
  'ecr.dkr': { host: 'dkr.ecr', wildcard: true, exceptions: [IMAGES] },
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
    exceptions: [
      {
        actions: [
          'ssm:CreateAssociation',
          'ssm:DescribeDocument',
          'ssm:GetDocument',
          'ssm:GetParameter',
          'ssm:GetParameters',
          'ssm:SendCommand',
          'ssm:StartAutomationExecution',
          'ssm:StartSession',
        ],
        resources: [
          ...['AWS-*', 'AWSSupport-*', 'AmazonCloudWatch-*', 'AmazonInspector2-*'].map(
            (document) => `arn:{partition}:ssm:{region}::document/${document}`,
          ),
          'arn:{partition}:ssm:{region}::automation-definition/AWS-*',
          'arn:{partition}:ssm:{region}::automation-definition/AWSSupport-*',
          'arn:{partition}:ssm:{region}::parameter/aws/service/*',
        ],
      },
    ],
  },
  ssmmessages: { host: 'ssmmessages' },
  states: { host: 'states' },
  // Who brings a token of another party is no principal yet.
  sts: {
    host: 'sts',
    exceptions: [
      {
        actions: ['sts:AssumeRoleWithSAML', 'sts:AssumeRoleWithWebIdentity'],
        resources: ['arn:{partition}:iam::{account}:role/*'],
        unsigned: true,
      },
    ],
  },
  xray: { host: 'xray' },
};

/**
 * Buckets of AWS from which Systems Manager's agent, its patches, the packages of Amazon Linux and the layers of images are read.
 *
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/ssm-agent-technical-details.html
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
 */
const AWS_OWNED_BUCKETS: readonly string[] = [
  'al2023-repos-{region}-de612dc2',
  'amazon-ssm-{region}',
  'amazon-ssm-packages-{region}',
  'amazoncloudwatch-agent',
  'amazoncloudwatch-agent-{region}',
  'amazonlinux-2-repos-{region}',
  'aws-codedeploy-{region}',
  'aws-ssm-{region}',
  'aws-ssm-distributor-file-{region}',
  'aws-ssm-document-attachments-{region}',
  'aws-windows-downloads-{region}',
  'patch-baseline-snapshot-{region}',
  'prod-{region}-starport-layer-bucket',
  '{region}-birdwatcher-prod',
];

/** Where functions and machines answer CloudFormation, by addresses that it has signed. */
const ANSWERS = ['cloudformation-custom-resource-response-{plain region}', 'cloudformation-waitcondition-{region}'];

/**
 * The policy of an endpoint: one's own principals on one's own resources, and what AWS owns by name.
 *
 * Requests about no resource, such as `sts:GetCallerIdentity`, have no owner of one: hence `IfExists`.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html
 */
export function endpointPolicy(
  scope: Construct,
  organizationId: string | undefined,
  exceptions: readonly Exception[] = [],
): iam.PolicyDocument {
  const { account, partition, region } = Stack.of(scope);
  const [scoped, owner] = organizationId === undefined ? ['Account', account] : ['OrgID', organizationId];
  const ownPrincipals = { [`aws:Principal${scoped}`]: owner };
  const filled = (text: string) =>
    text
      .replaceAll('{partition}', partition)
      .replaceAll('{region}', region)
      .replaceAll('{account}', account)
      // Tokens have no hyphens to lose: the stack of an unknown Region goes without this bucket.
      .replaceAll('{plain region}', region.replaceAll('-', ''));
  return new iam.PolicyDocument({
    statements: [
      new iam.PolicyStatement({
        sid: 'Own',
        principals: [new iam.AnyPrincipal()],
        actions: ['*'], // an endpoint adds to what identities may do; it narrows by owner instead
        resources: ['*'],
        conditions: {
          StringEquals: ownPrincipals,
          StringEqualsIfExists: { [`aws:Resource${scoped}`]: owner },
        },
      }),
      ...exceptions.map(
        ({ actions, resources, unsigned }, index) =>
          new iam.PolicyStatement({
            sid: `Exception${index + 1}`,
            principals: [new iam.AnyPrincipal()],
            actions: [...actions],
            resources: resources.map(filled),
            ...(!unsigned && { conditions: { StringEquals: ownPrincipals } }),
          }),
      ),
    ],
  });
}

/** What is read from AWS's own buckets and those that a consumer adds, and what is written to CloudFormation's. */
export function bucketExceptions(more: readonly string[]): Exception[] {
  const objectsOf = (names: readonly string[]) => names.map((name) => `arn:{partition}:s3:::${name}/*`);
  return [
    // Packages are asked for without signing, and layers by addresses that the registry has signed.
    { actions: ['s3:GetObject'], resources: objectsOf([...AWS_OWNED_BUCKETS, ...more]), unsigned: true },
    { actions: ['s3:PutObject'], resources: objectsOf(ANSWERS), unsigned: true },
  ];
}
