import { Argument, type Command } from 'commander';
import { KILL_SWITCH } from '../../lambda/runtime/deployment/spec';
import { confirm } from '../confirm';
import { openDeployment } from '../deployment';
import { type ChangeOptions, changes } from '../options';
import { remove, Settings, SOON, write } from '../settings';

export function define(command: Command): void {
  changes(command)
    .addArgument(new Argument('<state>', 'on stops all repairs, off lets them go on').choices(['on', 'off']))
    .action(async (state: 'on' | 'off', options: ChangeOptions) => {
      const deployment = await openDeployment(options);
      const { out } = deployment;
      const { killSwitch, root } = await Settings.read(deployment);
      const wanted = state === 'on';
      if ((killSwitch !== undefined) === wanted) {
        out.say(`The kill switch is ${state} already.`);
      } else {
        out.say(
          wanted
            ? 'Nothing is repaired or approved any more; drift is still reported. What was repaired can still be taken back.'
            : 'Drift is repaired again, as the modes say.',
          'bold',
        );
        out.say(SOON);
        await confirm(`Switch it ${state}?`, options);
        if (wanted) await write(deployment, KILL_SWITCH, 'ON');
        else await remove(deployment, KILL_SWITCH);
        out.say(`Done: the kill switch is ${state}.`, 'green');
      }
      out.item({ parameter: `${root}/${KILL_SWITCH}`, killSwitch: state });
    });
}
