import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { VPC_TAG } from '../../lib/controls/tiers';
import { Stop } from '../exit';
import { type Placed, readTemplates } from '../explain/templates';
import { billOf, type CostLine, money } from '../network/costs';
import { readNetwork } from '../network/from-templates';
import type { NetworkModel } from '../network/model';
import { pathTable } from '../network/paths';
import { formatPorts } from '../network/ports';
import { CURRENCY, PRICES, readPrices } from '../network/prices';
import {
  heldApart,
  isJudged,
  type OpenPath,
  type Refusal,
  type Summary,
  summaryOf,
  withDistinctNames,
} from '../network/summary';
import { aRegion, json } from '../options';
import { Output } from '../output';
import { count } from '../text';

interface Options {
  readonly app?: string;
  readonly svg?: string;
  readonly prices?: string;
  readonly deployed?: boolean;
  readonly region?: string;
  readonly json?: boolean;
}

/** What was found, and where it is said. */
interface Found {
  readonly model: NetworkModel;
  readonly resources: readonly Placed[];
  /** Costs that cannot be counted from there, a sentence each. */
  readonly uncounted?: readonly string[];
  readonly source: string;
}

export function define(command: Command): void {
  command
    .option('--app <folder>', 'where your app was synthesized to (default: cdk.out)')
    .option('--deployed', 'tells what stands in your account, instead of templates')
    .option('--region <region>', 'Region of --deployed (default: that of your AWS environment)', aRegion)
    .option('--svg <file>', 'draws it as well')
    .option('--prices <file>', 'your prices, instead of the list prices of us-east-1')
    .addOption(json())
    .addHelpText(
      'after',
      `
Lists VPCs, tiers, where connections may begin and be answered, and what is refused: worked out from the routes, network ACLs and
groups of the templates, both ways, for IPv4 and IPv6, TCP and UDP: no other protocol is judged. A tier is what bears the tag
bulwark:tier; what bears none is named, and not judged. Route tables of internet gateways are not looked at. Of what is refused the
first reason is told; there may be more.

Costs are those of what stands there, by the month of 730 hours; what is billed by use is named. --prices takes JSON such as
{"natGateway": 0.052}, with any of
  ${Object.keys(PRICES).join(', ')}
and "currency", where all of them are given in another one than ${CURRENCY}.

With --json it is one line
  {"vpcs", "tiers", "paths", "refused", "unknown", "costs": {"lines", "total", "currency"}}`,
    )
    .action(network);
}

async function network(options: Options): Promise<void> {
  const prices = readPrices(options.prices);
  const { model: found, resources, uncounted = [], source } = await find(options);
  const model = withDistinctNames(found);
  const table = pathTable(model);
  const bill = billOf(resources, prices);
  const summary = summaryOf(model, table, { ...bill, unknown: [...bill.unknown, ...uncounted] });
  if (options.svg !== undefined) {
    const [{ draw }, { drawingOf }] = await Promise.all([import('../network/draw'), import('../network/drawing')]);
    write(options.svg, await draw(drawingOf(model, table), `Network of ${source}`));
  }
  const out = await Output.open(options.json);
  if (out.json) out.item(summary);
  else tell(out, summary, { apart: heldApart(model, table), isEmpty: !isJudged(model) });
  if (options.svg !== undefined) out.note(`Drawn to ${options.svg}.`);
}

async function find({ app, deployed, region }: Options): Promise<Found> {
  if (deployed === undefined) return inTemplates(app);
  if (app !== undefined) throw new Stop('usage', '--app and --deployed exclude each other: one tells of templates.');
  return inAccount(region);
}

/** @throws Stop where nothing was synthesized, or what was has no network */
function inTemplates(app: string | undefined): Found {
  const [model, resources] = [readNetwork(app), readTemplates(app)];
  if (model === undefined || resources === undefined) {
    throw new Stop('notFound', 'Nothing is synthesized here: cdk synth, or name with --app where it wrote to.');
  }
  const source = app ?? 'cdk.out';
  if (model.vpcs.length === 0) {
    throw new Stop('notFound', `The templates in ${source} make no VPC: there is no network to tell of.`);
  }
  return { model, resources, source };
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'its folder is not there' : 'it cannot be written';
    throw new Stop('usage', `--svg ${file}: ${why}. Name a file in a folder that is there.`, { cause: error });
  }
}

/** What people are told besides the summary. */
interface Telling {
  /** What is held apart. */
  readonly apart: readonly string[];
  /** That there is nothing that could be judged. */
  readonly isEmpty: boolean;
}

const NOTHING_JUDGED = 'Nothing here is judged: see what is not told.';

