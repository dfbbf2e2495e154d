import { Argument, type Command } from 'commander';
import { isTooOld, PLAN_DAYS, type StoredPlan } from '../../lambda/runtime/ledger/plans';
import { confirm } from '../confirm';
import { type Deployment, openDeployment } from '../deployment';
import { Stop } from '../exit';
import { LedgerReader } from '../ledger';
import { aPlan, type ChangeOptions, changes, waits } from '../options';
import { give } from '../orders';
import { showPlan } from '../views';

interface Options extends ChangeOptions {
  readonly hash?: string;
  readonly wait: number;
}

export function define(command: Command): void {
  waits(changes(command), 60)
    .addArgument(new Argument('<plan>', 'id of the plan').argParser(aPlan))
    .option('--hash <hash>', 'the change as you were told of it: another one is refused')
    .action(async (planId: string, options: Options) => {
      const deployment = await openDeployment(options);
      const ledger = new LedgerReader(deployment);
      const plan = await ledger.plan(planId);
      if (plan === undefined) throw new Stop('notFound', `There is no plan ${planId} in the ledger.`);
      if (options.hash !== undefined && options.hash !== plan.hash) {
        throw new Stop(
          'failed',
          `Refused: --hash names the change ${options.hash}, the plan ${planId} is ${plan.hash}.`,
        );
      }
      showPlan(deployment.out, plan);
      if (plan.state !== 'OPEN') {
        tell(deployment, plan, {});
        return;
      }
      if (isTooOld(plan, new Date())) {
        throw new Stop('failed', `Refused: ${planId} is older than ${PLAN_DAYS} days; bulwark sweep makes a new plan.`);
      }
      await confirm('Carry this out?', options);
      const state = async () => (await ledger.plan(planId))?.state ?? plan.state;
      const settled = async () => (await state()) !== 'OPEN';
      const report = await give(
        deployment,
        { order: 'approve', planId, hash: plan.hash },
        { wait: options.wait, settled },
      );
      if (options.wait === 0) deployment.out.item({ planId, state: plan.state, sent: true });
      else tell(deployment, { ...plan, state: await state() }, report ?? {});
    });
}

/** What became of a plan. @throws Stop where that is not what was wanted */
function tell(
  { out }: Deployment,
  { planId, state, resourceArn }: StoredPlan,
  { runId, reason, answer }: { readonly runId?: string; readonly reason?: string; readonly answer?: string },
): void {
  if (state === 'STALE') {
    throw new Stop(
      'failed',
      `Refused: ${resourceArn} has changed since ${planId} was made; the next sweep makes a new plan.`,
    );
  }
  const undo = answer?.startsWith('bulwark undo') ? answer : undefined;
  out.item({ planId, state, resourceArn, runId, reason, undo });
  if (state === 'OBSOLETE') out.say('Nothing was left to do: the resource was found secure.', 'green');
  else if (undo === undefined) out.say(`The plan is carried out${reason === undefined ? '' : `: ${reason}`}.`, 'green');
  else out.say(`Done: ${resourceArn} is as planned. Take it back: ${undo}`, 'green');
}
