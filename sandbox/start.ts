/** `npm start`: the whole way from a fresh clone to repaired attacks, and `npm run stop`. */
import { join } from 'node:path';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import type { Coverage } from './runner/coverage';
import { coverageOf } from './runner/coverage';
import type { Deployment } from './runner/deploy';
import { type DrillListener, type DrillResult, drill } from './runner/drill';
import { drillNetwork, type NetworkDrillResult } from './network/drill';
import { cleanOwnProcess, writeRefusalsTo } from './runner/environment';
import { SandboxError, sentence } from './runner/errors';
import { startKept } from './runner/keeper';
import { shown } from './runner/paths';
import { stopAll } from './runner/processes';
import { type ReadBack, readBack } from './runner/readback';
import { Screen } from './runner/screen';
import { type Kept, keptSandbox, stopKept } from './runner/state';
import { verdictOf } from './runner/verdict';
import { freePort, Sandbox } from './sandbox';
import { SCENARIOS } from './scenarios';

/** What scripts/start.mjs brings along, which knows how to set things up. */
export interface Preparation {
  /** Builds what changed and finds a Python. */
  setUp(): Promise<{ readonly python?: string }>;
}

interface Options {
  readonly keep: boolean;
  readonly json: boolean;
  readonly port?: number;
}

const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Wrong usage; whatever else fails is 1. */
const USAGE = 2;

/** @returns the exit code */
export async function main(argv: readonly string[], preparation: Preparation): Promise<number> {
  let code = 0;
  const program = new Command('npm start --')
    .description(
      'Starts a local AWS, deploys the baseline to it, attacks it and shows the repairs. No account is needed.',
    )
    .option('--keep', 'leave the local AWS running; npm run stop ends it', false)
    .option('--json', 'print one line of JSON on standard output, everything else on standard error', false)
    .option('--port <port>', 'port of the local AWS on 127.0.0.1 (default: a free one)', portNumber)
    // npm writes two lines of its own to standard output first.
    .addHelpText('after', '\nFor scripts, without the banner of npm: npm start --silent -- --keep --json')
    .exitOverride()
    .action(async (options: Options) => {
      code = await start(options, preparation);
    });
  program
    .command('stop')
    .description('stop the local AWS that --keep left running')
    .action(async () => {
      code = await stop();
    });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
    throw error;
  }
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new InvalidArgumentError('A port is a number from 1 to 65535.');
  }
  return port;
}

async function stop(): Promise<number> {
  const kept = keptSandbox();
  if (!kept) {
    console.log('No local AWS is kept running.');
    return 0;
  }
  await stopKept(kept);
  console.log(`Stopped the local AWS at ${kept.endpoint}.`);
  return 0;
}

async function start(options: Options, preparation: Preparation): Promise<number> {
  const screen = await Screen.open(options.json ? process.stderr : process.stdout);
  const session = new Session(options, screen);
  for (const signal of Object.keys(SIGNALS) as (keyof typeof SIGNALS)[]) {
    // The set-up's own handler ends at once; from here on there is more to end.
    process.removeAllListeners(signal);
    process.on(signal, () => void session.interrupt(SIGNALS[signal]));
  }
  // Nobody reads any more: a closed terminal, or `npm start | head`.
  process.stdout.on('error', () => void session.interrupt(1));
  try {
    return await session.run(preparation);
  } catch (error) {
    await session.untilInterrupted();
    await session.end();
    if (!(error instanceof Error) || !['SandboxError', 'SetupError'].includes(error.name)) throw error;
    screen.bad(sentence(error));
    return 1;
  }
}

/** One run: what it started, and how that ends. */
class Session {
  private sandbox: Sandbox | undefined;
  private kept: Kept | undefined;
  private opening: Promise<unknown> = Promise.resolve();
  private readonly ending = new AbortController();
  private interrupted: Promise<never> | undefined;

  public constructor(
    private readonly options: Options,
    private readonly screen: Screen,
  ) {}

  public async run(preparation: Preparation): Promise<number> {
    const { options, screen } = this;
    this.minding();
    if (options.port !== undefined) await freePort(options.port);
    const { python } = await preparation.setUp();
    cleanOwnProcess();

    let onLost: (error: Error) => void = () => undefined;
    const lost = new Promise<never>((_, reject) => {
      onLost = reject;
    });
    lost.catch(() => undefined);
    const starting = screen.step('Starting the local AWS');
    const opened = this.open(python, onLost);
    this.opening = opened.catch(() => undefined);
    const sandbox = await opened.catch((error: unknown) => {
      starting.fail();
      throw error;
    });
    starting.done(`Local AWS at ${sandbox.endpoint}, account ${sandbox.account}, ${sandbox.region}`);
    const code = await Promise.race([this.deployAndDrill(sandbox), lost]);
    if (!options.keep) await this.end();
    return code;
  }

