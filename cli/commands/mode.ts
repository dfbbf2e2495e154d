import { Argument, type Command, Option } from 'commander';
import { confirm } from '../confirm';
import { openDeployment } from '../deployment';
import { Stop } from '../exit';
import { anAccount, aRemediation, type ChangeOptions, changes } from '../options';
import { known, overrideOf, type Row, remove, Settings, SOON, write } from '../settings';

interface Options extends ChangeOptions {
  readonly remediation?: string;
  readonly account?: string;
  readonly clear?: boolean;
}

export function define(command: Command): void {
  changes(command)
    .addArgument(
      new Argument('[mode]', 'only tell, ask a person each time, or repair new drift').choices([
        'OBSERVE',
        'PROPOSE',
        'ENFORCE',
      ]),
    )
    .option('--remediation <id>', 'only of this remediation', aRemediation)
    .option('--account <id>', 'only in this account', anAccount)
    .addOption(new Option('--clear', 'let again count what was deployed'))
    .action(async (mode: string | undefined, options: Options) => {
      const { remediation, account, clear = false } = options;
      if ((mode === undefined) !== clear) command.error('error: say a mode, or --clear');
      const deployment = await openDeployment(options);
      const { out, facts } = deployment;
      known(deployment, {
        ...(remediation !== undefined && { remediations: [remediation] }),
        ...(account !== undefined && { accounts: [account] }),
      });
      const name = overrideOf('mode', options);
      const settings = await Settings.read(deployment);
      if (clear && !settings.parameters.has(name)) {
        throw new Stop('notFound', `There is no ${settings.root}/${name}, so there is nothing to clear.`);
      }
      const after = settings.with({ [name]: mode }).rows(facts);
      out.say(mode === undefined ? `${name} is deleted.` : `${name} becomes ${mode}.`, 'bold');
      for (const line of differences(settings.rows(facts), after)) out.say(`  ${line}`);
      out.say(SOON);
      await confirm('Do it?', options);
      if (mode === undefined) await remove(deployment, name);
      else await write(deployment, name, mode);
      out.item({ parameter: `${settings.root}/${name}`, value: mode ?? null });
      out.say('Done.', 'green');
    });
}

/** What counts then and did not before. Another, narrower override may leave nothing to change. */
export function differences(before: readonly Row[], after: readonly Row[]): string[] {
  const said = ({ mode, problem }: Row) => problem ?? `${mode?.value} (${mode?.from})`;
  const lines = after.flatMap((row) => {
    const of = before.filter(({ remediation }) => remediation === row.remediation);
    const was = of.find(({ accounts }) => accounts.join() === row.accounts.join()) ?? of[0];
    if (was === undefined || said(was) === said(row)) return [];
    const where = row.accounts.length === 0 ? '' : ` in ${row.accounts.join(', ')}`;
    return [`${row.remediation}${where}: ${said(was)} → ${said(row)}`];
  });
  return lines.length > 0 ? lines : ['nothing changes by it: a narrower override counts'];
}
