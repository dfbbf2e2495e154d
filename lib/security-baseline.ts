import type { aws_sns as sns } from 'aws-cdk-lib';
import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { AuditTrail } from './audit/audit-trail';
import { LogArchive } from './audit/log-archive';
import { ThreatDetection } from './detection/threat-detection';
import { AutoRemediation, type RemediationOptions } from './response/auto-remediation';
import type { Ledger } from './response/ledger';

/** Properties of `SecurityBaseline`. */
export interface SecurityBaselineProps {
  /**
   * Distinguishes deployments in one account. 1 to 10 lower-case letters or digits, beginning with a letter.
   *
   * @default 'main'
   */
  readonly qualifier?: string;

  /**
   * Archive of an earlier or separate stack.
   *
   * @default - a `LogArchive` is created and retained
   */
  readonly archive?: LogArchive;

  /**
   * Trail of an earlier or separate stack.
   *
   * @default - an `AuditTrail` that delivers to the archive is created
   */
  readonly trail?: AuditTrail;

  /**
   * Threat detection of an earlier or separate stack, or one that adopts the account's detector.
   *
   * @default - a `ThreatDetection` with every feature that the Region has is created, and its findings are exported to the
   * archive; GuardDuty is billed by use
   */
  readonly threatDetection?: ThreatDetection;

  /**
   * Leaves GuardDuty to somebody else, for example to the administrator of an organization.
   *
   * @default false
   */
  readonly withoutThreatDetection?: boolean;

  /**
   * Remembers repairs and keeps every decision; of an earlier or separate stack, with the same qualifier.
   *
   * @default - a `Ledger` is created and retained; it has to be imported when this stack is deployed anew
   */
  readonly ledger?: Ledger;

  /**
   * Regions in which drift is repaired. Each but the stack's own needs a stack with `RegionalSignals`.
   *
   * @default - the Region of the stack
   */
  readonly regions?: string[];

  /**
   * How automatic repair behaves: its mode, what it adopts, its bounds, units of your own.
   *
   * @default - new drift is repaired where that cannot interrupt an application, everything else is proposed
   */
  readonly remediationOptions?: RemediationOptions;

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
 * The account-level layers, composed: archive, trail, threat detection and automatic repair.
 *
 * When not to use it: in an account where an organization's own trail and archive already do this; compose `AutoRemediation`
 * with those instead.
 */
export class SecurityBaseline extends Construct {
  /** Where logs are kept. */
  public readonly archive: LogArchive;
  /** What is recorded. */
  public readonly trail: AuditTrail;
  /** What is detected; nothing where it was left to somebody else. */
  public readonly threatDetection?: ThreatDetection;
  /** What is repaired. */
  public readonly remediation: AutoRemediation;

  /**
   * @throws Error when both `threatDetection` and `withoutThreatDetection` are given, and for whatever `LogArchive`,
   * `AuditTrail`, `ThreatDetection` or `AutoRemediation` refuse
   */
  public constructor(scope: Construct, id: string, props: SecurityBaselineProps = {}) {
    super(scope, id);
    const { qualifier } = props;
    this.archive = props.archive ?? new LogArchive(this, 'Archive', { qualifier });
    this.trail = props.trail ?? new AuditTrail(this, 'Trail', { qualifier, archive: this.archive });
    if (props.withoutThreatDetection && props.threatDetection !== undefined) {
      throw new Error(
        `threatDetection must be left out where withoutThreatDetection is true (SecurityBaseline at ${this.node.path})`,
      );
    }
    if (!props.withoutThreatDetection) {
      const { archive } = this;
      this.threatDetection =
        props.threatDetection ?? new ThreatDetection(this, 'Threats', { qualifier, archive, regions: props.regions });
    }
    this.remediation = new AutoRemediation(this, 'Remediation', {
      qualifier,
      settings: {
        'cloudtrail-trail-weakened': {
          trailArn: this.trail.trailArn,
          bucket: this.trail.bucket.bucketName,
          kmsKeyId: this.trail.encryptionKey.keyArn,
          logGroupArn: this.trail.logGroup.logGroupArn,
          deliveryRoleArn: this.trail.deliveryRole.roleArn,
          eventSelectors: Stack.of(this).toJsonString(this.trail.eventSelectors),
        },
        ...(this.threatDetection && { 'guardduty-detector-weakened': this.threatDetection.remediationSettings }),
      },
      regions: props.regions,
      ledger: props.ledger,
      encryptionKey: this.trail.encryptionKey,
      alarmTopic: props.alarmTopic,
      ...props.remediationOptions,
    });
  }
}