  /** Ctrl-C: nothing is left running, and nothing more is said than that. */
  public interrupt(code: number): Promise<never> {
    this.interrupted ??= (async () => {
      this.screen.halt();
      this.screen.line('\nStopping …');
      await this.end();
      return process.exit(code);
    })();
    return this.interrupted;
  }

  /** What fails because everything is being stopped is no news. */
  public async untilInterrupted(): Promise<void> {
    await this.interrupted;
  }

  public async end(): Promise<void> {
    this.ending.abort();
    // One that is still starting fails when its emulator ends, and then removes what it made.
    if (!this.sandbox) await stopAll();
    await this.opening;
    await this.sandbox?.stop();
    await stopAll();
    if (this.kept) await stopKept(this.kept);
  }

  /** One kept sandbox at a time, because `npm run stop` must know which; others may run beside it. */
  private minding(): void {
    const kept = keptSandbox();
    if (!kept) return;
    if (this.options.keep) {
      throw new SandboxError(`A local AWS is kept running at ${kept.endpoint}; stop it first with npm run stop.`);
    }
    this.screen.note(`A local AWS is kept running at ${kept.endpoint}; this run uses ports and folders of its own.`);
  }

  private async open(python: string | undefined, onLost: (error: Error) => void): Promise<Sandbox> {
    const { keep, port } = this.options;
    const options = { ...(port !== undefined && { port }), ...(python !== undefined && { python }) };
    if (keep) {
      this.kept = await startKept(options, this.ending.signal);
      this.sandbox = Sandbox.attach(this.kept);
    } else {
      this.sandbox = await Sandbox.start({ ...options, onLost: (message) => onLost(new SandboxError(message)) });
    }
    writeRefusalsTo(join(this.sandbox.logs, 'refused.jsonl'));
    return this.sandbox;
  }

  private async deployAndDrill(sandbox: Sandbox): Promise<number> {
    const { screen, options } = this;
    const deployment = await this.deploy(sandbox);
    const stacks = deployment.stacks.map(({ name }) => name);
    const coverage = coverageOf(await sandbox.report(), stacks);
    showCoverage(screen, coverage);
    if (coverage.problem) throw new SandboxError(`${coverage.problem} Its logs are in ${shown(sandbox.logs)}.`);
    const read = await readBack(sandbox, deployment.stacks);
    showReadBack(screen, read);

    screen.heading('Drill: real attacks by real API calls, repaired by the deployed function');
    const listener: DrillListener = {
      onStart: ({ title, operation }) => screen.line(`\n${screen.color.bold(title)} ${screen.color.dim(operation)}`),
      onSighting: (_, { step, after, text }) => {
        const color = step in PAINT ? screen.color[PAINT[step as keyof typeof PAINT]] : screen.color.cyan;
        screen.line(`  ${milliseconds(after).padStart(8)}  ${color(step.padEnd(8))}  ${text}`);
      },
    };
    const results = await drill(sandbox, SCENARIOS, listener, { undo: UNDONE });
    showResults(screen, results);

    const network = await this.drillNetwork(sandbox, deployment);

    const refused = sandbox.refusedConnections();
    for (const { what, host } of refused.slice(0, SHOWN_PROBLEMS)) screen.bad(`Refused: ${what} ${host}`);
    const warnings = sandbox.warnings();
    for (const warning of warnings.slice(0, SHOWN_PROBLEMS)) screen.bad(`Gateway: ${warning}`);
    const repaired = results.filter((result) => result.repaired).length;
    const summary = {
      attacks: results.length,
      repaired,
      approved: results.filter((result) => result.repaired && result.approved).length,
      undone: results.filter((result) => result.undone).length,
      networkAttacks: network.length,
      noticed: network.filter(({ notices, restored }) => notices.length > 0 && restored !== false).length,
      skipped: coverage.skipped,
      differences: read.differences.length,
    };
    const { isGood, line } = verdictOf({ ...summary, refused: refused.length, warnings: warnings.length });
    if (isGood) screen.good(line);
    else screen.bad(`${line}. Logs: ${shown(sandbox.logs)}`);
    showNext(screen, options.keep ? sandbox : undefined);
    if (options.json) {
      const { endpoint, region, account } = sandbox;
      process.stdout.write(`${JSON.stringify({ endpoint, region, account, stacks, summary })}\n`);
    }
    return isGood ? 0 : 1;
  }

