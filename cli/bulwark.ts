import { Command, CommanderError, Option } from 'commander';
import pc from 'picocolors';
import packageJson from '../package.json';
import { CONTROLS } from '../lib/controls';
import { REMEDIATIONS } from '../lib/response/remediations.generated';

const program = new Command('bulwark')
  .description('Operates the cdk-bulwark security baseline.')
  .version(packageJson.version)
  .exitOverride()
  .showHelpAfterError('(bulwark --help tells what there is)');

program
  .command('remediations')
  .description('lists what is repaired, after which events, and by which permissions')
  .addOption(new Option('--json', 'one JSON line per remediation'))
  .action(({ json }: { json?: boolean }) => {
    for (const { id, title, controls, triggers, disruptive, permissions } of REMEDIATIONS) {
      const events = triggers.flatMap(({ service, eventNames }) => eventNames.map((name) => `${service}:${name}`));
      const actions = permissions.write.flatMap((permission) => permission.actions);
      if (json) {
        console.log(JSON.stringify({ id, title, controls, events, disruptive, actions }));
        continue;
      }
      const answers = controls.map((control) => `${control} ${CONTROLS[control].severity}`).join(', ');
      console.log(
        `${pc.bold(id)}\n  ${title}\n  answers   ${answers}\n  after     ${events.join(', ')}\n  may call  ${actions.join(', ')}\n`,
      );
    }
  });

try {
  program.parse();
} catch (error) {
  // Commander has told what was wrong; help and version are no errors. 2 is a wrong call, as in getopt's programs.
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : 2;
}
