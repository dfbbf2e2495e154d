import type { Command } from 'commander';
import { openDeployment } from '../deployment';
import { LedgerReader } from '../ledger';
import { aRemediation, type CommonOptions, common, several, wholeUpTo } from '../options';
import { known } from '../settings';
import { PLAN_COLUMNS, planView, specOf } from '../views';

interface Options extends CommonOptions {
  readonly all?: boolean;
  readonly remediation?: readonly string[];
  readonly limit: number;
}

export function define(command: Command): void {
  common(command)
    .option('--all', 'those too that were carried out, or are stale or obsolete')
    .option('--remediation <id>', 'only those of this remediation; may be given again', several(aRemediation))
    .option('--limit <n>', 'at most so many', wholeUpTo(10_000), 100)
    .action(async (options: Options) => {
      const deployment = await openDeployment(options);
      const { out, answers } = deployment;
      const { all, remediation: remediations, limit } = options;
      known(deployment, { remediations: remediations?.filter((id) => !specOf(id)) });
      const plans = await new LedgerReader(deployment).plans({ all, remediations, limit });
      out.list(
        plans.map((plan) => planView(plan, answers)),
        PLAN_COLUMNS,
        all ? 'There are no plans.' : 'Nothing waits for approval.',
      );
      if (plans.length === limit) out.note(`The newest ${limit}; --limit shows more.`);
    });
}