function tell(out: Output, summary: Summary, telling: Telling): void {
  const { vpcs, tiers, paths, refused, unknown, costs } = summary;
  const names = new Map(vpcs.map(({ id, name }) => [id, name]));
  section(out, 'VPCs', () =>
    out.list(
      vpcs,
      [
        { head: 'VPC', of: ({ name }) => name, paint: () => 'bold' },
        { head: 'RANGE', of: ({ cidrs }) => cidrs.join(', ') || 'known at deployment' },
        { head: 'ZONES', of: ({ zones }) => zones.join(', ') },
        { head: 'ID', of: ({ id }) => id },
      ],
      'There are none.',
    ),
  );
  const rows = tiers.flatMap(({ name, vpc, subnets }) => subnets.map((subnet) => ({ ...subnet, tier: name, vpc })));
  section(out, 'Tiers', () =>
    out.list(
      rows,
      [
        { head: 'TIER', of: ({ tier }) => tier, paint: () => 'bold' },
        { head: 'VPC', of: ({ vpc }) => names.get(vpc) ?? vpc },
        { head: 'ZONE', of: ({ zone }) => zone },
        { head: 'RANGE', of: ({ cidrs }) => cidrs.join(', ') || 'known at deployment' },
        { head: 'SUBNET', of: ({ name }) => name },
      ],
      'There are no subnets.',
    ),
  );
  section(out, 'Allowed', () => tellAllowed(out, paths, telling));
  section(out, 'Refused', () => tellRefused(out, refused, telling));
  section(out, `Costs by the month (${costs.currency})`, () => tellCosts(out, costs));
  if (unknown.length > 0) section(out, 'Not told', () => tellUnknown(out, unknown));
}

function tellUnknown(out: Output, unknown: readonly string[]): void {
  for (const sentence of unknown) out.say(sentence);
}

function section(out: Output, head: string, rest: () => void): void {
  if (head !== 'VPCs') out.say();
  out.say(head, 'cyan');
  rest();
}

function tellAllowed(out: Output, paths: readonly OpenPath[], { isEmpty }: Telling): void {
  out.list(
    paths,
    [
      { head: 'FROM', of: ({ from }) => from, paint: () => 'bold' },
      { head: 'TO', of: ({ to }) => to, paint: () => 'bold' },
      { head: 'PORTS', of: ({ protocol, ports }) => `${protocol} ${formatPorts(ports)}` },
      { head: 'FAMILY', of: ({ family }) => `IP${family}` },
      { head: 'THROUGH', of: ({ via }) => via.filter((kind) => kind !== 'local').join(', ') },
      { head: 'NOTE', of: ({ partial, notes }) => [partial && 'in part', ...notes].filter(Boolean).join('; ') },
    ],
    isEmpty ? NOTHING_JUDGED : 'Nothing that is judged may begin a connection with anything.',
  );
}

/** What is held apart is refused everywhere: one line instead of one for each pair. */
function tellRefused(out: Output, refused: readonly Refusal[], { apart, isEmpty }: Telling): void {
  out.list(
    refused.filter(({ from, to }) => !apart.includes(from) && !apart.includes(to)),
    [
      { head: 'FROM', of: ({ from }) => from },
      { head: 'TO', of: ({ to }) => to },
      { head: 'CLOSED BY', of: ({ layer }) => layer },
      { head: 'WHY', of: ({ reason }) => reason },
    ],
    isEmpty ? NOTHING_JUDGED : 'Nothing is known to be refused.',
  );
  if (apart.length > 0) out.say(`Nothing is open from or to ${apart.join(', ')}.`);
}

function tellCosts(out: Output, { lines, total, currency }: Summary['costs']): void {
  out.list<CostLine>(
    lines,
    [
      { head: 'ITEM', of: ({ item }) => item },
      {
        head: 'HOW MANY',
        of: ({ quantity, unit }) => count(quantity, unit, unit.endsWith('s') ? `${unit}es` : undefined),
      },
      { head: 'PRICE', of: ({ price, per }) => (price === 0 ? '' : `${price} by the ${per}`) },
      { head: 'A MONTH', of: ({ monthly }) => monthly.toFixed(2) },
      { head: 'NOTE', of: ({ note = '' }) => note },
    ],
    'Nothing here is billed.',
  );
  out.say(`${money(total, currency)} a month for what stands there; what is used comes on top.`, 'bold');
}

/** @throws Stop where the account has no VPC in that Region */
async function inAccount(region: string | undefined): Promise<Found> {
  const [{ Aws }, { readDeployed }, { resourcesOf, NOT_COUNTED }] = await Promise.all([
    import('../aws'),
    import('../network/from-deployed'),
    import('../network/deployed-resources'),
  ]);
  const aws = await Aws.open(region);
  const model = await readDeployed(aws);
  if (model.vpcs.length === 0) {
    const { account } = await aws.caller();
    throw new Stop(
      'notFound',
      `There is no VPC with the tag ${VPC_TAG} in account ${account}, Region ${aws.region}: choose its Region with --region, its account with AWS_PROFILE.`,
    );
  }
  return { model, resources: resourcesOf(model), uncounted: [NOT_COUNTED], source: `Region ${aws.region}` };
}
