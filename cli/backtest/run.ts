import { count } from '../text';
import { type Envelope, envelopesOf, type Recorded } from './envelope';
import { because, bytesOf, type Source } from './files';
import { nameOf, type Replay, type Replayed } from './replay';
import { type Piece, Splitter } from './splitter';

/** Events that were read, of them those that would have led to something, and what could not be taken for one. */
export interface Summary {
  events: number;
  matched: number;
  refused: number;
}

export interface Listener {
  /**
   * @param failure where one remediation fails on the event, and others look or an alarm tells
   * @returns a promise where the one who listens needs a while
   */
  readonly matched: (replayed: Replayed, time: string, failure?: Failure) => void | Promise<void>;
  readonly refused: (refused: Failure & Partial<Replayed>) => void | Promise<void>;
}

export interface Failure {
  readonly where: string;
  readonly reason: string;
}

/** Replays everything that stands in the sources. Nothing that is wrong with one record or file keeps the next from being read. */
export async function backtest(
  sources: AsyncIterable<Source>,
  replay: Replay,
  summary: Summary,
  listener: Listener,
): Promise<void> {
  for await (const source of sources) await new Reading(source, replay, summary, listener).read();
}

class Reading {
  private record = 0;
  private failure: unknown;

  public constructor(
    private readonly source: Source,
    private readonly replay: Replay,
    private readonly summary: Summary,
    private readonly listener: Listener,
  ) {}

  public async read(): Promise<void> {
    const { source } = this;
    if (source.unreadable !== undefined) return this.refuse(source.name, source.unreadable);
    const splitter = new Splitter();
    for await (const chunk of this.chunks()) await this.pieces(splitter.push(chunk));
    // What was whole before it broke off is read.
    await this.pieces(splitter.end(this.failure !== undefined));
    if (this.failure === undefined) return;
    await this.refuse(source.name, `${because(this.failure)}, after ${count(this.record, 'record')}`);
  }

  private async *chunks(): AsyncGenerator<Buffer> {
    try {
      yield* bytesOf(this.source.open());
    } catch (error) {
      this.failure = error;
    }
  }

  private async pieces(pieces: readonly Piece[]): Promise<void> {
    for (const piece of pieces) {
      const waiting = 'broken' in piece ? this.refuse(this.place(), piece.broken) : this.value(piece.value);
      // Most pieces lead to nothing that has to be waited for, and a promise for each would cost more than the rest.
      if (waiting !== undefined) await waiting;
    }
  }

  private value(value: unknown): void | Promise<void> {
    const recorded = this.recordedIn(value);
    return recorded.length === 1 ? this.one(recorded[0] as Recorded) : this.several(recorded);
  }

  private recordedIn(value: unknown): Recorded[] {
    try {
      return envelopesOf(value);
    } catch (error) {
      return [{ refused: unforeseen(error) }];
    }
  }

  private async several(recorded: readonly Recorded[]): Promise<void> {
    for (const each of recorded) {
      const waiting = this.one(each);
      if (waiting !== undefined) await waiting;
    }
  }

  private one(each: Recorded): void | Promise<void> {
    if ('refused' in each) return this.refuse(this.place(), each.refused);
    const where = this.place();
    const replayed = this.replayed(each);
    if (replayed === undefined) {
      this.summary.events += 1;
      return undefined;
    }
    const { refused: reason, ...event } = replayed;
    const leadsToNothing = event.remediations.length === 0 && event.alarms.length === 0;
    if (reason !== undefined && leadsToNothing) return this.refuse(where, reason, event);
    this.summary.events += 1;
    this.summary.matched += 1;
    return this.listener.matched(replayed, each.time, reason === undefined ? undefined : { where, reason });
  }

  private replayed(envelope: Envelope): Replayed | undefined {
    try {
      return this.replay.event(envelope);
    } catch (error) {
      const { id, source } = envelope;
      return { ...NOTHING, id, source, eventName: nameOf(envelope), refused: unforeseen(error) };
    }
  }

  private refuse(where: string, reason: string, event: Partial<Replayed> = {}): void | Promise<void> {
    this.summary.refused += 1;
    return this.listener.refused({ ...event, where, reason });
  }

  private place(): string {
    this.record += 1;
    return `${this.source.name}, record ${this.record}`;
  }
}

const NOTHING = { alarms: [], remediations: [], techniques: [] } as const;

/** Foreign data may be nested as deep as it likes. */
function unforeseen(error: unknown): string {
  return `it could not be judged (${error instanceof Error ? error.message : String(error)})`;
}
