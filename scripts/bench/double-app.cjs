// The baseline twice in one app: what the second one costs is the cost of resources, without that of loading the CDK.
const { App, Stage } = require('aws-cdk-lib');
const { ENVIRONMENTS, resolveParameters } = require('../../dist/bin/parameters');
const { createStacks } = require('../../dist/bin/stacks');

const app = new App({ autoSynth: false });
for (const qualifier of ['main', 'second']) {
  const environments = { bench: { ...ENVIRONMENTS.sandbox, qualifier } };
  createStacks(new Stage(app, qualifier), resolveParameters('bench', {}, environments));
}
app.synth();
