import { answering, awsError, findingOf, signalOf } from '../../../test/support/remediation';
import { locatedBy } from '../../runtime/match';
import { create } from './remediation';
import { spec, type WantedDetector } from './spec';

const WANTED: WantedDetector = {
  frequency: 'FIFTEEN_MINUTES',
  features: { S3_DATA_EVENTS: true, RDS_LOGIN_EVENTS: true, RUNTIME_MONITORING: true, AI_PROTECTION: false },
  additional: {
    RDS_LOGIN_EVENTS: { RDS_DATA_RISK: true },
    RUNTIME_MONITORING: { EKS_ADDON_MANAGEMENT: false, EC2_AGENT_MANAGEMENT: false },
  },
  unavailable: { 'ap-east-2': ['RDS_LOGIN_EVENTS'], 'me-south-1': ['RDS_LOGIN_EVENTS/RDS_DATA_RISK'] },
};
const remediator = create({ features: JSON.stringify(WANTED) });
const DETECTOR = '12abc34d567e8fa901bc2d34e56789f0';
const resourceIn = (region: string) => ({ names: { account: '123456789012', region, partition: 'aws' } });
const resource = resourceIn('eu-central-1');

interface Feature {
  readonly Name: string;
  readonly Status: string;
  readonly AdditionalConfiguration?: readonly Feature[];
}

const FEATURES: readonly Feature[] = [
  { Name: 'CLOUD_TRAIL', Status: 'ENABLED' },
  { Name: 'S3_DATA_EVENTS', Status: 'ENABLED' },
  {
    Name: 'RDS_LOGIN_EVENTS',
    Status: 'ENABLED',
    AdditionalConfiguration: [{ Name: 'RDS_DATA_RISK', Status: 'ENABLED' }],
  },
  {
    Name: 'RUNTIME_MONITORING',
    Status: 'ENABLED',
    AdditionalConfiguration: [{ Name: 'EKS_ADDON_MANAGEMENT', Status: 'DISABLED' }],
  },
  { Name: 'AI_PROTECTION', Status: 'DISABLED' },
];

/** The features with some of them as given. */
const featuresWith = (...changed: Feature[]) =>
  FEATURES.map((feature) => changed.find(({ Name }) => Name === feature.Name) ?? feature);

function detector(change: object = {}) {
  return answering({
    ListDetectors: { DetectorIds: [DETECTOR] },
    GetDetector: { Status: 'ENABLED', FindingPublishingFrequency: 'FIFTEEN_MINUTES', Features: FEATURES, ...change },
  });
}

