import { App, aws_s3 as s3, Stack, Validations } from 'aws-cdk-lib';
import { checks } from 'cdk-bulwark';

const app = new App();
const stack = new Stack(app, 'Application');
new s3.Bucket(stack, 'Reports', { blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL });

// Synthesis fails on what the baseline would have to repair later.
Validations.of(app).addPlugins(new checks.BaselineChecks(app));

app.synth();
