/** The bytes that JSON is made of, and how one looks around among them. */

export const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
export const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST] = [0x7b, 0x7d, 0x5b, 0x5d];
export const CLOSING: Readonly<Record<number, number>> = { [OPEN_OBJECT]: CLOSE_OBJECT, [OPEN_LIST]: CLOSE_LIST };
export const [NEWLINE, RETURN, SPACE, TAB] = [0x0a, 0x0d, 0x20, 0x09];
/** The mark with which some programs begin a file in UTF-8. */
export const BOM = [0xef, 0xbb, 0xbf] as const;

/** A value does not begin its line. */
export const INLINE = -1;

/** More space before a value is no indentation. */
export const MOST_INDENT = 256;

/** @returns where the text ends or is broken off: a quote, a line break, or what it takes the next bytes for */
export function endOfString(data: Buffer, from: number): number {
  const { length } = data;
  for (let at = from; at < length; at += 1) {
    const byte = data[at];
    if (byte === QUOTE || byte === NEWLINE) return at;
    if (byte !== BACKSLASH) continue;
    if (at + 1 >= length) return at;
    if (data[at + 1] !== NEWLINE) at += 1;
  }
  return length;
}

export function indentBefore(data: Buffer, at: number): number {
  let from = at;
  while (data[from - 1] === SPACE || data[from - 1] === TAB) from -= 1;
  return data[from - 1] === NEWLINE ? at - from : INLINE;
}

/** Where the line begins that has its first byte at `first`; not before `from`, which is one or is blank. */
export function lineStartOf(data: Buffer, first: number, from: number): number {
  const least = Math.max(from, first - MOST_INDENT);
  for (let at = first; at > least; at -= 1) if (data[at - 1] === NEWLINE) return at;
  return least;
}

export function isClosed(data: Buffer, newline: number): boolean {
  const last = data[endOfLine(data, 0, newline, false) - 1];
  return last === CLOSE_OBJECT || last === CLOSE_LIST;
}

/** Indentation is asked for once a value begins behind it. */
export function afterLastNewline(data: Buffer, at: number): number {
  let from = at;
  while (from > 0 && at - from < MOST_INDENT && isBlank(data[from - 1])) from -= 1;
  return from;
}

/** @param hasComma behind an element of a list stands a comma that does not belong to it */
export function endOfLine(data: Buffer, from: number, newline: number, hasComma: boolean): number {
  let end = newline;
  while (end > from && isBlank(data[end - 1])) end -= 1;
  return hasComma && data[end - 1] === COMMA ? end - 1 : end;
}

export function afterBlanks(data: Buffer, from: number): number {
  let at = from;
  while (isBlank(data[at])) at += 1;
  return at;
}

/** Whether there is indentation only. */
export function isBlankBetween(data: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (data[at] !== SPACE && data[at] !== TAB) return false;
  return true;
}

export function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === NEWLINE || byte === RETURN || byte === TAB;
}

export function isBracket(byte: number | undefined): boolean {
  return byte === OPEN_OBJECT || byte === OPEN_LIST;
}

/** Files that were put together have it in the middle, too. */
export function isBom(data: Buffer, at: number): boolean {
  return data[at] === BOM[0] && data[at + 1] === BOM[1] && data[at + 2] === BOM[2];
}

export function mayBecomeBom(data: Buffer, at: number): boolean {
  return data[at] === BOM[0] && at + BOM.length > data.length;
}
