import { once } from 'node:events';
import type { Command } from 'commander';
import { DEFAULT_QUALIFIER, QUALIFIER } from '../../lambda/runtime/deployment/spec';
import { EVENT_ALARMS } from '../../lib/detection/event-alarms';
import { REMEDIATIONS } from '../../lib/response/remediations.generated';
import { sourcesOf, STDIN } from '../backtest/files';
import { type Act, Replay, type Replayed } from '../backtest/replay';
import { backtest, type Failure, type Summary } from '../backtest/run';
import { Stop } from '../exit';
import { onInterrupt } from '../interrupt';
import { json, like } from '../options';
import { Output } from '../output';
import { count } from '../text';
import { moment } from '../times';

/** So many records that could not be taken are told one by one; all are counted, and `--json` has each. */
const MOST_TOLD = 20;

const PROGRESS_MS = 1_000;

const NO_EVENT = { id: null, eventName: null, source: null, alarms: [], remediations: [], techniques: [] } as const;

export function define(command: Command): void {
  command
    .argument('[PATH...]', `files and folders with recorded events; ${STDIN} for standard input`)
    .option('--qualifier <name>', 'as which deployment', like(QUALIFIER, 'a qualifier'), DEFAULT_QUALIFIER)
    .addOption(json())
    .addHelpText(
      'after',
      `
Reads CloudTrail's files ({"Records": […]}), JSON lines, lists, envelopes of EventBridge, and findings of Security Hub (ASFF and
OCSF), GuardDuty and Config, also in messages of SNS and SQS, plain or gzip. Folders are read with all that is below them. Nothing
is asked of AWS: an event goes through the patterns of the deployed event rules, and then through the code of the remediations as
far as the resource they would look at. What a look finds stands in no record, and decides: a resource that is secure or exempt is
left as it is, and one that is gone, as a deleted trail is, cannot be repaired.

"repairs" and "proposes" are what a deployment decides by default. Each call is taken for just made, and leads to a repair, unless
that may interrupt an application, or CloudFormation made the call and no control of the baseline's own is restored. A finding
leads to a proposal, unless a person asked for the repair. Switches, caps and the guard against repeated repairs are left aside.

All remediations are taken for deployed, every account and Region in the records for covered, and any trail for the baseline's
own. What the baseline's own roles did is left out: give the --qualifier under which it was deployed. No record tells which
account is the hub: the alarm response-switch-changed, which stands in its account and Region only, is told wherever a record is
from. Each record counts, also where two trails have written the same event. Records of types that EventBridge does not deliver
(AwsVpceEvent) are refused.

With --json each event that would have led to a look or an alarm, or was refused, is one line
  {"id", "eventName", "source", "alarms": [{"id", "priority"}], "remediations": [{"id", "resource"}], "techniques": [], "refused"?}
and the last line is {"summary": {"events", "matched", "refused"}}. Where one remediation fails on an event and others do not,
the line has "refused" beside them, and counts as matched.`,
    )
    .action(replayAll);
}

async function replayAll(given: string[], options: { json?: boolean; qualifier: string }): Promise<void> {
  const paths = given.length === 0 && !process.stdin.isTTY ? [STDIN] : given;
  if (paths.length === 0) {
    throw new Stop('usage', `Name files or folders with recorded events, or ${STDIN} for standard input.`);
  }
  const out = await Output.open(options.json);
  const summary: Summary = { events: 0, matched: 0, refused: 0 };
  const refusals = new Refusals();
  onInterrupt(() => {
    refusals.tell(out);
    out.warn(`Interrupted. Until then: ${told(summary)}`);
  });
  const replay = new Replay(options.qualifier);
  await replay.load();
  const tally = new Tally();
  await showing(out, summary, () =>
    backtest(sourcesOf(paths), replay, summary, {
      matched: (replayed, time, failure) => {
        if (!out.json) tally.add(replayed, time);
        const refused = failure && { refused: refusals.add(failure) };
        return line(out, { ...replayed, ...refused });
      },
      refused: ({ where, reason, ...event }) => {
        return line(out, { ...NO_EVENT, ...event, refused: refusals.add({ where, reason }) });
      },
    }),
  );
  if (out.json) {
    out.item({ summary });
    return;
  }
  refusals.tell(out);
  tellPeople(out, tally, summary);
}

/** On a terminal a person sees how far it is; in a log nobody waits for it. */
async function showing(out: Output, summary: Summary, act: () => Promise<void>): Promise<void> {
  if (!process.stderr.isTTY || (out.json && process.stdout.isTTY)) return act();
  await out.waiting('Reading', async (step) => {
    const timer = setInterval(() => step.now(told(summary)), PROGRESS_MS);
    await act().finally(() => clearInterval(timer));
  });
}

