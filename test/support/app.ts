import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { type BaselineParameters, ENVIRONMENTS, resolveParameters } from '../../bin/parameters';
import { createStacks } from '../../bin/stacks';

export const SANDBOX = ENVIRONMENTS.sandbox as BaselineParameters;

/** The app as the sandbox deploys it. */
export function baselineApp(parameters: BaselineParameters = SANDBOX): App {
  const app = new App({ autoSynth: false });
  createStacks(app, resolveParameters('test', {}, { test: parameters }));
  return app;
}

export function templateOf(app: App, id: string): Template {
  return Template.fromStack(app.node.findChild(id) as Stack);
}
