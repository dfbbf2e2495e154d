import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sandbox } from '../sandbox';
import { SandboxError } from './errors';
import { ROOT, shown } from './paths';
import { Child } from './processes';

/** How an app is deployed. */
export interface DeployOptions {
  /** Command that synthesizes it. @default - the app of cdk.json */
  readonly app?: string;
  /** Context, `key=value`. @default - the environment `sandbox` of the app */
  readonly context?: readonly string[];
  /** @default true */
  readonly bootstrap?: boolean;
  /** Stacks to deploy, by construct path or name. @default - all */
  readonly stacks?: readonly string[];
  /** Where the cloud assembly goes. @default - a folder of the sandbox */
  readonly output?: string;
  /** Further arguments of `cdk deploy`. @default - none */
  readonly extraArguments?: readonly string[];
  /** Told when bootstrapping is over and the deployment begins. @default - silent */
  readonly onPhase?: () => void;
  /** Told what is done at the moment. @default - silent */
  readonly onProgress?: (progress: DeployProgress) => void;
}

export interface DeployProgress {
  readonly phase: 'bootstrap' | 'deploy';
  /** What happens now, in few words. */
  readonly now: string;
}

/** A stack as the cloud assembly has it. */
export interface DeployedStack {
  readonly name: string;
  readonly region: string;
  readonly template: Template;
}

export interface Template {
  readonly Resources?: Readonly<Record<string, TemplateResource>>;
  readonly Parameters?: Readonly<Record<string, { readonly Default?: unknown; readonly Type?: string }>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Condition?: string;
}

export interface Deployment {
  readonly stacks: readonly DeployedStack[];
  /** The cloud assembly. */
  readonly output: string;
  readonly seconds: { readonly bootstrap: number; readonly deploy: number };
}

/** Bootstraps and deploys with the CLI of this repository, against the sandbox only. */
export async function deployApp(sandbox: Sandbox, options: DeployOptions): Promise<Deployment> {
  const output = options.output ?? join(sandbox.folder, 'cdk.out');
  const { onProgress = () => undefined } = options;
  mkdirSync(output, { recursive: true });

  const bootstrapStarted = performance.now();
  if (options.bootstrap !== false) await bootstrap(sandbox, onProgress);
  const deployStarted = performance.now();
  options.onPhase?.();
  await cdk(sandbox, {
    name: 'cdk deploy',
    log: 'deploy.log',
    args: [
      ...['deploy', ...(options.stacks ?? ['--all'])],
      ...(options.context ?? ['environment=sandbox']).flatMap((each) => ['-c', each]),
      ...(options.app === undefined ? [] : ['--app', options.app]),
      ...['--output', output, '--require-approval', 'never', '--progress', 'events', '--concurrency', '4'],
      // A change set costs three more calls and a poll of a second or more a stack; the outcome is the same.
      ...['--method', 'direct'],
      ...(options.extraArguments ?? []),
    ],
    onLine: (line) => {
      const now = deployStep(line);
      if (now) onProgress({ phase: 'deploy', now });
    },
  });
  return {
    stacks: stacksOf(output),
    output,
    seconds: {
      bootstrap: seconds(deployStarted - bootstrapStarted),
      deploy: seconds(performance.now() - deployStarted),
    },
  };
}

async function bootstrap(sandbox: Sandbox, onProgress: NonNullable<DeployOptions['onProgress']>): Promise<void> {
  await cdk(sandbox, {
    name: 'cdk bootstrap',
    log: 'bootstrap.log',
    // Environments given by name need no app, which would be synthesized for nothing.
    args: ['bootstrap', ...sandbox.regions.map((region) => `aws://${sandbox.account}/${region}`), '--app', ''],
    onLine: (line) => {
      const done = /Environment aws:\/\/\d+\/(\S+) bootstrapped/.exec(line)?.[1];
      if (done) onProgress({ phase: 'bootstrap', now: `${done} is bootstrapped` });
    },
  });
}

interface CdkCommand {
  readonly name: string;
  readonly log: string;
  readonly args: readonly string[];
  readonly onLine: (line: string) => void;
}

