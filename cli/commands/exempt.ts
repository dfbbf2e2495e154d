import { type Command, Option } from 'commander';
import type { Exemption } from '../../lambda/runtime/ledger/exemptions';
import { LONGEST_EXEMPTION_DAYS } from '../../lambda/runtime/orders';
import { confirm } from '../confirm';
import { type Deployment, openDeployment } from '../deployment';
import { Stop } from '../exit';
import { LedgerReader } from '../ledger';
import { aDate, anAccount, anArn, anExemption, type ChangeOptions, changes, waits, wholeUpTo } from '../options';
import { give } from '../orders';
import type { Column } from '../output';
import { known } from '../settings';
import { DAY_MS, moment, span } from '../times';

interface Options extends ChangeOptions {
  readonly remediation?: string;
  readonly resource?: string;
  readonly account?: string;
  readonly tag?: string;
  readonly owner?: string;
  readonly reason?: string;
  readonly days?: number;
  readonly until?: Date;
  readonly list?: boolean;
  readonly expired?: boolean;
  readonly revoke?: string;
  readonly wait: number;
}

/** What makes an exemption, and has no meaning beside `--list` and `--revoke`. */
const MAKING = ['remediation', 'resource', 'account', 'tag', 'owner', 'reason', 'days', 'until'];

export function define(command: Command): void {
  waits(changes(command), 60)
    .option('--remediation <id>', 'the repair that is not made, or all')
    .addOption(new Option('--resource <arn>', 'of this resource').argParser(anArn).conflicts(['tag']))
    .option('--account <id>', 'of every resource of this account; beside --resource or --tag, where it is', anAccount)
    .option('--tag <name>', 'of every resource of the account that carries the tag bulwark:exemption with this name')
    .option('--owner <who>', 'who answers for it')
    .option('--reason <text>', 'why')
    .addOption(
      new Option('--days <n>', `for how long, ${LONGEST_EXEMPTION_DAYS} at most`)
        .argParser(wholeUpTo(LONGEST_EXEMPTION_DAYS))
        .conflicts(['until']),
    )
    .option('--until <date>', 'to the end of which day, or to which moment', aDate)
    .addOption(new Option('--list', 'list those that are in force').conflicts([...MAKING, 'revoke']))
    .option('--expired', 'with --list: those too that are over')
    .addOption(new Option('--revoke <id>', 'end one').argParser(anExemption).conflicts(MAKING))
    .action(async (options: Options) => {
      if (options.expired && !options.list) command.error('error: --expired goes with --list');
      const missing = missingOf(options);
      if (missing.length > 0) command.error(`error: an exemption needs ${missing.join(', ')}`);
      const deployment = await openDeployment(options);
      if (options.list) await list(deployment, options.expired);
      else if (options.revoke !== undefined) await revoke(deployment, options.revoke, options);
      else await exempt(deployment, options);
    });
}

/** What has to be said and was not. */
export function missingOf(options: Partial<Options>): string[] {
  if (options.list || options.revoke !== undefined) return [];
  const { remediation, resource, account, tag, owner, reason, days, until } = options;
  return [
    ...(remediation === undefined ? ['--remediation'] : []),
    ...(resource === undefined && account === undefined && tag === undefined
      ? ['one of --resource, --account or --tag']
      : []),
    ...(owner === undefined ? ['--owner'] : []),
    ...(reason === undefined ? ['--reason'] : []),
    ...(days === undefined && until === undefined ? ['--days or --until'] : []),
  ];
}

/** What an exemption is written for. */
export function targetOf(
  { resource, account, tag }: Pick<Options, 'resource' | 'account' | 'tag'>,
  accounts: readonly string[],
): { readonly scope: string; readonly target: string; readonly account: string } {
  // arn:PARTITION:SERVICE:REGION:ACCOUNT:…; buckets name no account.
  const named = resource?.split(':')[4];
  const of = account ?? (named || (accounts.length === 1 ? accounts[0] : undefined));
  if (of === undefined) {
    throw new Stop(
      'usage',
      `Say --account: the deployment covers ${accounts.join(', ')}, and the exemption is for one.`,
    );
  }
  if (resource !== undefined) return { scope: 'resource', target: resource, account: of };
  return tag === undefined ? { scope: 'account', target: of, account: of } : { scope: 'tag', target: tag, account: of };
}

async function exempt(deployment: Deployment, options: Options): Promise<void> {
  const { out, facts, answers } = deployment;
  const { remediation = '', owner = '', reason = '', days = 0, until } = options;
  const target = targetOf(options, facts.accounts);
  known(deployment, { accounts: [target.account], ...(remediation !== 'all' && { remediations: [remediation] }) });
  const expires = (until ?? new Date(Date.now() + days * DAY_MS)).toISOString();
  out.say(`Drift is not repaired until ${moment(expires)} UTC:`, 'bold');
  out.details([
    ['remediation', remediation],
    [target.scope, target.scope === 'tag' ? `bulwark:exemption = ${target.target}` : target.target],
    ['account', target.account],
    ['owner', owner],
    ['reason', reason],
  ]);
  await confirm('Write this exemption?', options);
  const report = await give(
    deployment,
    { order: 'exempt', remediation, ...target, owner, reason, expires },
    { wait: options.wait },
  );
  const exemptionId = report?.exemptionId;
  out.item({ exemptionId, remediation, ...target, owner, reason, expires, sent: true });
  if (exemptionId !== undefined) out.say(`Done: ${exemptionId}. End it: ${answers.revoke(exemptionId)}`, 'green');
}

async function revoke(deployment: Deployment, exemptionId: string, options: Options): Promise<void> {
  const { out } = deployment;
  const found = (await new LedgerReader(deployment).exemptions()).find(({ id }) => id === exemptionId);
  if (found === undefined || isOver(found)) {
    throw new Stop('notFound', `No exemption ${exemptionId} is in force.`);
  }
  out.say(`${found.remediation} of ${found.target} is repaired again; ${found.owner} had it exempted: ${found.reason}`);
  await confirm('End this exemption?', options);
  await give(deployment, { order: 'revoke', exemptionId }, { wait: options.wait });
  out.item({ exemptionId, sent: true });
  if (options.wait > 0) out.say('Done: drift is repaired again.', 'green');
}

const COLUMNS: readonly Column<Exemption>[] = [
  { head: 'EXEMPTION', of: ({ id }) => id },
  {
    head: 'ENDS',
    of: (each) => (isOver(each) ? 'over' : `in ${span(Date.parse(each.expires) - Date.now())}`),
    paint: (each) => (isOver(each) ? 'dim' : undefined),
  },
  { head: 'REMEDIATION', of: ({ remediation }) => remediation },
  { head: 'SCOPE', of: ({ scope }) => scope },
  { head: 'TARGET', of: ({ target }) => target },
  { head: 'ACCOUNT', of: ({ account }) => account },
  { head: 'OWNER', of: ({ owner }) => owner },
  { head: 'REASON', of: ({ reason }) => reason },
];

async function list(deployment: Deployment, withExpired = false): Promise<void> {
  const all = await new LedgerReader(deployment).exemptions();
  const shown = all.filter((each) => withExpired || !isOver(each)).sort((a, b) => (a.expires < b.expires ? -1 : 1));
  deployment.out.list(shown, COLUMNS, 'No exemption is in force.');
}

function isOver({ expires }: Exemption): boolean {
  return Date.parse(expires) <= Date.now();
}
