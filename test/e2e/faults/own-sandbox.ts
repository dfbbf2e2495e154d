import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudFormationClient, DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient, paginateScan, QueryCommand } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import {
  DeleteFunctionConcurrencyCommand,
  InvokeCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { type DeploymentFacts, type Door, settingsPath } from '../../../lambda/runtime/deployment/spec';
import { storedPlan, type StoredPlan } from '../../../lambda/runtime/ledger/plans';
import { storedRun, type StoredRun } from '../../../lambda/runtime/ledger/runs';
import { type Item, numberOf, textOf } from '../../../lambda/runtime/ledger/table';
import type { Report } from '../../../lambda/runtime/report';
import type { Call } from '../../../sandbox/gateway';
import { factsOf } from '../../../sandbox/runner/orders';
import { Sandbox, type SandboxOptions } from '../../../sandbox/sandbox';
import type { UnitCase } from '../case';
import type * as Deployed from '../deployed';

// The operator's own calls stay on this machine as well, and find `<account>.localhost` there.
require('../../../sandbox/runner/guard/loopback.cjs');

jest.setTimeout(300_000);

/** All that the ledger holds. */
export interface LedgerContent {
  readonly runs: readonly StoredRun[];
  readonly plans: readonly StoredPlan[];
  /** Resources that somebody holds now, and until when. */
  readonly held: ReadonlyArray<{ readonly resource: string; readonly until: Date }>;
}

/** A moment, from which a test looks at what happened. */
export interface Mark {
  readonly call: number;
  readonly event: number;
  readonly runs: ReadonlySet<string>;
  /** Lines of the log of reports. */
  readonly told: ReadonlySet<string>;
}

/** How one is deployed. */
export interface OwnOptions extends SandboxOptions {
  /** Done before anything is deployed: what the account had already. */
  readonly before?: (sandbox: Sandbox) => Promise<void>;
  /** Settings of a person, by their path below `override/`. */
  readonly settings?: Readonly<Record<string, string>>;
}

/**
 * A local AWS of a test's own, with the app deployed into it, where what the test does would disturb others: faults of the
 * gateway, lost events, raised caps, resources by the hundred.
 */
export class OwnSandbox {
  public static async start({ before, settings = {}, ...options }: OwnOptions = {}): Promise<OwnSandbox> {
    const sandbox = await Sandbox.start({ speed: 200, ...options });
    try {
      await before?.(sandbox);
      const { output } = await sandbox.deploy();
      const own = new OwnSandbox(sandbox, await factsOf(sandbox), output);
      await own.set(settings);
      return own;
    } catch (error) {
      await sandbox.stop();
      throw error;
    }
  }

  private constructor(
    public readonly sandbox: Sandbox,
    public readonly facts: DeploymentFacts,
    /** The cloud assembly. */
    public readonly assembly: string,
  ) {}

  /** What each remediation says about how it is tried, on this sandbox. To be asked for once, and by one sandbox of a file. */
  public units(): { readonly units: ReadonlyArray<UnitCase<unknown>>; readonly signalOf: typeof Deployed.signalOf } {
    const file = join(this.sandbox.folder, 'e2e.json');
    writeFileSync(file, JSON.stringify({ record: this.sandbox.record, stacks: [] }));
    process.env.BULWARK_E2E = file;
    const { UNITS } = require('../units') as { UNITS: ReadonlyArray<UnitCase<unknown>> };
    const { signalOf } = require('../deployed') as typeof Deployed;
    return { units: UNITS, signalOf };
  }

  public stop(): Promise<void> {
    return this.sandbox.stop();
  }

  /** Writes parameters as a person does. A function that is at work already reads them within half a minute. */
  public async set(settings: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, Value] of Object.entries(settings)) {
      const Name = `${settingsPath('main')}/override/${name}`;
      await this.sandbox
        .client(SSMClient)
        .send(new PutParameterCommand({ Name, Value, Type: 'String', Overwrite: true }));
    }
  }

  /** Lets a function take no more messages, which then stay in its queue: they are handed over by the test. */
  public async pause(door: Door): Promise<void> {
    const FunctionName = await this.functionOf(door);
    await this.sandbox
      .client(LambdaClient)
      .send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }));
  }

  /** Ends the environments of a function, which remember settings for half a minute. */
  public async renew(door: Door): Promise<void> {
    const FunctionName = await this.functionOf(door);
    const lambda = this.sandbox.client(LambdaClient);
    await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 8 }));
    // Old ones end with the first event after a change.
    await lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify({ Records: [] }) }));
    await lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
  }

  /** Sweeps everything, and waits until all that it found is decided. */
  public async sweep(sweepId: string): Promise<void> {
    const MessageBody = JSON.stringify({ start: { sweepId } });
    await this.sandbox
      .client(SQSClient)
      .send(new SendMessageCommand({ QueueUrl: this.facts.queues.sweeps, MessageBody }));
    await this.idle();
  }

  /** The name that CloudFormation gave a door's function. */
  public async functionOf(door: Door): Promise<string> {
    const { StackResources = [] } = await this.sandbox
      .client(CloudFormationClient)
      .send(new DescribeStackResourcesCommand({ StackName: 'bulwark-main-baseline' }));
    const pattern = new RegExp(`Hub${door[0]?.toUpperCase()}${door.slice(1)}Function[0-9A-F]{8}$`);
    const found = StackResources.find((each) => pattern.test(each.LogicalResourceId ?? ''));
    if (found?.PhysicalResourceId === undefined) throw new Error(`there is no function of the door ${door}`);
    return found.PhysicalResourceId;
  }

  /** Decisions since then. */
  public async reportsSince({ told }: Pick<Mark, 'told'>): Promise<Report[]> {
    const lines = await this.linesOf(this.facts.history);
    return lines.filter((line) => !told.has(line)).map((line) => (JSON.parse(line) as { detail: Report }).detail);
  }

  /** Runs that were begun since then. */
  public async runsSince({ runs }: Pick<Mark, 'runs'>): Promise<StoredRun[]> {
    return (await this.ledger()).runs.filter(({ runId }) => !runs.has(runId));
  }

  public async ledger(): Promise<LedgerContent> {
    const items: Item[] = [];
    const pages = paginateScan(
      { client: this.sandbox.client(DynamoDBClient) },
      { TableName: this.facts.ledger, ConsistentRead: true },
    );
    for await (const page of pages) items.push(...(page.Items ?? []));
    const of = (prefix: string) => items.filter((item) => textOf(item, 'pk')?.startsWith(prefix));
    return {
      runs: of('RUN#').map(storedRun),
      plans: of('PLAN#').map(storedPlan),
      held: of('LEASE#').flatMap((item) => {
        const until = new Date(numberOf(item, 'heldUntil') ?? 0);
        return until > new Date() ? [{ resource: String(textOf(item, 'pk')).slice('LEASE#'.length), until }] : [];
      }),
    };
  }

  /** What the ledger holds of one resource. */
  public async ledgerOf(resourceArn: string): Promise<Pick<LedgerContent, 'runs' | 'plans'>> {
    const { Items = [] } = await this.sandbox.client(DynamoDBClient).send(
      new QueryCommand({
        TableName: this.facts.ledger,
        IndexName: 'by-resource',
        KeyConditionExpression: 'resourceArn = :arn',
        ExpressionAttributeValues: { ':arn': { S: resourceArn } },
      }),
    );
    const of = (prefix: string) => Items.filter((item) => textOf(item, 'pk')?.startsWith(prefix));
    return { runs: of('RUN#').map(storedRun), plans: of('PLAN#').map(storedPlan) };
  }

  public async callsSince({ call }: Pick<Mark, 'call'>): Promise<readonly Call[]> {
    return (await this.sandbox.calls(call)).calls;
  }

  /** The present moment. */
  public async mark(): Promise<Mark> {
    const [{ next: call }, { next: event }, { runs }, lines] = await Promise.all([
      this.sandbox.calls(Number.MAX_SAFE_INTEGER),
      this.sandbox.events(Number.MAX_SAFE_INTEGER),
      this.ledger(),
      this.linesOf(this.facts.history),
    ]);
    return { call, event, runs: new Set(runs.map(({ runId }) => runId)), told: new Set(lines) };
  }

  /**
   * Waits until there is nothing left to do: no message in any queue, and no call of a function of ours for a while.
   *
   * @throws Error after the limit
   */
  public async idle(limitMs = 120_000): Promise<void> {
    const limit = Date.now() + limitMs;
    let { next } = await this.sandbox.calls(Number.MAX_SAFE_INTEGER);
    for (let quiet = 0; quiet < 4; ) {
      if (Date.now() > limit) throw new Error(`not idle after ${limitMs / 1_000} s: ${await this.waiting()} messages`);
      await sleep(120);
      const { calls, next: seen } = await this.sandbox.calls(next);
      next = seen;
      const busy = calls.some(({ roleArn }) => roleArn !== undefined) || (await this.waiting()) > 0;
      quiet = busy ? 0 : quiet + 1;
    }
  }

  /** Messages that were parked because they failed every time. */
  public parked(): Promise<number> {
    const [, , , , , name] = this.facts.deadLetters.split(':');
    return this.messagesIn(this.facts.queues.signals.replace(/[^/]+$/, name as string));
  }

  /** Every line of every log group. */
  public async logLines(): Promise<string[]> {
    const { logGroups = [] } = await this.sandbox.client(CloudWatchLogsClient).send(new DescribeLogGroupsCommand({}));
    const groups = await Promise.all(logGroups.map(({ logGroupName = '' }) => this.linesOf(logGroupName)));
    return groups.flat();
  }

  private async linesOf(logGroupName: string): Promise<string[]> {
    const lines: string[] = [];
    const client = this.sandbox.client(CloudWatchLogsClient);
    for await (const { events = [] } of paginateFilterLogEvents({ client }, { logGroupName })) {
      lines.push(...events.map(({ message = '' }) => message));
    }
    return lines;
  }

  private async waiting(): Promise<number> {
    const counts = await Promise.all(Object.values(this.facts.queues).map((url) => this.messagesIn(url)));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  private async messagesIn(QueueUrl: string): Promise<number> {
    const { Attributes = {} } = await this.sandbox.client(SQSClient).send(
      new GetQueueAttributesCommand({
        QueueUrl,
        AttributeNames: [
          'ApproximateNumberOfMessages',
          'ApproximateNumberOfMessagesNotVisible',
          'ApproximateNumberOfMessagesDelayed',
        ],
      }),
    );
    return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
  }
}
