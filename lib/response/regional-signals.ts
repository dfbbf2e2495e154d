import { ArnFormat, aws_events as events, aws_iam as iam, type aws_sns as sns, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { alarmTopicOf } from '../private/alarm-topic';
import { DeadLetterQueue } from '../private/dead-letter-queue';
import { checkedQualifier } from '../private/names';
import { readModules } from './modules';
import { REMEDIATIONS } from './remediations.generated';
import { checkRemediationIds } from './remediation-settings';
import { signalBusName, signalRules } from './signal-rules';

/** Properties of `RegionalSignals`. */
export interface RegionalSignalsProps {
  /**
   * Region of the hub, where the signal bus is.
   *
   * @default - the Region of the stack
   */
  readonly hubRegion?: string;

  /**
   * Ids of the remediations whose signals are sent, as `AutoRemediation.remediations` names them: what the hub does not
   * handle is not worth sending.
   *
   * @default - all there are
   */
  readonly remediations?: string[];

  /**
   * Folder of units of your own, as `AutoRemediation.modules` has it.
   *
   * @default - none
   */
  readonly modules?: string;

  /**
   * Distinguishes deployments in one account.
   *
   * @default 'main'
   */
  readonly qualifier?: string;

  /**
   * Told when signals of this Region could not be sent to the hub. A topic of this Region, because an alarm can tell no
   * other. Its policy, and that of its key if it has one, must let `cloudwatch.amazonaws.com` in: `sns:Publish`, and
   * `kms:Decrypt` with `kms:GenerateDataKey*`.
   *
   * @default - a topic is created, to which nobody is subscribed yet
   */
  readonly alarmTopic?: sns.ITopic;
}

/**
 * The event rules of one account and Region. They send what may be drift to the signal bus of the hub; nothing is judged
 * here, and no code runs here.
 *
 * One is needed in each Region that is covered, and in us-east-1 in any case, because global services emit only there.
 */
export class RegionalSignals extends Construct {
  /** Told when signals of this Region could not be sent to the hub. */
  public readonly alarmTopic: sns.ITopic;

  /**
   * @throws Error when the qualifier cannot stand in a name, a remediation is unknown, or none is named
   */
  public constructor(scope: Construct, id: string, props: RegionalSignalsProps = {}) {
    super(scope, id);
    const where = `RegionalSignals at ${this.node.path}`;
    const specs = [...REMEDIATIONS, ...(props.modules === undefined ? [] : readModules(where, props.modules))];
    checkRemediationIds(where, props.remediations ?? [], specs);
    const handled = specs.filter((spec) => props.remediations?.includes(spec.id) ?? true);
    if (handled.length === 0) {
      throw new Error(`remediations must name at least one, or be left out for all, got none (${where})`);
    }
    this.alarmTopic = alarmTopicOf(this, props.alarmTopic);
    const qualifier = checkedQualifier(this, props.qualifier);
    const busArn = Stack.of(this).formatArn({
      service: 'events',
      region: props.hubRegion,
      resource: 'event-bus',
      resourceName: signalBusName(qualifier),
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
    const role = new iam.Role(this, 'Role', {
      description: 'Lets event rules send signals to the hub',
      assumedBy: new iam.ServicePrincipal('events.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
      inlinePolicies: {
        Send: new iam.PolicyDocument({
          statements: [new iam.PolicyStatement({ actions: ['events:PutEvents'], resources: [busArn] })],
        }),
      },
    });
    const undelivered = new DeadLetterQueue(this, 'Undelivered', {
      meaning:
        'Changes of this Region did not reach the hub, so they stand in no archive and cannot be replayed, and SQS cannot redrive what event rules parked. Look at each resource by hand, or touch it again once the cause is mended, so that it is judged anew.',
      alarmTopic: this.alarmTopic,
    }).queue;
    const rules = signalRules(handled).map(
      ({ id: ruleId, description, pattern }) =>
        new events.CfnRule(this, ruleId, {
          description,
          eventPattern: pattern,
          targets: [{ id: 'hub', arn: busArn, roleArn: role.roleArn, deadLetterConfig: { arn: undelivered.queueArn } }],
        }),
    );
    undelivered.addToResourcePolicy(
      new iam.PolicyStatement({
        actions: ['sqs:SendMessage'],
        principals: [new iam.ServicePrincipal('events.amazonaws.com')],
        resources: [undelivered.queueArn],
        conditions: { ArnEquals: { 'aws:SourceArn': rules.map((rule) => rule.attrArn) } },
      }),
    );
  }
}
