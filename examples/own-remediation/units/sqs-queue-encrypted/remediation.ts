import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import {
  type Client,
  compliant,
  drift,
  isAwsError,
  type Located,
  type Remediator,
  textAt,
} from 'cdk-bulwark/remediation';

type State = 'encrypted' | 'plain';

/** Switches on the encryption that costs nothing and needs no key; a queue under a key of its own stays as it is. */
export function create(): Remediator<State> {
  return {
    locate: (signal) => {
      const url = textAt(signal.record, 'requestParameters.queueUrl');
      return url === undefined ? [] : [{ names: { queue: nameIn(url) } }];
    },
    list: async (read, _place, next) => {
      const command = new ListQueuesCommand({ MaxResults: 100, ...(next !== undefined && { NextToken: next }) });
      const { QueueUrls = [], NextToken } = await read(SQSClient).send(command);
      return { resources: QueueUrls.map((url) => ({ names: { queue: nameIn(url) } })), next: NextToken };
    },
    inspect: async (queue, read) => {
      try {
        const { Attributes = {} } = await read(SQSClient).send(
          new GetQueueAttributesCommand({ QueueUrl: await urlOf(queue, read), AttributeNames: ['All'] }),
        );
        const isEncrypted = Attributes.SqsManagedSseEnabled === 'true' || Attributes.KmsMasterKeyId !== undefined;
        return isEncrypted ? compliant() : drift<State>('plain', 'encrypted');
      } catch (error) {
        if (isAwsError(error, ['QueueDoesNotExist'])) return compliant('the queue is gone');
        throw error;
      }
    },
    apply: (queue, _drift, write) => encrypt(queue, write, 'true'),
    undo: (queue, _change, { write }) => encrypt(queue, write, 'false'),
  };
}

async function encrypt(queue: Located, write: Client, SqsManagedSseEnabled: 'true' | 'false'): Promise<void> {
  const QueueUrl = await urlOf(queue, write);
  await write(SQSClient).send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { SqsManagedSseEnabled } }));
}

async function urlOf({ names }: Located, client: Client): Promise<string | undefined> {
  return (await client(SQSClient).send(new GetQueueUrlCommand({ QueueName: names.queue }))).QueueUrl;
}

function nameIn(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1);
}
