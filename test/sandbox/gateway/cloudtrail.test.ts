import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CompletedCall, isDelivered, toRecord } from '../../../sandbox/gateway/cloudtrail';
import { OPERATOR, Sessions } from '../../../sandbox/gateway/identity';
import type { Json } from '../../../sandbox/gateway/types';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const XMLNS = 'http://s3.amazonaws.com/doc/2006-03-01/';
const CONTROL = 'http://awss3control.amazonaws.com/doc/2018-08-20/';

interface Case {
  readonly service: string;
  readonly operation: string;
  readonly params?: Json;
  readonly url?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly answer?: string;
}

function completed(made: Case): CompletedCall {
  return {
    caller: OPERATOR,
    request: {
      method: 'POST',
      url: made.url ?? '/',
      headers: { 'user-agent': 'aws-cli/2', ...made.headers },
      body: Buffer.from(made.body ?? ''),
      remoteAddress: '127.0.0.1',
    },
    understanding: {
      service: made.service,
      operation: made.operation,
      region: 'eu-central-1',
      params: made.params ?? {},
      mutating: true,
      actions: [],
      problems: [],
    },
    response: { status: 200, headers: { 'x-amzn-requestid': 'req-1' }, body: Buffer.from(made.answer ?? '') },
    time: new Date('2026-01-02T03:04:05.678Z'),
  };
}

const record = (made: Case) => toRecord(completed(made));

describe('every record', () => {
  test('of a user has the documented fields', () => {
    expect(record({ service: 'cloudtrail', operation: 'StopLogging', params: { Name: 'main' }, answer: '{}' })).toEqual(
      {
        eventVersion: '1.11',
        userIdentity: {
          type: 'IAMUser',
          principalId: 'AIDABULWARKOPERATOR00',
          arn: 'arn:aws:iam::123456789012:user/operator',
          accountId: '123456789012',
          accessKeyId: 'AKIABULWARKOPERATOR',
          userName: 'operator',
        },
        eventTime: '2026-01-02T03:04:05Z',
        eventSource: 'cloudtrail.amazonaws.com',
        eventName: 'StopLogging',
        awsRegion: 'eu-central-1',
        sourceIPAddress: '127.0.0.1',
        userAgent: 'aws-cli/2',
        requestParameters: { name: 'main' },
        responseElements: null,
        requestID: 'req-1',
        eventID: expect.stringMatching(/^[0-9a-f-]{36}$/),
        readOnly: false,
        eventType: 'AwsApiCall',
        managementEvent: true,
        recipientAccountId: '123456789012',
        eventCategory: 'Management',
      },
    );
  });

  test('of a session names its role as issuer, with the path', () => {
    const roleArn = 'arn:aws:iam::123456789012:role/bulwark/q/tighten/s3';
    const sessions = new Sessions();
    const { accessKeyId } = sessions.issue(roleArn, 'run-1');
    const caller = sessions.find(accessKeyId);
    const { userIdentity } = toRecord({
      ...completed({ service: 'ec2', operation: 'StopInstances' }),
      caller: caller ?? OPERATOR,
    });
    expect(userIdentity).toEqual({
      type: 'AssumedRole',
      principalId: expect.stringMatching(/^AROA[0-9A-F]{17}:run-1$/),
      arn: 'arn:aws:sts::123456789012:assumed-role/s3/run-1',
      accountId: '123456789012',
      accessKeyId,
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          principalId: expect.stringMatching(/^AROA[0-9A-F]{17}$/),
          arn: roleArn,
          accountId: '123456789012',
          userName: 's3',
        },
        attributes: {
          creationDate: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
          mfaAuthenticated: 'false',
        },
      },
    });
  });
});

test('a set without elements is an empty object, as in recorded events', () => {
  const answer =
    '<CreateRouteTableResponse><requestId>r</requestId><routeTable><associationSet/><tagSet/>' +
    '<routeSet><item><state>active</state></item></routeSet></routeTable></CreateRouteTableResponse>';
  const made = record({ service: 'ec2', operation: 'CreateRouteTable', params: { VpcId: 'vpc-1' }, answer });
  expect(made.responseElements).toEqual({
    requestId: 'r',
    routeTable: { associationSet: {}, tagSet: {}, routeSet: { items: [{ state: 'active' }] } },
  });
});

