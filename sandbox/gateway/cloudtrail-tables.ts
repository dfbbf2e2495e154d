/**
 * Where CloudTrail's records differ from the API's own names. Data only; `cloudtrail.ts` applies it.
 */

/** eventSource where it is not `<botocore service>.amazonaws.com`. Source: each service's "Logging … API calls" page. */
export const EVENT_SOURCES: Record<string, string> = {
  s3control: 's3',
  cloudwatch: 'monitoring',
  stepfunctions: 'states',
  elb: 'elasticloadbalancing',
  elbv2: 'elasticloadbalancing',
  sesv2: 'ses',
  apigatewayv2: 'apigateway',
  efs: 'elasticfilesystem',
  opensearch: 'es',
  emr: 'elasticmapreduce',
};

/**
 * apiVersion of services whose records have one, as far as they are shown.
 * Sources: AWS WAF Developer Guide, "AWS WAF information in AWS CloudTrail" and "AWS Shield Advanced information in
 * CloudTrail"; corpora: AddTags of Elastic Load Balancing.
 */
export const API_VERSIONS: Record<string, string> = {
  elbv2: '2015-12-01',
  shield: 'AWSShield_20160616',
  wafv2: '2019-04-23',
};

/**
 * Services whose events appear in us-east-1 whatever the caller's Region.
 * Source: AWS CloudTrail User Guide, "Global service events" and EventBridge User Guide, "AWS service events via CloudTrail".
 */
export const GLOBAL_SERVICES: ReadonlySet<string> = new Set([
  'iam',
  'organizations',
  'cloudfront',
  'route53',
  'shield',
  'waf',
  'globalaccelerator',
  'account',
]);

/**
 * eventName where it is not the operation.
 * Sources: Amazon S3 User Guide, "Amazon S3 CloudTrail events"; AWS Lambda Developer Guide, "Logging AWS Lambda API calls
 * using AWS CloudTrail" (names carry the API version).
 */
export const EVENT_NAMES: Record<string, Record<string, string>> = {
  s3: {
    PutPublicAccessBlock: 'PutBucketPublicAccessBlock',
    DeletePublicAccessBlock: 'DeleteBucketPublicAccessBlock',
    PutBucketLifecycleConfiguration: 'PutBucketLifecycle',
    PutBucketNotificationConfiguration: 'PutBucketNotification',
    PutObjectLockConfiguration: 'PutBucketObjectLockConfiguration',
    PutBucketAccelerateConfiguration: 'PutAccelerateConfiguration',
    PutBucketAnalyticsConfiguration: 'PutAnalyticsConfiguration',
    DeleteBucketAnalyticsConfiguration: 'DeleteAnalyticsConfiguration',
    PutBucketInventoryConfiguration: 'PutInventoryConfiguration',
    DeleteBucketInventoryConfiguration: 'DeleteInventoryConfiguration',
    PutBucketMetricsConfiguration: 'PutMetricsConfiguration',
    DeleteBucketMetricsConfiguration: 'DeleteMetricsConfiguration',
  },
  s3control: {
    PutPublicAccessBlock: 'PutAccountPublicAccessBlock',
    DeletePublicAccessBlock: 'DeleteAccountPublicAccessBlock',
  },
  lambda: {
    AddPermission: 'AddPermission20150331v2',
    RemovePermission: 'RemovePermission20150331v2',
    CreateFunction: 'CreateFunction20150331',
    DeleteFunction: 'DeleteFunction20150331',
    UpdateFunctionCode: 'UpdateFunctionCode20150331v2',
    UpdateFunctionConfiguration: 'UpdateFunctionConfiguration20150331v2',
    CreateEventSourceMapping: 'CreateEventSourceMapping20150331',
    UpdateEventSourceMapping: 'UpdateEventSourceMapping20150331',
    DeleteEventSourceMapping: 'DeleteEventSourceMapping20150331',
    PublishVersion: 'PublishVersion20150331',
    CreateAlias: 'CreateAlias20150331',
    UpdateAlias: 'UpdateAlias20150331',
    DeleteAlias: 'DeleteAlias20150331',
    PublishLayerVersion: 'PublishLayerVersion20181031',
    PutFunctionConcurrency: 'PutFunctionConcurrency20171031',
    DeleteFunctionConcurrency: 'DeleteFunctionConcurrency20171031',
    TagResource: 'TagResource20170331v2',
    UntagResource: 'UntagResource20170331v2',
  },
};

