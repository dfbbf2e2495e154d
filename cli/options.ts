import { type Command, InvalidArgumentError, Option } from 'commander';
import { DEFAULT_QUALIFIER, QUALIFIER, REGION } from '../lambda/runtime/deployment/spec';
import { parseDate, parseDuration } from './times';

/** What every command takes that asks a deployment. */
export interface CommonOptions {
  readonly qualifier: string;
  readonly region?: string;
  readonly json?: boolean;
}

/** What every command takes that changes something. */
export interface ChangeOptions extends CommonOptions {
  readonly yes?: boolean;
}

export function common(command: Command): Command {
  return command
    .option('--qualifier <name>', 'which deployment', like(QUALIFIER, 'a qualifier'), DEFAULT_QUALIFIER)
    .option('--region <region>', 'its home Region (default: that of your AWS environment)', aRegion)
    .addOption(json());
}

export function json(): Option {
  return new Option('--json', 'one JSON line per item on standard output, and nothing else there');
}

export function changes(command: Command): Command {
  return common(command).option('-y, --yes', 'do not ask before something is changed');
}

/** How long to wait for what was ordered. */
export function waits(command: Command, seconds: number): Command {
  return command.option(
    '--wait <seconds>',
    'how long to wait for what becomes of it; 0 for not at all',
    wholeUpTo(86_400),
    seconds,
  );
}

/** A parser for a number from 0 on. */
export function wholeUpTo(most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (!/^\d+$/.test(text) || number > most) throw new InvalidArgumentError(`It is a whole number from 0 to ${most}.`);
    return number;
  };
}

export const anAccount = like(/^\d{12}$/, 'an account id of 12 digits');
export const aRegion = like(REGION, 'a Region such as eu-central-1');
export const aRemediation = like(
  /^[a-z0-9]+(-[a-z0-9]+)+$/,
  'the id of a remediation (bulwark remediations lists them)',
);
export const anArn = like(/^arn:[^\s*?]+$/, 'an ARN without wildcards');
export const aRun = like(
  /^r-[0-9a-f]{16}(-[0-9a-z]{1,12})?$/,
  'the id of a run, r- and 16 digits or letters from a to f',
);
export const aPlan = like(/^p-[0-9a-f]{16}$/, 'the id of a plan, p- and 16 digits or letters from a to f');
export const anExemption = like(/^e-[0-9a-f]{16}$/, 'the id of an exemption, e- and 16 digits or letters from a to f');

/** For an option that may be given again: all that were given. */
export function several(parse: (text: string) => string): (text: string, before?: readonly string[]) => string[] {
  return (text, before = []) => [...before, parse(text)];
}

/** `24h` ago, or a date. */
export function aPast(text: string): Date {
  const ms = parseDuration(text);
  const date = ms === undefined ? parseDate(text) : new Date(Date.now() - ms);
  if (date === undefined)
    throw new InvalidArgumentError('It is a duration such as 90s, 30m, 24h, 7d or 2w, or a date.');
  return date;
}

export function aDate(text: string): Date {
  const date = parseDate(text);
  if (date === undefined)
    throw new InvalidArgumentError('It is a date such as 2026-12-31, or a moment such as 2026-12-31T08:00Z.');
  return date;
}

export function like(pattern: RegExp, what: string): (text: string) => string {
  return (text) => {
    if (!pattern.test(text)) throw new InvalidArgumentError(`It must be ${what}.`);
    return text;
  };
}
