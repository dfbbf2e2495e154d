import CliTable from 'cli-table3';
import { stripVTControlCharacters } from 'node:util';
import { Screen, type Step } from '../sandbox/runner/screen';
import { difference } from './diff';
import { onInterrupt } from './interrupt';
import { printable } from './text';

export type Paint = 'red' | 'green' | 'yellow' | 'cyan' | 'dim' | 'bold';

export interface Column<T> {
  readonly head: string;
  readonly of: (item: T) => string;
  readonly paint?: (item: T) => Paint | undefined;
}

/** Between the columns of a table there is space, and nothing that a copied line would carry along. */
const NO_LINES = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '' },
  ...{ 'bottom-right': '', left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' },
};

/**
 * What is told: to a person tables and sentences, to a program one JSON line per item. What is waited for, asked or noted goes
 * to standard error; with `json`, all that is for people does.
 */
export class Output {
  public static async open(json = false): Promise<Output> {
    const aside = await Screen.open(process.stderr);
    return new Output(json, json ? aside : await Screen.open(process.stdout), aside);
  }

  private constructor(
    public readonly json: boolean,
    private readonly screen: Screen,
    private readonly aside: Screen,
  ) {
    onInterrupt(() => {
      // A question or a spinner may stand on the line.
      this.aside.halt();
      if (this.aside.isLive) this.aside.line();
    });
  }

  /** A line for people. */
  public say(text = '', paint?: Paint): void {
    this.screen.line(this.painted(printable(text), paint));
  }

  /** A line for people about how it goes, beside what was asked for. */
  public note(text: string): void {
    this.aside.line(this.aside.color.dim(printable(text)));
  }

  /** Something that must not be overlooked. */
  public warn(text: string): void {
    this.aside.bad(printable(text));
  }

  /** One item for a program. */
  public item(item: object): void {
    if (this.json) process.stdout.write(`${JSON.stringify(item)}\n`);
  }

  /** Items of a kind: a table, or a JSON line each. Where the terminal is too narrow, each is a block of lines. */
  public list<T extends object>(items: readonly T[], columns: readonly Column<T>[], none: string): void {
    if (this.json) {
      for (const item of items) this.item(item);
    } else if (items.length === 0) {
      this.say(none);
    } else {
      this.screen.line(this.table(items, columns));
    }
  }

  /** Named facts on one thing. */
  public details(facts: ReadonlyArray<readonly [name: string, value: string | undefined]>): void {
    const told = facts.filter((fact): fact is readonly [string, string] => Boolean(fact[1]));
    const width = Math.max(...told.map(([name]) => name.length));
    for (const [name, value] of told) {
      this.screen.line(`  ${this.painted(name.padEnd(width), 'dim')}  ${printable(value)}`);
    }
  }

  /** A change as what it takes away and what it adds. */
  public change(before: unknown, after: unknown): void {
    for (const { sign, text } of difference(before, after)) {
      const line = `  ${sign} ${printable(text)}`;
      this.screen.line(this.painted(line, sign === '-' ? 'red' : sign === '+' ? 'green' : 'dim'));
    }
  }

  /** Waits for something, and shows it; what fails is shown as failed. */
  public async waiting<T>(title: string, act: (step: Step) => Promise<T>): Promise<T> {
    const step = this.aside.step(title);
    try {
      const result = await act(step);
      step.done();
      return result;
    } catch (error) {
      step.fail();
      throw error;
    }
  }

  private table<T>(items: readonly T[], columns: readonly Column<T>[]): string {
    const table = new CliTable({
      chars: NO_LINES,
      style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    });
    table.push(columns.map(({ head }) => this.painted(head, 'dim')));
    for (const item of items) {
      table.push(columns.map(({ of, paint }) => this.painted(printable(of(item)), paint?.(item))));
    }
    const lines = table
      .toString()
      .split('\n')
      .map((line) => line.trimEnd());
    const widest = Math.max(...lines.map((line) => stripVTControlCharacters(line).length));
    return this.screen.isLive && widest > (process.stdout.columns ?? Number.POSITIVE_INFINITY)
      ? this.blocks(items, columns)
      : lines.join('\n');
  }

  private blocks<T>(items: readonly T[], columns: readonly Column<T>[]): string {
    const width = Math.max(...columns.map(({ head }) => head.length));
    return items
      .map((item) =>
        columns
          .map(({ head, of, paint }) => [head, of(item), paint?.(item)] as const)
          .filter(([, value]) => value !== '')
          .map(
            ([head, value, paint]) =>
              `${this.painted(head.padEnd(width), 'dim')}  ${this.painted(printable(value), paint)}`,
          )
          .join('\n'),
      )
      .join('\n\n');
  }

  private painted(text: string, paint: Paint | undefined): string {
    return paint === undefined ? text : this.screen.color[paint](text);
  }
}