/**
 * Data plane: no management events, so EventBridge hears nothing of them.
 * Source: AWS CloudTrail User Guide, "Logging data events".
 */
export const DATA_PLANE: Record<string, RegExp> = {
  s3: /Object(?!Lock(Configuration)?$)|Multipart|^UploadPart|^WriteGet/,
  sqs: /^(Send|Receive|Delete)Message|^ChangeMessageVisibility/,
  sns: /^Publish/,
  dynamodb: /^(Put|Update|Delete|Get)Item$|^(Batch|Transact)|^Execute|^Query$|^Scan$/,
  events: /^PutEvents$/,
  logs: /^PutLogEvents$/,
  lambda: /^Invoke/,
  kms: /^(Encrypt|Decrypt|ReEncrypt|Sign|Verify|GenerateMac|VerifyMac|GenerateDataKey.*|GenerateRandom)$/,
  sts: /^(AssumeRole.*|Get.*|DecodeAuthorizationMessage)$/,
  cloudwatch: /^PutMetricData$/,
  firehose: /^PutRecord/,
  kinesis: /^PutRecord/,
  xray: /^Put(TraceSegments|TelemetryRecords)$/,
  cloudformation: /^SignalResource$/,
};

/**
 * Parameters that CloudTrail replaces, per service; `*` is for all of them.
 * Sources: "Using CloudTrail" of IAM, Secrets Manager, RDS, Lambda and Systems Manager.
 */
