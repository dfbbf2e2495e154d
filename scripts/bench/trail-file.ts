import { statfs, open } from 'node:fs/promises';
import { dirname } from 'node:path';

/** How often a call comes in a thousand, and what stands in its record. */
interface Call {
  readonly share: number;
  readonly service: string;
  readonly name: string;
  readonly requestParameters?: (index: number) => object;
  readonly responseElements?: (index: number) => object;
  readonly resource?: (index: number) => { readonly type: string; readonly ARN: string };
  readonly isRead?: true;
  /** Of a resource's contents, such as an object; those are records of another category. */
  readonly isData?: true;
}

const ACCOUNTS = ['111111111111', '222222222222', '333333333333'];
const REGIONS = ['eu-central-1', 'us-east-1'];
const hex = (index: number, length: number): string => (index % 5_000).toString(16).padStart(length, '0');
const bucket = (index: number) => ({ type: 'AWS::S3::Bucket', ARN: `arn:aws:s3:::logs-and-reports-${index % 900}` });
const object = (index: number) => ({
  bucketName: `logs-and-reports-${index % 900}`,
  Host: `logs-and-reports-${index % 900}.s3.eu-central-1.amazonaws.com`,
  key: `year=2026/month=11/day=25/part-${hex(index, 12)}.snappy.parquet`,
});
const key = (index: number) => ({
  type: 'AWS::KMS::Key',
  ARN: `arn:aws:kms:eu-central-1:${accountOf(index)}:key/1234abcd-12ab-34cd-56ef-${hex(index, 12)}`,
});
const encryption = (index: number) => ({
  encryptionContext: { 'aws:s3:arn': `arn:aws:s3:::logs-and-reports-${index % 900}` },
  keyId: key(index).ARN,
});

/** What an account of applications calls, roughly; the last eight are what the baseline would look at. */
const CALLS: readonly Call[] = [
  {
    share: 190,
    service: 's3',
    name: 'GetObject',
    requestParameters: object,
    resource: bucket,
    isRead: true,
    isData: true,
  },
  { share: 70, service: 's3', name: 'PutObject', requestParameters: object, resource: bucket, isData: true },
  { share: 130, service: 'kms', name: 'Decrypt', requestParameters: encryption, resource: key, isRead: true },
  { share: 60, service: 'kms', name: 'GenerateDataKey', requestParameters: encryption, resource: key, isRead: true },
  {
    share: 150,
    service: 'sts',
    name: 'AssumeRole',
    requestParameters: (index) => ({
      roleArn: `arn:aws:iam::${accountOf(index)}:role/application-${index % 60}`,
      roleSessionName: `session-${hex(index, 12)}`,
      durationSeconds: 3600,
    }),
    responseElements: (index) => ({
      credentials: { accessKeyId: `ASIA${hex(index, 16).toUpperCase()}`, expiration: 'Nov 25, 2026, 9:00:00 AM' },
      assumedRoleUser: { arn: `arn:aws:sts::${accountOf(index)}:assumed-role/application-${index % 60}/session` },
    }),
    isRead: true,
  },
  ...['DescribeInstances', 'DescribeNetworkInterfaces', 'DescribeSecurityGroups'].map((name) => ({
    share: 60,
    service: 'ec2',
    name,
    requestParameters: (index: number) => ({
      maxResults: 1_000,
      filterSet: { items: [{ name: 'vpc-id', valueSet: { items: [{ value: `vpc-${hex(index, 17)}` }] } }] },
    }),
    isRead: true as const,
  })),
  {
    share: 60,
    service: 'logs',
    name: 'CreateLogStream',
    requestParameters: (index) => ({
      logGroupName: `/aws/lambda/application-${index % 60}`,
      logStreamName: hex(index, 32),
    }),
  },
  ...['iam:GetRole', 'lambda:GetFunction20150331v2', 'dynamodb:DescribeTable', 'ssm:GetParameters'].map((call) => ({
    share: 30,
    service: call.split(':')[0] as string,
    name: call.split(':')[1] as string,
    requestParameters: (index: number) => ({ name: `application-${index % 60}`, withDecryption: true }),
    isRead: true as const,
  })),
  { share: 5, service: 's3', name: 'PutBucketPolicy', requestParameters: policy, resource: bucket },
  {
    share: 5,
    service: 's3',
    name: 'PutBucketPublicAccessBlock',
    requestParameters: (index) => ({
      bucketName: `logs-and-reports-${index % 900}`,
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: false },
      publicAccessBlock: '',
    }),
    resource: bucket,
  },
  {
    share: 8,
    service: 'ec2',
    name: 'AuthorizeSecurityGroupIngress',
    requestParameters: (index) => ({
      groupId: `sg-${hex(index, 17)}`,
      ipPermissions: {
        items: [
          {
            ipProtocol: 'tcp',
            fromPort: 22,
            toPort: 22,
            groups: {},
            ipRanges: { items: [{ cidrIp: '203.0.113.0/24' }] },
          },
        ],
      },
    }),
    responseElements: () => ({ _return: true }),
  },
  {
    share: 2,
    service: 'ec2',
    name: 'ModifySnapshotAttribute',
    requestParameters: (index) => ({
      snapshotId: `snap-${hex(index, 17)}`,
      attributeType: 'CREATE_VOLUME_PERMISSION',
      createVolumePermission: { add: { items: [{ group: 'all' }] } },
    }),
  },
  {
    share: 2,
    service: 'kms',
    name: 'DisableKeyRotation',
    requestParameters: (index) => ({ keyId: key(index).ARN }),
    resource: key,
  },
  {
    share: 2,
    service: 'guardduty',
    name: 'UpdateDetector',
    requestParameters: (index) => ({ detectorId: hex(index, 32), enable: false }),
  },
  {
    share: 2,
    service: 'lambda',
    name: 'AddPermission20150331v2',
    requestParameters: (index) => ({
      functionName: `application-${index % 60}`,
      statementId: 'everybody',
      action: 'lambda:InvokeFunction',
      principal: '*',
    }),
  },
  {
    share: 2,
    service: 'ssm',
    name: 'PutParameter',
    requestParameters: () => ({ name: '/bulwark/main/response/kill-switch' }),
  },
];
const SHARES = CALLS.flatMap((call) => Array.from({ length: call.share }, () => call));
/** Prime to their number, so that calls come mixed. */
const STRIDE = 7_919;
const RECORDS_AT_A_TIME = 2_000;

