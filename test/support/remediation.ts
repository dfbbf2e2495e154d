import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '../../lambda/runtime/sessions';
import { parseSignal, type Signal } from '../../lambda/runtime/signal';

const ROOT = join(__dirname, '../../lambda/remediations');

/** An event of a unit's folder by file name, parsed as the responder does. */
export function eventOf(unit: string, name: string): Signal | { refused: string } {
  return parseSignal(readFileSync(join(ROOT, unit, 'events', `${name}.json`), 'utf8'));
}

export function eventNames(unit: string): string[] {
  return readdirSync(join(ROOT, unit, 'events')).map((file) => file.replace(/\.json$/, ''));
}

export function signalOf(unit: string, name: string): Signal {
  const signal = eventOf(unit, name);
  if ('refused' in signal) throw new Error(`${unit}/events/${name}.json: ${signal.refused}`);
  return signal;
}

/** A call of the SDK, by the name of its command. */
export interface Sent {
  readonly operation: string;
  readonly input: Record<string, unknown>;
}

/**
 * A client that answers by operation. What the services really do is tested in the sandbox; here it is about decisions.
 */
export function answering(answers: Record<string, unknown>): { client: Client; sent: Sent[] } {
  const sent: Sent[] = [];
  const client = {
    config: {},
    send: async (command: { constructor: { name: string }; input: Record<string, unknown> }) => {
      const operation = command.constructor.name.replace(/Command$/, '');
      sent.push({ operation, input: command.input });
      const answer = answers[operation];
      if (answer === undefined) throw new Error(`no answer for ${operation}`);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  return { client: (() => client) as unknown as Client, sent };
}

export function awsError(name: string): Error {
  return Object.assign(new Error(name), { name });
}
