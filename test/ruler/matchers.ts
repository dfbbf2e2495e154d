import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { compile, type Matcher } from '../../cli/backtest/pattern';

/** Patterns and events as JSON texts: the texts count, 300 and 300.0 are different ones. */
export interface Question {
  readonly patterns: readonly string[];
  readonly events: readonly string[];
}

export interface Answer {
  /** Why each pattern is none, or null. */
  readonly refused: ReadonlyArray<string | null>;
  /** Numbers of the patterns that match, for each event. */
  readonly matches: ReadonlyArray<readonly number[]>;
}

/** Where scripts/setup.mjs builds AWS's event-ruler with the class that asks it. */
const ORACLE = join(__dirname, '../../node_modules/.cache/ruler');
/** scripts/test.mjs names the Java that it found new enough. */
const JAVA = process.env.BULWARK_JAVA ?? 'java';
export const HAS_ORACLE = process.env.BULWARK_JAVA !== '' && existsSync(join(ORACLE, 'classes'));

/** AWS's event-ruler. */
export function oracle(questions: readonly Question[]): Promise<Answer[]> {
  const classpath = [join(ORACLE, 'classes'), join(ORACLE, 'lib', '*')];
  return ask(JAVA, ['-cp', classpath.join(process.platform === 'win32' ? ';' : ':'), 'Verdicts'], questions);
}

/** The matcher of the sandbox, in Python. */
export function sandbox(questions: readonly Question[]): Promise<Answer[]> {
  return ask(process.env.BULWARK_PYTHON ?? 'python3', [join(__dirname, 'verdicts.py')], questions);
}

/** The matcher of the command line. */
export async function commandLine(questions: readonly Question[]): Promise<Answer[]> {
  return questions.map(({ patterns, events }) => {
    const matchers = patterns.map((pattern): Matcher | string => {
      try {
        return compile(JSON.parse(pattern));
      } catch (error) {
        return (error as Error).message;
      }
    });
    return {
      refused: matchers.map((one) => (typeof one === 'string' ? one : null)),
      matches: events.map((text) => {
        const event: unknown = JSON.parse(text);
        return matchers.flatMap((one, number) => (typeof one !== 'string' && one(event) ? [number] : []));
      }),
    };
  });
}

/** One question a line, one answer a line. */
async function ask(command: string, args: readonly string[], questions: readonly Question[]): Promise<Answer[]> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
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
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${Buffer.concat(complaints).toString()}`);
  const lines = Buffer.concat(output).toString().trimEnd().split('\n');
  if (lines.length !== questions.length) throw new Error(`${command} answered ${lines.length} of ${questions.length}`);
  return lines.map((line) => JSON.parse(line) as Answer);
}
