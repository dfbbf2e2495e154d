import {
  aws_ec2 as ec2,
  aws_iam as iam,
  type aws_kms as kms,
  aws_logs as logs,
  RemovalPolicy,
  aws_route53resolver as resolver,
  type aws_s3 as s3,
  Stack,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { EDGE_TIER } from '../controls/tiers';
import { acknowledgeWildcards } from '../private/acknowledge-wildcards';
import type { TierVpc } from './tier-vpc';

/** @internal */
export interface TrafficRecordsProps {
  readonly vpcs: readonly TierVpc[];
  readonly bucket: s3.IBucket;
  readonly encryptionKey: kms.IKey;
  readonly retention: logs.RetentionDays;
  readonly name: string;
}

/** What the traffic detector reads (catalogue 4.1): addresses before and after translation, flags, direction, way out. */
const FIELDS = [
  'version',
  'vpc-id',
  'subnet-id',
  'instance-id',
  'interface-id',
  'type',
  'srcaddr',
  'pkt-srcaddr',
  'dstaddr',
  'srcport',
  'dstport',
  'protocol',
  'packets',
  'bytes',
  'start',
  'end',
  'action',
  'tcp-flags',
  'flow-direction',
  'pkt-src-aws-service',
  'traffic-path',
  'log-status',
] as const;

const LOG_FORMAT = FIELDS.map((field) => `\${${field}}`).join(' ');

const SHORTEST_INTERVAL_SECONDS = 60;

/**
 * What passed and what was asked for: flow logs of every VPC into the archive, those of the edge into a log group besides, which is
 * where they can be looked at within minutes; and every DNS query.
 *
 * @internal
 */
export class TrafficRecords extends Construct {
  /** Flow logs of the edge subnets. */
  public readonly logGroup: logs.LogGroup;

  public constructor(scope: Construct, id: string, props: TrafficRecordsProps) {
    super(scope, id);
    const { vpcs, bucket, name } = props;
    const queries = new resolver.CfnResolverQueryLoggingConfig(this, 'Queries', {
      destinationArn: bucket.bucketArn,
      tags: [{ key: 'Name', value: `${name}-queries` }],
    });
    waitForPolicy(queries, bucket);
    for (const vpc of vpcs) {
      const flowLog = new ec2.CfnFlowLog(vpc, 'FlowLog', {
        resourceType: 'VPC',
        resourceId: vpc.vpcId,
        trafficType: 'ALL',
        maxAggregationInterval: SHORTEST_INTERVAL_SECONDS,
        logFormat: LOG_FORMAT,
        logDestinationType: 's3',
        logDestination: bucket.bucketArn,
        destinationOptions: { FileFormat: 'parquet', HiveCompatiblePartitions: true, PerHourPartition: true },
        tags: [{ key: 'Name', value: `${name}-${vpc.name}` }],
      });
      waitForPolicy(flowLog, bucket);
      new resolver.CfnResolverQueryLoggingConfigAssociation(vpc, 'Queries', {
        resolverQueryLogConfigId: queries.ref,
        resourceId: vpc.vpcId,
      });
    }
    this.logGroup = this.createLogGroup(props);
    const role = this.createRole();
    for (const vpc of vpcs) {
      for (const { scope: place, subnetId } of vpc.subnets.get(EDGE_TIER) ?? []) {
        new ec2.CfnFlowLog(place, 'FlowLog', {
          resourceType: 'Subnet',
          resourceId: subnetId,
          trafficType: 'ALL',
          maxAggregationInterval: SHORTEST_INTERVAL_SECONDS,
          logFormat: LOG_FORMAT,
          logDestinationType: 'cloud-watch-logs',
          logDestination: this.logGroup.logGroupArn,
          deliverLogsPermissionArn: role.attrArn,
          tags: [{ key: 'Name', value: `${name}-${place.node.id.toLowerCase()}` }],
        });
      }
    }
  }

  private createLogGroup({ encryptionKey, retention }: TrafficRecordsProps): logs.LogGroup {
    const { partition, account, region, urlSuffix } = Stack.of(this);
    encryptionKey.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'NetworkLogGroup',
        principals: [new iam.ServicePrincipal(`logs.${region}.${urlSuffix}`)],
        actions: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
        resources: ['*'], // this key: a key policy knows no other
        // The group's own ARN would be a circle: the group waits for the key.
        conditions: {
          ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:*` },
        },
      }),
    );
    return new logs.LogGroup(this, 'EdgeFlows', {
      retention,
      encryptionKey,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
  }

  /** https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html */
  private createRole(): iam.CfnRole {
    const { partition, account, region } = Stack.of(this);
    const { logGroupArn } = this.logGroup;
    const role = new iam.CfnRole(this, 'DeliveryRole', {
      description: 'Lets flow logs of edge subnets be written to their log group',
      assumeRolePolicyDocument: new iam.PolicyDocument({
        statements: [
          new iam.PolicyStatement({
            principals: [new iam.ServicePrincipal('vpc-flow-logs.amazonaws.com')],
            actions: ['sts:AssumeRole'],
            conditions: {
              StringEquals: { 'aws:SourceAccount': account },
              ArnLike: { 'aws:SourceArn': `arn:${partition}:ec2:${region}:${account}:vpc-flow-log/*` },
            },
          }),
        ],
      }),
      policies: [
        {
          policyName: 'Deliver',
          policyDocument: new iam.PolicyDocument({
            statements: [
              new iam.PolicyStatement({
                actions: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
                resources: [logGroupArn],
              }),
              new iam.PolicyStatement({
                actions: ['logs:DescribeLogGroups'],
                resources: ['*'], // has no resource level
              }),
            ],
          }),
        },
      ],
    });
    acknowledgeWildcards(role, 'Streams are named by flow logs, and describing groups has no resource level');
    return role;
  }
}

/** The service looks when the resource is made whether it may write, and would write a policy of its own where it may not. */
export function waitForPolicy(resource: Construct, bucket: s3.IBucket): void {
  if (bucket.policy !== undefined) resource.node.addDependency(bucket.policy);
}
