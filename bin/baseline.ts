import './compile-cache';
import { App } from 'aws-cdk-lib';
import { resolveParameters } from './parameters';
import { createStacks } from './stacks';

try {
  // Synthesized below, so that a failure is told once, and here.
  const app = new App({ autoSynth: false });
  const environment: unknown = app.node.tryGetContext('environment') ?? 'default';
  const callers = { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION };
  createStacks(app, resolveParameters(String(environment), callers));
  // A benchmark compares synthesis with and without the packs; nothing is ever deployed without them.
  if (app.node.tryGetContext('bulwark:packs') !== 'off') {
    (require('./packs') as typeof import('./packs')).addPacks(app);
  }
  app.synth();
} catch (error) {
  // A wrong parameter deserves its sentence, not a stack trace.
  console.error(error instanceof Error ? `cdk-bulwark: ${error.message}` : error);
  process.exitCode = 1;
}
