import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { settingsPath } from '../../lambda/runtime/deployment/spec';
import { Sandbox } from '../../sandbox/sandbox';

/** What an unlucky person may have around. The sandbox must neither use nor pass on any of it. */
const POISON: Readonly<Record<string, string>> = {
  AWS_PROFILE: 'production',
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  AWS_SESSION_TOKEN: 'poison',
  AWS_CONFIG_FILE: '/nonexistent/poison/config',
  AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/poison/credentials',
  AWS_ENDPOINT_URL: 'https://poison.invalid',
  AWS_ENDPOINT_URL_S3: 'https://s3.poison.invalid',
  AWS_REGION: 'ap-southeast-2',
  AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.2/poison',
  HTTPS_PROXY: 'http://poison.invalid:3128',
  CDK_DEFAULT_ACCOUNT: '999999999999',
};

/** Starts one local AWS for all end-to-end tests and deploys the app into it, with the real CLI. */
export default async function globalSetup(): Promise<void> {
  Object.assign(process.env, POISON);
  const sandbox = await Sandbox.start({ speed: 200 });
  (globalThis as { bulwarkSandbox?: Sandbox }).bulwarkSandbox = sandbox;
  try {
    const deployment = await sandbox.deploy();
    // So many repairs within an hour are many tests, and no mistake; the cap has tests of its own.
    await sandbox
      .client(SSMClient)
      .send(new PutParameterCommand({ Name: `${settingsPath('main')}/override/cap`, Value: '10000', Type: 'String' }));
    // A file, because templates are longer than a variable of the environment may be.
    const facts = join(sandbox.folder, 'e2e.json');
    writeFileSync(facts, JSON.stringify({ record: sandbox.record, stacks: deployment.stacks }));
    process.env.BULWARK_E2E = facts;
  } catch (error) {
    await sandbox.stop();
    throw error;
  }
}