/**
 * Writes a file as CloudTrail does, however large: `{"Records":[…]}` on one line.
 *
 * @returns how many records stand in it
 */
export async function writeTrailFile(path: string, bytes: number): Promise<number> {
  const { bavail, bsize } = await statfs(dirname(path));
  if (bavail * bsize < 1.1 * bytes) {
    throw new Error(
      `${dirname(path)} has no room for ${Math.ceil(bytes / 1e6)} MB: name another folder by TMPDIR, or take a smaller --backtest-megabytes`,
    );
  }
  const file = await open(path, 'w');
  try {
    await file.write('{"Records":[');
    let index = 0;
    for (let written = 0; written < bytes; ) {
      const records = Array.from({ length: RECORDS_AT_A_TIME }, (_, more) => JSON.stringify(recordOf(index + more)));
      written += (await file.write(`${index === 0 ? '' : ','}${records.join(',')}`)).bytesWritten;
      index += RECORDS_AT_A_TIME;
    }
    await file.write(']}\n');
    return index;
  } finally {
    await file.close();
  }
}

function accountOf(index: number): string {
  return ACCOUNTS[index % ACCOUNTS.length] as string;
}

function policy(index: number): object {
  return {
    bucketName: `logs-and-reports-${index % 900}`,
    policy: '',
    bucketPolicy: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: '*',
          Action: 's3:GetObject',
          Resource: `arn:aws:s3:::logs-and-reports-${index % 900}/*`,
        },
      ],
    },
  };
}

function recordOf(index: number): object {
  const call = SHARES[(index * STRIDE) % SHARES.length] as Call;
  const account = accountOf(index);
  const role = `application-${index % 60}`;
  const region = REGIONS[index % REGIONS.length] as string;
  const host = `${call.service}.${region}.amazonaws.com`;
  const time = new Date(Date.UTC(2026, 10, 25) + index * 100)
    .toISOString()
    .replace('.000', '')
    .replace(/\.\d+Z/, 'Z');
  return {
    eventVersion: '1.11',
    userIdentity: {
      type: 'AssumedRole',
      principalId: `AROA${hex(index % 60, 17).toUpperCase()}:session-${hex(index, 12)}`,
      arn: `arn:aws:sts::${account}:assumed-role/${role}/session-${hex(index, 12)}`,
      accountId: account,
      accessKeyId: `ASIA${hex(index, 16).toUpperCase()}`,
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          principalId: `AROA${hex(index % 60, 17).toUpperCase()}`,
          arn: `arn:aws:iam::${account}:role/${role}`,
          accountId: account,
          userName: role,
        },
        attributes: { creationDate: '2026-11-25T00:00:00Z', mfaAuthenticated: 'false' },
      },
    },
    eventTime: time,
    eventSource: `${call.service}.amazonaws.com`,
    eventName: call.name,
    awsRegion: region,
    sourceIPAddress: `198.51.100.${index % 256}`,
    userAgent:
      '[aws-sdk-java/2.29.20 Linux/6.1 OpenJDK_64-Bit_Server_VM/21.0.5 md/kotlin/1.9 exec-env/AWS_ECS_FARGATE]',
    // Refused calls change nothing, and are passed over.
    ...(index % 37 === 0 && {
      errorCode: 'AccessDenied',
      errorMessage: `User is not authorized to perform ${call.name}`,
    }),
    requestParameters: call.requestParameters?.(index) ?? null,
    responseElements: call.responseElements?.(index) ?? null,
    additionalEventData: { SignatureVersion: 'SigV4', CipherSuite: 'TLS_AES_128_GCM_SHA256', bytesTransferredIn: 0 },
    requestID: `11111111-2222-3333-4444-${index.toString(16).padStart(12, '0')}`,
    eventID: `55555555-6666-7777-8888-${index.toString(16).padStart(12, '0')}`,
    readOnly: call.isRead === true,
    ...(call.resource && { resources: [{ accountId: account, ...call.resource(index) }] }),
    eventType: 'AwsApiCall',
    managementEvent: call.isData !== true,
    recipientAccountId: account,
    eventCategory: call.isData ? 'Data' : 'Management',
    tlsDetails: { tlsVersion: 'TLSv1.3', cipherSuite: 'TLS_AES_128_GCM_SHA256', clientProvidedHostHeader: host },
  };
}
