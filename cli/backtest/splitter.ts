import {
  afterBlanks,
  afterLastNewline,
  BOM,
  CLOSE_LIST,
  CLOSE_OBJECT,
  CLOSING,
  COLON,
  COMMA,
  endOfLine,
  endOfString,
  INLINE,
  indentBefore,
  isBlank,
  isBlankBetween,
  isBom,
  isBracket,
  isClosed,
  lineStartOf,
  MOST_INDENT,
  mayBecomeBom,
  NEWLINE,
  OPEN_LIST,
  OPEN_OBJECT,
  QUOTE,
  RETURN,
  SPACE,
  TAB,
} from './bytes';
import { LISTS } from './envelope';

/** One value of a file, or why there is none where one should be. */
export type Piece = { readonly value: unknown } | { readonly broken: string };

/** How much is held at once, in bytes. */
export interface Limits {
  /** A longer value is told and left out. */
  readonly value: number;
  /** A longer line is cut by its brackets, not read whole. */
  readonly line: number;
}

const MIB = 1024 * 1024;

/** No event is longer than CloudTrail's 256 KiB: a value over its limit is a file in a form that nobody knows. */
const LIMITS: Limits = { value: 32 * MIB, line: MIB };

/** A longer text is the name of no list. */
const MOST_KEY = 256;

/** More brackets within each other are a flood. */
const MOST_OPEN = 100_000;

/**
 * Cuts a stream of bytes into its events, without ever holding more than one of them: values after each other, JSON lines, the
 * elements of a list, and those of the lists in which AWS's exports keep events (`{"Records": […]}`), however long. JSON.parse
 * alone cannot read a file of gigabytes, and streaming parsers that build each value byte by byte stay far below the speed of
 * JSON.parse, which this leaves the values to.
 *
 * What is broken takes as little with it as it can: it ends where a line begins as its own did.
 */
export class Splitter {
  /** What is not yet cut off. */
  private data: Buffer = Buffer.alloc(0);
  /** Where the look stands in it. */
  private at = 0;
  /**
   * - `start`: before the first byte that says something.
   * - `line`: at the beginning of a line, outside of any value.
   * - `brackets`: anywhere else.
   * - `text`: in something that is no value, which ends with its line.
   * - `lost`: behind something broken, before a line to go on from.
   */
  private mode: 'start' | 'line' | 'brackets' | 'text' | 'lost' = 'start';
  /** Where the value begins that is being read; -1 between values. */
  private start = -1;
  /** How far it is indented, or INLINE. */
  private indent = INLINE;
  /** It is over the limit, and its beginning no longer held. */
  private isTooLong = false;
  /** The brackets that are open. */
  private readonly open: number[] = [];
  /** How many of them are around the elements that are cut out: 0 for values after each other, more inside a list. */
  private base = 0;
  private inString = false;
  /** The last text one step inside a wrapper: the key, where a list follows. */
  private key: readonly [from: number, to: number] = [0, 0];
  /** Where nothing was JSON so far, a bracket alone is not enough to go on from. */
  private isForeign = false;
  private pieces: Piece[] = [];

  public constructor(private readonly limits: Limits = LIMITS) {}

  /** @returns what is complete by now */
  public push(chunk: Buffer): Piece[] {
    this.data = this.data.length === 0 ? chunk : Buffer.concat([this.data, chunk]);
    this.advance(false);
    this.forget(this.needed());
    if (this.data.length > this.limits.value) this.letGo();
    return this.taken();
  }

  /**
   * @param isCut it is known that something is missing
   * @returns what was left
   */
  public end(isCut = false): Piece[] {
    this.advance(true);
    const isInside = this.open.length > this.base || this.inString;
    if (this.start >= 0 && isInside) {
      this.lose(isCut ? undefined : 'the file ends in the middle of a record', this.data.length);
    } else if (this.open.length > 0 && this.mode === 'brackets') {
      if (this.start >= 0) this.take(this.data.length);
      if (!isCut) this.pieces.push({ broken: 'the file ends too early' });
    }
    return this.taken();
  }

  private taken(): Piece[] {
    const { pieces } = this;
    this.pieces = [];
    return pieces;
  }

  private advance(isLast: boolean): void {
    while (this.goesOn(isLast));
  }

  /** @returns false where it takes more bytes */
  private goesOn(isLast: boolean): boolean {
    switch (this.mode) {
      case 'start':
        return this.begin(isLast);
      case 'line':
        return this.line(isLast);
      case 'brackets':
        return this.brackets(isLast);
      case 'text':
        return this.text(isLast);
      case 'lost':
        return this.find(isLast);
    }
  }

  private begin(isLast: boolean): boolean {
    const { data } = this;
    const blank = afterBlanks(data, 0);
    const first = isBom(data, blank) ? afterBlanks(data, blank + BOM.length) : blank;
    // Two bytes tell UTF-16 as well.
    if (first >= data.length || ((first + 1 >= data.length || mayBecomeBom(data, first)) && !isLast)) {
      this.at = Math.max(blank - MOST_INDENT, 0);
      return false;
    }
    if (isBracket(data[first]) && data[first + 1] !== 0) {
      this.at = first === blank ? 0 : first;
      this.mode = 'line';
      return true;
    }
    // A log in another form has as many lines as it likes: it is one file that is not ours, unless some of them are JSON.
    const [a, b] = [data[first], data[first + 1]];
    const isWide = a === 0 || b === 0 || (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff);
    this.isForeign = true;
    this.lose(isWide ? 'not UTF-8' : 'neither JSON nor gzip', first);
    return true;
  }

