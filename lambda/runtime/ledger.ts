import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { isAwsError } from './errors';
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

/** The change of a run, as it was written down. */
export type RecordedChange = Pick<RunRecord, 'before' | 'after'>;

/**
 * The memory of the engine. One item per run under `pk = RUN#<id>`, `sk = RUN`; the index `by-resource` finds the runs of
 * a resource by time. The before-state is written ahead of the change. While a run is open it is never overwritten: a second
 * attempt after a failure half-way would otherwise record the half-changed state as the original. Once finished, a run is
 * never opened again.
 */
export class Ledger {
  private readonly dynamodb: DynamoDBClient;

  public constructor(
    private readonly table: string,
    region: string,
  ) {
    this.dynamodb = new DynamoDBClient({ region, ...RETRIES, requestHandler: TIMEOUTS });
  }

  /** Opens a run, and answers with its id: a signal that comes again after its run was finished gets a run of its own. */
  public async begin(run: RunRecord, now: Date): Promise<string> {
    try {
      await this.open(run, now);
      return run.runId;
    } catch (error) {
      if (!isAwsError(error, ['ConditionalCheckFailedException'])) throw error;
      const runId = `${run.runId}-${now.getTime().toString(36)}`;
      await this.open({ ...run, runId }, now);
      return runId;
    }
  }

  /** Closes an open run, and answers with its change; undefined when there is no such open run. */
  public async finish(runId: string, now: Date): Promise<RecordedChange | undefined> {
    try {
      const { Attributes } = await this.dynamodb.send(
        new UpdateItemCommand({
          TableName: this.table,
          Key: key(runId),
          ConditionExpression: '#state = :open',
          UpdateExpression: 'SET #state = :closed, finishedAt = :now',
          ExpressionAttributeNames: { '#state': 'state' },
          ExpressionAttributeValues: {
            ':open': { S: 'APPLYING' },
            ':closed': { S: 'REMEDIATED' },
            ':now': { S: now.toISOString() },
          },
          ReturnValues: 'ALL_NEW',
        }),
      );
      return { before: Attributes?.before?.S ?? 'null', after: Attributes?.after?.S ?? 'null' };
    } catch (error) {
      if (isAwsError(error, ['ConditionalCheckFailedException'])) return undefined;
      throw error;
    }
  }

  private async open(run: RunRecord, now: Date): Promise<void> {
    await this.dynamodb.send(
      new UpdateItemCommand({
        TableName: this.table,
        Key: key(run.runId),
        ConditionExpression: 'attribute_not_exists(#state) OR #state = :open',
        UpdateExpression:
          'SET #before = if_not_exists(#before, :before), startedAt = if_not_exists(startedAt, :now), #after = :after, ' +
          'remediation = :remediation, resourceArn = :resource, account = :account, #region = :region, ' +
          'signalId = :signal, actor = :actor, #state = :open ADD attempts :one',
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
          ':open': { S: 'APPLYING' },
          ':one': { N: '1' },
        },
      }),
    );
  }
}

function key(runId: string): { pk: { S: string }; sk: { S: string } } {
  return { pk: { S: `RUN#${runId}` }, sk: { S: 'RUN' } };
}
