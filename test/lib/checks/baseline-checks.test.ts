import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, aws_s3 as s3, CfnParameter, CfnResource, Stack, Tags, Validations } from 'aws-cdk-lib';
import { BaselineChecks, type BaselineChecksProps } from '../../../lib/checks';
import { acknowledge } from '../../../lib/private/acknowledge';

const ON = { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true };
let outdir: string;
let shown: jest.SpyInstance;

beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), 'bulwark-checks-'));
  shown = jest.spyOn(console, 'error').mockImplementation();
});
afterEach(() => {
  shown.mockRestore();
  rmSync(outdir, { recursive: true });
});

interface Report {
  readonly pluginReports: Array<{
    readonly pluginName: string;
    readonly conclusion: string;
    readonly violations: Array<{ ruleName: string; severity: string; description: string; ruleMetadata: object }>;
    readonly suppressedViolations?: Array<{ ruleName: string; reason: string }>;
  }>;
}

function synthesize(build: (stack: Stack) => void, props?: BaselineChecksProps) {
  const app = new App({ outdir });
  build(new Stack(app, 'S'));
  Validations.of(app).addPlugins(new BaselineChecks(app, props));
  let error: unknown;
  try {
    app.synth();
  } catch (thrown) {
    error = thrown;
  }
  const report = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8')) as Report;
  return { error, report: report.pluginReports.find(({ pluginName }) => pluginName === 'Bulwark') };
}

const open = (stack: Stack) =>
  new s3.CfnBucket(stack, 'B', { publicAccessBlockConfiguration: { ...ON, blockPublicAcls: false } });
const given = (stack: Stack) => {
  const blockPublicAcls = new CfnParameter(stack, 'P').valueAsString as unknown as boolean;
  return new s3.CfnBucket(stack, 'B', { publicAccessBlockConfiguration: { ...ON, blockPublicAcls } });
};

test('an error stops synthesis and stands in the report', () => {
  const { error, report } = synthesize(open);
  expect(String(error)).toContain('PublicAccessBlockConfiguration.BlockPublicAcls must be true');
  expect(report).toMatchObject({
    conclusion: 'failure',
    violations: [{ ruleName: 'Bulwark-DAT01[BlockPublicAcls]', severity: 'error' }],
  });
  expect(report?.violations[0]?.ruleMetadata).toMatchObject({ controls: 'S3.8, S3.2, S3.3' });
});

test('a warning is shown and recorded, and synthesis goes on', () => {
  const { error, report } = synthesize(given);
  expect(error).toBeUndefined();
  expect(report).toMatchObject({
    conclusion: 'success',
    violations: [{ ruleName: 'Bulwark-DAT01[BlockPublicAcls unverified]', severity: 'warning' }],
  });
  expect(shown.mock.calls.flat().join('\n')).toContain('Cannot verify PublicAccessBlockConfiguration.BlockPublicAcls');
});

test('an acknowledged error is recorded with its reason, and synthesis goes on', () => {
  const { error, report } = synthesize((stack) =>
    acknowledge(open(stack), {
      rule: 'Bulwark-DAT01[BlockPublicAcls]',
      reason: 'A public mirror',
      until: '2999-12-31',
    }),
  );
  expect(error).toBeUndefined();
  expect(report).toMatchObject({
    conclusion: 'success',
    violations: [],
    suppressedViolations: [
      { ruleName: 'Bulwark-DAT01[BlockPublicAcls]', reason: 'A public mirror [until 2999-12-31]' },
    ],
  });
  const { Resources } = JSON.parse(readFileSync(join(outdir, 'S.template.json'), 'utf8'));
  expect(JSON.stringify(Resources.B.Metadata)).toContain('A public mirror [until 2999-12-31]');
});

test('an acknowledged warning too', () => {
  const { error, report } = synthesize((stack) =>
    acknowledge(
      stack,
      given(stack) && { rule: 'Bulwark-DAT01[BlockPublicAcls unverified]', reason: 'Set by us', until: '2999-12-31' },
    ),
  );
  expect(error).toBeUndefined();
  expect(report).toMatchObject({ violations: [], suppressedViolations: [{ reason: 'Set by us [until 2999-12-31]' }] });
});

test('an acknowledgement without a date stops synthesis, and cannot be acknowledged itself', () => {
  const { error } = synthesize((stack) => {
    const acknowledgements = Validations.of(open(stack));
    acknowledgements.acknowledge({ id: 'Bulwark::Bulwark-DAT01[BlockPublicAcls]', reason: 'Because' });
    acknowledgements.acknowledge({ id: 'Bulwark::Bulwark-acknowledgement', reason: 'Because' });
  });
  expect(String(error)).toContain('carries no date in force');
});

test('overrides and tags count, because the template is judged, not the properties', () => {
  const { error } = synthesize((stack) => {
    open(stack).addPropertyOverride('PublicAccessBlockConfiguration.BlockPublicAcls', true);
    Tags.of(stack).add('any', 'tag');
  });
  expect(error).toBeUndefined();
});

test('a resource without findings leaves no report', () => {
  expect(
    synthesize((stack) => new s3.CfnBucket(stack, 'B', { publicAccessBlockConfiguration: ON })).report,
  ).toBeUndefined();
});

test('verbose adds why', () => {
  expect(synthesize(open, { verbose: true }).report?.violations[0]?.description).toContain('One public policy or ACL');
  expect(synthesize(open).report?.violations[0]?.description).not.toContain('One public policy or ACL');
});

test('a subject with unmatched brackets still makes a name that CDK takes', () => {
  const { error } = synthesize((stack) => {
    acknowledge(stack, { rule: 'AwsSolutions-S1', reason: 'makes CDK read the names', until: '2999-12-31' });
    new s3.CfnBucket(stack, 'B', { publicAccessBlockConfiguration: ON });
    new CfnResource(stack, 'P', {
      type: 'AWS::IAM::Policy',
      properties: {
        PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 's3:Get[*', Resource: 'arn:aws:s3:::b' }] },
      },
    });
  });
  expect(String(error)).toContain('s3:Get[* is a wildcard');
});

test('the pack names all its rules', () => {
  expect(new BaselineChecks(new App()).ruleIds).toEqual([
    'Bulwark-DAT01',
    'Bulwark-IAM04',
    'Bulwark-LOG01',
    'Bulwark-NET02',
  ]);
});