export const REDACTED: Record<string, Record<string, unknown>> = {
  '*': {
    // Left out altogether (corpora: UpdateLoginProfile, CreateAccessKey).
    password: undefined,
    newPassword: undefined,
    oldPassword: undefined,
    secretAccessKey: undefined,
    masterUserPassword: '****',
    secretString: 'HIDDEN_DUE_TO_SECURITY_REASONS',
    secretBinary: 'HIDDEN_DUE_TO_SECURITY_REASONS',
    sessionToken: 'HIDDEN_DUE_TO_SECURITY_REASONS',
    authToken: 'HIDDEN_DUE_TO_SECURITY_REASONS',
    clientSecret: 'HIDDEN_DUE_TO_SECURITY_REASONS',
    privateKey: 'HIDDEN_DUE_TO_SECURITY_REASONS',
    keyMaterial: '<sensitiveDataRemoved>',
    userData: '<sensitiveDataRemoved>',
  },
  lambda: { environment: {}, zipFile: undefined },
  ssm: { value: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
  cloudformation: { templateBody: undefined },
};

/**
 * EC2 operations of the newer shape: the whole request under `<Operation>Request`, names as on the wire, elements of
 * lists numbered by `tag`, and the answer under `<Operation>Response`. Source for ModifySecurityGroupRules: aws-samples
 * "cloud-trail-lake-query-samples", ec2-security-historical-changes.sql. The others are taken to be alike and are to be
 * compared with a recorded event before a trigger relies on them.
 */
export const EC2_NESTED: ReadonlySet<string> = new Set([
  'ModifySecurityGroupRules',
  'CreateVpcEndpoint',
  'ModifyVpcEndpoint',
  'DeleteVpcEndpoints',
  'CreateFlowLogs',
  'DeleteFlowLogs',
  'CreateNatGateway',
  'DeleteNatGateway',
  'CreateLaunchTemplate',
  'CreateLaunchTemplateVersion',
  'ModifyLaunchTemplate',
  'DeleteLaunchTemplate',
  'CreateManagedPrefixList',
  'ModifyManagedPrefixList',
  'DeleteManagedPrefixList',
  'CreateTransitGateway',
  'ModifyTransitGateway',
  'DeleteTransitGateway',
  'CreateTransitGatewayVpcAttachment',
  'ModifyTransitGatewayVpcAttachment',
  'DeleteTransitGatewayVpcAttachment',
  'CreateTransitGatewayRouteTable',
  'DeleteTransitGatewayRouteTable',
  'CreateTransitGatewayRoute',
  'DeleteTransitGatewayRoute',
  'AssociateTransitGatewayRouteTable',
  'DisassociateTransitGatewayRouteTable',
  'EnableTransitGatewayRouteTablePropagation',
  'DisableTransitGatewayRouteTablePropagation',
  'ModifyInstanceMetadataOptions',
  'ModifyInstanceMetadataDefaults',
  'EnableEbsEncryptionByDefault',
  'DisableEbsEncryptionByDefault',
  'EnableImageBlockPublicAccess',
  'DisableImageBlockPublicAccess',
  'EnableSnapshotBlockPublicAccess',
  'DisableSnapshotBlockPublicAccess',
  'EnableSerialConsoleAccess',
  'DisableSerialConsoleAccess',
  'ModifyVpcBlockPublicAccessOptions',
  'CreateVpcBlockPublicAccessExclusion',
  'ModifyVpcBlockPublicAccessExclusion',
  'DeleteVpcBlockPublicAccessExclusion',
  'CreateNetworkInsightsAccessScope',
  'DeleteNetworkInsightsAccessScope',
]);

/**
 * EC2 lists of the older shape: parameter → name in the record, and the key of each element when the list holds plain
 * values. Lists not named here keep their name. Source: Amazon EC2 API Reference, "Log Amazon EC2 API calls using AWS
 * CloudTrail" (examples), and the response elements of the same reference, whose names CloudTrail shares.
 */
export const EC2_LISTS: Record<string, { readonly as: string; readonly of?: string }> = {
  InstanceIds: { as: 'instancesSet', of: 'instanceId' },
  Resources: { as: 'resourcesSet', of: 'resourceId' },
  Tags: { as: 'tagSet' },
  TagSpecifications: { as: 'tagSpecificationSet' },
  SecurityGroupIds: { as: 'groupSet', of: 'groupId' },
  Groups: { as: 'groupSet', of: 'groupId' },
  SecurityGroupRuleIds: { as: 'securityGroupRuleIds', of: 'securityGroupRuleId' },
  UserIdGroupPairs: { as: 'groups' },
  UserIds: { as: 'userIds', of: 'userId' },
  UserGroups: { as: 'groups', of: 'group' },
  BlockDeviceMappings: { as: 'blockDeviceMapping' },
  NetworkInterfaces: { as: 'networkInterfaceSet' },
};

/**
 * EC2 operations whose record renames parameters, moves some into one element of `instancesSet`, or shows empty groups.
 * Source: corpora (CreateVolume, CreateNetworkAclEntry, ModifyImageAttribute, RunInstances), which agree with the examples
 * of the page named above.
 */
export const EC2_SHAPES: Record<
  string,
  {
    readonly rename?: Record<string, string>;
    readonly perInstance?: readonly string[];
    readonly empty?: readonly string[];
  }
> = {
  CreateVolume: { rename: { availabilityZone: 'zone' } },
  CreateNetworkAclEntry: { rename: { protocol: 'aclProtocol' }, empty: ['icmpTypeCode', 'portRange'] },
  ReplaceNetworkAclEntry: { rename: { protocol: 'aclProtocol' }, empty: ['icmpTypeCode', 'portRange'] },
  ModifyImageAttribute: { rename: { attribute: 'attributeType' } },
  RunInstances: { perInstance: ['imageId', 'keyName', 'minCount', 'maxCount'], empty: ['blockDeviceMapping'] },
};

/** The lists that an IP permission always shows, empty ones as `{}` (corpora: AuthorizeSecurityGroupIngress). */
export const IP_PERMISSION_LISTS = ['groups', 'ipRanges', 'ipv6Ranges', 'prefixListIds'] as const;

/** Members that are maps: their keys are data and keep their case (corpora: SetQueueAttributes). */
export const MAPS: ReadonlySet<string> = new Set(['Attributes', 'Tags', 'Variables']);

/**
 * Operations of KMS that answer nothing, and whose records show the key's ARN as answer all the same.
 * Source: AWS KMS Developer Guide, "Examples of AWS KMS log entries" (since December 2022).
 */
export const KMS_ANSWERS_KEY: ReadonlySet<string> = new Set(['DisableKey', 'EnableKeyRotation']);