// AWS WAF Developer Guide, "AWS WAF information in AWS CloudTrail", the record of CreateWebACL.
test('a record of AWS WAF has the version of its API, and names with a small first letter', () => {
  const summary = { Name: 'foo', Id: 'i', Description: 'foo', LockToken: 't', ARN: 'arn:aws:wafv2:…:webacl/foo/i' };
  expect(
    record({
      service: 'wafv2',
      operation: 'CreateWebACL',
      params: {
        Name: 'foo',
        Scope: 'CLOUDFRONT',
        DefaultAction: { Block: {} },
        Rules: [{ Name: 'foo', Priority: 1, Statement: { GeoMatchStatement: { CountryCodes: ['AF'] } } }],
      },
      answer: JSON.stringify({ Summary: summary }),
    }),
  ).toMatchObject({
    apiVersion: '2019-04-23',
    requestParameters: {
      name: 'foo',
      scope: 'CLOUDFRONT',
      defaultAction: { block: {} },
      rules: [{ name: 'foo', priority: 1, statement: { geoMatchStatement: { countryCodes: ['AF'] } } }],
    },
    responseElements: {
      summary: { name: 'foo', id: 'i', description: 'foo', lockToken: 't', aRN: 'arn:aws:wafv2:…:webacl/foo/i' },
    },
  });
});

describe('eventName, eventSource and Region differ from the API', () => {
  test.each([
    ['s3', 'PutPublicAccessBlock', 's3', 'PutBucketPublicAccessBlock', 'eu-central-1'],
    ['s3', 'DeletePublicAccessBlock', 's3', 'DeleteBucketPublicAccessBlock', 'eu-central-1'],
    ['s3', 'PutBucketLifecycleConfiguration', 's3', 'PutBucketLifecycle', 'eu-central-1'],
    ['s3', 'PutBucketPolicy', 's3', 'PutBucketPolicy', 'eu-central-1'],
    ['s3control', 'PutPublicAccessBlock', 's3', 'PutAccountPublicAccessBlock', 'eu-central-1'],
    ['s3control', 'DeletePublicAccessBlock', 's3', 'DeleteAccountPublicAccessBlock', 'eu-central-1'],
    ['guardduty', 'UpdateDetector', 'guardduty', 'UpdateDetector', 'eu-central-1'],
    ['kms', 'DisableKeyRotation', 'kms', 'DisableKeyRotation', 'eu-central-1'],
    ['lambda', 'AddPermission', 'lambda', 'AddPermission20150331v2', 'eu-central-1'],
    ['lambda', 'RemovePermission', 'lambda', 'RemovePermission20150331v2', 'eu-central-1'],
    ['iam', 'UpdateAccessKey', 'iam', 'UpdateAccessKey', 'us-east-1'],
    ['lambda', 'DeleteFunction', 'lambda', 'DeleteFunction20150331', 'eu-central-1'],
    ['cloudwatch', 'DeleteAlarms', 'monitoring', 'DeleteAlarms', 'eu-central-1'],
    ['stepfunctions', 'DeleteStateMachine', 'states', 'DeleteStateMachine', 'eu-central-1'],
    ['iam', 'DeleteRole', 'iam', 'DeleteRole', 'us-east-1'],
    ['wafv2', 'DisassociateWebACL', 'wafv2', 'DisassociateWebACL', 'eu-central-1'],
    ['shield', 'DeleteProtection', 'shield', 'DeleteProtection', 'us-east-1'],
    ['elbv2', 'DeleteLoadBalancer', 'elasticloadbalancing', 'DeleteLoadBalancer', 'eu-central-1'],
  ])('%s %s', (service, operation, source, eventName, awsRegion) => {
    expect(record({ service, operation })).toMatchObject({
      eventSource: `${source}.amazonaws.com`,
      eventName,
      awsRegion,
    });
  });
});

