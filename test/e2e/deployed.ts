import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudFormationClient, DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { DeleteItemCommand, DynamoDBClient, GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  DeleteFunctionConcurrencyCommand,
  InvokeCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DeleteParametersCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { settingsPath } from '../../lambda/runtime/deployment/spec';
import type { Report } from '../../lambda/runtime/report';
import type { RemediationSpec } from '../../lambda/runtime/spec';
import type { Call, CloudTrailRecord } from '../../sandbox/gateway';
import type { DeployedStack } from '../../sandbox/runner/deploy';
import { writeRefusalsTo } from '../../sandbox/runner/environment';
import { factsOf, order as sendOrder } from '../../sandbox/runner/orders';
import type { SandboxRecord } from '../../sandbox/runner/state';
import { Sandbox } from '../../sandbox/sandbox';

jest.setTimeout(60_000);

const { record, stacks } = JSON.parse(readFileSync(process.env.BULWARK_E2E as string, 'utf8')) as {
  record: SandboxRecord;
  stacks: DeployedStack[];
};

// The operator's own calls stay on this machine as well, and find `<account>.localhost` there.
writeRefusalsTo(join(record.logs, 'refused.jsonl'));
require('../../sandbox/runner/guard/loopback.cjs');

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

/** What an act of the operator led to, as far as one remediation is concerned. */
export interface Aftermath {
  /** The record that the gateway made of the act. A finding has none. */
  readonly event?: CloudTrailRecord;
  readonly signalId: string;
  /** Decisions of the remediation on this signal. */
  readonly reports: Report[];
  /** All calls from the act to the last report. */
  readonly calls: Call[];
}

/** Does something as the operator that CloudTrail records, and waits until a remediation has decided on it. */
export async function act(
  operation: string,
  remediation: string,
  doIt: () => Promise<unknown>,
): Promise<Aftermath & { readonly event: CloudTrailRecord }> {
  const { next } = await sandbox.calls(Number.MAX_SAFE_INTEGER);
  const signalId = await signalOf(operation, doIt);
  const reports = await decisionsOn(signalId, remediation, operation);
  const event = (await sandbox.events(0)).events.find((each) => each.eventID === signalId);
  if (event === undefined) throw new Error(`the gateway has no record ${signalId}`);
  return { event, signalId, reports, calls: await callsSince(next) };
}

/** Does something as the operator. @returns the id of the record that CloudTrail makes of the last such call */
export async function signalOf(operation: string, doIt: () => Promise<unknown>): Promise<string> {
  const { next } = await sandbox.calls(Number.MAX_SAFE_INTEGER);
  await doIt();
  const own = (await callsSince(next)).filter((call) => call.operation === operation && call.eventId && !call.roleArn);
  const signalId = own.at(-1)?.eventId;
  if (signalId === undefined) throw new Error(`${operation} made no CloudTrail record`);
  return signalId;
}

/** Lets a service of AWS tell a finding, and waits until a remediation has decided on it. */
export async function actByFinding(
  remediation: string,
  tell: (findingId: string) => Promise<unknown>,
  idOf: (findingId: string) => string = (findingId) => findingId,
): Promise<Aftermath> {
  const { next } = await sandbox.calls(Number.MAX_SAFE_INTEGER);
  const findingId = unique('finding');
  const signalId = idOf(findingId);
  await tell(findingId);
  const reports = await decisionsOn(signalId, remediation, 'a finding');
  return { signalId, reports, calls: await callsSince(next) };
}

async function decisionsOn(signalId: string, remediation: string, what: string): Promise<Report[]> {
  return eventually(`a decision of ${remediation} on ${what} ${signalId}`, async () => {
    const found = (await reportsOf(signalId)).filter((report) => report.remediation === remediation);
    return found.length > 0 ? found : undefined;
  });
}

/** Sends an order to the door that takes it, as the command line does, and waits for the answer. */
export function order(door: 'approvals' | 'orders', body: Record<string, string>): Promise<Report> {
  return sendOrder(sandbox, door, body) as Promise<Report>;
}

/** Sweeps one remediation, and waits until every resource of it was decided on. */
export async function sweep(remediation: string): Promise<Report[]> {
  const sweepId = `s-${unique('e2e')}`;
  const { queues, ledger } = await factsOf(sandbox);
  await sandbox.client(SQSClient).send(
    new SendMessageCommand({
      QueueUrl: queues.sweeps,
      MessageBody: JSON.stringify({ start: { sweepId, remediations: [remediation] } }),
    }),
  );
  return eventually(`the sweep of ${remediation}`, async () => {
    const { Item } = await sandbox
      .client(DynamoDBClient)
      .send(new GetItemCommand({ TableName: ledger, Key: { pk: { S: `SWEEP#${sweepId}` }, sk: { S: 'SWEEP' } } }));
    const isDone = Item?.legs?.N !== undefined && Item.done?.SS?.length === Number(Item.legs.N);
    if (!isDone) return undefined;
    const found = (await allReports()).filter((report) => report.signal.id.startsWith(`${sweepId}:`));
    return found.length >= Number(Item.resources?.N ?? 0) ? found : undefined;
  });
}

/** Sets a switch as a person does, or takes it off; function environments are made anew, as if half a minute had passed. */
export async function switchTo(settings: Readonly<Record<string, string | undefined>>): Promise<void> {
  const ssm = sandbox.client(SSMClient);
  for (const [name, Value] of Object.entries(settings)) {
    const Name = `${settingsPath('main')}/${name}`;
    if (Value !== undefined) await ssm.send(new PutParameterCommand({ Name, Value, Type: 'String', Overwrite: true }));
    else await ssm.send(new DeleteParametersCommand({ Names: [Name] }));
  }
  await renewFunctions();
}

/** Ends the function environments, which remember settings for half a minute. */
export async function renewFunctions(): Promise<void> {
  const lambda = sandbox.client(LambdaClient);
  for (const door of ['Responder', 'Approved']) {
    const FunctionName = await physicalId('bulwark-main-baseline', new RegExp(`Hub${door}Function[0-9A-F]{8}$`));
    await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 8 }));
    // Old environments end with the first event after a change.
    await lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify({ Records: [] }) }));
    await lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
  }
}

