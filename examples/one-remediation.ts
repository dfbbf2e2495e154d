import { App, Stack } from 'aws-cdk-lib';
import { AutoRemediation } from 'cdk-bulwark';

const app = new App();
const stack = new Stack(app, 'Buckets', { env: { account: '123456789012', region: 'eu-central-1' } });

// Nothing but this one repair. The account needs a trail that logs, of whatever make: it is where the events come from.
new AutoRemediation(stack, 'Repair', { remediations: ['s3-bucket-public-access'] });

app.synth();
