import {
  Annotations,
  type aws_events as events,
  aws_iam as iam,
  type aws_kms as kms,
  aws_lambda as lambda,
  type aws_sns as sns,
  type aws_sqs as sqs,
  Duration,
  Stack,
  Token,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { deploymentParameter, KILL_SWITCH, settingsPath } from '../../lambda/runtime/deployment/spec';
import { alarmTopicOf } from '../private/alarm-topic';
import { checkedQualifier } from '../private/names';
import { Ledger } from './ledger';
import { RegionalSignals } from './regional-signals';
import { readModules } from './modules';
import { deployedSettings, type IacManaged, type RemediationMode, selectRemediations } from './remediation-settings';
import { REMEDIATIONS } from './remediations.generated';
import { ResponseHub } from './response-hub';
import { ResponseMember } from './response-member';

/** How automatic repair behaves. */
export interface RemediationOptions {
  /**
   * Folder of units of your own: `<id>/spec.json` and `<id>/index.mjs` for each, made of the same parts as ours
   * (`cdk-bulwark/remediation`). They run in the same functions, under roles of their own, by the same laws.
   *
   * @default - none
   */
  readonly modules?: string;

  /**
   * Mode as deployed. A person switches it by a parameter of their own, `<settingsPath>/override/mode`, which counts before
   * this one, takes effect within a minute, and lasts until it is deleted.
   *
   * @default RemediationMode.ENFORCE - new drift is repaired where that cannot interrupt an application, the rest is proposed
   */
  readonly mode?: RemediationMode;

  /**
   * Modes that differ, by `REMEDIATION`, `REMEDIATION/ACCOUNT` or `all/ACCOUNT`. A person's override is written likewise:
   * `<settingsPath>/override/mode/REMEDIATION/ACCOUNT`.
   *
   * @default - all as `mode` says
   */
  readonly modes?: { readonly [scope: string]: RemediationMode };

  /**
   * Ids of the remediations that also repair drift which was there before, found by sweeps and findings; `all` for each.
   * `bulwark promote` shows what that would change, and writes the override.
   *
   * @default - none: what was there before is proposed
   */
  readonly adoptExisting?: string[];

  /**
   * What is done with resources that a CloudFormation stack owns. The report names the stack in any case.
   *
   * @default IacManaged.PROPOSE_DEPLOYED - changes that CloudFormation made are proposed, others treated as any drift
   */
  readonly iacManaged?: IacManaged;

  /**
   * Most changes of one remediation in one account within a clock hour (10:00 to 11:00). What is beyond is proposed, and raises
   * an alarm.
   *
   * @default 20
   */
  readonly changeCap?: number;

  /**
   * How often every resource is looked at, because events can be lost. Whole hours.
   *
   * @default Duration.hours(6)
   */
  readonly sweepInterval?: Duration;

  /**
   * Told of everything that a person may want to answer: repairs, proposals, drift that was left, each with the line that
   * undoes, approves or exempts it. Its policy, and that of its key if it has one, must let `events.amazonaws.com` in:
   * `sns:Publish`, and `kms:Decrypt` with `kms:GenerateDataKey*`.
   *
   * @default - a topic is created, to which nobody is subscribed yet
   */
  readonly reportTopic?: sns.ITopic;
}

/** Properties of `AutoRemediation`. */
export interface AutoRemediationProps extends RemediationOptions {
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
   * Told when a signal could not be delivered or handled in time, when a switch or an exemption is changed, and when a guard
   * stops repairs. Its policy, and that of its key if it has one, must let `cloudwatch.amazonaws.com` and
   * `events.amazonaws.com` in: `sns:Publish`, and `kms:Decrypt` with `kms:GenerateDataKey*`.
   *
   * @default - a topic is created, to which nobody is subscribed yet
   */
  readonly alarmTopic?: sns.ITopic;
}

/**
 * Repairs drift of this account as it happens: event rules → signal bus → queue → responder → a role per remediation,
 * narrowed to the resource under repair → ledger and report bus. Three more functions stand behind queues of their own: one
 * carries out what a person approved, one takes back what a person does not want, one sweeps for what events have lost.
 *
 * When not to use it: in an account whose resources another tool already puts right, because the two would fight. Begin
 * with `RemediationMode.PROPOSE` where you want to decide yourself, with `OBSERVE` where you only want to see.
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
  /**
   * Path of the parameters that switch it without a deployment: below `deployed/` those of CloudFormation, below `override/`
   * a person's own, which count before them, and `kill-switch`, which stops everything while it is there and not `OFF`. A value
   * that means nothing stops all repairs and raises the alarm.
   */
  public readonly settingsPath: string;
  /** Told when something is wrong with the engine, or was changed in it. */
  public readonly alarmTopic: sns.ITopic;
  /** Told of everything that a person may want to answer. */
  public readonly reportTopic: sns.ITopic;
  /** Ids of the remediations that are deployed. */
  public readonly remediations: string[];

  private readonly hub: ResponseHub;
  private readonly qualifier: string;
  private imported?: lambda.IFunction;

  /**
   * @throws Error when the qualifier cannot stand in a name, `regions` lacks the stack's own, `sweepInterval` is not whole
   * hours, a mode, a cap or an id of a remediation is none, a setting is missing or unknown, a unit of `modules` breaks a law,
   * or all the settings together are too long for the functions
   */
  public constructor(scope: Construct, id: string, props: AutoRemediationProps = {}) {
    super(scope, id);
    const qualifier = checkedQualifier(this, props.qualifier);
    this.qualifier = qualifier;
    const { account, region } = Stack.of(this);
    const regions = props.regions ?? [region];
    if (!Token.isUnresolved(region) && !regions.includes(region)) {
      throw new Error(
        `regions must contain ${region}, the Region of the stack, got ${regions.join(', ')} (AutoRemediation at ${this.node.path})`,
      );
    }
    const where = `AutoRemediation at ${this.node.path}`;
    const interval = props.sweepInterval ?? Duration.hours(6);
    if (interval.toHours({ integral: false }) % 1 !== 0 || interval.toHours({ integral: false }) < 1) {
      throw new Error(`sweepInterval must be whole hours, got ${interval.toHumanString()} (${where})`);
    }
    const specs = [...REMEDIATIONS, ...(props.modules === undefined ? [] : readModules(where, props.modules))];
    const { active, left } = selectRemediations(where, props.remediations, { ...props.settings }, specs);
    for (const { id: remediation, missing } of left) {
      Annotations.of(this).addInfo(`${remediation} is not deployed: it needs the settings ${missing.join(', ')}`);
    }
    this.remediations = active.map(({ spec }) => spec.id);

    this.alarmTopic = alarmTopicOf(this, props.alarmTopic);
    this.ledger = props.ledger ?? new Ledger(this, 'Ledger', { qualifier, encryptionKey: props.encryptionKey });
    const hub = new ResponseHub(this, 'Hub', {
      qualifier,
      accounts: [account],
      regions,
      remediations: active,
      modules: props.modules,
      ledger: this.ledger,
      encryptionKey: props.encryptionKey,
      settings: deployedSettings(where, this.remediations, props),
      sweepInterval: interval,
      alarmTopic: this.alarmTopic,
      reportTopic: props.reportTopic,
    });
    new ResponseMember(this, 'Member', { qualifier, hubAccount: account, remediations: active });
    new RegionalSignals(this, 'Signals', {
      qualifier,
      remediations: this.remediations,
      modules: props.modules,
      alarmTopic: this.alarmTopic,
    });

    this.signalBus = hub.signalBus;
    this.reportBus = hub.reportBus;
    this.reportTopic = hub.reportTopic;
    this.hub = hub;
    this.deadLetterQueue = hub.deadLetters.queue;
    this.settingsPath = settingsPath(qualifier);
  }

  /** Lets somebody see what is going on: `bulwark status`, `runs`, `plans`, and what became of an order. */
  public grantView(grantee: iam.IGrantable): iam.Grant {
    const { deadLetters, doors } = this.hub;
    const logs = [this.ledger.history, ...Object.values(doors).map(({ log }) => log)];
    return this.ledger.table
      .grantReadData(grantee)
      .combine(
        iam.Grant.addToPrincipal({
          grantee,
          actions: ['ssm:GetParameter', 'ssm:GetParametersByPath'],
          resourceArns: [this.parameter(this.settingsPath), this.parameter(deploymentParameter(this.qualifier))],
        }),
      )
      .combine(
        iam.Grant.addToPrincipal({
          grantee,
          actions: ['logs:FilterLogEvents'],
          resourceArns: logs.map(({ logGroupArn }) => logGroupArn),
        }),
      )
      .combine(deadLetters.queue.grant(grantee, 'sqs:GetQueueUrl', 'sqs:GetQueueAttributes'));
  }

  /** Lets somebody approve plans, the disruptive ones too. */
  public grantApprove(grantee: iam.IGrantable): iam.Grant {
    return this.hub.doors.approved.queue.grantSendMessages(grantee);
  }

  /** Lets somebody take repairs back, and write exemptions. */
  public grantUndo(grantee: iam.IGrantable): iam.Grant {
    return this.hub.doors.undo.queue.grantSendMessages(grantee);
  }

  /** Lets somebody begin a sweep. */
  public grantSweep(grantee: iam.IGrantable): iam.Grant {
    return this.hub.doors.sweeper.queue.grantSendMessages(grantee);
  }

  /** Lets somebody write switches of their own: `bulwark mode`, `promote` and `kill-switch`. */
  public grantSwitch(grantee: iam.IGrantable): iam.Grant {
    return iam.Grant.addToPrincipal({
      grantee,
      actions: ['ssm:PutParameter', 'ssm:DeleteParameter'],
      resourceArns: ['override/*', KILL_SWITCH].map((name) => this.parameter(`${this.settingsPath}/${name}`)),
    });
  }

  /**
   * Lets somebody put back what failed and was parked: `bulwark redrive`. SQS asks them for the right to send to every queue
   * that messages go back to, so they can also give each order by hand: approve, undo, exempt and sweep.
   */
  public grantRedrive(grantee: iam.IGrantable): iam.Grant {
    const { deadLetters, doors } = this.hub;
    const parked = deadLetters.queue.grant(
      grantee,
      'sqs:StartMessageMoveTask',
      'sqs:ListMessageMoveTasks',
      'sqs:ReceiveMessage',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'sqs:GetQueueUrl',
    );
    return Object.values(doors).reduce((all, { queue }) => all.combine(queue.grantSendMessages(grantee)), parked);
  }

  /** The function that repairs, for metrics and grants. */
  public get responder(): lambda.IFunction {
    this.imported ??= lambda.Function.fromFunctionAttributes(this, 'Responder', {
      functionArn: this.hub.doors.responder.function.attrArn,
      sameEnvironment: true,
    });
    return this.imported;
  }
  private parameter(name: string): string {
    return Stack.of(this).formatArn({ service: 'ssm', resource: 'parameter', resourceName: name.slice(1) });
  }
}
