import { type FunctionVariables, settingsPath } from './deployment/spec';
import { Ledger } from './ledger';
import type { OnDrift } from './run';
import { SettingsReader } from './settings';
import { surroundings } from './surroundings';

/** Loaded when the first drift is found, with the clients it brings. */
export function onDrift(variables: FunctionVariables, region: string): OnDrift {
  return {
    ledger: new Ledger(variables.BULWARK_LEDGER, region),
    settings: new SettingsReader(settingsPath(variables.BULWARK_QUALIFIER), region),
    surroundings,
  };
}
