import type { ResponderVariables } from './deployment/spec';
import { Ledger } from './ledger';
import { ModeSwitch } from './mode';
import type { OnDrift } from './run';

/** Loaded when the first drift is found, with the clients it brings. */
export function onDrift(variables: ResponderVariables, region: string): OnDrift {
  return {
    ledger: new Ledger(variables.BULWARK_LEDGER, region),
    mode: new ModeSwitch(variables.BULWARK_MODE_PARAMETER, variables.BULWARK_MODE_OVERRIDE, region),
  };
}
