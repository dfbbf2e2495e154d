import type { Command } from 'commander';
import packageJson from '../../package.json';
import type { Exemption } from '../../lambda/runtime/ledger/exemptions';
import { DeadLetters } from '../dead-letters';
import { type Deployment, openDeployment } from '../deployment';
import { LedgerReader, type SweepProgress } from '../ledger';
import { type CommonOptions, common } from '../options';
import type { Column } from '../output';
import { type Row, Settings } from '../settings';
import { count } from '../text';
import { DAY_MS, span } from '../times';
import { specOf } from '../views';

/** An exemption that ends within this time should be looked at. */
const SOON_MS = 7 * DAY_MS;

const COLUMNS: readonly Column<Row>[] = [
  { head: 'REMEDIATION', of: ({ remediation }) => remediation },
  { head: 'ACCOUNTS', of: ({ accounts }) => accounts.join(' ') || 'all' },
  {
    head: 'MODE',
    of: modeOf,
    paint: ({ problem, mode }) => (problem ? 'red' : mode?.value === 'ENFORCE' ? 'green' : 'yellow'),
  },
  { head: 'SAID BY', of: ({ mode }) => mode?.from ?? '' },
  { head: 'EXISTING', of: ({ adoptExisting }) => (adoptExisting?.value === 'true' ? 'repaired' : 'proposed') },
  { head: 'OF STACKS', of: ({ iacManaged }) => iacManaged?.value ?? '' },
  { head: 'CAP', of: ({ cap }) => cap?.value ?? '' },
];

export function define(command: Command): void {
  common(command).action(async (options: CommonOptions) => {
    const deployment = await openDeployment(options);
    const status = await statusOf(deployment);
    if (options.json) deployment.out.item(status);
    else show(deployment, status);
  });
}

interface Status {
  readonly version: string;
  readonly qualifier: string;
  readonly account: string;
  readonly region: string;
  readonly accounts: readonly string[];
  readonly regions: readonly string[];
  readonly killSwitch: string | null;
  readonly remediations: readonly Row[];
  readonly overrides: Readonly<Record<string, string>>;
  readonly last24h: Readonly<Record<string, number>>;
  readonly openPlans: number;
  readonly exemptions: {
    readonly active: number;
    readonly endingSoon: ReadonlyArray<Pick<Exemption, 'id' | 'expires'>>;
  };
  readonly deadLetters: number;
  readonly lastSweep: SweepProgress | null;
}

async function statusOf(deployment: Deployment): Promise<Status> {
  const { facts, qualifier } = deployment;
  const ledger = new LedgerReader(deployment);
  const now = Date.now();
  const [settings, last24h, plans, exemptions, deadLetters, lastSweep] = await Promise.all([
    Settings.read(deployment),
    ledger.runStates(new Date(now - DAY_MS)),
    ledger.plans({}),
    ledger.exemptions(),
    DeadLetters.open(deployment).then((parked) => parked.count()),
    ledger.lastSweep(),
  ]);
  const active = exemptions.filter(({ expires }) => Date.parse(expires) > now);
  return {
    version: facts.version,
    qualifier,
    account: facts.account,
    region: facts.region,
    accounts: facts.accounts,
    regions: facts.regions,
    killSwitch: settings.killSwitch ?? null,
    remediations: settings.rows(facts),
    overrides: Object.fromEntries(settings.overrides),
    last24h,
    openPlans: plans.length,
    exemptions: {
      active: active.length,
      endingSoon: active
        .filter(({ expires }) => Date.parse(expires) - now < SOON_MS)
        .map(({ id, expires }) => ({ id, expires })),
    },
    deadLetters,
    lastSweep: lastSweep ?? null,
  };
}

function show({ out }: Deployment, status: Status): void {
  const { version, qualifier, account, region, accounts, regions, killSwitch, lastSweep, exemptions } = status;
  const now = Date.now();
  out.say(`cdk-bulwark ${version}, deployment ${qualifier}`, 'bold');
  out.details([
    ['home', `account ${account}, ${region}`],
    ['accounts', accounts.join(', ')],
    ['Regions', regions.join(', ')],
    ['this program', packageJson.version === version ? undefined : `is version ${packageJson.version}`],
  ]);
  out.say();
  if (killSwitch === null) out.say('The kill switch is off.');
  else
    out.say(
      `The kill switch is on (${killSwitch}): nothing is changed. bulwark kill-switch off lets repairs go on.`,
      'red',
    );
  out.say();
  out.list(status.remediations, COLUMNS, 'No remediation is deployed.');
  for (const problem of new Set(status.remediations.flatMap((row) => row.problem ?? []))) out.say(problem, 'red');
  if (Object.keys(status.overrides).length > 0) {
    out.say();
    out.say('Written by people:', 'bold');
    out.details(Object.entries(status.overrides));
  }
  out.say();
  const soon = exemptions.endingSoon.map(({ id, expires }) => `${id} in ${span(Date.parse(expires) - now)}`);
  out.details([
    [
      'last 24 h',
      Object.entries(status.last24h)
        .map(([state, many]) => `${many} ${state}`)
        .join(', ') || 'no runs',
    ],
    ['to approve', status.openPlans > 0 ? `${count(status.openPlans, 'plan')} (bulwark plans)` : 'nothing'],
    ['exemptions', `${exemptions.active} in force${soon.length > 0 ? `; ending soon: ${soon.join(', ')}` : ''}`],
    ['parked', status.deadLetters > 0 ? `${count(status.deadLetters, 'message')} (bulwark redrive)` : 'nothing'],
    ['last sweep', lastSweep === null ? 'none yet' : sweepLine(lastSweep, now)],
  ]);
}

function sweepLine({ sweepId, startedAt, legs, done, resources }: SweepProgress, now: number): string {
  const how = done === legs ? 'done' : `${done} of ${count(legs, 'leg')} done`;
  return `${sweepId}, ${span(now - Date.parse(startedAt))} ago: ${how}, ${count(resources, 'resource')}`;
}

function modeOf({ remediation, mode, problem }: Row): string {
  if (problem !== undefined) return 'nothing is changed';
  const isHeld = mode?.value === 'ENFORCE' && specOf(remediation)?.disruptive;
  return isHeld ? 'ENFORCE, proposes' : (mode?.value ?? '');
}