describe('shapes', () => {
  const permission = {
    IpProtocol: 'tcp',
    FromPort: 22,
    ToPort: 22,
    IpRanges: [{ CidrIp: '0.0.0.0/0', Description: 'all' }],
  };
  test.each<[string, Case, { request: unknown; response?: unknown }]>([
    [
      'a bucket loses its public access block',
      {
        service: 's3',
        operation: 'DeletePublicAccessBlock',
        params: { Bucket: 'one' },
        url: '/one?publicAccessBlock&x-id=DeletePublicAccessBlock',
      },
      {
        request: { bucketName: 'one', Host: 'one.s3.eu-central-1.amazonaws.com', publicAccessBlock: '' },
        response: null,
      },
    ],
    [
      'a payload stands under the name of its root element',
      {
        service: 's3',
        operation: 'PutPublicAccessBlock',
        params: { Bucket: 'one' },
        url: '/one?publicAccessBlock',
        body:
          `<?xml version="1.0" encoding="UTF-8"?><PublicAccessBlockConfiguration xmlns="${XMLNS}">` +
          '<BlockPublicAcls>false</BlockPublicAcls><RestrictPublicBuckets>true</RestrictPublicBuckets>' +
          '</PublicAccessBlockConfiguration>',
      },
      {
        request: {
          bucketName: 'one',
          Host: 'one.s3.eu-central-1.amazonaws.com',
          publicAccessBlock: '',
          PublicAccessBlockConfiguration: { xmlns: XMLNS, BlockPublicAcls: false, RestrictPublicBuckets: true },
        },
      },
    ],
    [
      'a bucket policy is an object',
      {
        service: 's3',
        operation: 'PutBucketPolicy',
        params: { Bucket: 'one' },
        url: '/one?policy',
        body: '{"Version":"2012-10-17","Statement":[]}',
      },
      {
        request: {
          bucketName: 'one',
          Host: 'one.s3.eu-central-1.amazonaws.com',
          policy: '',
          bucketPolicy: { Version: '2012-10-17', Statement: [] },
        },
      },
    ],
    [
      'a canned ACL is a header',
      {
        service: 's3',
        operation: 'PutBucketAcl',
        params: { Bucket: 'one' },
        url: '/one?acl',
        headers: { 'x-amz-acl': 'public-read', 'x-amz-date': '20260101T000000Z' },
      },
      {
        request: {
          bucketName: 'one',
          Host: 'one.s3.eu-central-1.amazonaws.com',
          acl: '',
          'x-amz-acl': 'public-read',
        },
      },
    ],
    [
      'an account gets its public access block',
      {
        service: 's3control',
        operation: 'PutPublicAccessBlock',
        params: { AccountId: '123456789012', PublicAccessBlockConfiguration: { BlockPublicAcls: true } },
        url: '/v20180820/configuration/publicAccessBlock',
        body: `<PublicAccessBlockConfiguration xmlns="${CONTROL}"><BlockPublicAcls>true</BlockPublicAcls></PublicAccessBlockConfiguration>`,
      },
      {
        request: {
          accountId: '123456789012',
          Host: '123456789012.s3-control.eu-central-1.amazonaws.com',
          PublicAccessBlockConfiguration: { xmlns: CONTROL, BlockPublicAcls: true },
        },
        response: null,
      },
    ],
    [
      'an account loses its public access block',
      { service: 's3control', operation: 'DeletePublicAccessBlock', params: { AccountId: '123456789012' } },
      { request: { accountId: '123456789012', Host: '123456789012.s3-control.eu-central-1.amazonaws.com' } },
    ],
    [
      'a snapshot is made public',
      {
        service: 'ec2',
        operation: 'ModifySnapshotAttribute',
        params: {
          SnapshotId: 'snap-1',
          Attribute: 'createVolumePermission',
          CreateVolumePermission: { Add: [{ Group: 'all' }] },
        },
        answer: '<ModifySnapshotAttributeResponse><requestId>r</requestId></ModifySnapshotAttributeResponse>',
      },
      {
        request: {
          snapshotId: 'snap-1',
          createVolumePermission: { add: { items: [{ group: 'all' }] } },
          attributeType: 'CREATE_VOLUME_PERMISSION',
        },
        response: { requestId: 'r', _return: true },
      },
    ],
    [
      'a snapshot is taken from everybody and an account, in the older form',
      {
        service: 'ec2',
        operation: 'ModifySnapshotAttribute',
        params: {
          SnapshotId: 'snap-1',
          Attribute: 'createVolumePermission',
          OperationType: 'remove',
          GroupNames: ['all'],
          UserIds: ['210987654321'],
        },
      },
      {
        request: {
          snapshotId: 'snap-1',
          createVolumePermission: { remove: { items: [{ group: 'all' }, { userId: '210987654321' }] } },
          attributeType: 'CREATE_VOLUME_PERMISSION',
        },
      },
    ],
    [
      'a request without parameters, nested',
      {
        service: 'ec2',
        operation: 'DisableEbsEncryptionByDefault',
        headers: FORM,
        body: 'Action=DisableEbsEncryptionByDefault&Version=2016-11-15',
        answer:
          '<DisableEbsEncryptionByDefaultResponse><requestId>r</requestId>' +
          '<ebsEncryptionByDefault>false</ebsEncryptionByDefault></DisableEbsEncryptionByDefaultResponse>',
      },
      {
        request: { DisableEbsEncryptionByDefaultRequest: {} },
        response: { DisableEbsEncryptionByDefaultResponse: { requestId: 'r', ebsEncryptionByDefault: false } },
      },
    ],
    [
      'a function is opened to everybody',
      {
        service: 'lambda',
        operation: 'AddPermission',
        params: {
          FunctionName: 'f',
          StatementId: 'open',
          Action: 'lambda:InvokeFunctionUrl',
          Principal: '*',
          FunctionUrlAuthType: 'NONE',
        },
        answer: '{"Statement":"{\\"Sid\\":\\"open\\"}"}',
      },
      {
        request: {
          functionName: 'f',
          statementId: 'open',
          action: 'lambda:InvokeFunctionUrl',
          principal: '*',
          functionUrlAuthType: 'NONE',
        },
        response: { statement: '{"Sid":"open"}' },
      },
    ],
    [
      'a detector loses a feature',
      {
        service: 'guardduty',
        operation: 'UpdateDetector',
        params: { DetectorId: 'd', Features: [{ Name: 'S3_DATA_EVENTS', Status: 'DISABLED' }] },
        answer: '{}',
      },
      {
        request: { detectorId: 'd', features: [{ name: 'S3_DATA_EVENTS', status: 'DISABLED' }] },
        response: null,
      },
    ],
    [
      'a rule of a security group with all its lists, and the answer with the rules',
      {
        service: 'ec2',
        operation: 'AuthorizeSecurityGroupIngress',
        params: { GroupId: 'sg-1', IpPermissions: [permission] },
        answer:
          '<AuthorizeSecurityGroupIngressResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId>' +
          '<return>true</return><securityGroupRuleSet><item><groupOwnerId>123456789012</groupOwnerId>' +
          '<fromPort>22</fromPort><isEgress>false</isEgress></item></securityGroupRuleSet>' +
          '</AuthorizeSecurityGroupIngressResponse>',
      },
      {
        request: {
          groupId: 'sg-1',
          ipPermissions: {
            items: [
              {
                ipProtocol: 'tcp',
                fromPort: 22,
                toPort: 22,
                groups: {},
                ipRanges: { items: [{ cidrIp: '0.0.0.0/0', description: 'all' }] },
                ipv6Ranges: {},
                prefixListIds: {},
              },
            ],
          },
        },
        response: {
          requestId: 'r',
          _return: true,
          securityGroupRuleSet: { items: [{ groupOwnerId: '123456789012', fromPort: 22, isEgress: false }] },
        },
      },
    ],
    [
      'a rule given as single parameters',
      {
        service: 'ec2',
        operation: 'AuthorizeSecurityGroupIngress',
        params: { GroupId: 'sg-1', IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIp: '0.0.0.0/0' },
      },
      {
        request: {
          groupId: 'sg-1',
          ipProtocol: 'tcp',
          fromPort: 22,
          toPort: 22,
          cidrIp: '0.0.0.0/0',
          ipPermissions: {},
        },
      },
    ],
    [
      'rules revoked by their ids',
      {
        service: 'ec2',
        operation: 'RevokeSecurityGroupIngress',
        params: { GroupId: 'sg-1', SecurityGroupRuleIds: ['sgr-1'] },
      },
      {
        request: {
          groupId: 'sg-1',
          ipPermissions: {},
          securityGroupRuleIds: { items: [{ securityGroupRuleId: 'sgr-1' }] },
        },
      },
    ],
    [
      'a rule modified, nested as on the wire',
      {
        service: 'ec2',
        operation: 'ModifySecurityGroupRules',
        headers: FORM,
        body: new URLSearchParams({
          Action: 'ModifySecurityGroupRules',
          Version: '2016-11-15',
          GroupId: 'sg-1',
          'SecurityGroupRule.1.SecurityGroupRuleId': 'sgr-1',
          'SecurityGroupRule.1.SecurityGroupRule.IpProtocol': 'tcp',
          'SecurityGroupRule.1.SecurityGroupRule.FromPort': '443',
          'SecurityGroupRule.1.SecurityGroupRule.CidrIpv4': '0.0.0.0/0',
        }).toString(),
        answer:
          '<ModifySecurityGroupRulesResponse><requestId>r</requestId><return>true</return></ModifySecurityGroupRulesResponse>',
      },
      {
        request: {
          ModifySecurityGroupRulesRequest: {
            GroupId: 'sg-1',
            SecurityGroupRule: {
              SecurityGroupRuleId: 'sgr-1',
              SecurityGroupRule: { IpProtocol: 'tcp', FromPort: 443, CidrIpv4: '0.0.0.0/0' },
              tag: 1,
            },
          },
        },
        response: { ModifySecurityGroupRulesResponse: { requestId: 'r', return: true } },
      },
    ],
    [
      'several plain values, nested as on the wire',
      {
        service: 'ec2',
        operation: 'DeleteFlowLogs',
        headers: FORM,
        body: 'Action=DeleteFlowLogs&FlowLogId.1=fl-1&FlowLogId.2=fl-2',
      },
      {
        request: {
          DeleteFlowLogsRequest: {
            FlowLogId: [
              { content: 'fl-1', tag: 1 },
              { content: 'fl-2', tag: 2 },
            ],
          },
        },
      },
    ],
    [
      'tags of EC2',
      {
        service: 'ec2',
        operation: 'CreateTags',
        params: { Resources: ['i-1'], Tags: [{ Key: 'a', Value: 'b' }] },
      },
      { request: { resourcesSet: { items: [{ resourceId: 'i-1' }] }, tagSet: { items: [{ key: 'a', value: 'b' }] } } },
    ],
    [
      'event selectors',
      {
        service: 'cloudtrail',
        operation: 'PutEventSelectors',
        headers: { 'x-amz-target': 'x.PutEventSelectors' },
        params: { TrailName: 'main', EventSelectors: [{ ReadWriteType: 'ReadOnly', IncludeManagementEvents: false }] },
        answer: '{"TrailARN":"arn:t","EventSelectors":[{"ReadWriteType":"ReadOnly"}]}',
      },
      {
        request: {
          trailName: 'main',
          eventSelectors: [{ readWriteType: 'ReadOnly', includeManagementEvents: false }],
        },
        response: { trailARN: 'arn:t', eventSelectors: [{ readWriteType: 'ReadOnly' }] },
      },
    ],
    [
      'attributes of a queue keep their names',
      {
        service: 'sqs',
        operation: 'SetQueueAttributes',
        headers: { 'x-amz-target': 'x' },
        params: { QueueUrl: 'http://q', Attributes: { Policy: '{}' } },
      },
      { request: { queueUrl: 'http://q', attributes: { Policy: '{}' } }, response: null },
    ],
    [
      'secrets are not there',
      {
        service: 'iam',
        operation: 'CreateAccessKey',
        headers: FORM,
        params: { UserName: 'alice' },
        answer:
          '<CreateAccessKeyResponse><CreateAccessKeyResult><AccessKey><UserName>alice</UserName>' +
          '<AccessKeyId>AKIA1</AccessKeyId><SecretAccessKey>verysecret</SecretAccessKey>' +
          '<CreateDate>2022-09-27T17:09:18Z</CreateDate></AccessKey>' +
          '</CreateAccessKeyResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></CreateAccessKeyResponse>',
      },
      {
        request: { userName: 'alice' },
        response: {
          accessKey: { userName: 'alice', accessKeyId: 'AKIA1', createDate: 'Sep 27, 2022 5:09:18 PM' },
        },
      },
    ],
    [
      'a function shows neither code nor environment',
      {
        service: 'lambda',
        operation: 'CreateFunction',
        params: { FunctionName: 'f', Code: { ZipFile: '<blob>' }, Environment: { Variables: { KEY: 'verysecret' } } },
        answer: '{"FunctionName":"f","Environment":{"Variables":{"KEY":"verysecret"}}}',
      },
      {
        request: { functionName: 'f', code: {}, environment: {} },
        response: { functionName: 'f', environment: {} },
      },
    ],
    [
      'a parameter shows no value',
      {
        service: 'ssm',
        operation: 'PutParameter',
        params: { Name: '/a', Value: 'verysecret' },
        answer: '{"Version":1}',
      },
      { request: { name: '/a', value: 'HIDDEN_DUE_TO_SECURITY_REASONS' }, response: { version: 1 } },
    ],
  ])('%s', (_what, made, expected) => {
    const result = record(made);
    expect(result.requestParameters).toEqual(expected.request);
    if ('response' in expected) {
      expect(result.responseElements).toEqual(expected.response);
    }
  });
});

