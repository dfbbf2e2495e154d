/** Chance that comes again: the same seed gives the same numbers (mulberry32). */
export class Random {
  public constructor(private state: number) {}

  /** From 0 to 1. */
  public next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 to `below`. */
  public below(below: number): number {
    return Math.floor(this.next() * below);
  }

  /** The same things in another order (Fisher and Yates). */
  public shuffled<T>(things: readonly T[]): T[] {
    const mixed = [...things];
    for (let last = mixed.length - 1; last > 0; last -= 1) {
      const other = this.below(last + 1);
      [mixed[last], mixed[other]] = [mixed[other] as T, mixed[last] as T];
    }
    return mixed;
  }
}

/** How many there are of each. */
export function countBy<T>(things: readonly T[], keyOf: (thing: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const thing of things) counts[keyOf(thing)] = (counts[keyOf(thing)] ?? 0) + 1;
  return counts;
}

/** Does something for each, so many at a time, and gives what came of it in the order of the things. */
export async function inParallel<T, R>(
  things: readonly T[],
  width: number,
  work: (thing: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    while (next < things.length) {
      const index = next++;
      results[index] = await work(things[index] as T, index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, things.length) }, worker));
  return results;
}
