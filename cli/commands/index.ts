import type { Command } from 'commander';

/** A command: told at once, loaded when it is called, because the clients of AWS take their time to load. */
export interface Entry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<{ readonly define: (command: Command) => void }>;
}

/** Every command, in the order in which the help tells them. */
export const COMMANDS: readonly Entry[] = [
  { name: 'status', summary: 'tells how automatic repair stands', load: () => import('./status') },
  { name: 'runs', summary: 'lists what was changed, or shows one change whole', load: () => import('./runs') },
  { name: 'plans', summary: 'lists what waits for a person to approve it', load: () => import('./plans') },
  { name: 'approve', summary: 'lets a plan be carried out, exactly as it stands', load: () => import('./approve') },
  { name: 'undo', summary: 'takes a change back', load: () => import('./undo') },
  { name: 'exempt', summary: 'keeps drift from being repaired for a time', load: () => import('./exempt') },
  { name: 'sweep', summary: 'looks at every resource now', load: () => import('./sweep') },
  { name: 'promote', summary: 'lets drift be repaired that was there before', load: () => import('./promote') },
  { name: 'mode', summary: 'says what is done with drift', load: () => import('./mode') },
  { name: 'kill-switch', summary: 'stops all repairs, or lets them go on', load: () => import('./kill-switch') },
  { name: 'redrive', summary: 'puts back what failed and was parked', load: () => import('./redrive') },
  { name: 'drill', summary: 'attacks by real calls and shows that it is repaired', load: () => import('./drill') },
  {
    name: 'explain',
    summary: 'tells what a control, technique, rule, remediation or alarm means, and what answers it',
    load: () => import('./explain'),
  },
  {
    name: 'network',
    summary: 'lists and draws VPCs, tiers, what may reach what, and what it costs',
    load: () => import('./network'),
  },
  {
    name: 'backtest',
    summary: 'tells what recorded events would have led to, without asking AWS',
    load: () => import('./backtest'),
  },
  {
    name: 'remediations',
    summary: 'lists what is repaired, after which events, and by which permissions',
    load: () => import('./remediations'),
  },
];
