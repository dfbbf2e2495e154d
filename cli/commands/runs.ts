import { Argument, type Command } from 'commander';
import { type Deployment, openDeployment } from '../deployment';
import { Stop } from '../exit';
import { LedgerReader, type WholeRun } from '../ledger';
import { aPast, anArn, aRemediation, aRun, type CommonOptions, common, wholeUpTo } from '../options';
import { known } from '../settings';
import { moment } from '../times';
import { RUN_COLUMNS, runView, specOf, undoOf } from '../views';

interface Options extends CommonOptions {
  readonly resource?: string;
  readonly remediation?: string;
  readonly since?: Date;
  readonly limit: number;
}

export function define(command: Command): void {
  common(command)
    .addArgument(new Argument('[run]', 'id of one run, which is shown whole').argParser(aRun))
    .option('--resource <arn>', 'only those of this resource', anArn)
    .option('--remediation <id>', 'only those of this remediation', aRemediation)
    .option('--since <when>', 'how far back: 90s, 30m, 24h, 7d, or a date (default: 24h)', aPast)
    .option('--limit <n>', 'at most so many', wholeUpTo(10_000), 50)
    .action(async (runId: string | undefined, options: Options) => {
      const deployment = await openDeployment(options);
      if (runId === undefined) await list(deployment, options);
      else await show(deployment, runId);
    });
}

async function list(deployment: Deployment, { resource, remediation, since, limit }: Options): Promise<void> {
  // One that is not deployed any more has left its runs.
  if (remediation !== undefined && !specOf(remediation)) known(deployment, { remediations: [remediation] });
  const { out, answers } = deployment;
  const runs = await new LedgerReader(deployment).runs({ since: since ?? aPast('24h'), resource, remediation, limit });
  const views = runs.map((run) => runView(run, answers));
  out.list(views, RUN_COLUMNS, `Nothing was changed${since ? '' : ' within 24 h'}; --since 30d looks further back.`);
  if (runs.length === limit) out.note(`The newest ${limit}; --limit shows more.`);
}

async function show(deployment: Deployment, runId: string): Promise<void> {
  const { out, answers } = deployment;
  const run = await new LedgerReader(deployment).run(runId);
  if (run === undefined) throw new Stop('notFound', `There is no run ${runId} in the ledger.`);
  const [before, after] = [JSON.parse(run.before) as unknown, JSON.parse(run.after) as unknown];
  if (out.json) {
    const { names, ...rest } = run;
    out.item({ ...rest, ...runView(run, answers), names: JSON.parse(names) as unknown, before, after });
    return;
  }
  const spec = specOf(run.remediation);
  out.say(`Run ${runId}`, 'bold');
  out.details([
    ['state', stateOf(run)],
    ['repair', spec ? `${run.remediation}: ${spec.title}` : run.remediation],
    ['resource', run.resourceArn],
    ['where', `account ${run.account}, ${run.region}`],
    ['changed by', run.actor],
    ['signal', run.signalId],
    ['plan', run.planId && `${run.planId}, approved by ${run.approvedBy ?? 'nobody known'}`],
    ['taken back', run.undoneBy && `by ${run.undoneBy}${run.undoneAt ? ` at ${moment(run.undoneAt)} UTC` : ''}`],
    ['attempts', run.attempts > 1 ? String(run.attempts) : undefined],
  ]);
  out.change(before, after);
  const undo = undoOf(run, answers);
  if (undo !== undefined) out.say(`Take it back: ${undo}`, 'cyan');
  else if (spec && spec.undo !== 'exact') out.say(`It cannot be taken back: ${spec.undo.never}.`);
}

function stateOf({ state, startedAt, finishedAt }: WholeRun): string {
  const end = finishedAt === undefined ? '' : `, finished ${moment(finishedAt)} UTC`;
  return `${state}, begun ${moment(startedAt)} UTC${end}`;
}
