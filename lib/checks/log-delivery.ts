import { RESPONSE_TAG } from '../controls';
import type { CheckContext, CheckedResource } from './rule';
import { isTagged, physicalName } from './values';

/**
 * What a bucket keeps, by who writes to it.
 *
 * - `evidence`: trail files and findings.
 * - `config`: snapshots of AWS Config, which does not deliver to buckets that lock by default.
 * - `logs`: what other services write; that they can write to a bucket that locks by default is documented nowhere.
 * - `access`: access logs, which are written under SSE-S3 only, and not to buckets that lock by default.
 * - `cdn`: access logs of CloudFront, which are written through an access control list besides.
 */
export type LogKind = 'evidence' | 'config' | 'logs' | 'access' | 'cdn';

type Writer = readonly [kind: LogKind, type: string, property: string];

const WRITERS: readonly Writer[] = [
  ['evidence', 'AWS::CloudTrail::Trail', 'S3BucketName'],
  ['evidence', 'AWS::GuardDuty::PublishingDestination', 'DestinationProperties.DestinationArn'],
  ['config', 'AWS::Config::DeliveryChannel', 'S3BucketName'],
  ['logs', 'AWS::EC2::FlowLog', 'LogDestination'],
  [
    'logs',
    'AWS::NetworkFirewall::LoggingConfiguration',
    'LoggingConfiguration.LogDestinationConfigs.LogDestination.bucketName',
  ],
  ['logs', 'AWS::Route53Resolver::ResolverQueryLoggingConfig', 'DestinationArn'],
  ['logs', 'AWS::WAFv2::LoggingConfiguration', 'LogDestinationConfigs'],
  ['access', 'AWS::S3::Bucket', 'LoggingConfiguration.DestinationBucketName'],
  ['access', 'AWS::ElasticLoadBalancing::LoadBalancer', 'AccessLoggingPolicy.S3BucketName'],
  ['access', 'AWS::ElasticLoadBalancingV2::LoadBalancer', 'LoadBalancerAttributes.Value'],
  ['cdn', 'AWS::CloudFront::Distribution', 'DistributionConfig.Logging.Bucket'],
];

/** WAF demands that its buckets and log groups are named so. */
const WAF_LOGS = /^aws-waf-logs-/;

/** What a bucket keeps; nothing where no log is delivered to it in this app. */
export function logKindsOf(bucket: CheckedResource, context: CheckContext): ReadonlySet<LogKind> {
  const kinds = WRITERS.filter(([, type, property]) => context.referring(bucket, type, property).length > 0).map(
    ([kind]) => kind,
  );
  return new Set(WAF_LOGS.test(physicalName(bucket) ?? '') ? [...kinds, 'logs'] : kinds);
}

/** What EKS names the group of a control plane, whoever makes it. */
const CONTROL_PLANE_LOGS = /^\/aws\/eks\/[^/]+\/cluster$/;

/** What Lambda names the group of a function. */
const FUNCTION_LOGS = /^\/aws\/lambda\//;

const SECURITY_LOGS: ReadonlyArray<readonly [type: string, property: string]> = [
  ['AWS::ApiGateway::Stage', 'AccessLogSetting.DestinationArn'],
  ['AWS::ApiGatewayV2::Stage', 'AccessLogSettings.DestinationArn'],
  ['AWS::CloudTrail::Trail', 'CloudWatchLogsLogGroupArn'],
  ['AWS::EC2::ClientVpnEndpoint', 'ConnectionLogOptions.CloudwatchLogGroup'],
  ['AWS::EC2::FlowLog', 'LogDestination'],
  ['AWS::EC2::FlowLog', 'LogGroupName'],
  ['AWS::EC2::VPNConnection', 'VpnTunnelOptionsSpecifications.LogOptions.CloudwatchLogOptions.LogGroupArn'],
  ['AWS::NetworkFirewall::LoggingConfiguration', 'LoggingConfiguration.LogDestinationConfigs.LogDestination.logGroup'],
  ['AWS::Route53::HostedZone', 'QueryLoggingConfig.CloudWatchLogsLogGroupArn'],
  ['AWS::Route53Resolver::ResolverQueryLoggingConfig', 'DestinationArn'],
  ['AWS::WAFv2::LoggingConfiguration', 'LogDestinationConfigs'],
];

/** Whether somebody will look here after an incident: what a log group takes tells. */
export function isSecurityLog(group: CheckedResource, context: CheckContext): boolean {
  const name = physicalName(group) ?? '';
  const named = FUNCTION_LOGS.test(name)
    ? context.find(group.properties.LogGroupName, 'AWS::Lambda::Function')
    : undefined;
  return (
    WAF_LOGS.test(name) ||
    CONTROL_PLANE_LOGS.test(name) ||
    (named !== undefined && isTagged(named, RESPONSE_TAG) !== false) ||
    SECURITY_LOGS.some(([type, property]) => context.referring(group, type, property).length > 0) ||
    context
      .referring(group, 'AWS::Lambda::Function', 'LoggingConfig.LogGroup')
      .some((writer) => isTagged(writer, RESPONSE_TAG) !== false)
  );
}
