import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudTrailClient,
  CreateTrailCommand,
  PutEventSelectorsCommand,
  StartLoggingCommand,
  StopLoggingCommand,
  UpdateTrailCommand,
} from '@aws-sdk/client-cloudtrail';
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateVpcCommand,
  DescribeSecurityGroupRulesCommand,
  EC2Client,
  ModifySecurityGroupRulesCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  DeleteRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  DeletePublicAccessBlockCommand,
  GetPublicAccessBlockCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { type Call, type CloudTrailRecord, Gateway, OPERATOR_ACCESS_KEY_ID } from '../../../sandbox/gateway';
import type { Json } from '../../../sandbox/gateway/types';
import { control, policy, until } from './fake-emulator';

const EMULATOR = join(__dirname, '../../../sandbox/emulator');
const VENV = join(__dirname, '../../../.sandbox/venv/bin/python');
const PYTHON = process.env.BULWARK_PYTHON ?? (existsSync(VENV) ? VENV : 'python3');
const TOKEN = 'test-token';
const REGION = 'eu-central-1';
const ACCOUNT = '123456789012';

const available = spawnSync(PYTHON, ['-c', 'import moto, botocore'], { stdio: 'ignore' }).status === 0;
if (!available) {
  console.warn(`SKIPPED: ${PYTHON} has no moto; the gateway is tested with a fake emulator only`);
}

