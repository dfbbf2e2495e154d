import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { AutoRemediation } from 'cdk-bulwark';

const app = new App();
const stack = new Stack(app, 'Queues', { env: { account: '123456789012', region: 'eu-central-1' } });

// A repair of your own, in the same functions and by the same laws as ours. `build.mjs` has bundled the folder.
new AutoRemediation(stack, 'Repair', {
  qualifier: 'own',
  modules: join(__dirname, 'dist'),
  remediations: ['sqs-queue-encrypted'],
});

app.synth();
