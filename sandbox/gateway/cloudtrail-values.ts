import { MAPS, REDACTED } from './cloudtrail-tables';
import type { Json } from './types';

export function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/**
 * Keys with a small first letter, at all depths. A blob is shown as nothing. Policies and other documents that are text
 * stay text.
 */
export function lowerKeys(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(lowerKeys);
  }
  if (value === null || typeof value !== 'object') {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value as Json)
      .filter(([, member]) => member !== '<blob>' && member !== undefined)
      .map(([name, member]) => [lowerFirst(name), MAPS.has(name) ? mapMember(member) : lowerKeys(member)]),
  );
}

/** A map keeps its keys; the same name can be a list of structures elsewhere (`Tags`). */
function mapMember(member: unknown): unknown {
  return Array.isArray(member) ? lowerKeys(member) : member;
}

export function redact(service: string, value: Json): Json {
  const table = { ...REDACTED['*'], ...REDACTED[service] };
  const walk = (node: unknown): unknown => {
    if (Array.isArray(node)) {
      return node.map(walk);
    }
    if (node === null || typeof node !== 'object') {
      return node;
    }
    return Object.fromEntries(
      Object.entries(node as Json)
        .map(([key, member]): [string, unknown] =>
          Object.hasOwn(table, key) ? [key, table[key]] : [key, walk(member)],
        )
        .filter(([, member]) => member !== undefined),
    );
  };
  return walk(value) as Json;
}

/** Text of XML as CloudTrail shows it: booleans and small numbers as such, account ids and the rest as text. */
export function typed(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(typed);
  }
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value as Json).map(([key, member]) => [key, typed(member)]));
  }
  return typeof value === 'string' ? scalar(value) : value;
}

export function scalar(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') {
    return text === 'true';
  }
  return /^-?(0|[1-9]\d{0,9})$/.test(text) ? Number(text) : text;
}

export function parseJson(text: string): Json | null {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}
