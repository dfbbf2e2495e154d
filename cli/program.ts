import { Command, CommanderError } from 'commander';
import packageJson from '../package.json';
import { BulwarkError } from '../lambda/runtime/errors';
import { COMMANDS } from './commands';
import { EXITS, exitTable, Stop } from './exit';
import { sentence } from './failure';
import { interrupted } from './interrupt';
import { printable } from './text';

/** The program as far as these arguments need it: all commands by name, the one that is called whole. */
export async function programFor(argv: readonly string[]): Promise<Command> {
  const program = new Command('bulwark')
    .description('Operates the cdk-bulwark security baseline, with the rights of your AWS environment.')
    .version(packageJson.version)
    .exitOverride()
    .showHelpAfterError('(bulwark --help tells what there is)')
    .addHelpText('after', `\n${exitTable()}`);
  const [called, next] = argv.filter((word) => !word.startsWith('-'));
  for (const { name, summary, load } of COMMANDS) {
    const command = program.command(name).description(summary);
    if (name !== called && !(called === 'help' && name === next)) continue;
    command.showHelpAfterError(`(bulwark ${name} --help tells what there is)`).addHelpText('after', `\n${exitTable()}`);
    (await load()).define(command);
  }
  return program;
}

/** @returns the exit code */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    const program = await programFor(argv);
    await program.parseAsync([...argv], { from: 'user' });
    return EXITS.done.code;
  } catch (error) {
    // What fails because everything is being ended is no news; the one who ends it has the last word.
    if (interrupted.aborted) return new Promise<never>(() => undefined);
    return told(error);
  }
}

function told(error: unknown): number {
  // Commander has told what was wrong; help and version are no errors.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXITS.done.code : EXITS.usage.code;
  if (process.env.BULWARK_DEBUG || process.env.DEBUG) console.error(error);
  const what =
    error instanceof Stop || error instanceof BulwarkError ? error.message : (sentence(error) ?? unexpected(error));
  console.error(`bulwark: ${printable(what)}`);
  return error instanceof Stop ? EXITS[error.exit].code : EXITS.failed.code;
}

function unexpected(error: unknown): string {
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return `${what.replaceAll(/\s+/g, ' ')} (set BULWARK_DEBUG=1 to see where)`;
}