describe('guardduty-detector-weakened', () => {
  test.each(['match-suspended', 'match-feature-off', 'match-delete'])('%s is about the one detector', (name) => {
    expect(remediator.locate(signalOf(spec.id, name))).toEqual([{ names: {} }]);
  });

  test.each(['match-security-hub', 'match-ocsf', 'match-config'])('%s is about the one detector', (name) => {
    expect(locatedBy(spec, remediator, findingOf(spec.id, name))).toEqual([{ names: {} }]);
  });

  test('a sweep looks once at each Region', async () => {
    const { client, sent } = answering({});
    expect(
      await remediator.list(client, { account: '123456789012', region: 'eu-central-1', partition: 'aws' }),
    ).toEqual({
      resources: [{ names: {} }],
    });
    expect(sent).toEqual([]);
  });

  test('calls a detector as deployed compliant', async () => {
    const { client, sent } = detector();
    expect(await remediator.inspect(resource, client)).toEqual({ compliant: true });
    expect(sent).toEqual([
      { operation: 'ListDetectors', input: {} },
      { operation: 'GetDetector', input: { DetectorId: DETECTOR } },
    ]);
  });

  test.each([
    ['a feature', featuresWith({ Name: 'AI_PROTECTION', Status: 'ENABLED' })],
    [
      'an agent',
      featuresWith({
        Name: 'RUNTIME_MONITORING',
        Status: 'ENABLED',
        AdditionalConfiguration: [{ Name: 'EKS_ADDON_MANAGEMENT', Status: 'ENABLED' }],
      }),
    ],
    ['a feature that nobody knows', [...FEATURES, { Name: 'ORBITAL_EVENTS', Status: 'ENABLED' }]],
  ])('%s on beyond the wanted ones is left as it is', async (_, Features) => {
    expect(await remediator.inspect(resource, detector({ Features }).client)).toEqual({ compliant: true });
  });

  test.each([
    ['suspended', { Status: 'DISABLED' }, { status: 'DISABLED' }, { status: 'ENABLED' }],
    [
      'slow to publish',
      { FindingPublishingFrequency: 'SIX_HOURS' },
      { frequency: 'SIX_HOURS' },
      { frequency: 'FIFTEEN_MINUTES' },
    ],
    [
      'without a feature',
      { Features: featuresWith({ Name: 'S3_DATA_EVENTS', Status: 'DISABLED' }) },
      { features: { S3_DATA_EVENTS: 'DISABLED' } },
      { features: { S3_DATA_EVENTS: 'ENABLED' } },
    ],
    [
      'without what belongs to a feature',
      {
        Features: featuresWith({
          Name: 'RDS_LOGIN_EVENTS',
          Status: 'ENABLED',
          AdditionalConfiguration: [{ Name: 'RDS_DATA_RISK', Status: 'DISABLED' }],
        }),
      },
      { features: { 'RDS_LOGIN_EVENTS/RDS_DATA_RISK': 'DISABLED' } },
      { features: { 'RDS_LOGIN_EVENTS/RDS_DATA_RISK': 'ENABLED' } },
    ],
    [
      'that does not tell of a feature',
      { Features: FEATURES.filter(({ Name }) => Name !== 'RUNTIME_MONITORING') },
      { features: { RUNTIME_MONITORING: 'ABSENT' } },
      { features: { RUNTIME_MONITORING: 'ENABLED' } },
    ],
  ])('a detector %s is drift of just that', async (_, change, before, after) => {
    expect(await remediator.inspect(resource, detector(change).client)).toEqual({
      compliant: false,
      drift: { before, after, names: { detector: DETECTOR } },
    });
  });

  test.each([
    ['ap-east-2', featuresWith().filter(({ Name }) => Name !== 'RDS_LOGIN_EVENTS')],
    ['me-south-1', featuresWith({ Name: 'RDS_LOGIN_EVENTS', Status: 'ENABLED' })],
  ])('what %s lacks is not asked for there', async (region, Features) => {
    expect(await remediator.inspect(resourceIn(region), detector({ Features }).client)).toEqual({ compliant: true });
  });

  test('without a detector, all of it is drift', async () => {
    const { client } = answering({ ListDetectors: { DetectorIds: [] } });
    expect(await remediator.inspect(resourceIn('ap-east-2'), client)).toEqual({
      compliant: false,
      drift: {
        before: { detector: null },
        after: {
          detector: 'new',
          status: 'ENABLED',
          frequency: 'FIFTEEN_MINUTES',
          features: {
            S3_DATA_EVENTS: 'ENABLED',
            RUNTIME_MONITORING: 'ENABLED',
            'RUNTIME_MONITORING/EKS_ADDON_MANAGEMENT': 'DISABLED',
            'RUNTIME_MONITORING/EC2_AGENT_MANAGEMENT': 'DISABLED',
            AI_PROTECTION: 'DISABLED',
          },
        },
        names: { detector: 'none' },
      },
    });
  });

  test('makes a detector with all of it', async () => {
    const inspected = await remediator.inspect(resource, answering({ ListDetectors: {} }).client);
    if (inspected.compliant) throw new Error('must be drift');
    const { client, sent } = answering({ CreateDetector: {} });
    await remediator.apply(resource, inspected.drift, client);
    expect(sent).toEqual([
      {
        operation: 'CreateDetector',
        input: {
          Enable: true,
          FindingPublishingFrequency: 'FIFTEEN_MINUTES',
          Features: [
            { Name: 'S3_DATA_EVENTS', Status: 'ENABLED' },
            {
              Name: 'RDS_LOGIN_EVENTS',
              Status: 'ENABLED',
              AdditionalConfiguration: [{ Name: 'RDS_DATA_RISK', Status: 'ENABLED' }],
            },
            {
              Name: 'RUNTIME_MONITORING',
              Status: 'ENABLED',
              AdditionalConfiguration: [
                { Name: 'EKS_ADDON_MANAGEMENT', Status: 'DISABLED' },
                { Name: 'EC2_AGENT_MANAGEMENT', Status: 'DISABLED' },
              ],
            },
            { Name: 'AI_PROTECTION', Status: 'DISABLED' },
          ],
        },
      },
    ]);
  });

  test.each([
    ['status', { status: 'ENABLED' }, { Enable: true }],
    ['frequency', { frequency: 'FIFTEEN_MINUTES' }, { FindingPublishingFrequency: 'FIFTEEN_MINUTES' }],
    [
      'features',
      { features: { S3_DATA_EVENTS: 'ENABLED' } },
      { Features: [{ Name: 'S3_DATA_EVENTS', Status: 'ENABLED' }] },
    ],
    [
      'additional configuration, together with its feature',
      { features: { 'RDS_LOGIN_EVENTS/RDS_DATA_RISK': 'ENABLED' } },
      {
        Features: [
          {
            Name: 'RDS_LOGIN_EVENTS',
            Status: 'ENABLED',
            AdditionalConfiguration: [{ Name: 'RDS_DATA_RISK', Status: 'ENABLED' }],
          },
        ],
      },
    ],
  ])('sets only the %s where only that differs', async (_, after, input) => {
    const { client, sent } = answering({ UpdateDetector: {} });
    await remediator.apply(resource, { before: {}, after, names: { detector: DETECTOR } }, client);
    expect(sent).toEqual([{ operation: 'UpdateDetector', input: { DetectorId: DETECTOR, ...input } }]);
  });

  test('says who manages the detector where GuardDuty refuses', async () => {
    const { client } = answering({ UpdateDetector: awsError('BadRequestException') });
    const drift = { before: {}, after: { status: 'ENABLED' }, names: { detector: DETECTOR } };
    await expect(remediator.apply(resource, drift, client)).rejects.toThrow(
      'GuardDuty refused the change: an administrator account',
    );
  });

  test.each(['InternalServerErrorException', 'AccessDeniedException'])('lets %s through', async (name) => {
    const { client } = answering({ UpdateDetector: awsError(name) });
    const drift = { before: {}, after: { status: 'ENABLED' }, names: { detector: DETECTOR } };
    await expect(remediator.apply(resource, drift, client)).rejects.toMatchObject({ name });
  });

  test.each([
    ['nothing', undefined],
    ['no JSON', 'example'],
    ['a list', '[]'],
    ['no features', '{"frequency":"FIFTEEN_MINUTES"}'],
    ['a status in place of a truth', '{"frequency":"FIFTEEN_MINUTES","features":{"S3_DATA_EVENTS":"ENABLED"}}'],
    ['Regions without lists', JSON.stringify({ ...WANTED, unavailable: { 'ap-east-2': 'RDS_LOGIN_EVENTS' } })],
  ])('refuses a setting of %s before it looks', async (_, features) => {
    const broken = create(features === undefined ? {} : { features });
    await expect(broken.inspect(resource, detector().client)).rejects.toThrow(
      'the setting features of guardduty-detector-weakened must be the JSON that ThreatDetection gives',
    );
  });

  test('has no way back', () => {
    expect(remediator.undo).toBeUndefined();
    expect(spec.undo).toEqual({ never: 'it restores the detection of threats' });
  });
});
