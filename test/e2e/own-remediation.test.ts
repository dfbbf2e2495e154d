import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Report } from '../../lambda/runtime/report';
import { factsOf } from '../../sandbox/runner/orders';
import { callsSince, eventually, sandbox, signalOf, unique } from './deployed';

const EXAMPLE = join(__dirname, '../../examples/own-remediation');
const sqs = sandbox.client(SQSClient);

/** Decisions of the deployment that has the unit, on one signal. */
async function decisionOn(signalId: string): Promise<Report> {
  return eventually(`a decision on ${signalId}`, async () => {
    const { events = [] } = await sandbox
      .client(CloudWatchLogsClient)
      .send(new FilterLogEventsCommand({ logGroupName: '/bulwark/own/reports' }));
    const details = events.map(({ message }) => (JSON.parse(message ?? '{}') as { detail: Report }).detail);
    return details.find(({ signal }) => signal.id === signalId);
  });
}

test('a remediation from outside of the package repairs, under a role of its own, and can be taken back', async () => {
  const built = spawnSync(process.execPath, [join(EXAMPLE, 'build.mjs')], { encoding: 'utf8' });
  expect({ error: built.error, status: built.status, stderr: built.status === 0 ? '' : built.stderr }).toEqual({
    error: undefined,
    status: 0,
    stderr: '',
  });
  const { stacks } = await sandbox.deploy({
    app: `${process.execPath} --import tsx ${join(EXAMPLE, 'app.ts')}`,
    bootstrap: false,
    context: [],
    output: join(sandbox.folder, 'own.out'),
  });
  expect(stacks).toHaveLength(1);

  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: unique('e2e-own') }));
  const isEncrypted = async () => {
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    return Attributes?.SqsManagedSseEnabled;
  };
  const { next } = await sandbox.calls(Number.MAX_SAFE_INTEGER);
  const signalId = await signalOf('SetQueueAttributes', () =>
    sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { SqsManagedSseEnabled: 'false' } })),
  );
  const report = await decisionOn(signalId);
  expect(report).toMatchObject({ outcome: 'REMEDIATED', remediation: 'sqs-queue-encrypted', severity: 'MEDIUM' });
  expect(await isEncrypted()).toBe('true');
  const changes = (await callsSince(next)).filter(({ roleArn }) => roleArn?.includes('/bulwark/own/tighten/'));
  expect(changes.map(({ operation }) => operation)).toEqual(['GetQueueUrl', 'SetQueueAttributes']);

  expect(report.answer).toBe(`bulwark undo ${report.runId} --qualifier own`);
  const { queues } = await factsOf(sandbox, 'own');
  const MessageBody = JSON.stringify({ order: 'undo', runId: report.runId, reason: 'a test', by: 'a test' });
  const { MessageId } = await sqs.send(new SendMessageCommand({ QueueUrl: queues.orders, MessageBody }));
  expect(await decisionOn(MessageId as string)).toMatchObject({ outcome: 'EXEMPT' });
  expect(await isEncrypted()).toBe('false');
}, 180_000);
