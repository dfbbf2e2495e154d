/**
 * Which records get lost on their way to EventBridge, which takes those of CloudTrail by best effort.
 * Source: EventBridge User Guide, "AWS service events delivered via AWS CloudTrail".
 */
export class Losses {
  private percent = 0;
  private state = 0;
  private readonly lost: string[] = [];

  /**
   * Begins anew: the same seed loses the same ones of a sequence of records, 0 percent none.
   *
   * @returns ids of the events that were lost so far
   */
  plan({ percent, seed = 1 }: { percent?: unknown; seed?: unknown }): readonly string[] {
    if (typeof percent !== 'number' || !(percent >= 0 && percent <= 100)) {
      throw new Error(`percent must be a number from 0 to 100, got ${JSON.stringify(percent)}`);
    }
    if (!Number.isInteger(seed)) {
      throw new Error(`seed must be an integer, got ${JSON.stringify(seed)}`);
    }
    this.percent = percent;
    this.state = seed as number;
    return this.lost.splice(0);
  }

  /** Whether this one is lost. */
  takes(eventId: string): boolean {
    const isLost = this.percent > 0 && this.next() * 100 < this.percent;
    if (isLost) {
      this.lost.push(eventId);
    }
    return isLost;
  }

  /** A number from 0 to 1 (mulberry32). */
  private next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}
