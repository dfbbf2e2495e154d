import { App, Stack } from 'aws-cdk-lib';
import { RemediationMode, SecurityBaseline } from 'cdk-bulwark';

const app = new App();
const stack = new Stack(app, 'Security', { env: { account: '123456789012', region: 'eu-central-1' } });

// Archive, trail and automatic repair. It only tells at first; look at /bulwark/main/reports, then let it repair.
new SecurityBaseline(stack, 'Baseline', { remediationOptions: { mode: RemediationMode.OBSERVE } });

app.synth();
