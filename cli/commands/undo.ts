import { Argument, type Command } from 'commander';
import { confirm } from '../confirm';
import { type Deployment, openDeployment } from '../deployment';
import { Stop } from '../exit';
import { LedgerReader, type WholeRun } from '../ledger';
import { aRun, type ChangeOptions, changes, waits } from '../options';
import { give } from '../orders';
import { specOf } from '../views';

interface Options extends ChangeOptions {
  readonly reason?: string;
  readonly wait: number;
}

export function define(command: Command): void {
  waits(changes(command), 60)
    .addArgument(new Argument('<run>', 'id of the run').argParser(aRun))
    .option('--reason <text>', 'why, for those who read it later')
    .action(async (runId: string, options: Options) => {
      const deployment = await openDeployment(options);
      const { out } = deployment;
      const ledger = new LedgerReader(deployment);
      const run = await ledger.run(runId);
      if (run === undefined) throw new Stop('notFound', `There is no run ${runId} in the ledger.`);
      checked(run);
      if (run.state === 'UNDONE') {
        out.item({ runId, state: run.state, resourceArn: run.resourceArn });
        out.say('It was taken back before.', 'green');
        return;
      }
      out.say(`Run ${runId} is taken back: ${run.resourceArn} becomes what it was before the repair.`, 'bold');
      out.change(JSON.parse(run.after), JSON.parse(run.before));
      out.say('It is exempt from repair for 24 h; bulwark exempt makes that longer.');
      await confirm('Take it back?', options);
      await takeBack(deployment, ledger, run, options);
    });
}

/** @throws Stop where the engine would refuse it for a reason that can be seen here */
function checked({ runId, remediation, state }: WholeRun): void {
  const spec = specOf(remediation);
  if (spec !== undefined && spec.undo !== 'exact') {
    throw new Stop('failed', `Refused: ${remediation} cannot be taken back: ${spec.undo.never}.`);
  }
  if (state === 'APPLYING') throw new Stop('failed', `Refused: the run ${runId} is not finished.`);
}

async function takeBack(
  deployment: Deployment,
  ledger: LedgerReader,
  { runId, resourceArn }: WholeRun,
  { reason, wait }: Options,
): Promise<void> {
  const { out } = deployment;
  const report = await give(
    deployment,
    { order: 'undo', runId, ...(reason !== undefined && { reason }) },
    { wait, settled: async () => (await ledger.run(runId))?.state === 'UNDONE' },
  );
  if (wait === 0) {
    out.item({ runId, sent: true });
    return;
  }
  out.item({ runId, state: 'UNDONE', resourceArn, exemptionId: report?.exemptionId, revoke: report?.answer });
  out.say(`Done: ${resourceArn} is as it was before ${runId}.`, 'green');
  if (report?.exemptionId !== undefined) out.say(`Let it be repaired again: ${report.answer}`, 'cyan');
}
