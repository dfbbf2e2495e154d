import { Argument, type Command } from 'commander';
import { routeOf } from '../../lambda/runtime/route';
import { type Scenario, SCENARIOS } from '../../sandbox/scenarios';
import { attack, type Result } from '../attack';
import { confirm } from '../confirm';
import { type Deployment, openDeployment } from '../deployment';
import { Stop } from '../exit';
import { type ChangeOptions, changes, waits } from '../options';
import { type Column, Output } from '../output';
import { Settings } from '../settings';
import { count } from '../text';
import { milliseconds } from '../times';
import { specOf } from '../views';

interface Options extends ChangeOptions {
  readonly list?: boolean;
  readonly wait: number;
}

export function define(command: Command): void {
  waits(changes(command), 300)
    .addArgument(
      new Argument('[scenario...]', 'which attacks (default: all that make a target of their own)').choices(
        SCENARIOS.map(({ id }) => id),
      ),
    )
    .option('--list', 'list the attacks')
    .action(async (given: string[], options: Options) => {
      if (options.list) {
        (await Output.open(options.json)).list(SCENARIOS.map(viewOf), SCENARIO_COLUMNS, '');
        return;
      }
      const deployment = await openDeployment(options);
      const chosen = choose(deployment, given);
      await explain(deployment, chosen);
      await confirm('Attack?', options);
      await drill(deployment, chosen, options.wait);
    });
}

interface ScenarioView {
  readonly scenario: string;
  readonly title: string;
  readonly operation: string;
  readonly remediation: string;
  readonly expects: string;
  readonly target: 'its own' | "the account's";
}

function viewOf({ id, title, operation, remediation, expects = 'REMEDIATED', touchesAccount }: Scenario): ScenarioView {
  return { scenario: id, title, operation, remediation, expects, target: touchesAccount ? "the account's" : 'its own' };
}

const SCENARIO_COLUMNS: readonly Column<ScenarioView>[] = [
  { head: 'SCENARIO', of: ({ scenario }) => scenario },
  { head: 'WHAT HAPPENS', of: ({ title }) => title },
  { head: 'BY', of: ({ operation }) => operation },
  { head: 'TARGET', of: ({ target }) => target },
  { head: 'IS ANSWERED BY', of: ({ remediation }) => remediation },
  { head: 'EXPECTED', of: ({ expects }) => expects },
];

/** @throws Stop where nothing deployed would answer */
function choose({ facts, out }: Deployment, given: readonly string[]): Scenario[] {
  const wanted = SCENARIOS.filter(({ id, touchesAccount }) =>
    given.length > 0 ? given.includes(id) : !touchesAccount,
  );
  const chosen = wanted.filter(({ remediation }) => facts.remediations.includes(remediation));
  for (const { id, remediation } of wanted.filter((each) => !chosen.includes(each))) {
    out.note(`${id} is left out: ${remediation} is not deployed.`);
  }
  if (chosen.length === 0) throw new Stop('notFound', 'Nothing that is deployed would answer.');
  return chosen;
}

/**
 * What is about to happen, where, and what stays of it.
 *
 * @throws Stop where the account's own controls would be weakened and nobody would repair them
 */
async function explain(deployment: Deployment, chosen: readonly Scenario[]): Promise<void> {
  const { aws, facts, out } = deployment;
  const caller = await aws.caller();
  if (caller.account !== facts.account) {
    throw new Stop(
      'failed',
      `You call from account ${caller.account}; the drill attacks in ${facts.account}, the deployment's own.`,
    );
  }
  const settings = await Settings.read(deployment);
  out.say(`Real attacks, by ${caller.arn}, in account ${facts.account}, Region ${facts.region}:`, 'bold');
  for (const scenario of chosen) {
    const { id, title, operation, touchesAccount, remediation } = scenario;
    out.say(`  ${id}: ${title} (${operation})`);
    const act = routeOf({
      settings: settings.effective(remediation, facts.account),
      isNew: true,
      isAsked: false,
      disruptive: specOf(remediation)?.disruptive ?? false,
      persistent: specOf(remediation)?.persistent ?? false,
      stack: undefined,
      byCloudFormation: false,
    });
    const isAnswered = act.act === (scenario.expects === 'PROPOSED' ? 'PROPOSE' : 'ENFORCE');
    if (touchesAccount && !isAnswered) {
      throw new Stop(
        'failed',
        `Not attacked: ${id} weakens the account itself, and would not be repaired: ${act.reason}.`,
      );
    }
    if (!isAnswered) out.say(`    is not answered as it should be: ${act.reason}`, 'yellow');
  }
  const [shared, own] = [chosen.filter(isShared), chosen.filter((each) => !isShared(each))];
  if (own.length > 0) {
    out.say(
      `It makes ${count(own.length, 'target')} of its own, named bulwark-drill-… where they have names, and deletes them afterwards.`,
    );
  }
  if (shared.length > 0) {
    out.say(
      `${shared.map(({ id }) => id).join(', ')}: the target is the account's own and stays; should it not be repaired, you have to do it.`,
      'yellow',
    );
  }
  out.say('People are told of it like of any attack: tell them that it is a drill.');
}

async function drill({ out, ...rest }: Deployment, chosen: readonly Scenario[], wait: number): Promise<void> {
  const results: Result[] = [];
  for (const scenario of chosen) {
    const result = await out.waiting(scenario.title, async (step) => {
      const became = await attack({ out, ...rest }, scenario, wait, (text) => step.now(text));
      if (!became.passed) step.fail();
      return became;
    });
    if (result.left !== undefined) out.warn(result.left);
    results.push(result);
  }
  out.list(results, COLUMNS, '');
  const failed = results.filter(({ passed }) => !passed);
  for (const { scenario, resourceArn, evidence = 'not looked at' } of failed) {
    // Without a target nothing was attacked.
    if (resourceArn !== undefined && isShared(scenarioOf(scenario))) {
      out.warn(`${scenario}: look at ${resourceArn} now, and repair it where it needs it (${evidence}).`);
    }
  }
  if (results.some(({ outcome }) => outcome === 'PROPOSED')) {
    out.note(
      'What was proposed stands among the plans for 30 days, though its target is gone; approving it does nothing.',
    );
  }
  if (failed.length === 0) return;
  const late = failed.every(({ outcome }) => outcome === 'NOTHING');
  throw new Stop(
    late ? 'timedOut' : 'failed',
    `Not answered as they should be: ${failed.map(({ scenario, outcome, reason }) => `${scenario} (${outcome}${reason ? `: ${reason}` : ''})`).join(', ')}.`,
  );
}

const COLUMNS: readonly Column<Result>[] = [
  { head: 'ATTACK', of: ({ title }) => title },
  { head: 'OUTCOME', of: ({ outcome }) => outcome, paint: ({ passed }) => (passed ? 'green' : 'red') },
  { head: 'AFTER', of: ({ elapsedMs }) => (elapsedMs === undefined ? '' : milliseconds(elapsedMs)) },
  { head: 'VERIFIED BY', of: ({ evidence }) => evidence ?? 'not verified' },
  { head: 'TARGET', of: ({ resourceArn }) => resourceArn ?? '' },
];

function isShared({ touchesAccount }: Scenario): boolean {
  return touchesAccount ?? false;
}

function scenarioOf(id: string): Scenario {
  return SCENARIOS.find((scenario) => scenario.id === id) as Scenario;
}
