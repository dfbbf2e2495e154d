import Table from 'cli-table3';
import type { Ora } from 'ora';
import pc from 'picocolors';

/** A line that says nothing new for longer makes a log look hung. */
const QUIET_MS = 15_000;

const MINIMUM_COLUMNS = 40;

/** One thing that is being waited for. */
export interface Step {
  /** What happens now. Plain output repeats it every 15 seconds only. */
  now(text: string): void;
  done(text?: string): void;
  fail(): void;
}

/**
 * What a person sees: a spinner and colour on a terminal, plain lines in a pipe, and nothing that a log would choke on.
 * `NO_COLOR` is honoured.
 */
export class Screen {
  public readonly isLive: boolean;
  public readonly color: ReturnType<typeof pc.createColors>;

  private readonly waiting = new Set<() => void>();

  /** @param makeSpinner absent where there is none to be drawn */
  private constructor(
    private readonly stream: NodeJS.WriteStream,
    private readonly makeSpinner: ((text: string) => Ora) | undefined,
  ) {
    this.isLive = makeSpinner !== undefined;
    this.color = pc.createColors(this.isLive && !process.env['NO_COLOR']);
  }

  public static async open(stream: NodeJS.WriteStream): Promise<Screen> {
    // A terminal that does not know its width cannot redraw a line that wraps.
    const isWide = (stream.columns ?? 0) >= MINIMUM_COLUMNS;
    const isLive = Boolean(stream.isTTY) && isWide && process.env['TERM'] !== 'dumb' && !process.env['CI'];
    if (!isLive) return new Screen(stream, undefined);
    // An ES module only, so it cannot be imported at the top of what runs as CommonJS.
    const { default: ora } = await import('ora');
    // Raw mode would keep Ctrl-C from arriving as a signal.
    return new Screen(stream, (text) => ora({ text, stream, discardStdin: false, hideCursor: true }));
  }

  public line(text = ''): void {
    this.stream.write(`${text}\n`);
  }

  public heading(text: string): void {
    this.line();
    this.line(this.color.bold(text));
  }

  public good(text: string): void {
    this.line(`${this.color.green('✔')} ${text}`);
  }

  public bad(text: string): void {
    this.line(`${this.color.red('✖')} ${text}`);
  }

  public note(text: string): void {
    this.line(this.color.dim(`  ${text}`));
  }

  /** Begins to wait for something. */
  public step(title: string): Step {
    const started = Date.now();
    const spinner = this.makeSpinner?.(title).start();
    if (!spinner) this.line(`${title} …`);
    let now = '';
    const since = () => `${((Date.now() - started) / 1000).toFixed(1)} s`;
    const redraw = () => {
      if (spinner)
        spinner.text = [title, this.color.dim(since()), now && this.color.dim(now)].filter(Boolean).join('  ');
      else this.line(`${title} (${since()})${now ? `: ${now}` : ''}`);
    };
    const timer = setInterval(redraw, spinner ? 200 : QUIET_MS);
    const halt = () => {
      clearInterval(timer);
      spinner?.stop();
    };
    this.waiting.add(halt);
    const end = (mark: string, text: string) => {
      if (!this.waiting.delete(halt)) return;
      halt();
      this.line(`${mark} ${text} ${this.color.dim(since())}`);
    };
    return {
      now: (text) => {
        now = text;
        if (spinner) redraw();
      },
      done: (text = title) => end(this.color.green('✔'), text),
      fail: () => end(this.color.red('✖'), title),
    };
  }

  /** Waits for nothing any more; what was waited for ends without a word. */
  public halt(): void {
    for (const halt of this.waiting) halt();
    this.waiting.clear();
  }

  public table(head: readonly string[], rows: readonly (readonly string[])[]): void {
    const table = new Table({
      head: [...head],
      style: this.isLive ? { head: ['bold'], border: ['dim'], compact: true } : { head: [], border: [], compact: true },
    });
    table.push(...rows.map((row) => [...row]));
    this.line(table.toString());
  }
}