const withEmulator = available ? describe : describe.skip;
withEmulator('with the real emulator and real clients', () => {
  jest.setTimeout(60_000);
  let folder: string;
  let emulator: ChildProcess;
  let emulatorUrl: string;
  const gateway = new Gateway();
  const warnings: string[] = [];

  const settings = (credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }) => ({
    endpoint: gateway.endpoint,
    region: REGION,
    maxAttempts: 1,
    credentials: credentials ?? { accessKeyId: OPERATOR_ACCESS_KEY_ID, secretAccessKey: 'any' },
  });
  const s3 = (credentials?: Parameters<typeof settings>[0]) =>
    new S3Client({ ...settings(credentials), forcePathStyle: true });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bulwark-gateway-'));
    emulator = spawn(PYTHON, ['-m', 'bulwark_emulator', '--port', '0', '--state', folder], {
      cwd: EMULATOR,
      env: { ...process.env, BULWARK_TOKEN: TOKEN },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const line = await new Promise<string>((resolve, reject) => {
      emulator.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString()));
      emulator.once('exit', (code) => reject(new Error(`the emulator ended with ${code}`)));
    });
    emulatorUrl = `http://127.0.0.1:${(JSON.parse(line) as { port: number }).port}`;
    await gateway.start({
      emulator: emulatorUrl,
      token: TOKEN,
      logFile: join(folder, 'calls.jsonl'),
      onWarning: (message) => warnings.push(message),
    });
  });

  afterAll(async () => {
    await gateway.stop();
    emulator.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  async function eventsOf(eventName: string): Promise<CloudTrailRecord[]> {
    const { events } = await control(gateway.port, TOKEN, 'events?since=0');
    return (events as CloudTrailRecord[]).filter((event) => event.eventName === eventName);
  }

  const newest = (eventName: string) => until(async () => (await eventsOf(eventName)).at(-1));

  /** A role that the account trusts, with this policy, and a session of it. */
  async function session(name: string, rolePolicy: Json, sessionPolicy?: Json) {
    const iam = new IAMClient(settings());
    const trust = policy({
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
      Action: 'sts:AssumeRole',
    });
    const role = await iam.send(
      new CreateRoleCommand({
        RoleName: name,
        Path: '/bulwark/q/tighten/',
        AssumeRolePolicyDocument: JSON.stringify(trust),
      }),
    );
    await iam.send(
      new PutRolePolicyCommand({ RoleName: name, PolicyName: 'inline', PolicyDocument: JSON.stringify(rolePolicy) }),
    );
    const { Credentials: issued } = await new STSClient(settings()).send(
      new AssumeRoleCommand({
        RoleArn: role.Role?.Arn,
        RoleSessionName: 'run-1',
        ...(sessionPolicy && { Policy: JSON.stringify(sessionPolicy) }),
      }),
    );
    return {
      roleArn: role.Role?.Arn ?? '',
      credentials: {
        accessKeyId: issued?.AccessKeyId ?? '',
        secretAccessKey: issued?.SecretAccessKey ?? '',
        sessionToken: issued?.SessionToken,
      },
    };
  }

  const block = (Bucket: string) =>
    new PutPublicAccessBlockCommand({
      Bucket,
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });

  test('a session policy lets a role repair one bucket and no other', async () => {
    const operator = s3();
    for (const Bucket of ['repair-me', 'not-me']) {
      await operator.send(
        new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: REGION } }),
      );
    }
    const all = policy({ Effect: 'Allow', Action: 's3:*', Resource: '*' });
    const one = policy({
      Effect: 'Allow',
      Action: 's3:PutBucketPublicAccessBlock',
      Resource: 'arn:aws:s3:::repair-me',
    });
    const { credentials, roleArn } = await session('bucket-repair', all, one);
    await s3(credentials).send(block('repair-me'));
    await expect(s3(credentials).send(block('not-me'))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('no session policy allows the s3:PutBucketPublicAccessBlock action'),
    });
    const identity = await new STSClient(settings(credentials)).send(new GetCallerIdentityCommand({}));
    expect(identity.Arn).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/bucket-repair/run-1`);
    const { calls } = (await control(gateway.port, TOKEN, 'calls?since=0')) as { calls: Call[] };
    expect(
      calls
        .filter((call) => call.roleArn === roleArn)
        .map(({ operation, resources, decision }) => [operation, resources, decision]),
    ).toEqual([
      ['PutPublicAccessBlock', ['arn:aws:s3:::repair-me'], 'allowed'],
      ['PutPublicAccessBlock', ['arn:aws:s3:::not-me'], 'denied'],
      ['GetCallerIdentity', ['*'], 'allowed'],
    ]);
    expect(await newest('PutBucketPublicAccessBlock')).toMatchObject({
      userIdentity: { type: 'AssumedRole', sessionContext: { sessionIssuer: { arn: roleArn } } },
      requestParameters: {
        bucketName: 'repair-me',
        publicAccessBlock: '',
        PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
      },
    });
  });

  test('a permission taken away is missed at once', async () => {
    const all = policy({ Effect: 'Allow', Action: 's3:GetBucketPublicAccessBlock', Resource: '*' });
    const { credentials } = await session('reader', all);
    const read = () => s3(credentials).send(new GetPublicAccessBlockCommand({ Bucket: 'repair-me' }));
    expect((await read()).PublicAccessBlockConfiguration?.BlockPublicAcls).toBe(true);
    await new IAMClient(settings()).send(new DeleteRolePolicyCommand({ RoleName: 'reader', PolicyName: 'inline' }));
    await expect(read()).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test('a managed policy counts as soon as it is attached', async () => {
    const iam = new IAMClient(settings());
    const { credentials } = await session(
      'managed',
      policy({ Effect: 'Allow', Action: 'ec2:DescribeVpcs', Resource: '*' }),
    );
    const read = () => s3(credentials).send(new GetPublicAccessBlockCommand({ Bucket: 'repair-me' }));
    await expect(read()).rejects.toMatchObject({ name: 'AccessDenied' });
    const document = policy({ Effect: 'Allow', Action: 's3:GetBucketPublicAccessBlock', Resource: '*' });
    const created = await iam.send(
      new CreatePolicyCommand({ PolicyName: 'read-blocks', PolicyDocument: JSON.stringify(document) }),
    );
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'managed', PolicyArn: created.Policy?.Arn }));
    expect((await read()).PublicAccessBlockConfiguration?.BlockPublicAcls).toBe(true);
  });

  test('a bucket that loses its public access block becomes a record on the bus', async () => {
    await s3().send(new DeletePublicAccessBlockCommand({ Bucket: 'repair-me' }));
    expect(await newest('DeleteBucketPublicAccessBlock')).toMatchObject({
      eventSource: 's3.amazonaws.com',
      awsRegion: REGION,
      userIdentity: { type: 'IAMUser', userName: 'operator' },
      requestParameters: { bucketName: 'repair-me', publicAccessBlock: '' },
      responseElements: null,
      readOnly: false,
    });
    expect(warnings).toEqual([]);
  });

  test('a bucket policy is recorded, and its deny binds the operator', async () => {
    const document = policy({
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:DeleteObject',
      Resource: 'arn:aws:s3:::repair-me/*',
    });
    await s3().send(new PutBucketPolicyCommand({ Bucket: 'repair-me', Policy: JSON.stringify(document) }));
    expect((await newest('PutBucketPolicy')).requestParameters).toMatchObject({
      bucketName: 'repair-me',
      policy: '',
      bucketPolicy: document,
    });
    await s3().send(new PutObjectCommand({ Bucket: 'repair-me', Key: 'a/b', Body: 'content' }));
    expect(await eventsOf('PutObject')).toEqual([]);
    await expect(s3().send(new DeleteObjectCommand({ Bucket: 'repair-me', Key: 'a/b' }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
  });

  test('a bucket policy that denies plain HTTP lets uploads through', async () => {
    const document = policy({
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: ['arn:aws:s3:::not-me', 'arn:aws:s3:::not-me/*'],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
    await s3().send(new PutBucketPolicyCommand({ Bucket: 'not-me', Policy: JSON.stringify(document) }));
    await s3().send(new PutObjectCommand({ Bucket: 'not-me', Key: 'a', Body: 'content' }));
  });

  test('rules of a security group are recorded in both of EC2’s shapes', async () => {
    const ec2 = new EC2Client(settings());
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
    const { GroupId } = await ec2.send(
      new CreateSecurityGroupCommand({ GroupName: 'web', Description: 'web', VpcId: Vpc?.VpcId }),
    );
    expect((await newest('CreateSecurityGroup')).responseElements).toMatchObject({ groupId: GroupId });
    await ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId,
        IpPermissions: [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
      }),
    );
    const authorized = await newest('AuthorizeSecurityGroupIngress');
    expect(authorized.requestParameters).toEqual({
      groupId: GroupId,
      ipPermissions: {
        items: [
          {
            ipProtocol: 'tcp',
            fromPort: 22,
            toPort: 22,
            groups: {},
            ipRanges: { items: [{ cidrIp: '0.0.0.0/0' }] },
            ipv6Ranges: {},
            prefixListIds: {},
          },
        ],
      },
    });
    expect(authorized.responseElements).toMatchObject({
      _return: true,
      securityGroupRuleSet: { items: [{ groupId: GroupId, isEgress: false, fromPort: 22, cidrIpv4: '0.0.0.0/0' }] },
    });
    const { SecurityGroupRules: rules = [] } = await ec2.send(
      new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: [GroupId ?? ''] }] }),
    );
    const SecurityGroupRuleId = rules.find(({ IsEgress }) => !IsEgress)?.SecurityGroupRuleId;
    const SecurityGroupRule = { IpProtocol: 'tcp', FromPort: 3389, ToPort: 3389, CidrIpv4: '0.0.0.0/0' };
    await ec2.send(
      new ModifySecurityGroupRulesCommand({
        GroupId,
        SecurityGroupRules: [{ SecurityGroupRuleId, SecurityGroupRule }],
      }),
    );
    expect((await newest('ModifySecurityGroupRules')).requestParameters).toEqual({
      ModifySecurityGroupRulesRequest: {
        GroupId,
        SecurityGroupRule: { SecurityGroupRuleId, SecurityGroupRule, tag: 1 },
      },
    });
    await ec2.send(
      new RevokeSecurityGroupIngressCommand({ GroupId, SecurityGroupRuleIds: [SecurityGroupRuleId ?? ''] }),
    );
    expect((await newest('RevokeSecurityGroupIngress')).requestParameters).toMatchObject({
      securityGroupRuleIds: { items: [{ securityGroupRuleId: SecurityGroupRuleId }] },
    });
  });

  test('what weakens a trail is recorded', async () => {
    const trail = new CloudTrailClient(settings());
    await s3().send(
      new CreateBucketCommand({ Bucket: 'trail-logs', CreateBucketConfiguration: { LocationConstraint: REGION } }),
    );
    const document = policy({
      Effect: 'Allow',
      Principal: { Service: 'cloudtrail.amazonaws.com' },
      Action: ['s3:GetBucketAcl', 's3:PutObject'],
      Resource: ['arn:aws:s3:::trail-logs', 'arn:aws:s3:::trail-logs/AWSLogs/*'],
    });
    await s3().send(new PutBucketPolicyCommand({ Bucket: 'trail-logs', Policy: JSON.stringify(document) }));
    const { TrailARN } = await trail.send(new CreateTrailCommand({ Name: 'main', S3BucketName: 'trail-logs' }));
    await trail.send(new StartLoggingCommand({ Name: 'main' }));
    await trail.send(new UpdateTrailCommand({ Name: 'main', IsMultiRegionTrail: false }));
    await trail.send(
      new PutEventSelectorsCommand({
        TrailName: 'main',
        EventSelectors: [{ ReadWriteType: 'ReadOnly', IncludeManagementEvents: false, DataResources: [] }],
      }),
    );
    await trail.send(new StopLoggingCommand({ Name: 'main' }));
    expect(await newest('UpdateTrail')).toMatchObject({
      requestParameters: { name: 'main', isMultiRegionTrail: false },
      responseElements: { trailARN: TrailARN, isMultiRegionTrail: false },
    });
    expect(await newest('PutEventSelectors')).toMatchObject({
      requestParameters: {
        trailName: 'main',
        eventSelectors: [{ readWriteType: 'ReadOnly', includeManagementEvents: false, dataResources: [] }],
      },
      responseElements: { trailARN: TrailARN },
    });
    expect(await newest('StopLogging')).toMatchObject({
      requestParameters: { name: 'main' },
      responseElements: null,
    });
  });

  test('passing a role to a trail needs iam:PassRole for that service', async () => {
    const logsRole = `arn:aws:iam::${ACCOUNT}:role/trail-to-logs`;
    const update = { Effect: 'Allow', Action: 'cloudtrail:UpdateTrail', Resource: '*' };
    const { credentials } = await session('trail-repair', policy(update));
    const attempt = new CloudTrailClient(settings(credentials)).send(
      new UpdateTrailCommand({
        Name: 'main',
        CloudWatchLogsRoleArn: logsRole,
        CloudWatchLogsLogGroupArn: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:trail:*`,
      }),
    );
    await expect(attempt).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(`iam:PassRole on resource: ${logsRole}`),
    });
  });

  test('a fault hits a real client', async () => {
    await control(gateway.port, TOKEN, 'faults', [{ service: 's3', n: 1, kind: 'throttle' }]);
    await expect(s3().send(block('repair-me'))).rejects.toMatchObject({ name: 'SlowDown' });
    await s3().send(block('repair-me'));
  });

  test('no secret reaches the call log', () => {
    const written = readFileSync(join(folder, 'calls.jsonl'), 'utf8');
    expect(written.split('\n').length).toBeGreaterThan(20);
    expect(written).not.toMatch(/Signature=|SecretAccessKey|SessionToken|X-Amz-Security-Token/i);
  });

  test('a call through the gateway costs little more than one without', async () => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const median = async (port: number, rounds: number) => {
      const times: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const started = performance.now();
        await new Promise<void>((resolve, reject) => {
          const request = http.get(
            {
              host: '127.0.0.1',
              port,
              agent,
              path: '/repair-me?publicAccessBlock',
              headers: {
                authorization: `AWS4-HMAC-SHA256 Credential=${OPERATOR_ACCESS_KEY_ID}/20260101/${REGION}/s3/aws4_request, SignedHeaders=host, Signature=00`,
                host: `localhost:${port}`,
              },
            },
            (response) => response.resume().on('end', resolve),
          );
          request.on('error', reject);
        });
        times.push(performance.now() - started);
      }
      return times.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0;
    };
    const direct = Number(new URL(emulatorUrl).port);
    await median(direct, 20);
    await median(gateway.port, 20);
    const ratio = (await median(gateway.port, 150)) / (await median(direct, 150));
    agent.destroy();
    // Measured at about 2; far above it, something is asked for on each call that should be remembered.
    expect(ratio).toBeLessThan(6);
  });
});
