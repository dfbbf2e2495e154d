import { createInterface } from 'node:readline/promises';
import { Stop } from './exit';
import { interrupted } from './interrupt';

/** Where a person is asked. Standard output stays free for what is piped on. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/**
 * Asks before something is changed. One question of one line, hence Node's own readline rather than a library.
 *
 * @throws Stop where the answer is not yes, or nobody can be asked
 */
export async function confirm(
  question: string,
  { yes }: { readonly yes?: boolean },
  { input, output }: Terminal = { input: process.stdin, output: process.stderr },
): Promise<void> {
  if (yes) return;
  if (!input.isTTY || !output.isTTY) {
    throw new Stop('notConfirmed', 'Nothing was changed: there is no terminal to ask at, so say --yes.');
  }
  const lines = createInterface({ input, output });
  // Readline keeps Ctrl-C to itself.
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  const ended = new Promise<undefined>((resolve) => {
    // An answer that comes with the end of the input is one.
    lines.once('close', () => setImmediate(resolve, undefined));
  });
  try {
    const asked = lines.question(`${question} [y/N] `, { signal: interrupted }).catch((error: unknown) => {
      if (interrupted.aborted) throw error;
      return undefined; // Ctrl-D
    });
    const answer = await Promise.race([asked, ended]);
    // The cursor stands behind the question.
    if (answer === undefined) output.write('\n');
    if (!/^\s*y(es)?\s*$/i.test(answer ?? '')) throw new Stop('notConfirmed', 'Nothing was changed.');
  } finally {
    lines.close();
  }
}
