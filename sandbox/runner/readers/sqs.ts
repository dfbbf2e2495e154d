import { GetQueueAttributesCommand, ListQueueTagsCommand, SQSClient } from '@aws-sdk/client-sqs';
import { listOf, parsed } from '../compare';
import { type Ask, type Reader, tagsOfMap } from './reader';

async function attributes(QueueUrl: string, ask: Ask): Promise<Record<string, string>> {
  const answer = await ask.client(SQSClient).send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  return answer.Attributes ?? {};
}

export const queue: Reader = async ({ physicalId: QueueUrl }, ask) => {
  const [found, tags] = await Promise.all([
    attributes(QueueUrl, ask),
    ask.client(SQSClient).send(new ListQueueTagsCommand({ QueueUrl })),
  ]);
  return {
    QueueName: QueueUrl.slice(QueueUrl.lastIndexOf('/') + 1),
    DelaySeconds: found['DelaySeconds'],
    FifoQueue: found['FifoQueue'],
    KmsMasterKeyId: found['KmsMasterKeyId'],
    MaximumMessageSize: found['MaximumMessageSize'],
    MessageRetentionPeriod: found['MessageRetentionPeriod'],
    ReceiveMessageWaitTimeSeconds: found['ReceiveMessageWaitTimeSeconds'],
    RedriveAllowPolicy: parsed(found['RedriveAllowPolicy']),
    RedrivePolicy: parsed(found['RedrivePolicy']),
    SqsManagedSseEnabled: found['SqsManagedSseEnabled'],
    VisibilityTimeout: found['VisibilityTimeout'],
    Tags: tagsOfMap(tags.Tags),
  };
};

export const queuePolicy: Reader = async ({ properties }, ask) => {
  const queues = listOf(properties['Queues']).map(String);
  const policies = await Promise.all(queues.map(async (url) => parsed((await attributes(url, ask))['Policy'])));
  const [first] = policies;
  const isEverywhere = policies.every((policy) => JSON.stringify(policy) === JSON.stringify(first));
  return {
    Queues: queues.filter((_, index) => policies[index] !== undefined),
    PolicyDocument: isEverywhere ? first : policies,
  };
};
