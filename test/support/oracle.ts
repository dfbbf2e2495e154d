import { spawn } from 'node:child_process';

/**
 * Asks another program, which reads one question a line and writes one answer a line, as JSON.
 *
 * @throws Error when it ends otherwise than well, with what it complained of, or answers more or less than it was asked
 */
export async function ask<Answer>(
  [command = '', ...args]: readonly string[],
  questions: readonly object[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<Answer[]> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env });
  const output: Buffer[] = [];
  const complaints: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk));
  child.stdin.on('error', () => {
    // It ended early, which its exit code tells.
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  child.stdin.end(questions.map((question) => `${JSON.stringify(question)}\n`).join(''));
  const status = await ended;
  const name = [command, ...args].join(' ');
  if (status !== 0) throw new Error(`${name} ended with ${status}: ${Buffer.concat(complaints).toString()}`);
  const lines = Buffer.concat(output).toString().trimEnd().split('\n');
  if (lines.length !== questions.length) throw new Error(`${name} answered ${lines.length} of ${questions.length}`);
  return lines.map((line) => JSON.parse(line) as Answer);
}
