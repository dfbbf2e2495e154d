// The same app as an ES module.
import { App, aws_s3 as s3, Stack, Validations } from 'aws-cdk-lib';
import { checks, RemediationMode, SecurityBaseline } from 'cdk-bulwark';
import { defineRemediation } from 'cdk-bulwark/remediation';

if (typeof defineRemediation !== 'function') throw new Error('cdk-bulwark/remediation defines nothing');

const app = new App();
const stack = new Stack(app, 'Security', { env: { account: '123456789012', region: 'eu-central-1' } });
new SecurityBaseline(stack, 'Baseline', { remediationOptions: { mode: RemediationMode.OBSERVE } });
if (process.env.WITH_BAD_BUCKET) new s3.Bucket(stack, 'Bad');
Validations.of(app).addPlugins(new checks.BaselineChecks(app));
app.synth();
