import type { Command } from 'commander';
import { SEVERITIES } from '../../lib/controls';
import { REMEDIATIONS } from '../../lib/response/remediations.generated';
import { json } from '../options';
import { Output } from '../output';

/** What this version knows; it asks nobody. */
export function define(command: Command): void {
  command.addOption(json()).action(async (options: { json?: boolean }) => {
    const out = await Output.open(options.json);
    for (const { id, title, controls, triggers, findings = {}, disruptive, undo, permissions } of REMEDIATIONS) {
      const events = triggers.flatMap(({ service, eventNames }) => eventNames.map((name) => `${service}:${name}`));
      const actions = permissions.write.flatMap((permission) => permission.actions);
      const wayBack = undo === 'exact' ? undo : { never: undo.never };
      if (out.json) {
        out.item({ id, title, controls, events, findings, disruptive, undo: wayBack, actions });
        continue;
      }
      out.say(id, 'bold');
      out.say(`  ${title}`);
      out.details([
        ['answers', controls.map((control) => `${control} ${SEVERITIES[control]}`).join(', ')],
        ['after', events.join(', ')],
        ['or GuardDuty', findings.guardDuty?.join(', ')],
        ['or Config', findings.config?.join(', ')],
        ['may call', actions.join(', ')],
        ['interrupts', disruptive ? 'may interrupt an application, so it is only proposed' : 'nothing'],
        ['way back', undo === 'exact' ? 'bulwark undo' : `none: ${undo.never}`],
      ]);
      out.say();
    }
  });
}
