import { App, type aws_guardduty as guardduty, Stack } from 'aws-cdk-lib';
import { ThreatDetection } from '../../../../lib';
import { FEATURES } from '../../../../lib/detection/guardduty-features';
import { findingsOf, GIVEN, judgedBy } from '../judge';

const judge = judgedBy('DET01');
const AGENTS = ['EC2_AGENT_MANAGEMENT', 'ECS_FARGATE_AGENT_MANAGEMENT', 'EKS_ADDON_MANAGEMENT'];

interface Feature {
  readonly Name: string;
  readonly Status: unknown;
  readonly AdditionalConfiguration?: unknown;
}

const ALL: Feature[] = FEATURES.map(({ name, additional }) => ({
  Name: name,
  Status: 'ENABLED',
  AdditionalConfiguration: additional?.map((part) => ({ Name: part.name, Status: 'ENABLED' })),
}));
const findings = (change: Record<string, unknown> = {}) =>
  judge({
    D: {
      Type: 'AWS::GuardDuty::Detector',
      Properties: { Enable: true, FindingPublishingFrequency: 'FIFTEEN_MINUTES', Features: ALL, ...change },
    },
  });
const withFeature = (name: string, change: Partial<Feature>) => ({
  Features: ALL.map((feature) => (feature.Name === name ? { ...feature, ...change } : feature)),
});

test('a detector is compliant that has everything on', () => {
  expect(findings()).toEqual([]);
  expect(findings({ Enable: 'true' })).toEqual([]);
});

test.each<[string, Record<string, unknown>, string]>([
  ['is off', { Enable: false }, 'enabled'],
  ['does not say whether it is on', { Enable: undefined }, 'enabled'],
  ['leaves its frequency out', { FindingPublishingFrequency: undefined }, 'frequency'],
  ['publishes every hour', { FindingPublishingFrequency: 'ONE_HOUR' }, 'frequency'],
])('a detector is found that %s', (_name, change, subject) => {
  expect(findings(change)).toEqual([`error DET01[${subject}]`]);
});

test.each(FEATURES.map(({ name }) => name))(
  '%s is found when it is off or left out, and nothing of what is part of it',
  (name) => {
    expect(findings(withFeature(name, { Status: 'DISABLED' }))).toEqual([`error DET01[${name}]`]);
    expect(findings({ Features: ALL.filter(({ Name }) => Name !== name) })).toEqual([`error DET01[${name}]`]);
  },
);

test.each(['ENABLED', 'DISABLED'])('a feature is found that is named twice, on and off, %s first', (Status) => {
  const Name = 'LAMBDA_NETWORK_LOGS';
  const other = { Name, Status: Status === 'ENABLED' ? 'DISABLED' : 'ENABLED' };
  const rest = ALL.filter((feature) => feature.Name !== Name);
  expect(findings({ Features: [{ Name, Status }, ...rest, other] })).toEqual([`error DET01[${Name}]`]);
  expect(findings({ Features: [{ Name, Status: 'ENABLED' }, ...ALL] })).toEqual([]);
});

test('what is part of a feature is found by itself; agents are a warning, because whoever runs the workloads decides', () => {
  expect(findings(withFeature('RDS_LOGIN_EVENTS', { AdditionalConfiguration: undefined }))).toEqual([
    'error DET01[RDS_DATA_RISK]',
  ]);
  expect(findings(withFeature('RUNTIME_MONITORING', { AdditionalConfiguration: [] }))).toEqual(
    AGENTS.map((name) => `warning DET01[${name}]`),
  );
});

test.each<[string, Record<string, unknown>, string[]]>([
  ['whether it is on', { Enable: GIVEN }, ['enabled']],
  ['how often it publishes', { FindingPublishingFrequency: GIVEN }, ['frequency']],
  ['one status', withFeature('LAMBDA_NETWORK_LOGS', { Status: GIVEN }), ['LAMBDA_NETWORK_LOGS']],
  ['a feature that may be the missing one', { Features: [...ALL.slice(1), GIVEN] }, [ALL[0]?.Name as string]],
  ['the name of a feature', { Features: [{ ...ALL[0], Name: GIVEN }, ...ALL.slice(1)] }, [ALL[0]?.Name as string]],
  [
    'the name of a part',
    withFeature('RDS_LOGIN_EVENTS', { AdditionalConfiguration: [{ Name: GIVEN, Status: 'ENABLED' }] }),
    ['RDS_DATA_RISK'],
  ],
  [
    'all features',
    { Features: GIVEN },
    FEATURES.flatMap(({ name, additional = [] }) => [name, ...additional.map((part) => part.name)]),
  ],
])('%s that only the deployment knows is a warning', (_name, change, subjects) => {
  expect(findings(change)).toEqual(subjects.map((subject) => `warning DET01[${subject} unverified]`).sort());
});

test('what a Region lacks is not asked for', () => {
  const app = new App();
  const stack = new Stack(app, 'S', { env: { region: 'cn-north-1' } });
  new ThreatDetection(stack, 'Threats');
  expect(findingsOf('DET01', app)).toEqual([]);
});

test('an override counts', () => {
  const app = new App();
  const threats = new ThreatDetection(new Stack(app, 'S'), 'Threats');
  const errors = () => findingsOf('DET01', app).filter((finding) => finding.startsWith('error'));
  expect(errors()).toEqual([]);
  const detector = threats.node.findChild('Detector') as guardduty.CfnDetector;
  detector.addPropertyOverride('Features.0.Status', 'DISABLED');
  expect(errors()).toEqual(['error DET01[S3_DATA_EVENTS]']);
});
