import { aws_guardduty as guardduty, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { REGION } from '../../lambda/runtime/deployment/spec';
import type { WantedDetector } from '../../lambda/remediations/guardduty-detector-weakened/spec';
import type { LogArchive } from '../audit/log-archive';
import { acknowledgeOwn } from '../private/acknowledge';
import { checkedQualifier } from '../private/names';
import { inId, pin } from '../private/pin';
import {
  type AdditionalFeature,
  FEATURES,
  type Feature,
  isAvailable,
  PUBLISHING_FREQUENCY,
} from './guardduty-features';

/** Properties of `ThreatDetection`. */
export interface ThreatDetectionProps {
  /**
   * Distinguishes deployments in one account. 1 to 10 lower-case letters or digits, beginning with a letter.
   *
   * @default 'main'
   */
  readonly qualifier?: string;

  /**
   * Id of the detector that this account has in this Region already. Nothing is created then, since there is one for each
   * account and Region: what differs from these props is put right by the remediation `guardduty-detector-weakened`, which
   * proposes it after the next sweep. Give it `remediationSettings`.
   *
   * @default - a detector is created, and GuardDuty is off once it is deleted
   */
  readonly detectorId?: string;

  /**
   * Archive whose evidence bucket keeps all findings, encrypted by the archive's key; GuardDuty itself forgets them after 90
   * days. A detector has one such destination at most. Bucket and key have to be in the Region of the detector. The policy of
   * a key made in this app is completed; an imported one has to let GuardDuty in already (see "Exporting findings to Amazon
   * S3").
   *
   * @default - findings are not exported
   */
  readonly archive?: LogArchive;

  /**
   * Regions that `remediationSettings` is for.
   *
   * @default - the Region of the stack
   */
  readonly regions?: string[];

  /**
   * Whether object events of S3 are looked at.
   *
   * @default true
   */
  readonly s3Protection?: boolean;

  /**
   * Whether audit logs of Kubernetes (EKS) are looked at.
   *
   * @default true
   */
  readonly eksAuditLogs?: boolean;

  /**
   * Whether the volumes of an EC2 instance or container are scanned for malware once there is a finding about it. Snapshots of
   * volumes leave the account for a service account of GuardDuty for that time.
   *
   * @default true
   */
  readonly malwareProtection?: boolean;

  /**
   * Whether logins to databases of RDS and Aurora are looked at.
   *
   * @default true where the Region has it
   */
  readonly rdsProtection?: boolean;

  /**
   * Whether what logins to databases of RDS and Aurora read is looked at as well. Needs `rdsProtection`.
   *
   * @default true where the Region has it and rdsProtection is on
   */
  readonly rdsDataActivity?: boolean;

  /**
   * Whether the network traffic of functions is looked at.
   *
   * @default true
   */
  readonly lambdaProtection?: boolean;

  /**
   * Whether processes of EC2, ECS and EKS are looked at. They are seen only where an agent runs: install it yourself, or let
   * GuardDuty do so by `eksAgent`, `ecsFargateAgent` and `ec2Agent`.
   *
   * @default true where the Region has it
   */
  readonly runtimeMonitoring?: boolean;

  /**
   * Whether GuardDuty installs its add-on in each EKS cluster. Needs `runtimeMonitoring`.
   *
   * @default false - an agent runs inside of workloads, so it has to be asked for
   */
  readonly eksAgent?: boolean;

  /**
   * Whether GuardDuty adds its container to each new task on Fargate. Needs `runtimeMonitoring`.
   *
   * @default false - an agent runs inside of workloads, so it has to be asked for
   */
  readonly ecsFargateAgent?: boolean;

  /**
   * Whether GuardDuty installs its agent on each EC2 instance, through Systems Manager. Needs `runtimeMonitoring`.
   *
   * @default false - an agent runs inside of workloads, so it has to be asked for
   */
  readonly ec2Agent?: boolean;

  /**
   * Whether data events of Bedrock, AgentCore and SageMaker are looked at.
   *
   * @default true where the Region has it
   */
  readonly aiProtection?: boolean;
}

/** 32 hexadecimal digits, as GuardDuty makes them. */
const DETECTOR_ID = /^[0-9a-f]{32}$/;

/** What these props come to in one Region. */
interface Wanted {
  readonly feature: Feature;
  readonly isOn: boolean;
  readonly additional: ReadonlyArray<{ readonly feature: AdditionalFeature; readonly isOn: boolean }>;
}

/**
 * GuardDuty in one Region: a detector with every feature that the Region has, which publishes after fifteen minutes, and an
 * export of all findings into an archive. Features that a Region lacks are left out there.
 *
 * Never set: EKS Runtime Monitoring, which Runtime Monitoring contains, and the analyst, a preview that investigates and
 * detects nothing.
 *
 * Each feature is billed by what it looks at. Logical ids are pinned to `ThreatDetection<Qualifier>Detector` and
 * `ThreatDetection<Qualifier>Export`. A detector that is deleted takes its findings with it, and nothing is detected without.
 *
 * When not to use it: in a member account whose detector the administrator of an organization manages. GuardDuty refuses
 * changes by the member.
 */
export class ThreatDetection extends Construct {
  /** Id of the detector. */
  public readonly detectorId: string;

  /**
   * Settings of the remediation `guardduty-detector-weakened`, for `AutoRemediation.settings`: the same features, for all of
   * `regions`.
   */
  public readonly remediationSettings: { readonly [setting: string]: string };

  /**
   * @throws Error when a feature is asked for where the Region lacks it or what it needs is off, or a value is no detector's
   * id or no Region
   */
  public constructor(scope: Construct, id: string, props: ThreatDetectionProps = {}) {
    super(scope, id);
    const qualifier = checkedQualifier(this, props.qualifier);
    const { region } = Stack.of(this);
    this.check(props);
    const pinned = `ThreatDetection${inId(qualifier)}`;
    const wanted = this.wantedIn(region, props);
    this.detectorId = props.detectorId ?? this.createDetector(`${pinned}Detector`, wanted);
    if (props.archive !== undefined) this.export(`${pinned}Export`, props.archive);
    this.remediationSettings = { features: this.features(props.regions ?? [region], props) };
  }

  private get where(): string {
    return `ThreatDetection at ${this.node.path}`;
  }

  private check({ detectorId, regions }: ThreatDetectionProps): void {
    if (detectorId !== undefined && !Token.isUnresolved(detectorId) && !DETECTOR_ID.test(detectorId)) {
      throw new Error(`detectorId must be 32 hexadecimal digits, got "${detectorId}" (${this.where})`);
    }
    const odd = regions?.find((region) => !Token.isUnresolved(region) && !REGION.test(region));
    if (odd !== undefined || regions?.length === 0) {
      throw new Error(
        `regions must name Regions such as eu-central-1, got ${odd === undefined ? 'none' : `"${odd}"`} (${this.where})`,
      );
    }
  }

  private wantedIn(region: string, props: ThreatDetectionProps): Wanted[] {
    return FEATURES.filter((feature) => this.isThere(feature, region, props)).map((feature) => {
      const isOn = props[feature.prop] ?? true;
      const additional = (feature.additional ?? []).filter((each) => this.isThere(each, region, props));
      for (const { prop } of additional) {
        if (props[prop] && !isOn) {
          throw new Error(`${prop} needs ${feature.prop}, which is false: leave one of the two out (${this.where})`);
        }
      }
      return {
        feature,
        isOn,
        additional: additional.map((each) => ({ feature: each, isOn: isOn && (props[each.prop] ?? each.byDefault) })),
      };
    });
  }

  /** What a Region lacks is left out, unless it was asked for by name. */
  private isThere(feature: Feature | AdditionalFeature, region: string, props: ThreatDetectionProps): boolean {
    const isThere = isAvailable(feature, region);
    const lost = isThere ? undefined : lostWith(feature).find((prop) => props[prop]);
    if (lost !== undefined) {
      throw new Error(`${lost} must be left out: GuardDuty has no ${feature.name} in ${region} (${this.where})`);
    }
    return isThere;
  }

  private createDetector(logicalId: string, wanted: readonly Wanted[]): string {
    const statusOf = (isOn: boolean) => (isOn ? 'ENABLED' : 'DISABLED');
    const detector = new guardduty.CfnDetector(this, 'Detector', {
      enable: true,
      findingPublishingFrequency: PUBLISHING_FREQUENCY,
      // What is off is written out: GuardDuty begins with whatever is not.
      features: wanted.map(({ feature, isOn, additional }) => ({
        name: feature.name,
        status: statusOf(isOn),
        additionalConfiguration:
          additional.length === 0
            ? undefined
            : additional.map((each) => ({ name: each.feature.name, status: statusOf(each.isOn) })),
      })),
    });
    pin(detector, logicalId);
    for (const { feature, isOn } of wanted.flatMap(({ additional }) => additional)) {
      if (isOn || feature.byDefault) continue;
      acknowledgeOwn(detector, {
        rule: `Bulwark-DET01[${feature.name}]`,
        reason: `an agent runs inside of workloads, so whoever runs them asks for it (${feature.prop})`,
      });
    }
    return detector.attrId;
  }

  /** Without a prefix: GuardDuty would want it to be there as a folder first (aws/aws-cli#10483). */
  private export(logicalId: string, archive: LogArchive): void {
    archive.allowFindings(Stack.of(this).region);
    const { evidenceBucket, encryptionKey } = archive;
    const destination = new guardduty.CfnPublishingDestination(this, 'Export', {
      detectorId: this.detectorId,
      destinationType: 'S3',
      destinationProperties: { destinationArn: evidenceBucket.bucketArn, kmsKeyArn: encryptionKey.keyArn },
    });
    pin(destination, logicalId);
    // GuardDuty tries bucket and key when the destination is made.
    if (evidenceBucket.policy !== undefined) destination.node.addDependency(evidenceBucket.policy);
  }

  /** One value for all Regions: what is wanted anywhere, and what each of them lacks. */
  private features(regions: readonly string[], props: ThreatDetectionProps): string {
    const isOn = (feature: Feature) => props[feature.prop] ?? true;
    const additionalOf = ({ additional = [] }: Feature) => additional;
    const wanted: WantedDetector = {
      frequency: PUBLISHING_FREQUENCY,
      features: Object.fromEntries(FEATURES.map((feature) => [feature.name, isOn(feature)])),
      additional: Object.fromEntries(
        FEATURES.filter((feature) => additionalOf(feature).length > 0).map((feature) => [
          feature.name,
          Object.fromEntries(
            additionalOf(feature).map(({ name, prop, byDefault }) => [
              name,
              isOn(feature) && (props[prop] ?? byDefault),
            ]),
          ),
        ]),
      ),
      unavailable: Object.fromEntries(
        regions.map((region) => [region, missingIn(region)] as const).filter(([, missing]) => missing.length > 0),
      ),
    };
    return JSON.stringify(wanted);
  }
}

/** Props that mean nothing without a feature: its own, and those of what belongs to it. */
function lostWith(feature: Feature | AdditionalFeature): ReadonlyArray<Feature['prop'] | AdditionalFeature['prop']> {
  const additional = 'additional' in feature ? (feature.additional ?? []) : [];
  return [feature.prop, ...additional.map(({ prop }) => prop)];
}

/** `FEATURE` or `FEATURE/ADDITIONAL`, as the remediation reads them. */
function missingIn(region: string): string[] {
  return FEATURES.flatMap((feature) =>
    isAvailable(feature, region)
      ? (feature.additional ?? [])
          .filter((each) => !isAvailable(each, region))
          .map((each) => `${feature.name}/${each.name}`)
      : [feature.name],
  );
}
