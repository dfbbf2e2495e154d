import { App, aws_kms as kms, Stack, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { create } from '../../../lambda/remediations/guardduty-detector-weakened/remediation';
import { LogArchive, LogBucketKind } from '../../../lib/audit/log-archive';
import { BaselineChecks } from '../../../lib/checks';
import { ThreatDetection, type ThreatDetectionProps } from '../../../lib/detection/threat-detection';
import { answering } from '../../support/remediation';

const stackIn = (region?: string) =>
  new Stack(new App(), 'Detection', region === undefined ? {} : { env: { account: '123456789012', region } });
const detectionOf = (props: ThreatDetectionProps = {}, stack = stackIn('eu-central-1')) =>
  new ThreatDetection(stack, 'Threats', props);

const DETECTOR_ID = '12abc34d567e8fa901bc2d34e56789f0';
const ADDITIONAL = {
  RDS_LOGIN_EVENTS: { RDS_DATA_RISK: 'ENABLED' },
  RUNTIME_MONITORING: {
    EKS_ADDON_MANAGEMENT: 'DISABLED',
    ECS_FARGATE_AGENT_MANAGEMENT: 'DISABLED',
    EC2_AGENT_MANAGEMENT: 'DISABLED',
  },
};

/** The features of the one detector of a stack, in the remediation's flat notation. */
function featuresIn(stack: Stack): Record<string, string> {
  const [detector] = Object.values(Template.fromStack(stack).findResources('AWS::GuardDuty::Detector'));
  const features = (detector?.Properties.Features ?? []) as Array<{
    Name: string;
    Status: string;
    AdditionalConfiguration?: Array<{ Name: string; Status: string }>;
  }>;
  return Object.fromEntries(
    features.flatMap(({ Name, Status, AdditionalConfiguration = [] }) => [
      [Name, Status],
      ...AdditionalConfiguration.map((each) => [`${Name}/${each.Name}`, each.Status]),
    ]),
  );
}

const ALL = {
  S3_DATA_EVENTS: 'ENABLED',
  EKS_AUDIT_LOGS: 'ENABLED',
  EBS_MALWARE_PROTECTION: 'ENABLED',
  RDS_LOGIN_EVENTS: 'ENABLED',
  LAMBDA_NETWORK_LOGS: 'ENABLED',
  RUNTIME_MONITORING: 'ENABLED',
  AI_PROTECTION: 'ENABLED',
  ...Object.fromEntries(
    Object.entries(ADDITIONAL).flatMap(([feature, more]) =>
      Object.entries(more).map(([name, status]) => [`${feature}/${name}`, status]),
    ),
  ),
};
const without = (...gone: string[]) =>
  Object.fromEntries(
    Object.entries(ALL).filter(([name]) => !gone.some((each) => name === each || name.startsWith(`${each}/`))),
  );

test('one detector with every feature, without agents, soon to publish and pinned', () => {
  const stack = stackIn('eu-central-1');
  const detection = detectionOf({}, stack);
  const template = Template.fromStack(stack).toJSON();
  expect(Object.keys(template.Resources)).toEqual(['ThreatDetectionMainDetector']);
  expect(template.Resources.ThreatDetectionMainDetector.Properties).toMatchObject({
    Enable: true,
    FindingPublishingFrequency: 'FIFTEEN_MINUTES',
  });
  expect(featuresIn(stack)).toEqual(ALL);
  expect(stack.resolve(detection.detectorId)).toEqual({ 'Fn::GetAtt': ['ThreatDetectionMainDetector', 'Id'] });
});

test('deployments of one account are told apart', () => {
  const stack = stackIn('eu-central-1');
  detectionOf({ qualifier: 'second' }, stack);
  expect(Object.keys(Template.fromStack(stack).toJSON().Resources)).toEqual(['ThreatDetectionSecondDetector']);
});

test.each<[ThreatDetectionProps, Record<string, string>]>([
  [{ s3Protection: false }, { S3_DATA_EVENTS: 'DISABLED' }],
  [{ eksAuditLogs: false }, { EKS_AUDIT_LOGS: 'DISABLED' }],
  [{ malwareProtection: false }, { EBS_MALWARE_PROTECTION: 'DISABLED' }],
  [{ rdsProtection: false }, { RDS_LOGIN_EVENTS: 'DISABLED', 'RDS_LOGIN_EVENTS/RDS_DATA_RISK': 'DISABLED' }],
  [{ rdsDataActivity: false }, { 'RDS_LOGIN_EVENTS/RDS_DATA_RISK': 'DISABLED' }],
  [{ lambdaProtection: false }, { LAMBDA_NETWORK_LOGS: 'DISABLED' }],
  [{ runtimeMonitoring: false }, { RUNTIME_MONITORING: 'DISABLED' }],
  [{ aiProtection: false }, { AI_PROTECTION: 'DISABLED' }],
  [{ eksAgent: true }, { 'RUNTIME_MONITORING/EKS_ADDON_MANAGEMENT': 'ENABLED' }],
  [{ ecsFargateAgent: true }, { 'RUNTIME_MONITORING/ECS_FARGATE_AGENT_MANAGEMENT': 'ENABLED' }],
  [{ ec2Agent: true }, { 'RUNTIME_MONITORING/EC2_AGENT_MANAGEMENT': 'ENABLED' }],
])('%j changes just that, and writes out what is off', (props, changed) => {
  const stack = stackIn('eu-central-1');
  detectionOf(props, stack);
  expect(featuresIn(stack)).toEqual({ ...ALL, ...changed });
});

test.each([
  ['ap-east-2', without('RDS_LOGIN_EVENTS')],
  ['cn-north-1', without('RUNTIME_MONITORING', 'RDS_LOGIN_EVENTS/RDS_DATA_RISK', 'AI_PROTECTION')],
  ['cn-northwest-1', without('RUNTIME_MONITORING', 'RDS_LOGIN_EVENTS/RDS_DATA_RISK', 'AI_PROTECTION')],
  [undefined, ALL],
])('what the Region %s lacks is left out', (region, features) => {
  const stack = stackIn(region);
  detectionOf({}, stack);
  expect(featuresIn(stack)).toEqual(features);
});

test.each<[string, string | undefined, ThreatDetectionProps, string]>([
  [
    'a feature that the Region lacks',
    'ap-east-2',
    { rdsProtection: true },
    'rdsProtection must be left out: GuardDuty has no RDS_LOGIN_EVENTS in ap-east-2 (ThreatDetection at Detection/Threats)',
  ],
  [
    'what belongs to a feature that the Region lacks',
    'cn-north-1',
    { ec2Agent: true },
    'ec2Agent must be left out: GuardDuty has no RUNTIME_MONITORING in cn-north-1',
  ],
  [
    'what the Region lacks of a feature',
    'cn-north-1',
    { rdsDataActivity: true },
    'rdsDataActivity must be left out: GuardDuty has no RDS_DATA_RISK in cn-north-1',
  ],
  [
    'a feature that the Region lacks, of a detector that is there',
    'cn-north-1',
    { detectorId: DETECTOR_ID, aiProtection: true },
    'aiProtection must be left out: GuardDuty has no AI_PROTECTION in cn-north-1',
  ],
  [
    'an agent without what it reports to',
    'eu-central-1',
    { eksAgent: true, runtimeMonitoring: false },
    'eksAgent needs runtimeMonitoring, which is false',
  ],
  [
    'the reading of databases without their logins',
    'eu-central-1',
    { rdsDataActivity: true, rdsProtection: false },
    'rdsDataActivity needs rdsProtection, which is false',
  ],
  [
    'an id that is none',
    'eu-central-1',
    { detectorId: 'main' },
    'detectorId must be 32 hexadecimal digits, got "main"',
  ],
  ['no Region', 'eu-central-1', { regions: [] }, 'regions must name Regions such as eu-central-1, got none'],
  ['a Region that is none', 'eu-central-1', { regions: ['Frankfurt'] }, 'got "Frankfurt"'],
  ['an odd qualifier', 'eu-central-1', { qualifier: 'Not-One' }, 'qualifier must be'],
])('refuses %s', (_, region, props, message) => {
  expect(() => detectionOf(props, stackIn(region))).toThrow(message);
});

test('says that a feature is off where the Region lacks it anyway', () => {
  const stack = stackIn('ap-east-2');
  detectionOf({ rdsProtection: false, rdsDataActivity: false }, stack);
  expect(featuresIn(stack)).toEqual(without('RDS_LOGIN_EVENTS'));
});

describe('an existing detector', () => {
  test('is left to the remediation', () => {
    const stack = stackIn('eu-central-1');
    const detection = detectionOf({ detectorId: DETECTOR_ID }, stack);
    expect(detection.detectorId).toBe(DETECTOR_ID);
    expect(detection.remediationSettings).toEqual(detectionOf().remediationSettings);
    expect(Template.fromStack(stack).toJSON()).not.toHaveProperty('Resources');
  });

  test('exports its findings too', () => {
    const stack = stackIn('eu-central-1');
    detectionOf({ detectorId: DETECTOR_ID, archive: new LogArchive(stack, 'Archive') }, stack);
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::GuardDuty::Detector', 0);
    template.hasResourceProperties('AWS::GuardDuty::PublishingDestination', { DetectorId: DETECTOR_ID });
  });
});

describe('the export', () => {
  const stack = stackIn('eu-central-1');
  const archive = new LogArchive(stack, 'Archive');
  detectionOf({ archive }, stack);
  const { Resources } = Template.fromStack(stack).toJSON();

  test('goes to the evidence bucket, under the key of the archive, once the policy lets it in', () => {
    expect(Resources.ThreatDetectionMainExport).toEqual({
      Type: 'AWS::GuardDuty::PublishingDestination',
      Properties: {
        DetectorId: { 'Fn::GetAtt': ['ThreatDetectionMainDetector', 'Id'] },
        DestinationType: 'S3',
        DestinationProperties: {
          DestinationArn: { 'Fn::GetAtt': ['ArchiveMainEvidenceBucket', 'Arn'] },
          KmsKeyArn: { 'Fn::GetAtt': ['ArchiveMainKey', 'Arn'] },
        },
      },
      DependsOn: ['ArchiveMainEvidenceBucketPolicy'],
    });
  });

  test('is asked for where another stack has the archive, without a circle', () => {
    const app = new App();
    const env = { account: '123456789012', region: 'eu-central-1' };
    const audit = new Stack(app, 'Audit', { env });
    const other = new Stack(app, 'Detection', { env });
    detectionOf({ archive: new LogArchive(audit, 'Archive') }, other);
    app.synth();
    expect(other.dependencies).toEqual([audit]);
    expect(audit.dependencies).toEqual([]);
  });

  test('leaves the archive without findings where nobody exports any', () => {
    const without = stackIn('eu-central-1');
    new LogArchive(without, 'Archive');
    detectionOf({}, without);
    expect(JSON.stringify(Template.fromStack(without).toJSON())).not.toContain('guardduty.amazonaws.com');
  });

  test('needs an evidence bucket', () => {
    const small = stackIn('eu-central-1');
    const kinds = [LogBucketKind.CONFIG];
    expect(() => detectionOf({ archive: new LogArchive(small, 'Archive', { kinds }) }, small)).toThrow(
      'kinds must contain evidence to use its bucket',
    );
  });

  test('takes an imported key as it is', () => {
    const imported = stackIn('eu-central-1');
    const encryptionKey = kms.Key.fromKeyArn(
      imported,
      'Key',
      'arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab',
    );
    detectionOf({ archive: new LogArchive(imported, 'Archive', { encryptionKey }) }, imported);
    Template.fromStack(imported).hasResourceProperties('AWS::GuardDuty::PublishingDestination', {
      DestinationProperties: { KmsKeyArn: encryptionKey.keyArn },
    });
  });
});

test('holds to the rules of the baseline and of AWS Solutions', () => {
  const app = new App();
  const stack = new Stack(app, 'Detection', { env: { account: '123456789012', region: 'eu-central-1' } });
  detectionOf({ archive: new LogArchive(stack, 'Archive') }, stack);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new BaselineChecks(app));
  expect(() => app.synth()).not.toThrow();
});

