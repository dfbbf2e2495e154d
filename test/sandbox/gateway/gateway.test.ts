import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Call, Gateway } from '../../../sandbox/gateway';
import type { Json, Understanding } from '../../../sandbox/gateway/types';
import { type Answer, call, control, FakeEmulator, policy, role, until } from './fake-emulator';

const TOKEN = 'test-token';
const ACCOUNT = '123456789012';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/bulwark/q/tighten/bulwark-q-s3`;
const ROOT = { AWS: `arn:aws:iam::${ACCOUNT}:root` };

let emulator: FakeEmulator;
let gateway: Gateway;
let folder: string;
let lost: Error[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bulwark-gateway-'));
  lost = [];
  emulator = new FakeEmulator();
  await emulator.start();
  gateway = new Gateway();
  await gateway.start({
    emulator: emulator.url,
    token: TOKEN,
    logFile: join(folder, 'calls.jsonl'),
    onEmulatorLost: (error) => lost.push(error),
  });
});

afterEach(async () => {
  await gateway.stop();
  await emulator.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Needs this action on this resource. */
function needs(action: string, resource: string, more: Partial<Understanding> = {}): Partial<Understanding> {
  return { operation: action.split(':')[1], actions: [{ action, resources: [resource] }], ...more };
}

const onBucket = (bucket: string): Partial<Understanding> =>
  needs('s3:PutBucketPublicAccessBlock', `arn:aws:s3:::${bucket}`, {
    operation: 'PutPublicAccessBlock',
    params: { Bucket: bucket },
    mutating: true,
  });

/** Assumes a role as the operator; the emulator answers as STS does. */
async function assume(key: string, params: Json = {}, roleArn = ROLE, as?: string): Promise<Answer> {
  emulator.answer = {
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body: `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>${key}</AccessKeyId>
      <SecretAccessKey>verysecret</SecretAccessKey><SessionToken>verytoken</SessionToken></Credentials>
      </AssumeRoleResult></AssumeRoleResponse>`,
  };
  const answer = await call(gateway.port, {
    ...(as !== undefined && { key: as }),
    service: 'sts',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    understood: needs('sts:AssumeRole', roleArn, { params: { RoleArn: roleArn, RoleSessionName: 'run-1', ...params } }),
  });
  emulator.answer = { status: 200, body: '{}' };
  return answer;
}

async function calls(): Promise<Call[]> {
  return (await control(gateway.port, TOKEN, 'calls?since=0')).calls as Call[];
}

describe('who calls', () => {
  test.each([
    ['s3', 'InvalidAccessKeyId'],
    ['ec2', 'AuthFailure'],
    ['dynamodb', 'UnrecognizedClientException'],
  ])('an unknown key is refused by %s', async (service, code) => {
    const answer = await call(gateway.port, { key: 'AKIASOMEBODYELSE', service });
    expect(answer.status).toBe(403);
    expect(answer.text).toContain(code);
    expect(emulator.forwarded).toEqual([]);
  });

  test('an unknown key is refused by a query service', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await call(gateway.port, { key: 'AKIASOMEBODYELSE', service: 'iam', headers });
    expect(answer.text).toContain('<Code>InvalidClientTokenId</Code>');
  });

  test('an unsigned request is refused, a custom resource calling back is not', async () => {
    const headers = { 'x-amz-target': 'DynamoDB.ListTables' };
    expect((await call(gateway.port, { key: '' })).text).toContain('<Code>AccessDenied</Code>');
    expect((await call(gateway.port, { key: '', headers })).text).toContain('MissingAuthenticationTokenException');
    const path = '/cloudformation_eu-central-1/cfnresponse?stack=x';
    expect((await call(gateway.port, { key: '', method: 'PUT', path })).status).toBe(200);
    expect(emulator.forwarded.map(({ url }) => url)).toEqual([path]);
  });

  test('a presigned URL names its caller in the query', async () => {
    const path = '/b/k?X-Amz-Credential=AKIABULWARKOPERATOR%2F20260101%2Feu-central-1%2Fs3%2Faws4_request';
    const answer = await call(gateway.port, {
      key: '',
      method: 'GET',
      path,
      understood: needs('s3:GetObject', 'arn:aws:s3:::b/k'),
    });
    expect(answer.status).toBe(200);
  });

  test('GetCallerIdentity tells the caller', async () => {
    emulator.principals.set(ROLE, role(ROOT));
    await assume('ASIASESSION1');
    const answer = await call(gateway.port, {
      key: 'ASIASESSION1',
      service: 'sts',
      understood: needs('sts:GetCallerIdentity', '*'),
    });
    expect(answer.text).toContain(`<Arn>arn:aws:sts::${ACCOUNT}:assumed-role/bulwark-q-s3/run-1</Arn>`);
  });
});

describe('the emulator hears who calls', () => {
  const told = () => emulator.forwarded.at(-1)?.headers['x-bulwark-principal'];
  const queue = `arn:aws:sqs:eu-central-1:${ACCOUNT}:q`;
  const send = (key: string) =>
    call(gateway.port, { key, service: 'sqs', understood: needs('sqs:SendMessage', queue, { mutating: true }) });

  test('by the unique id that GetCallerIdentity answers', async () => {
    emulator.principals.set(ROLE, role(ROOT, { Effect: 'Allow', Action: 'sqs:*', Resource: '*' }));
    await assume('ASIASESSION1');
    for (const [key, shape] of [
      ['AKIABULWARKOPERATOR', /^AIDA/],
      ['ASIASESSION1', /^AROA[0-9A-F]{17}:run-1$/],
    ] as const) {
      await send(key);
      expect(told()).toMatch(shape);
      const understood = needs('sts:GetCallerIdentity', '*');
      expect((await call(gateway.port, { key, service: 'sts', understood })).text).toContain(
        `<UserId>${told()}</UserId>`,
      );
    }
  });

  test('and nothing that the caller says about it', async () => {
    const headers = { 'x-bulwark-principal': 'AIDASOMEBODYELSE' };
    await call(gateway.port, { headers, understood: onBucket('one') });
    expect(told()).toBe('AIDABULWARKOPERATOR00');
    await call(gateway.port, { key: '', headers, method: 'PUT', path: '/cloudformation_eu-central-1/cfnresponse?x' });
    expect(told()).toBeUndefined();
  });
});

describe('may they', () => {
  test('the operator may', async () => {
    const answer = await call(gateway.port, { understood: onBucket('one') });
    expect(answer.status).toBe(200);
    expect(emulator.forwarded[0]?.headers['x-moto-account-id']).toBe(ACCOUNT);
  });

  test('an explicit deny in a bucket policy binds the operator too', async () => {
    emulator.resourcePolicies.set(
      'arn:aws:s3:::one',
      policy({
        Sid: 'NeverDelete',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:DeleteObject',
        Resource: 'arn:aws:s3:::one/*',
      }),
    );
    const answer = await call(gateway.port, { understood: needs('s3:DeleteObject', 'arn:aws:s3:::one/key') });
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('<Code>AccessDenied</Code>');
    expect(answer.text).toContain('explicit deny in a resource-based policy (NeverDelete)');
    expect((await call(gateway.port, { understood: needs('s3:GetObject', 'arn:aws:s3:::one/key') })).status).toBe(200);
  });

  test('a policy that demands TLS refuses plain HTTP only', async () => {
    emulator.resourcePolicies.set(
      'arn:aws:s3:::one',
      policy({
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: 's3:*',
        Resource: ['arn:aws:s3:::one', 'arn:aws:s3:::one/*'],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    );
    const understood = needs('s3:GetObject', 'arn:aws:s3:::one/key');
    expect((await call(gateway.port, { understood })).status).toBe(200);
    expect((await call(gateway.port, { understood, headers: { 'x-bulwark-transport': 'http' } })).status).toBe(403);
  });

  test('a role without the permission may not, in the words of AWS', async () => {
    emulator.principals.set(ROLE, role(ROOT, { Effect: 'Allow', Action: 's3:GetBucketPolicy', Resource: '*' }));
    await assume('ASIASESSION1');
    const answer = await call(gateway.port, { key: 'ASIASESSION1', understood: onBucket('one') });
    expect(answer.status).toBe(403);
    expect(answer.text).toContain(
      `User: arn:aws:sts::${ACCOUNT}:assumed-role/bulwark-q-s3/run-1 is not authorized to perform: ` +
        's3:PutBucketPublicAccessBlock on resource: arn:aws:s3:::one because no identity-based policy allows the ' +
        's3:PutBucketPublicAccessBlock action',
    );
  });

  test.each([
    ['ec2', 'ec2:DescribeInstances', {}, '<Code>UnauthorizedOperation</Code>'],
    ['iam', 'iam:ListUsers', { 'content-type': 'application/x-www-form-urlencoded' }, '<Code>AccessDenied</Code>'],
    ['dynamodb', 'dynamodb:ListTables', { 'x-amz-target': 'DynamoDB.ListTables' }, '"AccessDeniedException"'],
    ['sqs', 'sqs:ListQueues', { 'x-amz-target': 'AmazonSQS.ListQueues' }, '"AccessDenied"'],
    ['lambda', 'lambda:ListFunctions', {}, '"AccessDeniedException"'],
    ['cloudwatch', 'cloudwatch:ListMetrics', { 'smithy-protocol': 'rpc-v2-cbor' }, 'AccessDeniedException'],
  ])('%s denies in its own shape', async (service, action, headers, shape) => {
    emulator.principals.set(ROLE, role(ROOT));
    await assume('ASIASESSION1');
    const answer = await call(gateway.port, { key: 'ASIASESSION1', service, headers, understood: needs(action, '*') });
    expect(answer.status).toBe(403);
    expect(answer.text).toContain(shape);
  });

  test('a session policy narrows a role to one bucket', async () => {
    emulator.principals.set(ROLE, role(ROOT, { Effect: 'Allow', Action: 's3:*', Resource: '*' }));
    const narrow = policy({ Effect: 'Allow', Action: 's3:PutBucketPublicAccessBlock', Resource: 'arn:aws:s3:::one' });
    await assume('ASIASESSION1', { Policy: JSON.stringify(narrow) });
    expect((await call(gateway.port, { key: 'ASIASESSION1', understood: onBucket('one') })).status).toBe(200);
    const other = await call(gateway.port, { key: 'ASIASESSION1', understood: onBucket('two') });
    expect(other.status).toBe(403);
    expect(other.text).toContain('no session policy allows');
  });

  test('a request on all resources needs a policy for all of them', async () => {
    emulator.principals.set(
      ROLE,
      role(ROOT, { Effect: 'Allow', Action: 's3:PutBucketPublicAccessBlock', Resource: 'arn:aws:s3:::one' }),
    );
    await assume('ASIASESSION1');
    const understood = needs('s3:PutBucketPublicAccessBlock', '*');
    expect((await call(gateway.port, { key: 'ASIASESSION1', understood })).status).toBe(403);
    emulator.principals.set(ROLE, role(ROOT, { Effect: 'Allow', Action: 's3:*', Resource: '*' }));
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect((await call(gateway.port, { key: 'ASIASESSION1', understood })).status).toBe(200);
  });

  test('every action of a request counts, dependent ones with their condition', async () => {
    const passed = `arn:aws:iam::${ACCOUNT}:role/trail-logs`;
    const understood: Partial<Understanding> = {
      operation: 'UpdateTrail',
      actions: [
        { action: 'cloudtrail:UpdateTrail', resources: [`arn:aws:cloudtrail:eu-central-1:${ACCOUNT}:trail/t`] },
        { action: 'iam:PassRole', resources: [passed], context: { 'iam:PassedToService': 'cloudtrail.amazonaws.com' } },
      ],
    };
    const update = { Effect: 'Allow', Action: 'cloudtrail:UpdateTrail', Resource: '*' };
    const pass = (service: string) => ({
      Effect: 'Allow',
      Action: 'iam:PassRole',
      Resource: passed,
      Condition: { StringEquals: { 'iam:PassedToService': service } },
    });
    for (const [statements, status] of [
      [[update], 403],
      [[update, pass('lambda.amazonaws.com')], 403],
      [[update, pass('cloudtrail.amazonaws.com')], 200],
    ] as const) {
      const arn = `${ROLE}-${statements.length}-${status}`;
      emulator.principals.set(arn, role(ROOT, ...statements));
      const key = `ASIA${statements.length}${status}`;
      await assume(key, {}, arn);
      expect((await call(gateway.port, { key, service: 'cloudtrail', understood })).status).toBe(status);
    }
  });

  test('what nobody can judge is denied: unknown actions, no actions, a role that is gone', async () => {
    emulator.principals.set(ROLE, role(ROOT, { Effect: 'Allow', Action: '*', Resource: '*' }));
    await assume('ASIASESSION1');
    const as = (understood: Partial<Understanding>) => call(gateway.port, { key: 'ASIASESSION1', understood });
    expect((await as(needs('s3:NoSuchAction', '*'))).status).toBe(403);
    expect((await as({ operation: 'Unheard', actions: [] })).status).toBe(403);
    emulator.principals.delete(ROLE);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect((await as(onBucket('one'))).text).toContain('the role does not exist any more');
  });

  test('a change of policies counts at once', async () => {
    emulator.principals.set(ROLE, role(ROOT));
    await assume('ASIASESSION1');
    expect((await call(gateway.port, { key: 'ASIASESSION1', understood: onBucket('one') })).status).toBe(403);
    emulator.principals.set(ROLE, role(ROOT, { Effect: 'Allow', Action: 's3:*', Resource: '*' }));
    await call(gateway.port, { service: 'iam', understood: needs('iam:PutRolePolicy', ROLE, { mutating: true }) });
    expect((await call(gateway.port, { key: 'ASIASESSION1', understood: onBucket('one') })).status).toBe(200);
  });

  test('a permissions boundary bounds', async () => {
    emulator.principals.set(ROLE, {
      ...role(ROOT, { Effect: 'Allow', Action: '*', Resource: '*' }),
      boundary: policy({ Effect: 'Allow', Action: 'ec2:*', Resource: '*' }),
    });
    await assume('ASIASESSION1');
    expect((await call(gateway.port, { key: 'ASIASESSION1', understood: onBucket('one') })).status).toBe(403);
  });
});

describe('AssumeRole', () => {
  test.each([
    ['the account', ROOT, 200],
    ['the operator by name', { AWS: `arn:aws:iam::${ACCOUNT}:user/operator` }, 200],
    ['somebody else', { AWS: `arn:aws:iam::${ACCOUNT}:role/other` }, 403],
    ['a service', { Service: 'lambda.amazonaws.com' }, 403],
  ])('a role that trusts %s', async (_who, trusted, status) => {
    emulator.principals.set(ROLE, role(trusted));
    expect((await assume('ASIASESSION1')).status).toBe(status);
  });

  test('a role that does not exist cannot be assumed', async () => {
    expect((await assume('ASIASESSION1')).status).toBe(403);
  });

  test('a role with a path may be trusted by its full ARN', async () => {
    const reader = `arn:aws:iam::${ACCOUNT}:role/bulwark/q/read/reader`;
    emulator.principals.set(reader, role(ROOT));
    emulator.principals.set(ROLE, role({ AWS: reader }));
    await assume('ASIAREADER', {}, reader);
    expect((await assume('ASIASESSION1', {}, ROLE, 'ASIAREADER')).status).toBe(200);
  });

  test('a session may hand on a role for an hour at most', async () => {
    emulator.principals.set(ROLE, role(ROOT, { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: ROLE }));
    expect((await assume('ASIAFIRST', { DurationSeconds: 7200 })).status).toBe(200);
    expect((await assume('ASIASECOND', { DurationSeconds: 3600 }, ROLE, 'ASIAFIRST')).status).toBe(200);
    const tooLong = await assume('ASIASECOND', { DurationSeconds: 3601 }, ROLE, 'ASIAFIRST');
    expect(tooLong.status).toBe(400);
    expect(tooLong.text).toContain('1 hour session limit for roles assumed by role chaining');
  });

  test.each([
    ['over 2,048 characters', `{"Version":"2012-10-17","x":"${'y'.repeat(2048)}"}`, 'PackedPolicyTooLarge'],
    ['that is not JSON', '{', 'MalformedPolicyDocument'],
  ])('a session policy %s is refused', async (_what, sessionPolicy, code) => {
    emulator.principals.set(ROLE, role(ROOT));
    const answer = await assume('ASIASESSION1', { Policy: sessionPolicy });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(`<Code>${code}</Code>`);
  });

  test('managed session policies are refused rather than ignored', async () => {
    emulator.principals.set(ROLE, role(ROOT));
    const answer = await assume('ASIASESSION1', { PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }] });
    expect(answer.status).toBe(400);
  });

  test('an expired session hears so', async () => {
    emulator.principals.set(ROLE, role(ROOT));
    await assume('ASIASESSION1', { DurationSeconds: 0 });
    const answer = await call(gateway.port, { key: 'ASIASESSION1', understood: onBucket('one') });
    expect(answer.text).toContain('<Code>ExpiredToken</Code>');
  });

  test('a function worker gets keys of a role that trusts its service, and no other', async () => {
    const permission = { Effect: 'Allow', Action: 's3:*', Resource: '*' };
    emulator.principals.set(ROLE, role({ Service: 'lambda.amazonaws.com' }, permission));
    const asked = { roleArn: ROLE, sessionName: 'responder', service: 'lambda.amazonaws.com' };
    const keys = await control(gateway.port, TOKEN, 'assume', asked);
    expect(keys).toEqual({
      accessKeyId: expect.stringMatching(/^ASIA[0-9A-F]{16}$/),
      secretAccessKey: expect.any(String),
      sessionToken: expect.any(String),
      expiration: expect.any(String),
    });
    const answer = await call(gateway.port, { key: keys.accessKeyId as string, understood: onBucket('one') });
    expect(answer.status).toBe(200);
    const refused = await control(gateway.port, TOKEN, 'assume', { ...asked, service: 'ec2.amazonaws.com' });
    expect(refused.message).toContain('ec2.amazonaws.com may not assume');
  });
});

describe('limits', () => {
  test('a request that the emulator cannot read is refused and written down', async () => {
    const answer = await call(gateway.port, { understood: { operation: 'garbage' }, headers: { 'x-case': 'garbage' } });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('<Code>InvalidAction</Code>');
    expect((await calls())[0]).toMatchObject({ decision: 'denied', errorCode: 'InvalidAction' });
  });

  test('a request outside the model is refused', async () => {
    const understood = { ...onBucket('one'), problems: ['Missing required parameter in input: "Bucket"'] };
    const answer = await call(gateway.port, { understood });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('Missing required parameter');
  });

  test('an event pattern over 2,048 characters is refused', async () => {
    const pattern = (length: number) =>
      needs('events:PutRule', `arn:aws:events:eu-central-1:${ACCOUNT}:rule/r`, {
        params: { EventPattern: 'x'.repeat(length) },
      });
    expect((await call(gateway.port, { service: 'events', understood: pattern(2048) })).status).toBe(200);
    expect((await call(gateway.port, { service: 'events', understood: pattern(2049) })).status).toBe(400);
  });
});

describe('faults', () => {
  const plan = (faults: unknown) => control(gateway.port, TOKEN, 'faults', faults);
  const once = () => call(gateway.port, { understood: onBucket('one') });

  beforeEach(() => {
    emulator.answer = { status: 200, body: '0123456789' };
  });

  test.each([
    ['error', { code: 'InternalError', status: 500 }, { status: 500, text: '<Code>InternalError</Code>' }, 0],
    ['throttle', {}, { status: 503, text: '<Code>SlowDown</Code>' }, 0],
    ['truncate', {}, { status: 200, text: '01234' }, 1],
    ['delay', { ms: 120 }, { status: 200, text: '0123456789' }, 1],
  ])('%s', async (kind, more, expected, forwarded) => {
    await plan([{ service: 's3', operation: 'PutPublicAccessBlock', n: 1, kind, ...more }]);
    const started = Date.now();
    const answer = await once();
    expect(answer.status).toBe(expected.status);
    expect(answer.text).toContain(expected.text);
    expect(answer.text.length).toBeGreaterThanOrEqual(expected.text.length);
    expect(emulator.forwarded).toHaveLength(forwarded);
    if (kind === 'delay') {
      expect(Date.now() - started).toBeGreaterThanOrEqual(115);
    }
    expect(await control(gateway.port, TOKEN, 'faults')).toEqual([]);
    expect((await once()).text).toBe('0123456789');
    expect((await calls())[0]).toMatchObject({ fault: kind, status: expected.status });
  });

  test.each([
    ['reset', 0],
    ['lost', 1],
  ])('%s', async (kind, forwarded) => {
    await plan([{ n: 1, kind }]);
    await expect(once()).rejects.toThrow(/socket hang up|ECONNRESET/);
    expect(emulator.forwarded).toHaveLength(forwarded);
    expect(emulator.delivered.length <= forwarded).toBe(true);
    expect((await calls())[0]).toMatchObject({ fault: kind, status: 0 });
  });

  test('hang never answers and does not keep the gateway from stopping', async () => {
    await plan([{ n: 1, kind: 'hang' }]);
    const hanging = once();
    const outcome = await Promise.race([hanging, new Promise((resolve) => setTimeout(() => resolve('silence'), 200))]);
    expect(outcome).toBe('silence');
    expect(emulator.forwarded).toEqual([]);
    await Promise.all([gateway.stop(), expect(hanging).rejects.toThrow()]);
  });

  test('an empty answer that is truncated ends in the middle', async () => {
    emulator.answer = { status: 200, body: '' };
    await plan([{ n: 1, kind: 'truncate' }]);
    await expect(once()).rejects.toThrow(/aborted|hang up|ECONNRESET/);
    expect(emulator.forwarded).toHaveLength(1);
  });

  test('a fault hits only the calls it names, n times', async () => {
    emulator.principals.set(ROLE, role(ROOT, { Effect: 'Allow', Action: 's3:*', Resource: '*' }));
    await assume('ASIASESSION1');
    await plan([
      { roleArn: ROLE, n: 2, kind: 'throttle' },
      { operation: 'GetObject', n: 1, kind: 'reset' },
    ]);
    expect((await once()).status).toBe(200);
    const asRole = () => call(gateway.port, { key: 'ASIASESSION1', understood: onBucket('one') });
    expect([(await asRole()).status, (await asRole()).status, (await asRole()).status]).toEqual([503, 503, 200]);
    expect(await control(gateway.port, TOKEN, 'faults')).toEqual([{ operation: 'GetObject', n: 1, kind: 'reset' }]);
  });

  test.each([
    [{ n: 1, kind: 'boom' }, 'kind must be one of'],
    [{ n: 0, kind: 'hang' }, 'n must be a positive integer, got 0'],
  ])('a plan with mistakes is refused', async (fault, message) => {
    expect((await plan([fault])).message).toContain(message);
  });
});

describe('call log', () => {
  test('tells who did what to which resource and whether it was let through, and no secret', async () => {
    emulator.principals.set(ROLE, role(ROOT, { Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::one' }));
    await assume('ASIASESSION1');
    const headers = { 'x-amz-security-token': 'verytoken' };
    await call(gateway.port, { key: 'ASIASESSION1', headers, body: 'verysecret', understood: onBucket('one') });
    await call(gateway.port, { key: 'ASIASESSION1', headers, body: 'verysecret', understood: onBucket('two') });
    const [, allowed, denied] = await calls();
    expect(allowed).toEqual({
      seq: 2,
      time: expect.any(String),
      caller: `arn:aws:sts::${ACCOUNT}:assumed-role/bulwark-q-s3/run-1`,
      roleArn: ROLE,
      sessionName: 'run-1',
      service: 's3',
      operation: 'PutPublicAccessBlock',
      region: 'eu-central-1',
      resources: ['arn:aws:s3:::one'],
      actions: ['s3:PutBucketPublicAccessBlock'],
      decision: 'allowed',
      mutating: true,
      status: 200,
      ms: expect.any(Number),
      eventId: expect.any(String),
    });
    expect(denied).toMatchObject({ seq: 3, decision: 'denied', status: 403, errorCode: 'AccessDenied' });
    expect(denied?.reason).toContain('no identity-based policy allows');
    expect(await control(gateway.port, TOKEN, 'calls?since=2')).toEqual({ calls: [denied], next: 3 });
    await gateway.stop();
    const written = readFileSync(join(folder, 'calls.jsonl'), 'utf8');
    expect(written.trim().split('\n')).toHaveLength(3);
    expect(written).not.toMatch(/verysecret|verytoken|Signature/);
  });

  test('strangers are written down', async () => {
    await call(gateway.port, { key: 'AKIASOMEBODYELSE' });
    expect((await calls())[0]).toMatchObject({
      caller: 'unknown key AKIASOMEBODYELSE',
      decision: 'denied',
      status: 403,
    });
  });
});

describe('CloudTrail', () => {
  test('a successful change is delivered in its Region, after the answer', async () => {
    await call(gateway.port, { understood: onBucket('one') });
    const { region, record } = await until(() => emulator.delivered[0]);
    expect(region).toBe('eu-central-1');
    expect(record).toMatchObject({ eventName: 'PutBucketPublicAccessBlock', eventID: (await calls())[0]?.eventId });
    expect(await control(gateway.port, TOKEN, 'events?since=0')).toEqual({ events: [record], next: 1 });
    expect(await control(gateway.port, TOKEN, 'events?since=1')).toEqual({ events: [], next: 1 });
  });

  test('a record tells by which state of the trails it is judged, and nobody else hears of that', async () => {
    emulator.answer = { status: 200, body: '{}', headers: { 'x-bulwark-trails': '7' } };
    const { headers } = await call(gateway.port, { understood: onBucket('one') });
    expect((await until(() => emulator.delivered[0])).trails).toBe(7);
    expect(headers).not.toHaveProperty('x-bulwark-trails');
  });

  test('IAM is delivered in us-east-1', async () => {
    await call(gateway.port, { service: 'iam', understood: needs('iam:PutRolePolicy', ROLE, { mutating: true }) });
    expect((await until(() => emulator.delivered[0])).region).toBe('us-east-1');
  });

  test.each<[string, Partial<Understanding>, number]>([
    ['reads', needs('s3:GetBucketPolicy', 'arn:aws:s3:::one'), 200],
    ['failures', onBucket('one'), 404],
    ['objects', needs('s3:PutObject', 'arn:aws:s3:::one/key', { mutating: true }), 200],
  ])('%s are not delivered', async (_what, understood, status) => {
    emulator.answer = { status, body: '' };
    await call(gateway.port, { understood });
    await gateway.stop();
    expect(emulator.delivered).toEqual([]);
  });
});

describe('events that get lost', () => {
  const drop = (plan: unknown) => control(gateway.port, TOKEN, 'drop', plan);

  async function lostOf(percent: number, seed: number, calls: number): Promise<boolean[]> {
    await drop({ percent, seed });
    const before = emulator.delivered.length;
    for (let n = 0; n < calls; n++) {
      await call(gateway.port, { understood: onBucket(`b${n}`) });
    }
    await until(() => (emulator.delivered.length === before + calls ? true : undefined));
    return emulator.delivered.slice(before).map(({ lost = false }) => lost);
  }

  test('are a share of them, the same with each seed, and are told', async () => {
    const first = await lostOf(20, 7, 100);
    const share = first.filter(Boolean).length;
    expect(share).toBeGreaterThan(10);
    expect(share).toBeLessThan(30);
    const { lost } = await drop({ percent: 0 });
    const ids = emulator.delivered.filter(({ lost: isLost }) => isLost).map(({ record }) => record.eventID);
    expect(lost).toEqual(ids);
    expect(await lostOf(20, 7, 100)).toEqual(first);
    expect(await lostOf(20, 8, 100)).not.toEqual(first);
    expect(await lostOf(100, 1, 5)).toEqual(Array(5).fill(true));
    expect(await lostOf(0, 1, 5)).toEqual(Array(5).fill(false));
  });

  test.each([
    [{ percent: 101 }, 'percent must be a number from 0 to 100, got 101'],
    [{ percent: '20' }, 'percent must be a number from 0 to 100, got "20"'],
    [{ percent: 20, seed: 1.5 }, 'seed must be an integer, got 1.5'],
  ])('%j is refused', async (plan, message) => {
    expect((await drop(plan)).message).toBe(message);
  });
});

describe('control paths', () => {
  test.each(['emit', 'kill', 'age'])('%s is answered by the emulator', async (path) => {
    expect(await control(gateway.port, TOKEN, path, { given: 1 })).toEqual({ killed: 1 });
    expect(emulator.relayed).toEqual([{ path: `/_bulwark/${path}`, body: { given: 1 } }]);
    expect(await control(gateway.port, 'wrong', path, { given: 1 })).toEqual({ message: 'not found' });
    expect(emulator.relayed).toHaveLength(1);
  });

  test('need the token', async () => {
    const health = (token: string) =>
      fetch(`http://127.0.0.1:${gateway.port}/_bulwark/health`, {
        headers: { 'x-bulwark-token': token, connection: 'close' },
      });
    expect((await health('wrong')).status).toBe(404);
    expect(await (await health(TOKEN)).json()).toEqual({ ok: true });
    const unknown = await control(gateway.port, TOKEN, 'nothing');
    expect(unknown).toEqual({ message: 'not found' });
  });
});

