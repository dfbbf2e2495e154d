import {
  aws_s3 as s3,
  type aws_sns as sns,
  aws_sns_subscriptions as subscriptions,
  CfnOutput,
  Stack,
  Tags,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import {
  AuditTrail,
  FirewallScope,
  IacManaged,
  LayeredNetwork,
  Ledger,
  LogArchive,
  NetworkTopology,
  RegionalSignals,
  RemediationMode,
  S3DataEvents,
  SecurityBaseline,
  ThreatDetection,
  WebFirewall,
} from '../lib';
import { GLOBAL_REGION, type ResolvedParameters } from './parameters';

/**
 * The stacks of one account, split by lifecycle: `audit` holds what must never be lost, `baseline` what may be deployed
 * anew at any time, and each further Region has its event rules. A plain consumer of the library.
 */
export function createStacks(app: Construct, parameters: ResolvedParameters): void {
  const { account, homeRegion, qualifier } = parameters;
  const regions = [...new Set([homeRegion, GLOBAL_REGION, ...parameters.otherRegions])];
  const home = { account, region: homeRegion };

  const audit = new Stack(app, 'Audit', {
    stackName: `bulwark-${qualifier}-audit`,
    description: 'cdk-bulwark: archive, trail and ledger; what must never be lost',
    env: home,
    terminationProtection: true,
  });
  const archive = new LogArchive(audit, 'Archive', { qualifier });
  const watched = parameters.s3DataEventBuckets && [...new Set(parameters.s3DataEventBuckets)];
  const trail = new AuditTrail(audit, 'Trail', {
    qualifier,
    archive,
    s3DataEvents: S3DataEvents[parameters.s3DataEvents],
    s3DataEventBuckets: watched?.map((name) => s3.Bucket.fromBucketName(audit, `Watched-${name}`, name)),
  });
  // The selectors name them only while all buckets are watched. The audit stack is deployed first, and would fail to take
  // back an export that the baseline stack still uses.
  for (const kind of archive.kinds) audit.exportValue(archive.bucket(kind).bucketArn);
  const ledger = new Ledger(audit, 'Ledger', { qualifier, encryptionKey: trail.encryptionKey });

  if (parameters.network !== 'NONE') {
    const network = new Stack(app, 'Network', {
      stackName: `bulwark-${qualifier}-network`,
      description: 'cdk-bulwark: VPCs in layers, their endpoints and flow logs',
      env: home,
      terminationProtection: true,
    });
    new LayeredNetwork(network, 'Layers', {
      qualifier,
      archive,
      topology: NetworkTopology[parameters.network],
      ...parameters.networkOptions,
    });
  }

  createFirewalls(app, parameters, archive);

  const baseline = new Stack(app, 'Baseline', {
    stackName: `bulwark-${qualifier}-baseline`,
    description: 'cdk-bulwark: detection and repair',
    env: home,
  });
  const { remediation } = new SecurityBaseline(baseline, 'Security', {
    qualifier,
    archive,
    trail,
    ledger,
    regions,
    ...(parameters.guardDuty === 'NONE'
      ? { withoutThreatDetection: true }
      : { threatDetection: threatsOf(baseline, parameters, { archive, regions }) }),
    remediationOptions: {
      mode: RemediationMode[parameters.remediationMode],
      modes: Object.fromEntries(
        Object.entries(parameters.remediationModes).map(([scope, mode]) => [scope, RemediationMode[mode]]),
      ),
      adoptExisting: [...parameters.adoptExisting],
      iacManaged: IacManaged[parameters.iacManaged],
      changeCap: parameters.changeCap,
      modules: parameters.modules,
    },
  });
  subscribe(remediation.alarmTopic, parameters);
  subscribe(remediation.reportTopic, parameters);

  for (const region of regions.filter((each) => each !== homeRegion)) {
    const regional = new Stack(app, `Regional-${region}`, {
      stackName: `bulwark-${qualifier}-regional`,
      description: `cdk-bulwark: detection in ${region}, and event rules that send to ${homeRegion}`,
      env: { account, region },
    });
    // An alarm can only tell a topic of its own Region, hence one for each.
    const { alarmTopic } = new RegionalSignals(regional, 'Signals', {
      qualifier,
      hubRegion: homeRegion,
      remediations: remediation.remediations,
      modules: parameters.modules,
    });
    subscribe(alarmTopic, parameters);
    // Without the archive: its bucket and key are in another Region, where this detector cannot export to.
    if (parameters.guardDuty === 'CREATE') threatsOf(regional, parameters, { regions: [region] });
    regional.addStackDependency(baseline, 'the signal bus must exist before rules point at it');
  }
  for (const [key, value] of Object.entries(parameters.tags)) Tags.of(app).add(key, value);
}

/** Web firewalls that others put their load balancers, APIs and distributions behind, by the ARN in the stack's output. */
function createFirewalls(app: Construct, parameters: ResolvedParameters, archive: LogArchive): void {
  const { account, homeRegion, qualifier, webFirewall } = parameters;
  const SCOPES = [
    ['REGIONAL', 'Edge', homeRegion, 'load balancers, APIs and user pools'],
    ['CLOUDFRONT', 'EdgeGlobal', GLOBAL_REGION, 'CloudFront distributions'],
  ] as const;
  for (const [scope, id, region, what] of SCOPES) {
    if (webFirewall !== scope && webFirewall !== 'BOTH') continue;
    const stack = new Stack(app, id, {
      stackName: `bulwark-${qualifier}-edge${scope === 'CLOUDFRONT' ? '-global' : ''}`,
      description: `cdk-bulwark: web firewall of ${what}`,
      env: { account, region },
      terminationProtection: true,
    });
    const { webAclArn } = new WebFirewall(stack, 'Firewall', {
      qualifier,
      scope: FirewallScope[scope],
      // The bucket lets in what is delivered from its own Region alone; elsewhere the firewall makes one.
      archive: region === homeRegion ? archive : undefined,
    });
    new CfnOutput(stack, 'WebAclArn', { value: webAclArn, description: `Web ACL for ${what}` });
  }
}

/** The detector of a Region, made or adopted. */
function threatsOf(
  stack: Stack,
  { qualifier, detectors }: ResolvedParameters,
  more: { readonly archive?: LogArchive; readonly regions: string[] },
): ThreatDetection {
  const detectorId = detectors[stack.region];
  return new ThreatDetection(stack, 'Threats', { qualifier, ...more, ...(detectorId !== undefined && { detectorId }) });
}

function subscribe(topic: sns.ITopic, { alarmEmail }: ResolvedParameters): void {
  if (alarmEmail !== undefined) topic.addSubscription(new subscriptions.EmailSubscription(alarmEmail));
}
