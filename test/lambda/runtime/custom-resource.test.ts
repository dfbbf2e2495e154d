import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ResourceError, type ResourceHandler, serve } from '../../../lambda/runtime/custom-resource';

interface Received {
  readonly method: string | undefined;
  readonly contentType: string | undefined;
  readonly body: Record<string, unknown>;
}

/** What CloudFormation would have got, and what it answers each time. */
let received: Received[] = [];
let statuses: number[] = [];
let server: Server;

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      received.push({ method: request.method, contentType: request.headers['content-type'], body: JSON.parse(body) });
      response.writeHead(statuses.shift() ?? 200).end();
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
beforeEach(() => {
  received = [];
  statuses = [];
  jest.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterEach(() => jest.restoreAllMocks());
afterAll(() => new Promise((done) => server.close(done)));

const event = (changes: object = {}) => ({
  RequestType: 'Create',
  ResponseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/answer`,
  StackId: 'arn:aws:cloudformation:eu-central-1:123456789012:stack/network/1',
  RequestId: 'request-1',
  LogicalResourceId: 'Facts',
  ResourceType: 'Custom::Thing',
  ResourceProperties: { ServiceToken: 'arn', Size: '3' },
  ...changes,
});
const pauses: number[] = [];
const pause = async (milliseconds: number) => {
  pauses.push(milliseconds);
};
/** A run with this many milliseconds left. */
const clock = (left = 60_000) => ({ getRemainingTimeInMillis: () => left });
const call = (thing: ResourceHandler, changes?: object, left?: number) =>
  serve({ 'Custom::Thing': thing }, pause)(event(changes), clock(left));

test('hands on what is asked, and answers with the attributes', async () => {
  const thing = jest.fn<Promise<Record<string, string>>, [unknown]>(async () => ({ Id: 'pl-1' }));
  await call(thing);
  expect(thing).toHaveBeenCalledWith({
    kind: 'Create',
    type: 'Custom::Thing',
    account: '123456789012',
    properties: { Size: '3' },
  });
  expect(received).toEqual([
    {
      method: 'PUT',
      contentType: '',
      body: {
        Status: 'SUCCESS',
        StackId: 'arn:aws:cloudformation:eu-central-1:123456789012:stack/network/1',
        RequestId: 'request-1',
        LogicalResourceId: 'Facts',
        PhysicalResourceId: 'Facts',
        Data: { Id: 'pl-1' },
      },
    },
  ]);
});

test('keeps the physical id, else CloudFormation would delete the one before', async () => {
  await call(async () => ({}), { RequestType: 'Update', PhysicalResourceId: 'older-id' });
  expect(received[0]?.body).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'older-id' });
});

test.each([
  [
    'a sentence of ours as it is',
    new ResourceError('Shield Advanced is not subscribed.'),
    'Shield Advanced is not subscribed.',
  ],
  [
    'an error of AWS with its name',
    Object.assign(new Error('not authorized'), { name: 'AccessDenied' }),
    'AccessDenied: not authorized',
  ],
  ['what is thrown without being an error', 'boom', 'Error: boom'],
  ['a long reason cut short', new ResourceError('x'.repeat(5_000)), 'x'.repeat(1_000)],
])('fails with %s', async (_, thrown, reason) => {
  await call(async () => {
    throw thrown;
  });
  expect(received[0]?.body).toMatchObject({ Status: 'FAILED', Reason: reason });
});

test.each([
  [{ ResourceType: 'Custom::Other' }, 'This function does not know Custom::Other.'],
  [{ ResourceType: 'toString' }, 'This function does not know toString.'],
  [{ ResourceType: 7 }, 'ResourceType must be a text.'],
  [{ RequestType: 'Replace' }, 'RequestType must be Create, Update or Delete, got Replace.'],
  [{ StackId: 'network' }, 'StackId must be the ARN of a stack, got network.'],
])('an event with %j fails with a sentence', async (changes, reason) => {
  await call(async () => ({}), changes);
  expect(received[0]?.body).toMatchObject({ Status: 'FAILED', Reason: reason });
});

test('what could not be made is deleted, else its rollback would be stuck', async () => {
  await call(async () => ({}), { ResourceType: 'Custom::Other', RequestType: 'Delete' });
  expect(received[0]?.body).toMatchObject({ Status: 'SUCCESS' });
});

test('answers before Lambda stops a run that takes too long', async () => {
  await call(() => new Promise(() => undefined), {}, 23_510);
  expect(received[0]?.body).toMatchObject({
    Status: 'FAILED',
    Reason: 'Custom::Thing took longer than 0 s: deploy again.',
  });
});

describe('an answer fits into 4,096 bytes', () => {
  const bytes = () => Buffer.byteLength(JSON.stringify(received[0]?.body));

  test('with a reason of long characters, which is cut', async () => {
    await call(async () => {
      throw new ResourceError('\u0007'.repeat(1_000));
    });
    expect(received[0]?.body).toMatchObject({ Status: 'FAILED', Reason: '\u0007'.repeat(500) });
    expect(bytes()).toBeLessThanOrEqual(4_096);
  });

  test('or fails, because half of the attributes would help nobody', async () => {
    await call(async () => ({ Id: 'ü'.repeat(2_500) }));
    expect(received[0]?.body).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringMatching(/^The attributes must fit into an answer of 4096 bytes, got 5\d{3}\.$/),
    });
  });
});

test('an answer that is refused is sent again, then given up', async () => {
  statuses = [500, 503];
  await call(async () => ({}));
  expect(received).toHaveLength(3);
  expect(pauses.slice(-2)).toEqual([500, 1_000]);
  statuses = [500, 500, 500, 500];
  await expect(call(async () => ({}))).rejects.toThrow('CloudFormation refused the answer with 500');
});

test.each([undefined, null, 'text', [], {}, { ResponseURL: 'nowhere' }])(
  'an event without a place to answer to is an error in the log: %j',
  async (nothing) => {
    await expect(serve({})(nothing, clock())).rejects.toThrow('Invalid URL');
    expect(received).toEqual([]);
  },
);

test.each(['http://example.com/answer', 'http://localhost.example.com/answer', 'ftp://localhost/answer'])(
  'nothing is answered where others could read it: %s',
  async (ResponseURL) => {
    await expect(call(async () => ({}), { ResponseURL })).rejects.toThrow('ResponseURL must begin with https');
  },
);

test('of plain HTTP, the machine itself is where an answer may go', async () => {
  const { port } = server.address() as AddressInfo;
  await call(async () => ({}), { ResponseURL: `http://localhost:${port}/answer` });
  expect(received).toHaveLength(1);
});
