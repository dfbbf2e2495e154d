// The least that any CDK program does: one stack without resources.
const { App, Stack } = require('aws-cdk-lib');

const app = new App({ autoSynth: false });
new Stack(app, 'Empty');
app.synth();
