import {
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  PutBucketTaggingCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { act, changesAmong, eventually, forgetRepairs, order, physicalId, sandbox, switchTo, unique } from './deployed';

const REMEDIATION = 's3-bucket-public-access';
const s3 = sandbox.client(S3Client);
const sqs = sandbox.client(SQSClient);

/** Somebody's mailbox. */
interface Mailbox {
  /** Waits for a message that holds all of the texts, and takes it out. */
  message(...texts: readonly string[]): Promise<string>;
}

async function subscribed(topic: RegExp): Promise<Mailbox> {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: unique('e2e-mailbox') }));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  const Endpoint = Attributes?.QueueArn as string;
  const TopicArn = await physicalId('bulwark-main-baseline', topic);
  const Statement = {
    Effect: 'Allow',
    Principal: { Service: 'sns.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: Endpoint,
    Condition: { ArnEquals: { 'aws:SourceArn': TopicArn } },
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [Statement] });
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  await sandbox.client(SNSClient).send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint }));
  return {
    message: (...texts) =>
      eventually(`a message with ${texts.join(', ')}`, async () => {
        const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
        for (const { Body = '', ReceiptHandle } of Messages) {
          await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
          const { Message } = JSON.parse(Body) as { Message: string };
          if (texts.every((text) => Message.includes(text))) return Message;
        }
        return undefined;
      }),
  };
}

let alarms: Mailbox;
let reports: Mailbox;
beforeAll(async () => {
  alarms = await subscribed(/RemediationAlarms[0-9A-F]{8}$/);
  reports = await subscribed(/HubReportTopic[0-9A-F]{8}$/);
});
beforeEach(forgetRepairs);

async function bucket(): Promise<string> {
  const Bucket = unique('e2e-switch');
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: sandbox.region } }));
  return Bucket;
}

async function opened(Bucket: string) {
  const aftermath = await act('DeletePublicAccessBlock', REMEDIATION, () =>
    s3.send(new DeletePublicAccessBlockCommand({ Bucket })),
  );
  const [{ outcome, reason, guard, planId, answer } = {} as never] = aftermath.reports;
  return { outcome, reason, guard, planId, answer, changes: changesAmong(aftermath.calls).length };
}

test('a switch takes effect, and raises its alarm with the name of who did it', async () => {
  await switchTo({ [`override/mode/${REMEDIATION}`]: 'OBSERVE' });
  try {
    expect(await opened(await bucket())).toMatchObject({ outcome: 'OBSERVED', changes: 0 });
    const alarm = await alarms.message('P1', `/bulwark/main/response/override/mode/${REMEDIATION}`);
    expect(alarm).toContain('arn:aws:iam::123456789012:user/operator');
    expect(alarm).toContain('Answer: aws ssm get-parameters-by-path');
  } finally {
    await switchTo({ [`override/mode/${REMEDIATION}`]: undefined });
  }
  await alarms.message('DeleteParameters', `/bulwark/main/response/override/mode/${REMEDIATION}`);
  expect(await opened(await bucket())).toMatchObject({ outcome: 'REMEDIATED', changes: 1 });
});

test('the kill switch stops repairs and approvals, and not the way back', async () => {
  const before = await opened(await bucket());
  expect(before.outcome).toBe('REMEDIATED');
  const runId = /bulwark undo (\S+)/.exec(before.answer)?.[1] as string;
  await switchTo({ [`override/mode/${REMEDIATION}`]: 'PROPOSE' });
  const proposed = await opened(await bucket());
  await switchTo({ [`override/mode/${REMEDIATION}`]: undefined, 'kill-switch': 'ON' });
  try {
    expect(await opened(await bucket())).toMatchObject({
      outcome: 'OBSERVED',
      reason: 'the kill switch is on',
      changes: 0,
    });
    const planId = proposed.planId as string;
    const refused = await order('approvals', { order: 'approve', planId, hash: planId.slice(2) });
    expect(refused).toMatchObject({ outcome: 'SUPPRESSED', reason: 'the kill switch is on: nothing is changed' });
    await alarms.message('P1', '/bulwark/main/response/kill-switch');
    expect(await order('orders', { order: 'undo', runId, reason: 'a test' })).toMatchObject({ outcome: 'EXEMPT' });
  } finally {
    await switchTo({ 'kill-switch': undefined });
  }
});

test('a value that means nothing changes nothing until it is mended, and the signal is not lost', async () => {
  await switchTo({ [`override/mode/${REMEDIATION}`]: 'MAYBE' });
  const Bucket = await bucket();
  const { next } = await sandbox.calls(Number.MAX_SAFE_INTEGER);
  try {
    await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
    await eventually('a second try', async () => {
      const { calls } = await sandbox.calls(next);
      const looks = calls.filter(
        (call) => call.roleArn?.includes('/read/') && call.operation === 'GetPublicAccessBlock',
      );
      return looks.length >= 2 ? looks : undefined;
    });
    expect(changesAmong((await sandbox.calls(next)).calls)).toEqual([]);
  } finally {
    await switchTo({ [`override/mode/${REMEDIATION}`]: undefined });
  }
  await reports.message('REMEDIATED', Bucket);
});

