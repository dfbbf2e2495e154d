import { aws_dynamodb as dynamodb, type aws_kms as kms, aws_logs as logs, RemovalPolicy } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { checkedQualifier } from '../private/names';
import { inId, pin } from '../private/pin';

/** Properties of a `Ledger`. */
export interface LedgerProps {
  /**
   * Distinguishes deployments in one account. 1 to 10 lower-case letters or digits, beginning with a letter.
   *
   * @default 'main'
   */
  readonly qualifier?: string;

  /**
   * Key for the history. Its policy must let CloudWatch Logs of this Region use it; the one of `AuditTrail` does. The table
   * stays under DynamoDB's AWS managed key, so that the responder needs no right to any key.
   *
   * @default - CloudWatch's own encryption
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * What happens to table and history when they leave the template. The table is protected from deletion with `RETAIN`
   * alone: under any other policy CloudFormation has to be able to delete it.
   *
   * @default RemovalPolicy.RETAIN - both outlive the stack: they are the only memory of what repairs replaced. The history
   * goes with a first deployment that fails, because its name would block the next attempt
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * The memory of automatic repair: what was found, what it was before, what was done, when, and because of whom.
 *
 * A table on demand with point-in-time recovery and deletion protection, and a log group `/bulwark/<qualifier>/reports`
 * that keeps every decision for one year. Logical ids are pinned to `BulwarkLedger<Qualifier>` and
 * `BulwarkLedger<Qualifier>History`, so that moving the construct never replaces them. The name of the log group is a
 * contract: where one of that name is left from an earlier deployment, import it into the stack or delete it first.
 */
export class Ledger extends Construct {
  /** The table. Keys `pk` and `sk`; index `by-resource` on `resourceArn`, `by-kind` on `kind` (RUN, PLAN, SWEEP), each with `startedAt`. */
  public readonly table: dynamodb.Table;
  /** Every decision, as the event that the report bus carried. Kept for one year. */
  public readonly history: logs.ILogGroup;

  /**
   * @throws Error when the qualifier cannot stand in a name
   */
  public constructor(scope: Construct, id: string, props: LedgerProps = {}) {
    super(scope, id);
    const qualifier = checkedQualifier(this, props.qualifier);
    const pinned = `BulwarkLedger${inId(qualifier)}`;
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;
    this.table = new dynamodb.Table(this, 'Table', {
      partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'sk', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      encryption: dynamodb.TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      // A protected table that CloudFormation is told to delete, as in the rollback of a first deployment under
      // RetainExceptOnCreate, leaves the stack in ROLLBACK_FAILED.
      deletionProtection: removalPolicy === RemovalPolicy.RETAIN,
      // Leases and counters go by themselves; what was changed, planned or exempted stays.
      timeToLiveAttribute: 'expiresAt',
      removalPolicy,
    });
    this.table.addGlobalSecondaryIndex({
      indexName: 'by-resource',
      partitionKey: { name: 'resourceArn', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'startedAt', type: dynamodb.AttributeType.STRING },
    });
    this.table.addGlobalSecondaryIndex({
      indexName: 'by-kind',
      partitionKey: { name: 'kind', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'startedAt', type: dynamodb.AttributeType.STRING },
    });
    pin(this.table, pinned);

    // Stands with the table, because its fixed name would block a hub that is deployed anew beside a retained one.
    const history = new logs.LogGroup(this, 'History', {
      logGroupName: `/bulwark/${qualifier}/reports`,
      retention: logs.RetentionDays.ONE_YEAR,
      encryptionKey: props.encryptionKey,
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    pin(history, `${pinned}History`);
    this.history = history;
  }
}