  /** In most files with lines there is one value in each: such a line needs no look at its bytes. */
  private line(isLast: boolean): boolean {
    const { data } = this;
    const first = afterBlanks(data, this.at);
    this.at = lineStartOf(data, first, this.at);
    if (first >= data.length) return false;
    if (isBom(data, first)) {
      this.at = first + BOM.length;
      return true;
    }
    if (mayBecomeBom(data, first) && !isLast) return false;
    if (!isBracket(data[first])) return this.toText(first);
    const newline = data.indexOf(NEWLINE, first);
    if (newline < 0 && !isLast && data.length - first <= this.limits.line) return false;
    const end = newline < 0 ? data.length : newline;
    if (end - first <= this.limits.line && isClosed(data, end) && this.parses(first, end)) {
      this.at = Math.min(end + 1, data.length);
      return true;
    }
    const indent = first - this.at;
    this.mode = 'brackets';
    this.at = first + 1;
    this.openAt(first, indent);
    return true;
  }

  private brackets(isLast: boolean): boolean {
    const { data } = this;
    for (; this.at < data.length; this.at += 1) {
      if (this.inString) {
        this.at = endOfString(data, this.at);
        const end = data[this.at];
        // JSON writes a line break within a text as \n.
        if (end === NEWLINE) return this.lose('not JSON', this.at);
        if (end !== QUOTE) return false;
        this.inString = false;
        if (this.isInWrapper()) this.key = [this.key[0], this.at];
        continue;
      }
      const { at } = this;
      const byte = data[at];
      const isOutside = this.open.length === this.base;
      switch (byte) {
        case QUOTE:
          if (isOutside && this.base === 0) return this.toText(at);
          if (isOutside) this.enter(at);
          if (this.isInWrapper()) this.key = [at + 1, at + 1];
          this.inString = true;
          break;
        case OPEN_OBJECT:
        case OPEN_LIST:
          if (!isOutside && !this.isDue(at)) return this.lose('not JSON', this.lineBreakBefore(at));
          if (this.open.length >= MOST_OPEN) return this.lose('nested too deep', this.lineBreakBefore(at));
          this.openAt(at);
          break;
        case CLOSE_OBJECT:
        case CLOSE_LIST:
          if (isOutside && this.base === 0) return this.toText(at);
          if (isOutside) this.closeList(at, byte);
          else if (byte === CLOSING[this.innermost()]) this.close(at);
          else return this.lose('not JSON', this.lineBreakBefore(at));
          break;
        case COMMA:
        case NEWLINE:
        case RETURN:
        case SPACE:
        case TAB:
          // A number or a word ends where something else begins.
          if (isOutside && this.start >= 0) this.take(at);
          if (byte !== NEWLINE || this.open.length > 0) break;
          this.at = at + 1;
          this.mode = 'line';
          return true;
        default:
          if (!isOutside || this.start >= 0) break;
          if (this.base > 0) {
            this.enter(at);
            break;
          }
          if (mayBecomeBom(data, at) && !isLast) return false;
          if (!isBom(data, at)) return this.toText(at);
          this.at += BOM.length - 1;
      }
    }
    return false;
  }

  /** Behind an opening bracket, before or behind a list of events. */
  private isInWrapper(): boolean {
    return this.open.length === 1 && this.base === 0;
  }

  private innermost(): number {
    return this.open[this.open.length - 1] as number;
  }

  /** Whether JSON allows a bracket to open here. */
  private isDue(at: number): boolean {
    let before = at - 1;
    while (isBlank(this.data[before])) before -= 1;
    const byte = this.data[before];
    // What is over the limit is no longer there to be looked at.
    if (byte === undefined) return true;
    return this.innermost() === OPEN_OBJECT ? byte === COLON : byte === COMMA || byte === OPEN_LIST;
  }

  /** Whether a list holds events one by one: the outermost one, and those under the names that AWS gives such lists. */
  private opensList(at: number): boolean {
    if (this.data[at] !== OPEN_LIST || this.base > 0 || this.open.length > 1) return false;
    if (this.open.length === 0) return true;
    if (this.key[0] < 0) return false;
    const key = this.data.toString('latin1', ...this.key);
    return LISTS.some((name) => name === key);
  }

  private openAt(at: number, indent?: number): void {
    const isList = this.opensList(at);
    if (!isList && this.open.length === this.base) this.enter(at, indent);
    this.open.push(this.data[at] as number);
    if (!isList) return;
    this.base = this.open.length;
    this.start = -1;
    this.isTooLong = false;
  }

  private enter(at: number, indent = indentBefore(this.data, at)): void {
    if (this.start >= 0) return;
    this.start = at;
    this.indent = indent;
  }

