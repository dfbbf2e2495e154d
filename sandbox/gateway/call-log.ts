import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { dirname } from 'node:path';
import type { FaultKind } from './types';

/** One API call: who did what to which resource, and whether it was let through. Never bodies, never secrets. */
export interface Call {
  readonly seq: number;
  readonly time: string;
  readonly caller: string;
  readonly roleArn?: string;
  readonly sessionName?: string;
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly actions: readonly string[];
  readonly decision: 'allowed' | 'denied';
  readonly reason?: string;
  readonly mutating: boolean;
  /** 0 when no answer was sent. */
  readonly status: number;
  readonly errorCode?: string;
  readonly ms: number;
  /** The CloudTrail record that this call became. */
  readonly eventId?: string;
  readonly fault?: FaultKind;
}

/** Enough for hours of drills; older calls stay in the file. */
const KEPT_IN_MEMORY = 100_000;

/** The oracle: every call in the order of completion, in memory and as JSON lines in a file. */
export class CallLog {
  private readonly calls: Call[] = [];
  private readonly file: WriteStream | undefined;
  private seq = 0;

  constructor(path?: string) {
    if (path !== undefined) {
      mkdirSync(dirname(path), { recursive: true });
      this.file = createWriteStream(path, { flags: 'a' });
    }
  }

  add(call: Omit<Call, 'seq'>): Call {
    this.seq += 1;
    const entry: Call = { seq: this.seq, ...call };
    this.calls.push(entry);
    if (this.calls.length > KEPT_IN_MEMORY) {
      this.calls.splice(0, this.calls.length - KEPT_IN_MEMORY);
    }
    this.file?.write(`${JSON.stringify(entry)}\n`);
    return entry;
  }

  /** Calls after that sequence number, and the number to ask with next time. */
  since(seq: number): { calls: readonly Call[]; next: number } {
    const first = this.calls[0]?.seq ?? 1;
    return { calls: this.calls.slice(Math.max(0, seq - first + 1)), next: this.seq };
  }

  close(): Promise<void> {
    return new Promise((resolve) => (this.file ? this.file.end(() => resolve()) : resolve()));
  }
}