describe('a record of KMS names its key', () => {
  const ARN = 'arn:aws:kms:eu-central-1:123456789012:key/k';
  const named = (operation: string, params: Json, answer: string) => {
    const call = completed({ service: 'kms', operation, params, answer });
    const actions = [{ action: `kms:${operation}`, resources: [operation === 'CreateKey' ? '*' : ARN] }];
    return toRecord({ ...call, understanding: { ...call.understanding, actions } });
  };
  const resources = [{ accountId: '123456789012', type: 'AWS::KMS::Key', ARN }];

  test.each<[string, Json, Json | null]>([
    ['DisableKeyRotation', { KeyId: 'k' }, null],
    ['EnableKeyRotation', { KeyId: 'k', RotationPeriodInDays: 180 }, { keyId: ARN }],
  ])('%s', (operation, params, responseElements) => {
    expect(named(operation, params, '{}')).toMatchObject({
      requestParameters: Object.fromEntries(
        Object.entries(params).map(([k, v]) => [k[0]?.toLowerCase() + k.slice(1), v]),
      ),
      responseElements,
      resources,
    });
  });

  test('CreateKey, whose answer tells it', () => {
    expect(named('CreateKey', {}, JSON.stringify({ KeyMetadata: { Arn: ARN } }))).toMatchObject({
      requestParameters: null,
      responseElements: { keyMetadata: { arn: ARN } },
      resources,
    });
  });
});

