import { PassThrough } from 'node:stream';
import { confirm } from '../../cli/confirm';
import { parkedOf, reasonIn } from '../../cli/dead-letters';
import { parseFacts } from '../../cli/deployment';
import { sentence, watched } from '../../cli/failure';
import { reportOf } from '../../cli/history';
import { undoOf } from '../../cli/views';
import { Answers } from '../../lambda/runtime/answers';
import type { WholeRun } from '../../cli/ledger';

describe('a person is asked', () => {
  const terminal = (answer: string, isTTY = true) => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    Object.assign(input, { isTTY });
    Object.assign(output, { isTTY });
    setImmediate(() => input.end(answer));
    return { input, output };
  };

  test.each(['y\n', 'Yes\n', ' y \n'])('and %j is a yes', async (answer) => {
    await expect(confirm('Do it?', {}, terminal(answer))).resolves.toBeUndefined();
  });

  test.each(['n\n', '\n', 'yeah\n', ''])('and %j is none', async (answer) => {
    await expect(confirm('Do it?', {}, terminal(answer))).rejects.toMatchObject({ exit: 'notConfirmed' });
  });

  test('unless there is no terminal', async () => {
    const refused = confirm('Do it?', {}, terminal('y\n', false));
    await expect(refused).rejects.toMatchObject({ exit: 'notConfirmed', message: expect.stringContaining('--yes') });
  });

  test('unless they have said so', async () => {
    await expect(confirm('Do it?', { yes: true }, terminal('n\n', false))).resolves.toBeUndefined();
  });
});

describe('an error of AWS', () => {
  /** What a client would do with it. */
  async function told(error: Error): Promise<string | undefined> {
    let handler: ((args: never) => Promise<unknown>) | undefined;
    const client = {
      middlewareStack: {
        add: (middleware: (next: unknown, context: object) => typeof handler) => {
          const fail = () => Promise.reject(error);
          handler = middleware(fail, { clientName: 'SQSClient', commandName: 'SendMessageCommand' });
        },
      },
    };
    watched(client, 'eu-central-1');
    return handler?.(undefined as never).then(
      () => undefined,
      (caught: unknown) => sentence(caught),
    );
  }
  const named = (name: string, message = 'said AWS.', more = {}) =>
    Object.assign(new Error(message), { name, ...more });

  test.each([
    [
      named('AccessDeniedException'),
      /^Access denied \(SQS SendMessage in eu-central-1\): said AWS\. Whoever deployed it/,
    ],
    [named('ExpiredTokenException'), /have expired: sign in again/],
    [named('UnrecognizedClientException'), /does not accept these credentials \(SQS SendMessage/],
    [named('ThrottlingException'), /takes no more calls for now/],
    [named('TimeoutError', 'no answer'), /does not answer.*no answer/],
    [named('AggregateError', '', { code: 'ECONNREFUSED' }), /does not answer.*ECONNREFUSED/],
    [named('Error', 'getaddrinfo', { code: 'ENOTFOUND' }), /ENOTFOUND\): look at the network, at --region/],
    [
      named('SomethingNew', 'line one\nline two'),
      /^SQS SendMessage in eu-central-1 failed: SomethingNew: line one line two\.$/,
    ],
  ])('%s is one sentence', async (error, expected) => {
    const text = await told(error);
    expect(text).toMatch(expected);
    expect(text).not.toContain('\n');
  });

  test('is told apart from a mistake of ours', () => {
    expect(sentence(new TypeError('x is not a function'))).toBeUndefined();
  });
});

describe('a parked message', () => {
  const message = (Body: string) => ({ MessageId: 'm-1', Body, Attributes: { SentTimestamp: '1795593600000' } });

  test.each([
    ['{"source":"aws.s3","detail":{"eventName":"PutBucketAcl","eventID":"e-1"}}', 'aws.s3 PutBucketAcl', 'e-1'],
    [
      '{"source":"aws.guardduty","detail":{"type":"UnauthorizedAccess:IAMUser/X","id":"f-1"}}',
      'aws.guardduty UnauthorizedAccess:IAMUser/X',
      'f-1',
    ],
    ['{"order":"undo","runId":"r-1"}', 'order undo', undefined],
    [
      '{"leg":{"remediation":"kms-key-rotation","region":"eu-central-1"}}',
      'sweep of kms-key-rotation, eu-central-1',
      undefined,
    ],
    ['{"start":{}}', 'beginning of a sweep', undefined],
    ['nonsense', 'not JSON', undefined],
    ['[1]', 'no object', undefined],
  ])('%s is %s', (body, what, signal) => {
    const { what: told, signal: named, sentAt } = parkedOf(message(body));
    expect({ told, named, sentAt }).toEqual({ told: what, named: signal, sentAt: '2026-11-25T08:00:00.000Z' });
  });

  test('failed by what the log says of it, and of nothing else', () => {
    const line = { message: 'failed', signal: 'e-1', errorName: 'AccessDenied', errorMessage: 'not you' };
    expect(reasonIn(JSON.stringify(line), ['e-1'])).toBe('AccessDenied: not you');
    expect(reasonIn(JSON.stringify({ ...line, signal: 'e-2', messageId: 'm-1' }), ['m-1'])).toBe(
      'AccessDenied: not you',
    );
    expect(reasonIn(JSON.stringify(line), ['e-2'])).toBeUndefined();
    expect(reasonIn(JSON.stringify({ ...line, message: 'outcome' }), ['e-1'])).toBeUndefined();
    expect(reasonIn('START RequestId', ['e-1'])).toBeUndefined();
  });
});

describe('what is read', () => {
  test('is a decision only where it looks like one', () => {
    const report = { outcome: 'REMEDIATED', signal: { id: 'e-1' } };
    expect(reportOf(JSON.stringify({ detail: report }))).toEqual(report);
    for (const odd of ['', '[]', '{}', '{"detail":{}}', '{"detail":{"outcome":"X"}}'])
      expect(reportOf(odd)).toBeUndefined();
  });

  test('are facts of a deployment only where they name queues and ledger', () => {
    const facts = { queues: { orders: 'https://q' }, ledger: 'table' };
    expect(parseFacts('/p', JSON.stringify(facts))).toEqual(facts);
    for (const odd of ['', 'null', '{}', '{"queues":{}}'])
      expect(() => parseFacts('/p', odd)).toThrow(/\/p does not say/);
  });

  test.each([
    ['s3-bucket-public-access', 'REMEDIATED', 'bulwark undo r-0123456789abcdef'],
    ['s3-bucket-public-access', 'UNDOING', 'bulwark undo r-0123456789abcdef'],
    ['s3-bucket-public-access', 'UNDONE', undefined],
    ['s3-bucket-public-access', 'APPLYING', undefined],
    ['cloudtrail-trail-weakened', 'REMEDIATED', undefined],
    ["consumer-of-one's-own", 'REMEDIATED', 'bulwark undo r-0123456789abcdef'],
  ])('of a run of %s that is %s is the way back %s', (remediation, state, line) => {
    const run = { runId: 'r-0123456789abcdef', remediation, state } as WholeRun;
    expect(undoOf(run, new Answers('main'))).toBe(line);
  });
});