describe('the setting of the remediation', () => {
  const settingOf = (props: ThreatDetectionProps = {}, region: string | undefined = 'eu-central-1') =>
    JSON.parse(detectionOf(props, stackIn(region)).remediationSettings.features as string);

  test('says the same as the detector', () => {
    expect(settingOf()).toEqual({
      frequency: 'FIFTEEN_MINUTES',
      features: {
        S3_DATA_EVENTS: true,
        EKS_AUDIT_LOGS: true,
        EBS_MALWARE_PROTECTION: true,
        RDS_LOGIN_EVENTS: true,
        LAMBDA_NETWORK_LOGS: true,
        RUNTIME_MONITORING: true,
        AI_PROTECTION: true,
      },
      additional: {
        RDS_LOGIN_EVENTS: { RDS_DATA_RISK: true },
        RUNTIME_MONITORING: {
          EKS_ADDON_MANAGEMENT: false,
          ECS_FARGATE_AGENT_MANAGEMENT: false,
          EC2_AGENT_MANAGEMENT: false,
        },
      },
      unavailable: {},
    });
  });

  test('serves all Regions of the list, each with what it lacks', () => {
    const { features, unavailable } = settingOf({ regions: ['eu-central-1', 'ap-east-2', 'cn-north-1'] });
    expect(features.RDS_LOGIN_EVENTS).toBe(true);
    expect(unavailable).toEqual({
      'ap-east-2': ['RDS_LOGIN_EVENTS'],
      'cn-north-1': ['RDS_LOGIN_EVENTS/RDS_DATA_RISK', 'RUNTIME_MONITORING', 'AI_PROTECTION'],
    });
  });

  test('is for the Region of the stack, where no list is given', () => {
    expect(settingOf({}, 'ap-east-2').unavailable).toEqual({ 'ap-east-2': ['RDS_LOGIN_EVENTS'] });
    const agnostic = detectionOf({}, stackIn());
    expect(JSON.parse(agnostic.remediationSettings.features as string).unavailable).toEqual({});
  });

  // The variable that carries all settings of a function takes 4 KB in all.
  test('is short', () => {
    expect(
      JSON.stringify(detectionOf({ regions: ['cn-north-1', 'cn-northwest-1'] }).remediationSettings).length,
    ).toBeLessThan(900);
  });

  test.each<[string, ThreatDetectionProps]>([
    ['eu-central-1', {}],
    ['eu-central-1', { rdsProtection: false, ec2Agent: true, aiProtection: false }],
    ['ap-east-2', {}],
    ['cn-north-1', { s3Protection: false }],
  ])('calls the detector as deployed in %s with %j compliant, and makes the same one anew', async (region, props) => {
    const stack = stackIn(region);
    const { remediationSettings } = detectionOf(props, stack);
    const [deployed] = Object.values(Template.fromStack(stack).findResources('AWS::GuardDuty::Detector'));
    const { Features, FindingPublishingFrequency } = deployed?.Properties ?? {};
    const remediator = create(remediationSettings);
    const resource = { names: { account: '123456789012', region, partition: 'aws' } };

    const there = answering({
      ListDetectors: { DetectorIds: [DETECTOR_ID] },
      GetDetector: { Status: 'ENABLED', FindingPublishingFrequency, Features },
    });
    expect(await remediator.inspect(resource, there.client)).toEqual({ compliant: true });

    const gone = answering({ ListDetectors: { DetectorIds: [] }, CreateDetector: {} });
    const verdict = await remediator.inspect(resource, gone.client);
    if (verdict.compliant) throw new Error('must be drift');
    await remediator.apply(resource, verdict.drift, gone.client);
    expect(gone.sent.at(-1)?.input).toEqual({ Enable: true, FindingPublishingFrequency, Features });
  });
});