test('the cap turns what is beyond it into proposals, and raises P0', async () => {
  await switchTo({ [`override/cap/${REMEDIATION}`]: '2' });
  try {
    const outcomes = [];
    for (let count = 0; count < 4; count += 1) outcomes.push(await opened(await bucket()));
    expect(outcomes.map(({ outcome, guard }) => [outcome, guard])).toEqual([
      ['REMEDIATED', undefined],
      ['REMEDIATED', undefined],
      ['PROPOSED', 'cap'],
      ['PROPOSED', 'cap'],
    ]);
    const alarm = await alarms.message('P0', 'which is the cap');
    expect(alarm).toMatch(/Answer: bulwark approve p-[0-9a-f]{16} --hash [0-9a-f]{16}/);
  } finally {
    await switchTo({ [`override/cap/${REMEDIATION}`]: undefined });
  }
});

test('a resource that is fought over is left alone after three repairs, and raises P1', async () => {
  const Bucket = await bucket();
  const outcomes = [];
  for (let count = 0; count < 4; count += 1) outcomes.push(await opened(Bucket));
  expect(outcomes.map(({ outcome, guard, changes }) => [outcome, guard, changes])).toEqual([
    ['REMEDIATED', undefined, 1],
    ['REMEDIATED', undefined, 1],
    ['REMEDIATED', undefined, 1],
    ['SUPPRESSED', 'flap', 0],
  ]);
  await alarms.message('P1', Bucket, 'repaired three times within an hour');
});

describe('an exemption', () => {
  const inAMonth = () => new Date(Date.now() + 30 * 86_400_000).toISOString();
  const base = () => ({
    order: 'exempt',
    remediation: REMEDIATION,
    account: sandbox.account,
    owner: 'the web team',
    reason: 'serves the old site until June',
    expires: inAMonth(),
  });

  test('of a resource holds for it alone, raises its alarm, and ends when it is revoked', async () => {
    const [exempt, other] = [await bucket(), await bucket()];
    const made = await order('orders', { ...base(), scope: 'resource', target: `arn:aws:s3:::${exempt}` });
    await alarms.message('P2', exempt, 'serves the old site until June');
    expect(await opened(exempt)).toMatchObject({
      outcome: 'EXEMPT',
      reason: expect.stringContaining('the web team until ') as string,
      changes: 0,
    });
    expect(await opened(other)).toMatchObject({ outcome: 'REMEDIATED' });

    await order('orders', { order: 'revoke', exemptionId: made.exemptionId as string });
    expect(await opened(exempt)).toMatchObject({ outcome: 'REMEDIATED' });
  });

  test('of a name holds for what carries the name in a tag, and a tag alone exempts nothing', async () => {
    const [named, pretender] = [await bucket(), await bucket()];
    const tagged = (Bucket: string, Value: string) =>
      s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [{ Key: 'bulwark:exemption', Value }] } }));
    await tagged(named, 'old-site');
    await tagged(pretender, 'anything');
    const made = await order('orders', { ...base(), scope: 'tag', target: 'old-site' });
    expect(await opened(named)).toMatchObject({ outcome: 'EXEMPT', changes: 0 });
    expect(await opened(pretender)).toMatchObject({ outcome: 'REMEDIATED' });
    await order('orders', { order: 'revoke', exemptionId: made.exemptionId as string });
  });

  test.each([
    ['no owner', { owner: '' }],
    ['no end', { expires: '' }],
    ['an end that is past', { expires: '2020-01-01T00:00:00Z' }],
    ['an end that is years away', { expires: '2099-01-01T00:00:00Z' }],
    ['a wildcard', { target: 'arn:aws:s3:::*' }],
  ])('with %s is refused', async (_, change) => {
    const Bucket = await bucket();
    const body = { ...base(), scope: 'resource', target: `arn:aws:s3:::${Bucket}`, ...change };
    await expect(order('orders', body)).resolves.toMatchObject({
      outcome: 'SUPPRESSED',
      reason: expect.stringContaining('missing or malformed') as string,
    });
    expect(await opened(Bucket)).toMatchObject({ outcome: 'REMEDIATED' });
  });
});

test('people are told of a repair with the line that takes it back', async () => {
  const Bucket = await bucket();
  const { answer } = await opened(Bucket);
  const message = await reports.message('REMEDIATED', Bucket);
  expect(message).toContain(`Answer: ${answer}`);
  expect(message).toContain('CRITICAL REMEDIATED: Bucket blocks all public access');
  expect(message).toContain('by arn:aws:iam::123456789012:user/operator (DeleteBucketPublicAccessBlock)');
});