describe('life', () => {
  test('a fault inside the emulator reads like a service error', async () => {
    emulator.answer = { status: 500, headers: { 'content-type': 'text/plain' }, body: "KeyError('x')" };
    const answer = await call(gateway.port, { understood: onBucket('one') });
    expect(answer.status).toBe(500);
    expect(answer.text).toContain('<Code>InternalFailure</Code>');
    expect(answer.text).toContain('KeyError');
  });

  test('an emulator that died gives 503 in one sentence and is reported once', async () => {
    await call(gateway.port, { understood: onBucket('one') });
    await emulator.stop();
    for (const service of ['s3', 'dynamodb']) {
      const answer = await call(gateway.port, { service, understood: onBucket('one') });
      expect(answer.status).toBe(503);
      expect(answer.text).toMatch(/emulator at http:\/\/127\.0\.0\.1:\d+ does not answer/);
    }
    expect(
      (await control(gateway.port, TOKEN, 'assume', { roleArn: ROLE, sessionName: 's', service: 'lambda' })).message,
    ).toMatch(/does not answer/);
    expect(lost).toHaveLength(1);
  });

  test('a busy port is one clear sentence', async () => {
    const second = new Gateway();
    const options = { emulator: emulator.url, token: TOKEN, port: gateway.port };
    await expect(second.start(options)).rejects.toThrow(`Port ${gateway.port} is taken; choose another one.`);
  });

  test('only loopback is listened on', async () => {
    expect(gateway.endpoint).toBe(`http://localhost:${gateway.port}`);
    const others = Object.values((await import('node:os')).networkInterfaces())
      .flat()
      .filter((address) => address && !address.internal && address.family === 'IPv4');
    for (const address of others) {
      const reached = await new Promise((resolve) => {
        const request = http.get({ host: address?.address, port: gateway.port, timeout: 500, agent: false });
        request.on('response', () => resolve(true));
        request.on('error', () => resolve(false));
        request.on('timeout', () => request.destroy());
      });
      expect(reached).toBe(false);
    }
  });
});
