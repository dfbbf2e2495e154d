import { App, Stack } from 'aws-cdk-lib';
import { AutoRemediation } from 'cdk-bulwark';

const app = new App();
const stack = new Stack(app, 'Buckets', { env: { account: '123456789012', region: 'eu-central-1' } });

// Nothing but this one repair, beside whatever else watches the account.
new AutoRemediation(stack, 'Repair', { remediations: ['s3-bucket-public-access'] });

app.synth();
