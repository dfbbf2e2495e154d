// The limit for any CDK program: the same stacks and templates, written down resource by resource.
const { existsSync, readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const { App, CfnResource, Stack } = require('aws-cdk-lib');

const folder = process.env.BENCH_TEMPLATES;
if (!folder || !existsSync(folder)) throw new Error('BENCH_TEMPLATES must name the folder of the templates to emit');

const app = new App({ autoSynth: false });
for (const file of readdirSync(folder).filter((name) => name.endsWith('.template.json'))) {
  const { Resources } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const stack = new Stack(app, file.replace('.template.json', ''));
  for (const [id, { Type, Properties, ...rest }] of Object.entries(Resources)) {
    const resource = new CfnResource(stack, id, { type: Type, properties: Properties });
    resource.overrideLogicalId(id);
    for (const [key, value] of Object.entries(rest)) resource.addOverride(key, value);
  }
}
app.synth();
