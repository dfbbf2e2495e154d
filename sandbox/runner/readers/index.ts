import * as cloudtrail from './cloudtrail';
import * as cloudwatch from './cloudwatch';
import * as dynamodb from './dynamodb';
import * as events from './events';
import * as guardduty from './guardduty';
import * as iam from './iam';
import * as kms from './kms';
import * as lambda from './lambda';
import * as logs from './logs';
import type { Reader } from './reader';
import * as s3 from './s3';
import * as sns from './sns';
import * as sqs from './sqs';
import * as ssm from './ssm';

/** Who reads which type back. A type that is missing here counts as not compared, and is told. */
export const READERS: Readonly<Record<string, Reader>> = {
  'AWS::CloudTrail::Trail': cloudtrail.trail,
  'AWS::CloudWatch::Alarm': cloudwatch.alarm,
  'AWS::DynamoDB::Table': dynamodb.table,
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
  'AWS::S3::Bucket': s3.bucket,
  'AWS::S3::BucketPolicy': s3.bucketPolicy,
  'AWS::SNS::Subscription': sns.subscription,
  'AWS::SNS::Topic': sns.topic,
  'AWS::SNS::TopicPolicy': sns.topicPolicy,
  'AWS::SQS::Queue': sqs.queue,
  'AWS::SQS::QueuePolicy': sqs.queuePolicy,
  'AWS::SSM::Parameter': ssm.parameter,
};
