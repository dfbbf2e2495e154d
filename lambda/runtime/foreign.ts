/** How foreign input is read: by own properties only, and nothing is what it says it is before it was looked at. */

/** An id or a name of AWS, as far as one may stand in a log line. */
export const NAME = /^[\w.:/@+=,#-]{1,512}$/;

/** The text at a dotted path of foreign input, or undefined if there is none. */
export function textAt(value: unknown, path: string): string | undefined {
  const found = valueAt(value, path);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/** The value at a dotted path, or undefined. */
export function valueAt(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((at, key) => (isRecord(at) && Object.hasOwn(at, key) ? at[key] : undefined), value);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text, or an empty one for whatever is none. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Foreign input as it may stand in a message; what is no text may be of any size and depth. */
export function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 100)) : `(${typeof value})`;
}

/** The elements that are objects, of whatever should be a list of them. */
export function recordsOf(value: unknown): Array<Record<string, unknown>> {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
