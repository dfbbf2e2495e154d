import { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import { BulwarkError } from '../../../lambda/runtime/errors';
import { retrySoon, sendAll } from '../../../lambda/runtime/queue';
import { answering } from '../../support/remediation';

const QUEUE = 'https://sqs.eu-central-1.amazonaws.com/123456789012/own';

function queue(answer: object = {}) {
  const { send, sent } = answering({ SendMessageBatch: answer, ChangeMessageVisibility: answer });
  jest.spyOn(SQSClient.prototype, 'send').mockImplementation(send);
  return sent;
}
afterEach(() => jest.restoreAllMocks());

describe('messages', () => {
  test('are sent ten at a time, with whole delays that SQS takes', async () => {
    const sent = queue();
    const delays = [0, -1, 1.9, 899.9, 900, 5_000, ...Array<number>(6).fill(0)];
    await sendAll(
      QUEUE,
      delays.map((delaySeconds, index) => ({ body: `${index}`, delaySeconds })),
      'eu-central-1',
    );
    const batches = sent.map(
      ({ input }) => input.Entries as Array<{ Id: string; MessageBody: string; DelaySeconds: number }>,
    );
    expect(batches.map((batch) => batch.length)).toEqual([10, 2]);
    expect(batches.flat().map(({ DelaySeconds }) => DelaySeconds)).toEqual([
      0,
      0,
      1,
      899,
      900,
      900,
      ...Array(6).fill(0),
    ]);
    expect(batches.flat().map(({ MessageBody }) => MessageBody)).toEqual(delays.map((_, index) => `${index}`));
    for (const batch of batches) expect(new Set(batch.map(({ Id }) => Id)).size).toBe(batch.length);
  });

  test('that are none ask for no call', async () => {
    const sent = queue();
    await sendAll(QUEUE, [], 'eu-central-1');
    expect(sent).toEqual([]);
  });

  test('of which the queue refuses one are an error that says why', async () => {
    queue({ Failed: [{ Id: '0', Code: 'InvalidMessageContents', Message: 'odd' }] });
    const sending = sendAll(QUEUE, [{ body: 'x', delaySeconds: 0 }], 'eu-central-1');
    await expect(sending).rejects.toThrow(BulwarkError);
    await expect(sending).rejects.toThrow(`${QUEUE} refused 1 messages: InvalidMessageContents odd`);
  });
});

test('a message that only has to wait comes again in 20 seconds', async () => {
  const sent = queue();
  await retrySoon(QUEUE, { receiptHandle: 'h' } as SQSRecord, 'eu-central-1');
  expect(sent).toEqual([
    { operation: 'ChangeMessageVisibility', input: { QueueUrl: QUEUE, ReceiptHandle: 'h', VisibilityTimeout: 20 } },
  ]);
});