/** Forgets how often each resource was repaired, so that tests which repair the same one often do not trip over the guards. */
export async function forgetRepairs(): Promise<void> {
  const { ledger } = await factsOf(sandbox);
  const dynamodb = sandbox.client(DynamoDBClient);
  const { Items = [] } = await dynamodb.send(
    new ScanCommand({
      TableName: ledger,
      FilterExpression: 'begins_with(pk, :flap) OR begins_with(pk, :cap)',
      ExpressionAttributeValues: { ':flap': { S: 'FLAP#' }, ':cap': { S: 'CAP#' } },
    }),
  );
  for (const { pk, sk } of Items) {
    await dynamodb.send(new DeleteItemCommand({ TableName: ledger, Key: { pk: pk as never, sk: sk as never } }));
  }
}

export async function callsSince(seq: number): Promise<Call[]> {
  return [...(await sandbox.calls(seq)).calls];
}

/** Decisions on one signal, as the log group of reports keeps them. */
export async function reportsOf(signalId: string): Promise<Report[]> {
  return (await allReports()).filter(({ signal }) => signal.id === signalId);
}

export async function allReports(): Promise<Report[]> {
  const reports: Report[] = [];
  const pages = paginateFilterLogEvents(
    { client: sandbox.client(CloudWatchLogsClient) },
    { logGroupName: '/bulwark/main/reports' },
  );
  for await (const page of pages) {
    for (const { message } of page.events ?? []) {
      const { detail } = JSON.parse(message ?? '{}') as { detail?: Report };
      if (detail !== undefined) reports.push(detail);
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

/** Calls by which a remediation looked at the resource; what the engine itself reads around it is not among them. */
export function looksAmong(calls: readonly Call[], { permissions }: RemediationSpec): Call[] {
  const own = permissions.read.flatMap(({ actions }) => actions as readonly string[]);
  return calls.filter(
    (call) => call.roleArn?.includes(':role/bulwark/main/read/') && call.actions.some((action) => own.includes(action)),
  );
}

/** Whatever our roles changed, in repairing and in taking back. */
export function changesAmong(calls: readonly Call[]): Call[] {
  return calls.filter(
    (call) =>
      /:role\/bulwark\/main\/(tighten|disruptive|loosen)\//.test(call.roleArn ?? '') &&
      call.mutating &&
      call.status < 300,
  );
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
    (call) =>
      /:role\/bulwark\/main\/(tighten|disruptive)\//.test(call.roleArn ?? '') && call.mutating && call.status < 300,
  );
}