/** @throws SandboxError with the first cause found in what it wrote */
async function cdk(sandbox: Sandbox, { name, log, args, onLine }: CdkCommand): Promise<void> {
  const lines: string[] = [];
  const child = Child.start({
    name,
    command: process.execPath,
    args: [join(ROOT, 'node_modules', 'aws-cdk', 'bin', 'cdk'), ...args, '--no-notices', '--no-color', '--ci'],
    cwd: ROOT,
    env: { ...sandbox.environment(), CDK_OUTDIR: join(sandbox.folder, 'cdk.out') },
    log: join(sandbox.logs, log),
    onLine: (line) => {
      lines.push(line);
      onLine(line);
    },
  });
  const { code, signal } = await child.ended;
  if (code !== 0) {
    const reason = reasonOf(lines) ?? `it ended with ${code ?? signal}`;
    throw new SandboxError(`${name} failed: ${reason}. Its log is ${shown(join(sandbox.logs, log))}.`);
  }
}

/** Where the CLI tells why, best first; it says a cause several times, the last one being the vaguest. */
const REASONS = [
  /\|\s*(?:CREATE|UPDATE|DELETE)_FAILED\s*\|\s*(.+)$/,
  /^cdk-bulwark: (.+)$/,
  /^\[Error at ([^\]]+\].*)$/,
  /❌\s+(.+)$/,
  /^(?:\w*Error|ValidationError): (.+)$/,
];

/** The sentence in the CLI's output that says why it failed. */
export function reasonOf(lines: readonly string[]): string | undefined {
  const clean = lines.map((line) => line.trim()).filter((line) => line !== '');
  for (const pattern of REASONS) {
    for (const line of clean) {
      const found = pattern.exec(line)?.[1];
      if (found)
        return found
          .replaceAll(/\s*\|\s*/g, ' ')
          .replaceAll(/\s+/g, ' ')
          .replace(/[.:\s]+$/, '');
    }
  }
  return clean.at(-1)?.replace(/[.:\s]+$/, '');
}

/** A line of the CLI as progress, or nothing. */
export function deployStep(line: string): string | undefined {
  const event = /^(\S+)\s+\|\s*(\d+)(?:\/(\d+))?\s+\|\s*[^|]+\|\s*(\w+)\s*\|\s*(\S+)/.exec(line);
  if (event) {
    const [, stack, done, total, status, type] = event;
    return `${stack} ${total ? `${done}/${total}` : done} ${type} ${status?.toLowerCase().replaceAll('_', ' ')}`;
  }
  if (/^✨\s+Synthesis time/.test(line)) return 'synthesized';
  return /^(\S+): (?:start|deploying)/i.exec(line)?.[0];
}

/** What the cloud assembly holds, in the order of its manifest. */
export function stacksOf(output: string): DeployedStack[] {
  const manifest = JSON.parse(readFileSync(join(output, 'manifest.json'), 'utf8')) as Manifest;
  const files = new Set(readdirSync(output));
  return Object.values(manifest.artifacts).flatMap(({ type, environment, properties, displayName }) => {
    const file = properties?.templateFile;
    if (type !== 'aws:cloudformation:stack' || file === undefined || !files.has(file)) return [];
    const region = /^aws:\/\/\d+\/(\S+)$/.exec(environment ?? '')?.[1];
    if (region === undefined) {
      throw new SandboxError(
        `The stack ${displayName ?? file} has no Region; the sandbox reads back only what it can find.`,
      );
    }
    return [
      {
        name: properties?.stackName ?? displayName ?? file,
        region,
        template: JSON.parse(readFileSync(join(output, file), 'utf8')) as Template,
      },
    ];
  });
}

interface Manifest {
  readonly artifacts: Readonly<
    Record<
      string,
      {
        readonly type: string;
        readonly environment?: string;
        readonly displayName?: string;
        readonly properties?: { readonly templateFile?: string; readonly stackName?: string };
      }
    >
  >;
}

function seconds(milliseconds: number): number {
  return Math.round(milliseconds / 100) / 10;
}
