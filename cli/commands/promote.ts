import { Argument, type Command, Option } from 'commander';
import type { StoredPlan } from '../../lambda/runtime/ledger/plans';
import { routeOf } from '../../lambda/runtime/route';
import { confirm } from '../confirm';
import { type Deployment, openDeployment } from '../deployment';
import { Stop } from '../exit';
import { LedgerReader } from '../ledger';
import { anAccount, aRemediation, type ChangeOptions, changes, several } from '../options';
import { known, overrideOf, remove, Settings, SOON, write } from '../settings';
import { count } from '../text';
import { type PlanView, planView, specOf } from '../views';

interface Options extends ChangeOptions {
  readonly account?: string;
  readonly dryRun?: boolean;
  readonly revoke?: boolean;
}

/** What the next sweep would do about a plan, were existing drift adopted. */
export interface Promotion extends PlanView {
  readonly before: unknown;
  readonly after: unknown;
  readonly act: 'ENFORCE' | 'PROPOSE' | 'OBSERVE';
  readonly because: string;
}

export function define(command: Command): void {
  changes(command)
    .addArgument(
      new Argument('[remediation...]', 'whose existing drift is repaired (default: all with open plans)').argParser(
        several(aRemediation),
      ),
    )
    .option('--account <id>', 'only in this account', anAccount)
    .addOption(new Option('--dry-run', 'only list what would happen').conflicts('revoke'))
    .option('--revoke', 'take it back: existing drift is proposed again, as deployed')
    .action(async (given: string[], options: Options) => {
      const deployment = await openDeployment(options);
      const { account } = options;
      known(deployment, { remediations: given, ...(account !== undefined && { accounts: [account] }) });
      if (options.revoke) await revoke(deployment, given, options);
      else await promote(deployment, given, options);
    });
}

async function promote(deployment: Deployment, given: readonly string[], options: Options): Promise<void> {
  const { out, answers } = deployment;
  const { account, dryRun } = options;
  const settings = await Settings.read(deployment);
  const plans = await new LedgerReader(deployment).plans({
    ...(given.length > 0 && { remediations: given }),
    ...(account !== undefined && { account }),
  });
  const promotions = plans.map((plan) => promotionOf(plan, settings, planView(plan, answers)));
  const repaired = promotions.filter(({ act }) => act === 'ENFORCE');
  for (const each of promotions) show(deployment, each);
  out.say(
    `${count(promotions.length, 'open plan')}: ${repaired.length} would be repaired by the next sweep, ${promotions.length - repaired.length} would stay as they are.`,
    'bold',
  );
  tellCaps(deployment, settings, repaired);
  const chosen = given.length > 0 ? given : [...new Set(repaired.map(({ remediation }) => remediation))];
  const [held, promoted] = [chosen.filter(isDisruptive), chosen.filter((id) => !isDisruptive(id))];
  for (const id of held) out.say(`${id} may interrupt an application: its drift is always proposed.`, 'yellow');
  if (dryRun) return;
  if (promoted.length === 0) throw new Stop('notFound', 'There is nothing to promote.');
  const names = promoted.map((remediation) => overrideOf('adopt-existing', { remediation, account }));
  for (const name of names) out.say(`${settings.root}/${name} becomes true.`);
  out.say(`${SOON} From then on the next sweep repairs them: bulwark sweep. bulwark promote --revoke takes it back.`);
  await confirm('Promote?', options);
  for (const name of names) {
    await write(deployment, name, 'true');
    out.item({ parameter: `${settings.root}/${name}`, value: 'true' });
  }
  out.say('Done.', 'green');
}

/** By the engine's own rule, as a sweep would ask it. */
export function promotionOf(plan: StoredPlan, settings: Settings, view: PlanView): Promotion {
  const { remediation, account, reason } = plan;
  const name = overrideOf('adopt-existing', { remediation, account });
  const owner = /^the stack (\S+) owns/.exec(reason)?.[1];
  const { act, reason: because } = routeOf({
    settings: settings.with({ [name]: 'true' }).effective(remediation, account),
    isNew: false,
    isAsked: false,
    disruptive: specOf(remediation)?.disruptive ?? false,
    persistent: specOf(remediation)?.persistent ?? false,
    stack: owner === undefined ? undefined : { stackName: owner, stackId: owner, logicalId: '' },
    byCloudFormation: false,
  });
  return { ...view, before: JSON.parse(plan.before), after: JSON.parse(plan.after), act, because };
}

function show({ out }: Deployment, promotion: Promotion): void {
  if (out.json) {
    out.item(promotion);
    return;
  }
  const { remediation, resourceArn, account, region, act, because, before, after } = promotion;
  const isRepaired = act === 'ENFORCE';
  out.say(`${remediation}: ${resourceArn}`, 'bold');
  out.details([
    ['where', `account ${account}, ${region}`],
    ['then', isRepaired ? 'is repaired, which interrupts nothing' : `stays as it is: ${because}`],
  ]);
  out.change(before, after);
  out.say();
}

/** More than the cap is proposed all the same, and wakes somebody. */
function tellCaps({ out }: Deployment, settings: Settings, repaired: readonly Promotion[]): void {
  const many = new Map<string, number>();
  for (const { remediation, account } of repaired) {
    const key = `${remediation} ${account}`;
    many.set(key, (many.get(key) ?? 0) + 1);
  }
  for (const [key, number] of many) {
    const [remediation = '', account = ''] = key.split(' ');
    const { cap } = settings.effective(remediation, account);
    if (number > cap) {
      out.say(
        `Of the ${number} of ${remediation} in account ${account} only ${cap} are repaired within one hour of the clock, which is the cap; beyond it an alarm is raised.`,
        'yellow',
      );
    }
  }
}

async function revoke(deployment: Deployment, given: readonly string[], options: Options): Promise<void> {
  const { out } = deployment;
  const settings = await Settings.read(deployment);
  const { account } = options;
  const wanted = given.map((remediation) => overrideOf('adopt-existing', { remediation, account }));
  const names = settings.overrides
    .map(([name]) => name)
    .filter((name) => name.startsWith('override/adopt-existing'))
    .filter((name) =>
      given.length > 0 ? wanted.includes(name) : account === undefined || name.endsWith(`/${account}`),
    );
  if (names.length === 0) throw new Stop('notFound', 'There is no such override, so there is nothing to take back.');
  for (const name of names) out.say(`${settings.root}/${name} is deleted.`);
  out.say(SOON);
  await confirm('Do it?', options);
  for (const name of names) {
    await remove(deployment, name);
    out.item({ parameter: `${settings.root}/${name}`, value: null });
  }
  out.say('Done: existing drift is proposed again, as deployed.', 'green');
}

function isDisruptive(remediation: string): boolean {
  return specOf(remediation)?.disruptive ?? false;
}
