import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '../../lambda/runtime/sessions';
import { type CallSignal, type FindingSignal, isRefusal, parseSignal, type Signal } from '../../lambda/runtime/signal';

const ROOT = join(__dirname, '../../lambda/remediations');

/** An event of a unit's folder by file name, parsed as the responder does. */
export function eventOf(unit: string, name: string): Signal | { refused: string } {
  return parseSignal(JSON.stringify(messageOf(unit, name)));
}

/** The same, as it stands in the file. */
export function messageOf(unit: string, name: string): object {
  return JSON.parse(readFileSync(join(ROOT, unit, 'events', `${name}.json`), 'utf8')) as object;
}

export function eventNames(unit: string): string[] {
  return readdirSync(join(ROOT, unit, 'events')).map((file) => file.replace(/\.json$/, ''));
}

/** A call, from the unit's folder. */
export function signalOf(unit: string, name: string): CallSignal {
  return ofKind('call', unit, name);
}

/** A finding, from the unit's folder. */
export function findingOf(unit: string, name: string): FindingSignal {
  return ofKind('finding', unit, name);
}

function ofKind<K extends Signal['kind']>(kind: K, unit: string, name: string): Extract<Signal, { kind: K }> {
  const signal = eventOf(unit, name);
  if (isRefusal(signal)) throw new Error(`${unit}/events/${name}.json: ${signal.refused}`);
  if (signal.kind !== kind) throw new Error(`${unit}/events/${name}.json is a ${signal.kind}, not a ${kind}`);
  return signal as Extract<Signal, { kind: K }>;
}

/** A call of the SDK, by the name of its command. */
export interface Sent {
  readonly operation: string;
  readonly input: Record<string, unknown>;
}

type Send = (command: object) => Promise<unknown>;

/**
 * A client that answers by operation: with a value, an error, or what a function makes of the input. What the services
 * really do is tested in the sandbox; here it is about decisions.
 */
export function answering(answers: Record<string, unknown>): { client: Client; send: Send; sent: Sent[] } {
  const sent: Sent[] = [];
  const send = async (command: object) => {
    const { input } = command as { input: Record<string, unknown> };
    const operation = command.constructor.name.replace(/Command$/, '');
    sent.push({ operation, input });
    const given = answers[operation];
    const answer: unknown = typeof given === 'function' ? given(input) : given;
    if (answer === undefined) throw new Error(`no answer for ${operation}`);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { client: (() => ({ config: {}, send })) as unknown as Client, send, sent };
}

export function awsError(name: string): Error {
  return Object.assign(new Error(name), { name });
}
