import * as cloudtrail from './cloudtrail';
import * as cloudwatch from './cloudwatch';
import * as dynamodb from './dynamodb';
import * as firewall from './ec2-firewall';
import * as routing from './ec2-routing';
import * as services from './ec2-services';
import * as transit from './ec2-transit';
import * as vpc from './ec2-vpc';
import * as elbv2 from './elbv2';
import * as events from './events';
import * as guardduty from './guardduty';
import * as iam from './iam';
import * as kms from './kms';
import * as lambda from './lambda';
import * as logs from './logs';
import * as networkFirewall from './network-firewall';
import * as network from './network-settings';
import type { Reader } from './reader';
import * as route53 from './route53';
import * as route53Health from './route53-health';
import * as resolver from './route53resolver';
import * as s3 from './s3';
import * as secretsmanager from './secretsmanager';
import * as shield from './shield';
import * as sns from './sns';
import * as sqs from './sqs';
import * as ssm from './ssm';
import * as wafv2 from './wafv2';

/** Who reads which type back. A type that is missing here counts as not compared, and is told. */
export const READERS: Readonly<Record<string, Reader>> = {
  'AWS::CloudTrail::Trail': cloudtrail.trail,
  'AWS::CloudWatch::Alarm': cloudwatch.alarm,
  'AWS::DynamoDB::Table': dynamodb.table,
  'AWS::EC2::EIP': vpc.elasticAddress,
  'AWS::EC2::FlowLog': services.flowLog,
  'AWS::EC2::InternetGateway': vpc.internetGateway,
  'AWS::EC2::NatGateway': vpc.natGateway,
  'AWS::EC2::NetworkAcl': firewall.networkAcl,
  'AWS::EC2::NetworkAclEntry': firewall.networkAclEntry,
  'AWS::EC2::NetworkInsightsAccessScope': services.accessScope,
  'AWS::EC2::Route': routing.route,
  'AWS::EC2::RouteTable': routing.routeTable,
  'AWS::EC2::SecurityGroup': firewall.securityGroup,
  'AWS::EC2::SecurityGroupEgress': firewall.securityGroupEgress,
  'AWS::EC2::SecurityGroupIngress': firewall.securityGroupIngress,
  'AWS::EC2::Subnet': vpc.subnet,
  'AWS::EC2::SubnetNetworkAclAssociation': firewall.aclAssociation,
  'AWS::EC2::SubnetRouteTableAssociation': routing.subnetAssociation,
  'AWS::EC2::TransitGateway': transit.transitGateway,
  'AWS::EC2::TransitGatewayAttachment': transit.vpcAttachment,
  'AWS::EC2::TransitGatewayRoute': transit.transitRoute,
  'AWS::EC2::TransitGatewayRouteTable': transit.transitRouteTable,
  'AWS::EC2::TransitGatewayRouteTableAssociation': transit.transitAssociation,
  'AWS::EC2::TransitGatewayRouteTablePropagation': transit.transitPropagation,
  'AWS::EC2::TransitGatewayVpcAttachment': transit.vpcAttachment,
  'AWS::EC2::VPC': vpc.vpc,
  'AWS::EC2::VPCBlockPublicAccessExclusion': services.blockPublicAccessExclusion,
  'AWS::EC2::VPCBlockPublicAccessOptions': services.blockPublicAccessOptions,
  'AWS::EC2::VPCEndpoint': services.vpcEndpoint,
  'AWS::EC2::VPCGatewayAttachment': vpc.gatewayAttachment,
  'AWS::EC2::VPCPeeringConnection': vpc.peering,
  'AWS::ElasticLoadBalancingV2::Listener': elbv2.listener,
  'AWS::ElasticLoadBalancingV2::ListenerRule': elbv2.listenerRule,
  'AWS::ElasticLoadBalancingV2::LoadBalancer': elbv2.loadBalancer,
  'AWS::ElasticLoadBalancingV2::TargetGroup': elbv2.targetGroup,
  'AWS::Events::Archive': events.archive,
  'AWS::Events::EventBus': events.eventBus,
  'AWS::Events::Rule': events.rule,
  'AWS::GuardDuty::Detector': guardduty.detector,
  'AWS::GuardDuty::PublishingDestination': guardduty.publishingDestination,
  'AWS::IAM::ManagedPolicy': iam.managedPolicy,
  'AWS::IAM::Policy': iam.policy,
  'AWS::IAM::Role': iam.role,
  'AWS::KMS::Alias': kms.alias,
  'AWS::KMS::Key': kms.key,
  'AWS::Lambda::EventSourceMapping': lambda.eventSourceMapping,
  'AWS::Lambda::Function': lambda.fn,
  'AWS::Lambda::Permission': lambda.permission,
  'AWS::Logs::LogGroup': logs.logGroup,
  'AWS::Logs::MetricFilter': logs.metricFilter,
  'AWS::Logs::ResourcePolicy': logs.resourcePolicy,
  'AWS::NetworkFirewall::Firewall': networkFirewall.firewall,
  'AWS::NetworkFirewall::FirewallPolicy': networkFirewall.firewallPolicy,
  'AWS::NetworkFirewall::LoggingConfiguration': networkFirewall.loggingConfiguration,
  'AWS::NetworkFirewall::RuleGroup': networkFirewall.ruleGroup,
  'AWS::Route53::HealthCheck': route53Health.healthCheck,
  'AWS::Route53::HostedZone': route53.hostedZone,
  'AWS::Route53::RecordSet': route53.recordSet,
  'AWS::Route53Resolver::FirewallConfig': resolver.firewallConfig,
  'AWS::Route53Resolver::FirewallDomainList': resolver.firewallDomainList,
  'AWS::Route53Resolver::FirewallRuleGroup': resolver.firewallRuleGroup,
  'AWS::Route53Resolver::FirewallRuleGroupAssociation': resolver.firewallAssociation,
  'AWS::Route53Resolver::ResolverDNSSECConfig': resolver.dnssecConfig,
  'AWS::Route53Resolver::ResolverQueryLoggingConfig': resolver.queryLogConfig,
  'AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation': resolver.queryLogAssociation,
  'AWS::S3::Bucket': s3.bucket,
  'AWS::S3::BucketPolicy': s3.bucketPolicy,
  'AWS::SNS::Subscription': sns.subscription,
  'AWS::SNS::Topic': sns.topic,
  'AWS::SNS::TopicPolicy': sns.topicPolicy,
  'AWS::SQS::Queue': sqs.queue,
  'AWS::SQS::QueuePolicy': sqs.queuePolicy,
  'AWS::SSM::Parameter': ssm.parameter,
  'AWS::SecretsManager::Secret': secretsmanager.secret,
  'AWS::Shield::DRTAccess': shield.drtAccess,
  'AWS::Shield::ProactiveEngagement': shield.proactiveEngagement,
  'AWS::Shield::Protection': shield.protection,
  'AWS::Shield::ProtectionGroup': shield.protectionGroup,
  'AWS::WAFv2::IPSet': wafv2.ipSet,
  'AWS::WAFv2::LoggingConfiguration': wafv2.loggingConfiguration,
  'AWS::WAFv2::RegexPatternSet': wafv2.regexPatternSet,
  'AWS::WAFv2::RuleGroup': wafv2.ruleGroup,
  'AWS::WAFv2::WebACL': wafv2.webAcl,
  'AWS::WAFv2::WebACLAssociation': wafv2.webAclAssociation,
  'Custom::BulwarkDefaultGroup': network.defaultGroup,
  'Custom::BulwarkDnsFirewallMode': network.dnsFirewallMode,
  'Custom::BulwarkNetworkFacts': network.networkFacts,
};
