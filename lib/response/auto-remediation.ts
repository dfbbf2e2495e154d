import {
  Annotations,
  type aws_events as events,
  type aws_kms as kms,
  aws_lambda as lambda,
  type aws_sns as sns,
  type aws_sqs as sqs,
  Stack,
  Token,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { alarmTopicOf } from '../private/alarm-topic';
import { checkedQualifier } from '../private/names';
import { Ledger } from './ledger';
import { RegionalSignals } from './regional-signals';
import { RemediationMode, selectRemediations } from './remediation-settings';
import { ResponseHub } from './response-hub';
import { ResponseMember } from './response-member';

/** Properties of `AutoRemediation`. */
export interface AutoRemediationProps {
  /**
   * Distinguishes deployments in one account. 1 to 10 lower-case letters or digits, beginning with a letter.
   *
   * @default 'main'
   */
  readonly qualifier?: string;

  /**
   * Ids of the remediations to deploy, as in `docs/generated/remediations.md`.
   *
   * @default - all that have the settings they need; those left out are named in a message at synthesis
   */
  readonly remediations?: string[];

  /**
   * Values that remediations need from the deployment: id of the remediation -> name of the setting -> value.
   *
   * @default - none; remediations that need some are left out
   */
  readonly settings?: { readonly [remediation: string]: { readonly [setting: string]: string } };

  /**
   * Regions in which drift is repaired. The Region of the stack gets its event rules here; every other one needs a
   * `RegionalSignals` in a stack of its own.
   *
   * @default - the Region of the stack
   */
  readonly regions?: string[];

  /**
   * Remembers each repair and keeps every decision. Give one of a stateful stack and with the same qualifier, so that this
   * stack can be deleted and deployed anew without it.
   *
   * @default - a `Ledger` is created and retained; it has to be imported when this stack is deployed anew
   */
  readonly ledger?: Ledger;

  /**
   * Key for the log groups that are created here. Its policy must let CloudWatch Logs of this Region use it; the one of
   * `AuditTrail` does.
   *
   * @default - CloudWatch's own encryption
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * Mode as deployed. CloudFormation may write it again at any update, so a person who switches the mode by hand writes the
   * parameter `modeOverrideName` instead: it counts before this one, takes effect within a minute, and lasts until it is
   * deleted.
   *
   * @default RemediationMode.ENFORCE - new drift is repaired where the repair cannot interrupt an application
   */
  readonly mode?: RemediationMode;

  /**
   * Told when a signal could not be delivered or handled in time. Its policy, and that of its key if it has one, must let
   * `cloudwatch.amazonaws.com` in: `sns:Publish`, and `kms:Decrypt` with `kms:GenerateDataKey*`.
   *
   * @default - a topic is created, to which nobody is subscribed yet
   */
  readonly alarmTopic?: sns.ITopic;
}

/**
 * Repairs drift of this account as it happens: event rules → signal bus → queue → responder → a role per remediation,
 * narrowed to the resource under repair → ledger and report bus.
 *
 * When not to use it: in an account whose resources another tool already puts right, because the two would fight. Begin
 * with `RemediationMode.OBSERVE` where you want to see first what it would do.
 */
export class AutoRemediation extends Construct {
  /** Takes signals from this account, and from other Regions through `RegionalSignals`. */
  public readonly signalBus: events.IEventBus;
  /** Carries every decision as an event with source `cdk-bulwark` and detail type `Bulwark Outcome`. */
  public readonly reportBus: events.IEventBus;
  /** Where signals stand that failed every time. */
  public readonly deadLetterQueue: sqs.IQueue;
  /** Remembers each repair and keeps every decision. */
  public readonly ledger: Ledger;
  /** Name of the parameter that holds the mode as deployed: `OBSERVE` or `ENFORCE`. Not the one to switch by hand. */
  public readonly modeParameterName: string;
  /**
   * Name of the parameter that a person writes to switch the mode, `OBSERVE` or `ENFORCE`, and deletes to go back to the mode
   * as deployed. It does not exist at first, and no deployment makes, changes or removes it. Any other value stops all
   * repairs and raises the alarm.
   */
  public readonly modeOverrideName: string;
  /** Told when a signal could not be delivered or handled in time. */
  public readonly alarmTopic: sns.ITopic;
  /** Ids of the remediations that are deployed. */
  public readonly remediations: string[];

  private readonly hub: ResponseHub;
  private imported?: lambda.IFunction;

  public constructor(scope: Construct, id: string, props: AutoRemediationProps = {}) {
    super(scope, id);
    const qualifier = checkedQualifier(this, props.qualifier);
    const { account, region } = Stack.of(this);
    const regions = props.regions ?? [region];
    if (!Token.isUnresolved(region) && !regions.includes(region)) {
      throw new Error(
        `regions must contain ${region}, the Region of the stack, got ${regions.join(', ')} (AutoRemediation at ${this.node.path})`,
      );
    }
    const { active, left } = selectRemediations(`AutoRemediation at ${this.node.path}`, props.remediations, {
      ...props.settings,
    });
    for (const { id: remediation, missing } of left) {
      Annotations.of(this).addInfo(`${remediation} is not deployed: it needs the settings ${missing.join(', ')}`);
    }

    this.alarmTopic = alarmTopicOf(this, props.alarmTopic);
    this.ledger = props.ledger ?? new Ledger(this, 'Ledger', { qualifier, encryptionKey: props.encryptionKey });
    const hub = new ResponseHub(this, 'Hub', {
      qualifier,
      accounts: [account],
      regions,
      remediations: active,
      ledger: this.ledger,
      encryptionKey: props.encryptionKey,
      mode: props.mode ?? RemediationMode.ENFORCE,
      alarmTopic: this.alarmTopic,
    });
    new ResponseMember(this, 'Member', { qualifier, hubAccount: account, remediations: active });
    this.remediations = active.map(({ spec }) => spec.id);
    new RegionalSignals(this, 'Signals', {
      qualifier,
      remediations: this.remediations,
      alarmTopic: this.alarmTopic,
    });

    this.signalBus = hub.signalBus;
    this.reportBus = hub.reportBus;
    this.hub = hub;
    this.deadLetterQueue = hub.deadLetters.queue;
    this.modeParameterName = hub.mode.parameterName;
    this.modeOverrideName = hub.modeOverrideName;
  }

  /** The function that repairs, for metrics and grants. */
  public get responder(): lambda.IFunction {
    this.imported ??= lambda.Function.fromFunctionAttributes(this, 'Responder', {
      functionArn: this.hub.responder.attrArn,
      sameEnvironment: true,
    });
    return this.imported;
  }
}