/** Waits where the reader of standard output is slower than we are, so that nothing piles up. */
function line(out: Output, item: Pick<Replayed, 'remediations' | 'refused'>): void | Promise<void> {
  out.item({ ...item, remediations: item.remediations.map(({ id, resource }) => ({ id, resource })) });
  if (out.json && process.stdout.writableNeedDrain) return once(process.stdout, 'drain').then(() => undefined);
}

/** What could not be taken, or not by each remediation. */
class Refusals {
  private readonly first: string[] = [];
  private all = 0;

  public add({ where, reason }: Failure): string {
    const refusal = `${where}: ${reason}`;
    if (this.first.length < MOST_TOLD) this.first.push(refusal);
    this.all += 1;
    return refusal;
  }

  public tell(out: Output): void {
    if (out.json) return;
    for (const refusal of this.first) out.note(refusal);
    const more = this.all - this.first.length;
    if (more > 0) out.note(`… and ${count(more, 'record')} more that could not be taken; --json tells each.`);
  }
}

function tellPeople(out: Output, tally: Tally, summary: Summary): void {
  out.list(
    tally.rows(),
    [
      { head: 'DETECTION', of: ({ id }) => id, paint: () => 'bold' },
      { head: 'WHAT IT DOES', of: ({ act }) => act },
      { head: 'EVENTS', of: ({ events }) => String(events) },
      { head: 'RESOURCES', of: ({ resources }) => resources },
      { head: 'FIRST', of: ({ first }) => shown(first) },
      { head: 'LAST', of: ({ last }) => shown(last) },
    ],
    'No event would have led to a look or an alarm.',
  );
  out.say();
  out.say(told(summary));
  if (tally.hasLooks) out.say(LOOKS);
}

const LOOKS =
  'What a look finds decides: a resource that is secure or exempt is left as it is, and one that is gone cannot be repaired.';

function told({ events, matched, refused }: Summary): string {
  const noticed = `${count(events, 'event')} read, ${matched} of them would have led to a look or an alarm`;
  return refused === 0 ? `${noticed}.` : `${noticed}; ${count(refused, 'record')} could not be taken for events.`;
}

/** What comes of it where the resource is found open. */
const ACTS: Readonly<Record<Act, string>> = { repairs: 'looks, then repairs', proposes: 'looks, then proposes' };

interface Row {
  readonly id: string;
  /** What comes of it: an alarm, a repair or a proposal. A remediation that does both has a row for each. */
  readonly act: string;
  events: number;
  /** Milliseconds; NaN where no event says when it was. */
  first: number;
  last: number;
}

function shown(time: number): string {
  return Number.isNaN(time) ? '' : moment(new Date(time).toISOString());
}

/** AWS means UTC, also where a copy has lost the zone. */
function millisecondsOf(time: string): number {
  return Date.parse(/(?:z|[+-]\d\d:?\d\d)$/i.test(time) ? time : `${time}Z`);
}

/** So many different resources are told apart; memory must not grow with the logs. */
const MOST_RESOURCES = 10_000;

class Tally {
  private readonly found = new Map<string, Row & { readonly names: Set<string> }>();

  public add({ alarms, remediations }: Replayed, time: string): void {
    for (const { id, priority } of alarms) this.count(id, `alarm ${priority}`, time);
    // On one event, a remediation decides the same for each resource.
    for (const [id, act] of new Map(remediations.map((each) => [each.id, each.act]))) {
      const resources = remediations.flatMap((each) => (each.id === id ? [each.resource] : []));
      this.count(id, ACTS[act], time, resources);
    }
  }

  public get hasLooks(): boolean {
    return [...this.found.values()].some(({ names }) => names.size > 0);
  }

  /** Alarms first, then remediations, each in their own order; repairs before proposals. */
  public rows(): Array<Row & { readonly resources: string }> {
    const order = [...EVENT_ALARMS.map(({ id }) => id), ...REMEDIATIONS.map(({ id }) => id)];
    return [...this.found.values()]
      .sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id) || (a.act < b.act ? 1 : -1))
      .map(({ names, ...row }) => ({ ...row, resources: many(names.size) }));
  }

  private count(id: string, act: string, time: string, resources: readonly string[] = []): void {
    const key = `${id} ${act}`;
    const row = this.found.get(key) ?? { id, act, events: 0, first: Number.NaN, last: Number.NaN, names: new Set() };
    this.found.set(key, row);
    row.events += 1;
    const ms = millisecondsOf(time);
    if (!(row.first <= ms) && !Number.isNaN(ms)) row.first = ms;
    if (!(row.last >= ms) && !Number.isNaN(ms)) row.last = ms;
    for (const name of resources) if (row.names.size < MOST_RESOURCES) row.names.add(name);
  }
}

/** An alarm is about no resource of its own. */
function many(resources: number): string {
  if (resources === 0) return '';
  return resources < MOST_RESOURCES ? String(resources) : `${MOST_RESOURCES} or more`;
}
