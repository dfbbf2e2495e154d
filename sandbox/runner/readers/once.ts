import type { Ask } from './reader';

const asked = new WeakMap<Ask, Map<string, Promise<unknown>>>();

/** The same question of several resources is asked once per read-back: an ACL is described for all its entries together. */
export function once<T>(ask: Ask, question: string, find: () => Promise<T>): Promise<T> {
  const known = asked.get(ask) ?? new Map<string, Promise<unknown>>();
  asked.set(ask, known);
  const answer = (known.get(question) as Promise<T> | undefined) ?? find();
  known.set(question, answer);
  return answer;
}

/** What was found, or an error that says what was not. */
export function present<T>(found: T | undefined, what: string): T {
  if (found === undefined) throw new Error(`there is no ${what}`);
  return found;
}
