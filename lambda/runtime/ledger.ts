import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { RETRIES, TIMEOUTS } from './sessions';

/** What is remembered of a run that changes something. `before` and `after` are JSON texts, kept to the letter. */
export interface RunRecord {
  readonly runId: string;
  readonly remediation: string;
  readonly resourceArn: string;
  readonly account: string;
  readonly region: string;
  readonly signalId: string;
  readonly actor: string;
  readonly before: string;
  readonly after: string;
}

/**
 * The memory of the engine. One item per run under `pk = RUN#<id>`, `sk = RUN`; the index `by-resource` finds the runs of
 * a resource by time. The before-state is written ahead of the change, and never overwritten: a second attempt after a
 * failure half-way would otherwise record the half-changed state as the original.
 */
export class Ledger {
  private readonly dynamodb: DynamoDBClient;

  public constructor(
    private readonly table: string,
    region: string,
  ) {
    this.dynamodb = new DynamoDBClient({ region, ...RETRIES, requestHandler: TIMEOUTS });
  }

  public async begin(run: RunRecord, now: Date): Promise<void> {
    await this.dynamodb.send(
      new UpdateItemCommand({
        TableName: this.table,
        Key: key(run.runId),
        UpdateExpression:
          'SET #before = if_not_exists(#before, :before), startedAt = if_not_exists(startedAt, :now), #after = :after, ' +
          'remediation = :remediation, resourceArn = :resource, account = :account, #region = :region, ' +
          'signalId = :signal, actor = :actor, #state = :state ADD attempts :one',
        ExpressionAttributeNames: { '#before': 'before', '#after': 'after', '#region': 'region', '#state': 'state' },
        ExpressionAttributeValues: {
          ':before': { S: run.before },
          ':after': { S: run.after },
          ':now': { S: now.toISOString() },
          ':remediation': { S: run.remediation },
          ':resource': { S: run.resourceArn },
          ':account': { S: run.account },
          ':region': { S: run.region },
          ':signal': { S: run.signalId },
          ':actor': { S: run.actor },
          ':state': { S: 'APPLYING' },
          ':one': { N: '1' },
        },
      }),
    );
  }

  public async finish(runId: string, now: Date): Promise<void> {
    await this.dynamodb.send(
      new UpdateItemCommand({
        TableName: this.table,
        Key: key(runId),
        UpdateExpression: 'SET #state = :state, finishedAt = :now',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':state': { S: 'REMEDIATED' }, ':now': { S: now.toISOString() } },
      }),
    );
  }
}

function key(runId: string): { pk: { S: string }; sk: { S: string } } {
  return { pk: { S: `RUN#${runId}` }, sk: { S: 'RUN' } };
}