describe('delivered are changes that succeeded, data plane excepted', () => {
  test.each([
    ['s3', 'PutBucketPolicy', true],
    ['s3', 'PutObjectLockConfiguration', true],
    ['s3', 'PutObject', false],
    ['s3', 'PutObjectAcl', false],
    ['s3', 'DeleteObjects', false],
    ['s3', 'CompleteMultipartUpload', false],
    ['sqs', 'SetQueueAttributes', true],
    ['sqs', 'PurgeQueue', true],
    ['sqs', 'DeleteMessageBatch', false],
    ['dynamodb', 'DeleteTable', true],
    ['dynamodb', 'UpdateItem', false],
    ['dynamodb', 'TransactWriteItems', false],
    ['events', 'PutRule', true],
    ['events', 'PutEvents', false],
    ['logs', 'DeleteLogGroup', true],
    ['logs', 'PutLogEvents', false],
    ['lambda', 'UpdateFunctionCode', true],
    ['lambda', 'Invoke', false],
    ['kms', 'ScheduleKeyDeletion', true],
    ['kms', 'Encrypt', false],
    ['sts', 'AssumeRole', false],
  ])('%s %s: %s', (service, operation, delivered) => {
    expect(isDelivered(completed({ service, operation }))).toBe(delivered);
  });
});

