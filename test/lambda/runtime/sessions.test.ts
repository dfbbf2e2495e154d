import { DeleteBucketPolicyCommand, GetBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import { BulwarkError } from '../../../lambda/runtime/errors';
import { type Client, type ClientOptions, SESSION_POLICY_LIMIT, Sessions } from '../../../lambda/runtime/sessions';
import { answering } from '../../support/remediation';

const ROLE = 'arn:aws:iam::123456789012:role/bulwark/main/read/bulwark-main-read';
const POLICY = { Version: '2012-10-17', Statement: [] } as const;

/** What a client of the SDK is made with. */
const optionsOf = (client: Client): ClientOptions =>
  client(
    class {
      public readonly middlewareStack = { add: () => undefined };
      public constructor(public readonly options: ClientOptions) {}
    },
  ).options;

function sts(minutes = 15, more: object = {}) {
  let issued = 0;
  const { send, sent } = answering({
    AssumeRole: () => {
      issued += 1;
      const Expiration = new Date(Date.now() + minutes * 60_000);
      return {
        Credentials: { AccessKeyId: `A${issued}`, SecretAccessKey: 's', SessionToken: 't', Expiration, ...more },
      };
    },
  });
  jest.spyOn(STSClient.prototype, 'send').mockImplementation(send);
  return { sessions: new Sessions('eu-central-1'), sent };
}
const keyOf = async (client: Client) => (await optionsOf(client).credentials()).accessKeyId;
afterEach(() => jest.restoreAllMocks());

describe('the read session', () => {
  test('of an account is taken once for all Regions, and held while it is good', async () => {
    const { sessions, sent } = sts();
    const keys = [await keyOf(sessions.reader(ROLE, 'eu-central-1')), await keyOf(sessions.reader(ROLE, 'us-east-1'))];
    expect(keys).toEqual(['A1', 'A1']);
    expect(await keyOf(sessions.reader(ROLE.replace('1234', '9999'), 'us-east-1'))).toBe('A2');
    expect(sent[0]?.input).toEqual({
      RoleArn: ROLE,
      RoleSessionName: 'bulwark-read',
      DurationSeconds: 900,
      Policy: undefined,
    });
    expect(optionsOf(sessions.reader(ROLE, 'us-east-1'))).toMatchObject({ region: 'us-east-1', maxAttempts: 6 });
  });

  test('is renewed before it ends', async () => {
    const { sessions } = sts(1);
    const reader = sessions.reader(ROLE, 'eu-central-1');
    expect([await keyOf(reader), await keyOf(reader)]).toEqual(['A1', 'A2']);
  });

  test('that was refused is asked for again', async () => {
    const { sessions } = sts();
    jest.spyOn(STSClient.prototype, 'send').mockImplementationOnce(() => Promise.reject(new Error('AccessDenied')));
    await expect(keyOf(sessions.reader(ROLE, 'eu-central-1'))).rejects.toThrow('AccessDenied');
    expect(await keyOf(sessions.reader(ROLE, 'eu-central-1'))).toBe('A1');
  });

  test('without credentials is none', async () => {
    const { sessions } = sts(15, { SessionToken: '' });
    await expect(keyOf(sessions.reader(ROLE, 'eu-central-1'))).rejects.toThrow(`without credentials for ${ROLE}`);
  });
});

describe('the write session', () => {
  test('is one for each write, under the policy that narrows it', async () => {
    const { sessions, sent } = sts();
    const writer = sessions.writer(ROLE, 'eu-central-1', 'r-1', POLICY);
    expect([await keyOf(writer), await keyOf(writer)]).toEqual(['A1', 'A1']);
    expect(await keyOf(sessions.writer(ROLE, 'eu-central-1', 'r-2', POLICY))).toBe('A2');
    expect(sent[0]?.input).toMatchObject({ RoleSessionName: 'r-1', Policy: JSON.stringify(POLICY) });
  });

  /** Signs requests as it should, and sends none. */
  class Offline extends S3Client {
    public constructor(options: ClientOptions) {
      super({ ...options, requestHandler: { handle: () => Promise.reject(new Error('offline')) } as never });
    }
  }

  test('knows whether a request to change something was sent, rather than read or refused a role', async () => {
    const { sessions } = sts();
    const Bucket = 'hall';
    const writer = sessions.writer(ROLE, 'eu-central-1', 'r-1', POLICY);
    await expect(writer(Offline).send(new GetBucketPolicyCommand({ Bucket }))).rejects.toThrow('offline');
    expect(writer.wrote()).toBe(false);
    await expect(writer(Offline).send(new DeleteBucketPolicyCommand({ Bucket }))).rejects.toThrow('offline');
    expect(writer.wrote()).toBe(true);

    const refused = sessions.writer(ROLE, 'eu-central-1', 'r-2', POLICY);
    jest.spyOn(STSClient.prototype, 'send').mockImplementation(() => Promise.reject(new Error('AccessDenied')));
    await expect(refused(Offline).send(new DeleteBucketPolicyCommand({ Bucket }))).rejects.toThrow('AccessDenied');
    expect(refused.wrote()).toBe(false);
  });

  test('is not asked for with a policy that AWS would not take', async () => {
    const { sessions, sent } = sts();
    const Resource = ['x'.repeat(SESSION_POLICY_LIMIT)];
    const policy = { ...POLICY, Statement: [{ Effect: 'Allow', Action: ['s3:PutLamp'], Resource }] } as const;
    await expect(keyOf(sessions.writer(ROLE, 'eu-central-1', 'r-1', policy))).rejects.toThrow(BulwarkError);
    expect(sent).toEqual([]);
  });
});
