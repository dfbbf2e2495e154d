import { App, aws_logs as logs, aws_s3 as s3, Stack, Validations } from 'aws-cdk-lib';
import { checks } from 'cdk-bulwark';

const app = new App();
const stack = new Stack(app, 'Application');
new s3.Bucket(stack, 'Reports', { blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL, enforceSSL: true });
const builds = new logs.LogGroup(stack, 'Builds', { retention: logs.RetentionDays.ONE_MONTH });

// Synthesis fails on what the baseline would have to repair later.
Validations.of(app).addPlugins(new checks.BaselineChecks(app));

// One finding, with a reason, until a day. After it synthesis fails, until somebody has decided again.
checks.Acknowledgements.add(builds, {
  rule: 'Bulwark-LOG05[KMS]',
  reason: 'The output of builds, which is public anyway',
  until: '2028-12-31',
});

app.synth();