  private close(at: number): void {
    this.open.pop();
    if (this.open.length === this.base && this.start >= 0) this.take(at + 1);
  }

  private closeList(at: number, bracket: number): void {
    if (this.start >= 0) this.take(at);
    if (bracket === CLOSE_OBJECT) {
      this.pieces.push({ broken: 'not JSON' });
      return;
    }
    // What stands behind the list in its wrapper is no event.
    this.open.pop();
    this.base = 0;
    this.key = [at, at];
  }

  private toText(at: number): true {
    this.enter(at, INLINE);
    this.at = at;
    this.mode = 'text';
    return true;
  }

  private text(isLast: boolean): boolean {
    const newline = this.data.indexOf(NEWLINE, this.at);
    this.at = newline < 0 ? this.data.length : newline;
    if (newline < 0 && !isLast) return false;
    this.take(this.at);
    this.mode = 'line';
    return true;
  }

  private take(to: number): void {
    if (this.isTooLong || to - this.start > this.limits.value) {
      this.pieces.push({ broken: this.tooLong() });
    } else if (!this.parses(this.start, to)) {
      this.pieces.push({ broken: 'not JSON' });
      this.linesWithin(this.start, to);
    }
    this.start = -1;
    this.isTooLong = false;
  }

  private parses(from: number, to: number): boolean {
    try {
      this.pieces.push({ value: JSON.parse(this.data.toString('utf8', from, to)) });
      return true;
    } catch {
      return false;
    }
  }

  private tooLong(): string {
    return `longer than ${this.limits.value / MIB} MiB`;
  }

  /**
   * Leaves something broken. Lines that it swallowed may be whole all the same, and are told one by one.
   *
   * @param to where it ends at the latest
   */
  private lose(why: string | undefined, to: number): true {
    if (why !== undefined) this.pieces.push({ broken: this.isTooLong ? this.tooLong() : why });
    if (this.start >= 0 && !this.isTooLong) this.linesWithin(this.start, to);
    if (this.start < 0 || this.indent === INLINE) {
      // The whole line is, with the list that it may be.
      this.base = 0;
      this.indent = 0;
    }
    this.start = -1;
    this.isTooLong = false;
    this.inString = false;
    this.open.length = this.base;
    this.at = to;
    this.mode = 'lost';
    return true;
  }

  private linesWithin(from: number, to: number): void {
    const { data } = this;
    if (this.indent === INLINE) return;
    let newline = data.indexOf(NEWLINE, from);
    while (newline >= 0 && newline < to) {
      const next = data.indexOf(NEWLINE, newline + 1);
      const first = newline + 1 + this.indent;
      const end = endOfLine(data, first, next < 0 ? to : Math.min(next, to), this.base > 0);
      const isAlike = isBlankBetween(data, newline + 1, first) && data[first] === OPEN_OBJECT;
      if (isAlike && first < to && !this.parses(first, end)) this.pieces.push({ broken: 'not JSON' });
      newline = next;
    }
  }

  /** Looks for a line that begins as the broken one did, or in a list for one of another file behind it. */
  private find(isLast: boolean): boolean {
    const { data } = this;
    for (let from = this.at; ; ) {
      const newline = data.indexOf(NEWLINE, from);
      if (newline < 0) {
        this.at = data.length;
        return false;
      }
      const first = newline + 1 + this.indent;
      if (first + 1 >= data.length && !isLast) {
        this.at = newline;
        return false;
      }
      const isAlike = isBlankBetween(data, newline + 1, first) && data[first] === OPEN_OBJECT;
      const isOther = this.base > 0 && data[newline + 1] === OPEN_OBJECT;
      if ((isAlike && (!this.isForeign || data[first + 1] === QUOTE)) || isOther) {
        if (!isAlike) this.base = 0;
        this.open.length = this.base;
        this.at = newline + 1;
        this.mode = this.base > 0 ? 'brackets' : 'line';
        this.isForeign = false;
        return true;
      }
      from = newline + 1;
    }
  }

  private lineBreakBefore(at: number): number {
    const newline = this.data.lastIndexOf(NEWLINE, at);
    return newline > Math.max(this.start, 0) ? newline : at;
  }

  /** The first byte that may still be asked for. */
  private needed(): number {
    if (this.start >= 0 && !this.isTooLong) return this.start;
    if (this.mode !== 'brackets') return this.at;
    // No list of events has a long name.
    if (this.isInWrapper() && this.at - this.key[0] <= MOST_KEY) return Math.min(this.key[0], this.at);
    return afterLastNewline(this.data, this.at);
  }

  /** What is over the limit is read to its end, and not held. */
  private letGo(): void {
    if (this.start >= 0) this.isTooLong = true;
    this.forget(this.needed());
  }

  private forget(bytes: number): void {
    if (bytes <= 0) return;
    this.data = this.data.subarray(bytes);
    this.at -= bytes;
    if (this.start >= 0) this.start = Math.max(this.start - bytes, 0);
    this.key = [this.key[0] - bytes, this.key[1] - bytes];
  }
}
