import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudFormationClient, DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { Report } from '../../lambda/runtime/report';
import type { Call, CloudTrailRecord } from '../../sandbox/gateway';
import type { DeployedStack } from '../../sandbox/runner/deploy';
import type { SandboxRecord } from '../../sandbox/runner/state';
import { Sandbox } from '../../sandbox/sandbox';

jest.setTimeout(60_000);

const { record, stacks } = JSON.parse(process.env.BULWARK_E2E ?? '{}') as {
  record: SandboxRecord;
  stacks: DeployedStack[];
};

/** The one sandbox of the run, and what was deployed into it. */
export const sandbox = Sandbox.attach(record);
export const deployedStacks = stacks;
export const controlToken = record.token;

const LIMIT_MS = 30_000;
const POLL_MS = 50;

/** Part of a name that no other test uses. */
export function unique(prefix: string): string {
  return `${prefix}-${randomBytes(4).toString('hex')}`;
}

/** Asks again until there is an answer. */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined>, limitMs = LIMIT_MS): Promise<T> {
  const limit = Date.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > limit) throw new Error(`waited ${limitMs / 1_000} s in vain for ${what}`);
    await sleep(POLL_MS);
  }
}

/** What an act of the operator led to. */
export interface Aftermath {
  /** The record that the gateway made of the act. */
  readonly event: CloudTrailRecord;
  readonly reports: Report[];
  /** All calls from the act to the last report. */
  readonly calls: Call[];
}

/** Does something as the operator that CloudTrail records, and waits until a remediation has decided on it. */
export async function act(operation: string, doIt: () => Promise<unknown>): Promise<Aftermath> {
  const { next } = await sandbox.calls(Number.MAX_SAFE_INTEGER);
  await doIt();
  const eventId = (await callsSince(next)).find((call) => call.operation === operation && call.eventId)?.eventId;
  if (eventId === undefined) throw new Error(`${operation} made no CloudTrail record`);
  const reports = await eventually(`a decision on ${operation} ${eventId}`, async () => {
    const found = await reportsOf(eventId);
    return found.length > 0 ? found : undefined;
  });
  const event = (await sandbox.events(0)).events.find((each) => each.eventID === eventId);
  if (event === undefined) throw new Error(`the gateway has no record ${eventId}`);
  return { event, reports, calls: await callsSince(next) };
}

export async function callsSince(seq: number): Promise<Call[]> {
  return [...(await sandbox.calls(seq)).calls];
}

/** Decisions on one event, as the log group of reports keeps them. */
export async function reportsOf(eventId: string): Promise<Report[]> {
  const reports: Report[] = [];
  const pages = paginateFilterLogEvents(
    { client: sandbox.client(CloudWatchLogsClient) },
    { logGroupName: '/bulwark/main/reports' },
  );
  for await (const page of pages) {
    for (const { message } of page.events ?? []) {
      const { detail } = JSON.parse(message ?? '{}') as { detail?: Report };
      if (detail?.signal.id === eventId) reports.push(detail);
    }
  }
  return reports;
}

/** Hands a CloudTrail record to the deployed function once more, as its queue would. */
export async function handAgain(event: CloudTrailRecord): Promise<{ failures: number; calls: Call[] }> {
  const { next } = await sandbox.calls(Number.MAX_SAFE_INTEGER);
  const lambda = sandbox.client(LambdaClient);
  const FunctionName = await physicalId('bulwark-main-baseline', /HubResponderFunction[0-9A-F]{8}$/);
  const account = event.recipientAccountId;
  const source = `aws.${event.eventSource.replace('.amazonaws.com', '')}`;
  const envelope = { 'detail-type': 'AWS API Call via CloudTrail', source, account, detail: event };
  const Payload = JSON.stringify({ Records: [{ messageId: 'again', body: JSON.stringify(envelope) }] });
  const answer = await lambda.send(new InvokeCommand({ FunctionName, Payload }));
  const text = Buffer.from(answer.Payload ?? []).toString();
  if (answer.FunctionError) throw new Error(`the function failed: ${text}`);
  return {
    failures: (JSON.parse(text) as { batchItemFailures: unknown[] }).batchItemFailures.length,
    calls: await callsSince(next),
  };
}

/** Calls by which the resource was looked at. */
export function looksAmong(calls: readonly Call[]): Call[] {
  return calls.filter((call) => call.roleArn?.includes(':role/bulwark/main/read/'));
}

/** What CloudFormation made of a resource. */
export async function physicalId(StackName: string, logicalId: RegExp): Promise<string> {
  const { StackResources = [] } = await sandbox
    .client(CloudFormationClient)
    .send(new DescribeStackResourcesCommand({ StackName }));
  const found = StackResources.filter((each) => logicalId.test(each.LogicalResourceId ?? ''));
  if (found.length !== 1) throw new Error(`${StackName} has ${found.length} resources like ${logicalId}`);
  return found[0]?.PhysicalResourceId as string;
}

/** Calls that changed something, made by a remediation's own role: repairs, and what takes them back. */
export function repairsAmong(calls: readonly Call[]): Call[] {
  return calls.filter(
    (call) => /:role\/bulwark\/main\/(tighten|disruptive)\//.test(call.roleArn ?? '') && call.mutating && call.status < 300,
  );
}
