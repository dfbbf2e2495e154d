// The same app in TypeScript.
import { App, aws_s3 as s3, Stack, Validations } from 'aws-cdk-lib';
import { checks, RemediationMode, SecurityBaseline, type SecurityBaselineProps } from 'cdk-bulwark';
import { defineRemediation } from 'cdk-bulwark/remediation';

if (typeof defineRemediation !== 'function') throw new Error('cdk-bulwark/remediation defines nothing');

const props: SecurityBaselineProps = { remediationOptions: { mode: RemediationMode.OBSERVE } };
const app = new App();
const stack = new Stack(app, 'Security', { env: { account: '123456789012', region: 'eu-central-1' } });
new SecurityBaseline(stack, 'Baseline', props);
if (process.env.WITH_BAD_BUCKET) new s3.Bucket(stack, 'Bad');
Validations.of(app).addPlugins(new checks.BaselineChecks(app));
app.synth();
