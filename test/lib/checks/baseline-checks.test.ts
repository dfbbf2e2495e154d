import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  App,
  aws_ec2 as ec2,
  aws_s3 as s3,
  CfnParameter,
  CfnResource,
  NestedStack,
  Stack,
  Stage,
  Tags,
  Validations,
} from 'aws-cdk-lib';
import { BaselineChecks, type BaselineChecksProps } from '../../../lib/checks';
import { acknowledge } from '../../../lib/private/acknowledge';
import { RULES } from '../../../lib/checks/rules.generated';

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

/** Complete but for what a test changes. */
const bucketOf = (stack: Stack, change: Partial<s3.CfnBucket.PublicAccessBlockConfigurationProperty> = {}) => {
  const bucket = new s3.CfnBucket(stack, 'B', { publicAccessBlockConfiguration: { ...ON, ...change } });
  const plainHttp = {
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: [bucket.attrArn, `${bucket.attrArn}/*`],
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
  new s3.CfnBucketPolicy(stack, 'Policy', { bucket: bucket.ref, policyDocument: { Statement: [plainHttp] } });
  return bucket;
};
const open = (stack: Stack) => bucketOf(stack, { blockPublicAcls: false });
const given = (stack: Stack) =>
  bucketOf(stack, { blockPublicAcls: new CfnParameter(stack, 'P').valueAsString as unknown as boolean });

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

test('tags that aspects add are seen by the plugin, and without it once the app is synthesized', () => {
  const build = (stack: Stack) => {
    const public443 = { ipProtocol: 'tcp', fromPort: 443, toPort: 443, cidrIp: '0.0.0.0/0', description: 'Visitors' };
    const group = new ec2.CfnSecurityGroup(stack, 'G', {
      groupDescription: 'Load balancers',
      securityGroupIngress: [public443],
    });
    Tags.of(group).add('bulwark:tier', 'edge');
  };
  expect(synthesize(build).report).toBeUndefined();
  const app = new App();
  build(new Stack(app, 'S'));
  const seen = () => new BaselineChecks(app).validateScope(app).violations.map(({ ruleName }) => ruleName);
  expect(seen()).toEqual(['Bulwark-NET02[tcp 443 from 0.0.0.0/0]']);
  app.synth();
  expect(seen()).toEqual([]);
});

test('a resource without findings leaves no report', () => {
  expect(synthesize(bucketOf).report).toBeUndefined();
});

test('verbose adds why', () => {
  expect(synthesize(open, { verbose: true }).report?.violations[0]?.description).toContain('One public policy or ACL');
  expect(synthesize(open).report?.violations[0]?.description).not.toContain('One public policy or ACL');
});

test('a subject with unmatched brackets still makes a name that CDK takes', () => {
  const { error } = synthesize((stack) => {
    acknowledge(stack, { rule: 'AwsSolutions-S1', reason: 'makes CDK read the names', until: '2999-12-31' });
    bucketOf(stack);
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
  const { ruleIds } = new BaselineChecks(new App());
  expect(ruleIds).toEqual(RULES.map(({ id }) => `Bulwark-${id}`));
  expect(ruleIds).toEqual([
    'Bulwark-DAT01',
    'Bulwark-DAT02',
    'Bulwark-DAT05',
    'Bulwark-DET01',
    'Bulwark-EDG01',
    'Bulwark-EDG02',
    'Bulwark-EDG03',
    'Bulwark-EDG04',
    'Bulwark-EDG05',
    'Bulwark-EDG06',
    'Bulwark-EDG07',
    'Bulwark-EDG08',
    'Bulwark-EDG09',
    'Bulwark-EDG10',
    'Bulwark-IAM01',
    'Bulwark-IAM04',
    'Bulwark-LOG01',
    'Bulwark-LOG03',
    'Bulwark-LOG05',
    'Bulwark-NET01',
    'Bulwark-NET02',
    'Bulwark-NET03',
    'Bulwark-NET04',
    'Bulwark-NET05',
    'Bulwark-NET06',
    'Bulwark-NET07',
    'Bulwark-NET08',
    'Bulwark-NET09',
    'Bulwark-NET10',
    'Bulwark-NET11',
    'Bulwark-NET12',
    'Bulwark-NET13',
    'Bulwark-NET14',
    'Bulwark-RSP01',
  ]);
});

test('finds in the templates of synthesis what it finds in the tree, in stages and nested stacks too', () => {
  const app = new App({ outdir });
  const stack = new Stack(new Stage(app, 'Prod'), 'S');
  open(stack);
  open(new NestedStack(stack, 'Nested') as Stack).addPropertyOverride('VersioningConfiguration.Status', 'Suspended');
  const pack = new BaselineChecks(app);
  Validations.of(app).addPlugins(pack);
  const validate = jest.spyOn(pack, 'validate');
  expect(() => app.synth()).toThrow('PublicAccessBlockConfiguration.BlockPublicAcls must be true');
  const [report] = validate.mock.results;
  expect(report?.value).toEqual(pack.validateScope(app));
  expect(report?.value.violations[0].violatingResources).toMatchObject([
    { constructPath: 'Prod/S/B' },
    { constructPath: 'Prod/S/Nested/B' },
  ]);
});

test('rules can be applied to one resource, as cdk-nag does', () => {
  class Pack extends BaselineChecks {
    public one(resource: CfnResource) {
      this.checkResource(resource);
    }
  }
  const app = new App();
  const bucket = open(new Stack(app, 'S'));
  expect(() => new Pack(app).one(bucket)).not.toThrow();
});

test('takes time in proportion to the app', () => {
  const secondsOf = (buckets: number) => {
    const app = new App();
    const stack = new Stack(app, 'S');
    for (let number = 0; number < buckets; number++) {
      const bucket = new CfnResource(stack, `B${number}`, { type: 'AWS::S3::Bucket' });
      new CfnResource(stack, `P${number}`, {
        type: 'AWS::S3::BucketPolicy',
        properties: { Bucket: bucket.ref, PolicyDocument: { Statement: [] } },
      });
    }
    const began = process.hrtime.bigint();
    new BaselineChecks(app).validateScope(app);
    return Number(process.hrtime.bigint() - began) / 1e9;
  };
  const bestOf = (buckets: number) => Math.min(...[1, 2].map(() => secondsOf(buckets)));
  bestOf(100); // warms up
  // Eight times as much would take sixty-four times as long if each looked at all the others.
  expect(bestOf(800) / bestOf(100)).toBeLessThan(24);
}, 30_000);
