// A blank app in CommonJS.
const { App, aws_s3: s3, Stack, Validations } = require('aws-cdk-lib');
const { checks, RemediationMode, SecurityBaseline } = require('cdk-bulwark');
const { defineRemediation } = require('cdk-bulwark/remediation');

if (typeof defineRemediation !== 'function') throw new Error('cdk-bulwark/remediation defines nothing');

const app = new App();
const stack = new Stack(app, 'Security', { env: { account: '123456789012', region: 'eu-central-1' } });
new SecurityBaseline(stack, 'Baseline', { remediationOptions: { mode: RemediationMode.OBSERVE } });
if (process.env.WITH_BAD_BUCKET) new s3.Bucket(stack, 'Bad');
Validations.of(app).addPlugins(new checks.BaselineChecks(app));
app.synth();
