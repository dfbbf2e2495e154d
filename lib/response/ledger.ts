import { aws_dynamodb as dynamodb, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/** Properties of a `Ledger`. */
export interface LedgerProps {
  /**
   * What happens to the table when it leaves the template.
   *
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE - the table outlives the stack, but for a first deployment that
   * fails: it is the only memory of what repairs replaced
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * The memory of automatic repair: what was found, what it was before, what was done, when, and because of whom.
 *
 * A table on demand with point-in-time recovery and deletion protection. Its logical id is pinned, so that moving the
 * construct never replaces the table.
 */
export class Ledger extends Construct {
  /** The table. Keys `pk` and `sk`, index `by-resource` on `resourceArn` and `startedAt`. */
  public readonly table: dynamodb.Table;

  public constructor(scope: Construct, id: string, props: LedgerProps = {}) {
    super(scope, id);
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;
    this.table = new dynamodb.Table(this, 'Table', {
      partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'sk', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      encryption: dynamodb.TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: removalPolicy !== RemovalPolicy.DESTROY,
      removalPolicy,
    });
    this.table.addGlobalSecondaryIndex({
      indexName: 'by-resource',
      partitionKey: { name: 'resourceArn', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'startedAt', type: dynamodb.AttributeType.STRING },
    });
    Stack.of(this).renameLogicalId(
      Stack.of(this).getLogicalId(this.table.node.defaultChild as dynamodb.CfnTable),
      'BulwarkLedger',
    );
  }
}
