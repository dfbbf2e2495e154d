import { once } from 'node:events';
import type { Command } from 'commander';
import { DEFAULT_QUALIFIER, QUALIFIER } from '../../lambda/runtime/deployment/spec';
import { EVENT_ALARMS } from '../../lib/detection/event-alarms';
import { REMEDIATIONS } from '../../lib/response/remediations.generated';
import { sourcesOf, STDIN } from '../backtest/files';
import { Replay, type Replayed } from '../backtest/replay';
import { backtest, type Summary } from '../backtest/run';
import { Stop } from '../exit';
import { onInterrupt } from '../interrupt';
import { json, like } from '../options';
import { Output } from '../output';
import { count } from '../text';
import { moment } from '../times';

/** So many records that are no events are told one by one; all are counted, and `--json` has each. */
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
far as the resource they would look at. What they would have found there stands in no record, so a line means "would have been
looked at, and repaired if it was open". The trail is taken for the baseline's own.

With --json each event that would have been noticed, or was refused, is one line
  {"id", "eventName", "source", "alarms": [{"id", "priority"}], "remediations": [{"id", "resource"}], "techniques": [], "refused"?}
and the last line is {"summary": {"events", "matched", "refused"}}.`,
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
  const refusals: string[] = [];
  onInterrupt(() => {
    tellRefusals(out, refusals, summary);
    out.warn(`Interrupted. Until then: ${told(summary)}`);
  });
  const replay = new Replay(options.qualifier);
  await replay.load();
  const tally = new Tally();
  await showing(out, summary, () =>
    backtest(sourcesOf(paths), replay, summary, {
      matched: (replayed, time) => {
        if (!out.json) tally.add(replayed, time);
        return line(out, replayed);
      },
      refused: ({ where, reason, ...event }) => {
        if (refusals.length < MOST_TOLD) refusals.push(`${where}: ${reason}`);
        return line(out, { ...NO_EVENT, ...event, refused: `${where}: ${reason}` });
      },
    }),
  );
  if (out.json) {
    out.item({ summary });
    return;
  }
  tellRefusals(out, refusals, summary);
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
function line(out: Output, item: object): void | Promise<void> {
  out.item(item);
  if (out.json && process.stdout.writableNeedDrain) return once(process.stdout, 'drain').then(() => undefined);
}

function tellRefusals(out: Output, refusals: readonly string[], { refused }: Summary): void {
  if (out.json) return;
  for (const refusal of refusals) out.note(refusal);
  const more = refused - refusals.length;
  if (more > 0) out.note(`… and ${count(more, 'record')} more that could not be taken; --json tells each.`);
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
    'No event would have been noticed.',
  );
  out.say();
  out.say(told(summary));
}

function told({ events, matched, refused }: Summary): string {
  const noticed = `${count(events, 'event')} read, ${matched} of them would have been noticed`;
  return refused === 0 ? `${noticed}.` : `${noticed}; ${count(refused, 'record')} could not be taken for events.`;
}

interface Row {
  readonly id: string;
  /** What comes of it: an alarm, a repair or a proposal. */
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
    for (const id of new Set(remediations.map((each) => each.id))) {
      const disruptive = REMEDIATIONS.find((spec) => spec.id === id)?.disruptive === true;
      const resources = remediations.flatMap((each) => (each.id === id ? [each.resource] : []));
      this.count(id, disruptive ? 'proposes' : 'repairs', time, resources);
    }
  }

  /** Alarms first, then remediations, each in their own order. */
  public rows(): Array<Row & { readonly resources: string }> {
    const order = [...EVENT_ALARMS.map(({ id }) => id), ...REMEDIATIONS.map(({ id }) => id)];
    return [...this.found.values()]
      .sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id))
      .map(({ names, ...row }) => ({ ...row, resources: many(names.size) }));
  }

  private count(id: string, act: string, time: string, resources: readonly string[] = []): void {
    const row = this.found.get(id) ?? { id, act, events: 0, first: Number.NaN, last: Number.NaN, names: new Set() };
    this.found.set(id, row);
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