/**
 * Recorded records, rebuilt from the call that must have caused them: keys and nesting have to agree. Values AWS fills in
 * and fields of another age are left out by name.
 */
const CORPORA = process.env.BULWARK_CORPORA ?? join(__dirname, '../../../../shared/corpora');
const recorded: Json[] = existsSync(CORPORA) ? readCorpora() : [];
if (recorded.length === 0) {
  console.warn(`SKIPPED: no recorded CloudTrail events at ${CORPORA}; shapes are checked against documentation only`);
}

const whereRecorded = recorded.length > 0 ? describe : describe.skip;
whereRecorded('recorded events have the same shape', () => {
  const find = (eventName: string, probe: (event: Json) => boolean = () => true): Json | undefined =>
    recorded.find((event) => event.eventName === eventName && event.requestParameters && probe(event));

  test.each<[string, (parameters: Json) => Case, string[]]>([
    [
      'AuthorizeSecurityGroupIngress',
      ({ groupId, ipPermissions }) => ({
        service: 'ec2',
        operation: 'AuthorizeSecurityGroupIngress',
        params: {
          GroupId: groupId,
          IpPermissions: (ipPermissions as { items: Json[] }).items.map((item) => ({
            IpProtocol: item.ipProtocol,
            FromPort: item.fromPort,
            ToPort: item.toPort,
            IpRanges: (item.ipRanges as { items: Json[] }).items.map((range) => ({
              CidrIp: range.cidrIp,
              Description: range.description,
            })),
          })),
        },
      }),
      [],
    ],
    [
      'DeleteBucketPublicAccessBlock',
      ({ bucketName }) => ({
        service: 's3',
        operation: 'DeletePublicAccessBlock',
        params: { Bucket: bucketName },
        url: `/${bucketName}?publicAccessBlock`,
      }),
      // Older and hand-made records write it small.
      ['host', 'Host'],
    ],
    [
      'PutBucketPolicy',
      ({ bucketName, bucketPolicy }) => ({
        service: 's3',
        operation: 'PutBucketPolicy',
        params: { Bucket: bucketName },
        url: `/${bucketName}?policy`,
        body: JSON.stringify(bucketPolicy),
      }),
      // eventVersion 1.05 wrote sub-resources and host as lists.
      ['host', 'Host', 'policy'],
    ],
    [
      'CreateBucket',
      ({ bucketName }) => ({
        service: 's3',
        operation: 'CreateBucket',
        params: { Bucket: bucketName },
        url: `/${bucketName}`,
        body: `<CreateBucketConfiguration xmlns="${XMLNS}"><LocationConstraint>us-west-2</LocationConstraint></CreateBucketConfiguration>`,
      }),
      ['Host'],
    ],
    ['DeleteTrail', ({ name }) => ({ service: 'cloudtrail', operation: 'DeleteTrail', params: { Name: name } }), []],
    [
      'SetQueueAttributes',
      ({ queueUrl }) => ({
        service: 'sqs',
        operation: 'SetQueueAttributes',
        params: { QueueUrl: queueUrl, Attributes: { Policy: '' } },
      }),
      // The published event, edited by its publisher, names S3.
      ['eventSource'],
    ],
    [
      'AddRoleToDBInstance',
      ({ dBInstanceIdentifier, roleArn, featureName }) => ({
        service: 'rds',
        operation: 'AddRoleToDBInstance',
        params: { DBInstanceIdentifier: dBInstanceIdentifier, RoleArn: roleArn, FeatureName: featureName },
      }),
      [],
    ],
    [
      'ModifyImageAttribute',
      ({ imageId }) => ({
        service: 'ec2',
        operation: 'ModifyImageAttribute',
        params: { ImageId: imageId, Attribute: 'launchPermission', LaunchPermission: { Add: [{ Group: 'all' }] } },
      }),
      [],
    ],
    [
      'CreateNetworkAclEntry',
      (parameters) => ({
        service: 'ec2',
        operation: 'CreateNetworkAclEntry',
        params: {
          NetworkAclId: parameters.networkAclId,
          RuleNumber: parameters.ruleNumber,
          Egress: parameters.egress,
          RuleAction: parameters.ruleAction,
          Protocol: parameters.aclProtocol,
          CidrBlock: parameters.cidrBlock,
        },
      }),
      [],
    ],
    [
      'CreateVolume',
      ({ snapshotId, zone }) => ({
        service: 'ec2',
        operation: 'CreateVolume',
        params: { SnapshotId: snapshotId, AvailabilityZone: zone },
      }),
      [],
    ],
    [
      'CreateAccessKey',
      ({ userName }) => ({ service: 'iam', operation: 'CreateAccessKey', params: { UserName: userName } }),
      [],
    ],
    ['CreateUser', ({ userName }) => ({ service: 'iam', operation: 'CreateUser', params: { UserName: userName } }), []],
    ['DisableKey', ({ keyId }) => ({ service: 'kms', operation: 'DisableKey', params: { KeyId: keyId } }), []],
    [
      'PutUserPolicy',
      ({ userName, policyName, policyDocument }) => ({
        service: 'iam',
        operation: 'PutUserPolicy',
        params: { UserName: userName, PolicyName: policyName, PolicyDocument: policyDocument },
      }),
      [],
    ],
  ])('%s', (eventName, rebuild, differing) => {
    const event = find(eventName, (candidate) => {
      const parameters = candidate.requestParameters as Json;
      return (
        candidate.errorCode === undefined &&
        (eventName !== 'SetQueueAttributes' || candidate.eventVersion !== undefined) &&
        (eventName !== 'PutBucketPolicy' || parameters.bucketPolicy !== undefined) &&
        (eventName !== 'CreateBucket' || parameters.CreateBucketConfiguration !== undefined) &&
        (eventName !== 'DeleteBucketPublicAccessBlock' || parameters.publicAccessBlock !== undefined)
      );
    });
    expect(event).toBeDefined();
    const parameters = event?.requestParameters as Json;
    const without = (value: unknown) =>
      Object.fromEntries(Object.entries(value as Json).filter(([key]) => !differing.includes(key)));
    const made = record(rebuild(parameters));
    expect(made.eventName).toBe(eventName);
    if (!differing.includes('eventSource')) {
      expect(made.eventSource).toBe(event?.eventSource);
    }
    expect(without(made.requestParameters)).toEqual(without(parameters));
  });

  test('CreateAccessKey answers the key with its date, without its secret', () => {
    const answered = find('CreateAccessKey')?.responseElements as { accessKey: Record<string, string> };
    const { userName, accessKeyId, status } = answered.accessKey;
    const made = record({
      service: 'iam',
      operation: 'CreateAccessKey',
      headers: FORM,
      answer:
        `<CreateAccessKeyResponse><CreateAccessKeyResult><AccessKey><UserName>${userName}</UserName>` +
        `<AccessKeyId>${accessKeyId}</AccessKeyId><Status>${status}</Status><SecretAccessKey>x</SecretAccessKey>` +
        '<CreateDate>2022-09-27T17:09:18Z</CreateDate></AccessKey></CreateAccessKeyResult></CreateAccessKeyResponse>',
    });
    expect(made.responseElements).toEqual(answered);
  });

  test('DisableKey names the key that it was about', () => {
    const { resources } = find('DisableKey', (event) => Array.isArray(event.resources)) ?? {};
    const [{ ARN }] = resources as [{ ARN: string }];
    const call = completed({ service: 'kms', operation: 'DisableKey' });
    const actions = [{ action: 'kms:DisableKey', resources: [ARN] }];
    expect(toRecord({ ...call, understanding: { ...call.understanding, actions } }).resources).toEqual(resources);
  });

  test('and no top-level field that recorded events of this age lack', () => {
    const newest = recorded.filter((event) => event.eventVersion === '1.11' || event.eventVersion === '1.10');
    const known = new Set(newest.flatMap((event) => Object.keys(event)));
    const made = record({ service: 'cloudtrail', operation: 'StopLogging', params: { Name: 'main' }, answer: '{}' });
    expect(Object.keys(made).filter((key) => !known.has(key))).toEqual([]);
  });
});

function readCorpora(): Json[] {
  const found: Json[] = [];
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) {
      value.forEach(walk);
    } else if (value !== null && typeof value === 'object') {
      const event = value as Json;
      if (typeof event.eventName === 'string' && typeof event.eventSource === 'string') {
        found.push(event);
      } else {
        Object.values(event).forEach(walk);
      }
    }
  };
  for (const line of readFileSync(join(CORPORA, 'panther/rules_tests.jsonl'), 'utf8').trim().split('\n')) {
    walk(JSON.parse(line));
  }
  for (const file of readdirSync(join(CORPORA, 'c7n_events')).filter((name) => name.endsWith('.json'))) {
    walk(JSON.parse(readFileSync(join(CORPORA, 'c7n_events', file), 'utf8')));
  }
  return found;
}
