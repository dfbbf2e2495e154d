import { setTimeout as sleep } from 'node:timers/promises';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { type DeploymentFacts, deploymentParameter } from '../../lambda/runtime/deployment/spec';
import { SandboxError } from './errors';
import { type Report, reportsSince, type Watched } from './watch';

/** The person at the keyboard. */
const OPERATOR = 'operator of the drill';

const POLL_MS = 60;
const LIMIT_MS = 60_000;

/** What a deployment tells of itself. */
export async function factsOf(sandbox: Pick<Watched, 'client'>, qualifier = 'main'): Promise<DeploymentFacts> {
  const { Parameter } = await sandbox
    .client(SSMClient)
    .send(new GetParameterCommand({ Name: deploymentParameter(qualifier) }));
  return JSON.parse(Parameter?.Value ?? '{}') as DeploymentFacts;
}

/** Sends an order to the door that takes it, as the command line does, and waits for the answer. */
export async function order(
  sandbox: Watched,
  door: 'approvals' | 'orders',
  body: Readonly<Record<string, string>>,
): Promise<Report> {
  const { queues } = await factsOf(sandbox);
  const since = Date.now() - 1_000;
  const { MessageId } = await sandbox
    .client(SQSClient)
    .send(new SendMessageCommand({ QueueUrl: queues[door], MessageBody: JSON.stringify({ ...body, by: OPERATOR }) }));
  const limit = Date.now() + LIMIT_MS;
  while (Date.now() < limit) {
    const answer = (await reportsSince(sandbox, since)).find(({ signal }) => signal.id === MessageId);
    if (answer !== undefined) return answer;
    await sleep(POLL_MS);
  }
  throw new SandboxError(`The order to ${body.order} got no answer within ${LIMIT_MS / 1_000} s.`);
}
