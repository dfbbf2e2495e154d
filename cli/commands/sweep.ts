import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Command } from 'commander';
import { randomBytes } from 'node:crypto';
import type { Report } from '../../lambda/runtime/report';
import type { Start } from '../../lambda/runtime/sweep';
import { confirm } from '../confirm';
import { type Deployment, openDeployment } from '../deployment';
import { Stop } from '../exit';
import { History } from '../history';
import { onInterrupt } from '../interrupt';
import { LedgerReader, type SweepProgress } from '../ledger';
import { anAccount, aRegion, aRemediation, type ChangeOptions, changes, several, waits } from '../options';
import type { Column } from '../output';
import { known } from '../settings';
import { count } from '../text';
import { until } from '../times';

interface Options extends ChangeOptions {
  readonly remediation?: string[];
  readonly account?: string[];
  readonly in?: string[];
  readonly wait: number;
}

export function define(command: Command): void {
  waits(changes(command), 600)
    .option('--remediation <id>', 'only for this remediation; may be given again', several(aRemediation))
    .option('--account <id>', 'only in this account; may be given again', several(anAccount))
    .option('--in <region>', 'only in this Region; may be given again', several(aRegion))
    .action(async (options: Options) => {
      const deployment = await openDeployment(options);
      const { remediation: remediations, account: accounts, in: regions, wait } = options;
      known(deployment, { remediations, accounts, regions });
      const { out, facts } = deployment;
      out.say(
        `Looks at the resources of ${count((remediations ?? facts.remediations).length, 'remediation')} in ${count((accounts ?? facts.accounts).length, 'account')} and ${count((regions ?? facts.regions).length, 'Region')}; drift is repaired or proposed as the modes say.`,
      );
      await confirm('Begin?', options);
      const start: Start = { sweepId: sweepId(), ...defined({ remediations, accounts, regions }) };
      await sweep(deployment, start, wait);
    });
}

async function sweep(deployment: Deployment, start: Start, wait: number): Promise<void> {
  const { out, aws, facts } = deployment;
  const { sweepId } = start;
  const history = new History(deployment, `{ $.detail.signal.id = "${sweepId}:*" }`, new Date());
  await aws
    .client(SQSClient)
    .send(new SendMessageCommand({ QueueUrl: facts.queues.sweeps, MessageBody: JSON.stringify({ start }) }));
  const goesOn = `The sweep ${sweepId} goes on by itself; bulwark status and bulwark plans tell what it finds.`;
  if (wait === 0) {
    out.item({ sweepId, sent: true });
    out.say(goesOn);
    return;
  }
  const done = onInterrupt(() => out.warn(goesOn));
  const ledger = new LedgerReader(deployment);
  const decisions = new Map<string, Report>();
  let progress: SweepProgress | undefined;
  const isOver = await out.waiting(`Sweep ${sweepId}`, async (step) => {
    const over = await until(wait, async () => {
      progress = await ledger.sweep(sweepId);
      for (const report of await history.next()) {
        if (report.signal.id.startsWith(`${sweepId}:`)) decisions.set(report.signal.id, report);
      }
      if (progress === undefined) return undefined;
      const { legs, done: ended, resources } = progress;
      step.now(`${ended} of ${count(legs, 'leg')}, ${decisions.size} of ${count(resources, 'resource')} decided`);
      return ended >= legs && decisions.size >= resources ? true : undefined;
    });
    if (!over) step.fail();
    return over;
  });
  done();
  show(deployment, sweepId, progress, [...decisions.values()]);
  if (!isOver) throw new Stop('timedOut', `Not over after ${wait} s. ${goesOn}`);
}

/** What is told of a sweep: the sum, and each resource on which there is more to say than that it is secure. */
function show(
  { out }: Deployment,
  sweepId: string,
  progress: SweepProgress | undefined,
  reports: readonly Report[],
): void {
  const outcomes: Record<string, number> = {};
  for (const { outcome } of reports) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  const drifting = reports.filter(({ outcome }) => outcome !== 'COMPLIANT').map(decisionView);
  if (out.json) {
    out.item({ sweepId, ...progress, outcomes });
    for (const each of drifting) out.item(each);
    return;
  }
  const told = Object.entries(outcomes).map(([outcome, many]) => `${many} ${outcome}`);
  out.say(told.join(', ') || 'There was nothing to look at.', 'bold');
  if (drifting.length > 0) out.list(drifting, COLUMNS, '');
}

interface DecisionView {
  readonly outcome: string;
  readonly remediation: string;
  readonly resourceArn: string;
  readonly reason?: string;
  readonly answer: string;
}

function decisionView({ outcome, remediation, resourceArn, reason, answer }: Report): DecisionView {
  return { outcome, remediation, resourceArn, ...(reason !== undefined && { reason }), answer };
}

const COLUMNS: readonly Column<DecisionView>[] = [
  {
    head: 'OUTCOME',
    of: ({ outcome }) => outcome,
    paint: ({ outcome }) => (outcome === 'REMEDIATED' ? 'green' : 'yellow'),
  },
  { head: 'REMEDIATION', of: ({ remediation }) => remediation },
  { head: 'RESOURCE', of: ({ resourceArn }) => resourceArn },
  { head: 'BECAUSE', of: ({ reason }) => reason ?? '' },
  { head: 'ANSWER', of: ({ answer }) => answer, paint: () => 'cyan' },
];

/** Says when, so that it can be found again: `s-20261125-084412-1f3a`. */
function sweepId(): string {
  const when = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  return `s-${when}-${randomBytes(2).toString('hex')}`;
}

function defined<T extends object>(given: T): { readonly [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    readonly [K in keyof T]?: NonNullable<T[K]>;
  };
}
