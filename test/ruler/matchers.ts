import { ask } from '../support/oracle';
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
  return ask<Answer>([JAVA, '-cp', classpath.join(process.platform === 'win32' ? ';' : ':'), 'Verdicts'], questions);
}

/** The matcher of the sandbox, in Python. */
export function sandbox(questions: readonly Question[]): Promise<Answer[]> {
  return ask<Answer>([process.env.BULWARK_PYTHON ?? 'python3', join(__dirname, 'verdicts.py')], questions);
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