  private async drillNetwork(sandbox: Sandbox, { stacks }: Deployment): Promise<NetworkDrillResult[]> {
    const { screen } = this;
    screen.heading('Drill: attacks on the network and its edge, noticed in what is deployed');
    const results = await drillNetwork(
      sandbox,
      stacks.filter(({ name }) => /-(network|edge)$/.test(name)),
      {
        onStart: ({ title, operation }) => screen.line(`\n${screen.color.bold(title)} ${screen.color.dim(operation)}`),
        onNotice: (_, { by, says }, after) =>
          screen.line(`  ${milliseconds(after).padStart(8)}  ${screen.color.green(by.padEnd(9))}  ${says}`),
      },
    );
    screen.line();
    screen.table(
      ['Attack', 'Noticed by', 'Then'],
      results.map(({ attack, notices, restored, failure }) => [
        attack.title,
        [...new Set(notices.map(({ by }) => by))].join(', ') || `nothing${failure === undefined ? '' : `: ${failure}`}`,
        restored === undefined ? 'its target is removed' : restored ? 'taken back' : 'not as before',
      ]),
    );
    return results;
  }

  private async deploy(sandbox: Sandbox): Promise<Deployment> {
    const { screen } = this;
    let step = screen.step(`cdk bootstrap: ${sandbox.regions.join(' and ')}`);
    let isDeploying = false;
    try {
      const deployment = await sandbox.deploy({
        onPhase: () => {
          if (isDeploying) return;
          isDeploying = true;
          step.done();
          step = screen.step('cdk deploy --all');
        },
        onProgress: ({ now }) => step.now(now),
      });
      step.done(`cdk deploy: ${deployment.stacks.length} stacks`);
      return deployment;
    } catch (error) {
      step.fail();
      throw error;
    }
  }
}

function showCoverage(screen: Screen, coverage: Coverage): void {
  const { applied, recorded, skipped, share, recordedTypes, unapplied, problem } = coverage;
  const line = `Resources: ${applied} applied, ${recorded} recorded, ${skipped} skipped (${Math.floor(share * 100)} % applied)`;
  if (problem) screen.bad(line);
  else screen.good(line);
  for (const { type, count, reason } of recordedTypes) screen.note(`recorded only: ${count} × ${type}: ${reason}`);
  for (const { property, count, reason = 'no reason is known' } of unapplied) {
    screen.note(`not applied: ${count} × ${property}: ${reason}`);
  }
}

/** The scenario of which the repair is taken back, to show that it can be. */
const UNDONE = 'security-group-opened';

const PAINT = {
  attack: 'red',
  insecure: 'red',
  repair: 'green',
  report: 'green',
  verified: 'green',
  approved: 'yellow',
  undone: 'yellow',
} as const;

/** How many of a kind are shown; the logs have them all. */
const SHOWN_PROBLEMS = 3;

/** How many differences are shown before it is enough to know. */
const SHOWN_DIFFERENCES = 10;

function showReadBack(screen: Screen, { compared, differences, notCompared }: ReadBack): void {
  const line = `Read back: ${compared} properties compared, ${differences.length} differences, ${notCompared.length} have no describe call`;
  if (differences.length === 0) screen.good(line);
  else screen.bad(line);
  for (const { stack, logicalId, type, property, expected, actual } of differences.slice(0, SHOWN_DIFFERENCES)) {
    screen.note(`${stack} ${logicalId} (${type}) ${property}: wanted ${brief(expected)}, got ${brief(actual)}`);
  }
  const untold = new Map<string, number>();
  for (const { type, property } of notCompared) {
    const name = `${type} ${property}`;
    untold.set(name, (untold.get(name) ?? 0) + 1);
  }
  if (untold.size > 0) {
    screen.note(
      `not compared: ${[...untold].map(([name, count]) => (count > 1 ? `${name} (${count})` : name)).join(', ')}`,
    );
  }
}

function showResults(screen: Screen, results: readonly DrillResult[]): void {
  screen.line();
  screen.table(
    ['Attack', 'Detected after', 'Repaired after', 'Outcome', 'Verified by'],
    results.map(({ scenario, detectedAfter, repairedAfter, outcome, reason, verification, approved, undone }) => [
      scenario.title,
      milliseconds(detectedAfter),
      milliseconds(repairedAfter),
      reason && outcome !== 'REMEDIATED'
        ? `${outcome}: ${reason}`
        : `${outcome}${approved ? ', approved' : ''}${undone ? ', then taken back' : ''}`,
      verification ? verification.evidence : 'not verified',
    ]),
  );
}

function showNext(screen: Screen, kept: Sandbox | undefined): void {
  if (kept) screen.line(`\nThe local AWS stays at ${kept.endpoint} (npm run stop ends it).`);
  screen.heading('The same, in a real account (needs credentials with the right to deploy):');
  screen.line('  npm ci && npm run build');
  screen.line('  npx cdk bootstrap aws://ACCOUNT/REGION aws://ACCOUNT/us-east-1');
  screen.line('  npx cdk deploy --all');
}

function milliseconds(value: number | undefined): string {
  if (value === undefined) return '-';
  return value < 1000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(2)} s`;
}

function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
