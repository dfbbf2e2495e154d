import { readFileSync } from 'node:fs';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { ACCOUNT_ID, OPERATOR_ACCESS_KEY_ID } from '../gateway';
import { SandboxError, sentence } from './errors';
import { ROOT } from './paths';

/** Home of the deployed app, and the Region that global services report to. */
export const HOME_REGION = 'eu-central-1';
export const GLOBAL_REGION = 'us-east-1';

/** Keys of the person at the keyboard. They open nothing but the sandbox's gateway. */
export const OPERATOR_CREDENTIALS = {
  accessKeyId: OPERATOR_ACCESS_KEY_ID,
  secretAccessKey: 'sandbox-only',
} as const;

/** What a child may know of the machine. A list of what is let in, because nobody can list all that must stay out. */
const INHERITED = ['PATH', 'LANG', 'LC_ALL', 'LC_CTYPE', 'TZ', 'TERM', 'TMPDIR', 'SystemRoot', 'SHELL'] as const;

const GUARD = join(__dirname, 'guard');

/** Where children are told to send their calls, and where they may write. */
export interface Surroundings {
  readonly endpoint: string;
  /** Stands for the home folder: no profile, no SSO cache, no npm or pip settings. */
  readonly home: string;
  /** File that gets a line for every connection that the guard refused. */
  readonly refusedLog: string;
  /** @default - the home Region */
  readonly region?: string;
}

/**
 * The whole environment of a child: dummy keys, loopback endpoints, and the guard that lets no socket go further.
 *
 * @throws SandboxError when the endpoint is not loopback
 */
export function childEnvironment(
  surroundings: Surroundings,
  ambient: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, string> {
  const { endpoint, home, refusedLog, region = HOME_REGION } = surroundings;
  requireLoopback(endpoint);
  return {
    ...inherited(ambient),
    HOME: home,
    USERPROFILE: home,
    XDG_CACHE_HOME: join(home, '.cache'),
    XDG_CONFIG_HOME: join(home, '.config'),
    AWS_ACCESS_KEY_ID: OPERATOR_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: OPERATOR_CREDENTIALS.secretAccessKey,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL: endpoint,
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    CDK_HOME: join(home, '.cdk'),
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    CDK_DISABLE_VERSION_CHECK: 'true',
    JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: process.versions.node.split('.', 1)[0] ?? '',
    NO_COLOR: '1',
    NODE_OPTIONS: `--require ${JSON.stringify(join(GUARD, 'loopback.cjs'))}`,
    PYTHONPATH: GUARD,
    PYTHONUNBUFFERED: '1',
    BULWARK_REFUSED_LOG: refusedLog,
  };
}

/** What of the machine's own environment every process of the sandbox may see. */
export function inherited(ambient: Readonly<Record<string, string | undefined>> = process.env): Record<string, string> {
  return Object.fromEntries(
    INHERITED.flatMap((name) => {
      const value = ambient[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

/** Settings that would turn a client of this very process elsewhere, or make it read somebody's files. */
const AMBIENT =
  /^(AWS_|AMAZON_|CDK_|BOTO|.*_PROXY$|.*_proxy$|npm_|NODE_EXTRA_CA_CERTS$|PYTHON(PATH|HOME|STARTUP)$|SSL_CERT_)/;

/**
 * Makes this process as clean as its children, and guards it. What `childEnvironment` reads is left alone.
 *
 * Only for processes that are the sandbox, not for a test runner that has its own.
 */
export function cleanOwnProcess(): void {
  for (const name of Object.keys(process.env)) {
    if (AMBIENT.test(name)) delete process.env[name];
  }
  process.env['AWS_CONFIG_FILE'] = devNull;
  process.env['AWS_SHARED_CREDENTIALS_FILE'] = devNull;
  process.env['AWS_EC2_METADATA_DISABLED'] = 'true';
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  require('./guard/loopback.cjs');
}

/** Where this process's own guard writes down what it refused. */
export function writeRefusalsTo(refusedLog: string): void {
  process.env['BULWARK_REFUSED_LOG'] = refusedLog;
}

/** @throws SandboxError when the URL's host is not this machine */
export function requireLoopback(endpoint: string): void {
  const host = URL.canParse(endpoint) ? new URL(endpoint).hostname : endpoint;
  if (host !== 'localhost' && host !== '[::1]' && !/^127(\.\d{1,3}){3}$/.test(host)) {
    throw new SandboxError(`The sandbox talks to this machine only, but its endpoint is ${endpoint}.`);
  }
}

/** The first version of the CDK CLI that sends every call to AWS_ENDPOINT_URL. */
const MINIMUM_CLI = [2, 177] as const;

/**
 * The installed CDK CLI honours the endpoint; an older one would call AWS.
 *
 * @throws SandboxError with the version found
 */
export function requireCli(version = installedCli()): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < MINIMUM_CLI[0] || (major === MINIMUM_CLI[0] && minor < MINIMUM_CLI[1])) {
    throw new SandboxError(
      `The CDK CLI must be ${MINIMUM_CLI.join('.')} or newer to honour AWS_ENDPOINT_URL, got ${version}: run npm ci.`,
    );
  }
}

function installedCli(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(ROOT, 'node_modules', 'aws-cdk', 'package.json'), 'utf8'));
  return String((manifest as { version?: unknown }).version);
}

/**
 * Asks who we are before anything else is asked.
 *
 * @throws SandboxError when it is not the sandbox that answers
 */
export async function requireSandboxAccount(sts: STSClient): Promise<void> {
  const answer = await sts.send(new GetCallerIdentityCommand({})).catch((error: unknown) => {
    throw new SandboxError(`The sandbox does not say who is calling: ${sentence(error)}`, { cause: error });
  });
  if (answer.Account !== ACCOUNT_ID) {
    throw new SandboxError(
      `The account that answers is ${answer.Account ?? 'unknown'}, not the sandbox's ${ACCOUNT_ID}: nothing was deployed.`,
    );
  }
}
