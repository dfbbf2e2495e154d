/** Ports from the first to the last, both counted. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** Ports in ascending order; the ranges neither touch nor overlap. */
export type PortSet = readonly PortRange[];

export const NO_PORTS: PortSet = [];
export const ALL_PORTS: PortSet = [{ first: 0, last: 65_535 }];

export function union(...sets: readonly PortSet[]): PortSet {
  const [only = NO_PORTS, ...more] = new Set(sets.filter((set) => !isEmpty(set)));
  if (more.length === 0 && only.length < 2) return only;
  const merged: PortRange[] = [];
  for (const { first, last } of sets.flat().sort((one, other) => one.first - other.first)) {
    const before = merged.at(-1);
    if (before === undefined || before.last + 1 < first) merged.push({ first, last });
    else if (before.last < last) merged[merged.length - 1] = { first: before.first, last };
  }
  return merged;
}

export function intersect(...sets: readonly PortSet[]): PortSet {
  const [head = ALL_PORTS, ...rest] = new Set(sets.filter((set) => set !== ALL_PORTS));
  return rest.reduce<PortSet>(
    (common, set) =>
      common.flatMap((one) =>
        set.flatMap((other) => {
          const [first, last] = [Math.max(one.first, other.first), Math.min(one.last, other.last)];
          return first <= last ? [{ first, last }] : [];
        }),
      ),
    head,
  );
}

export function without(set: PortSet, taken: PortSet): PortSet {
  return taken.reduce<PortSet>(
    (left, { first, last }) =>
      left.flatMap((range) =>
        [
          { first: range.first, last: Math.min(range.last, first - 1) },
          { first: Math.max(range.first, last + 1), last: range.last },
        ].filter((part) => part.first <= part.last),
      ),
    set,
  );
}

export function isEmpty(set: PortSet): boolean {
  return set.length === 0;
}

/** Whether the first set holds all of the second. */
export function holds(set: PortSet, part: PortSet): boolean {
  return isEmpty(without(part, set));
}

export function isSame(one: PortSet, other: PortSet): boolean {
  return formatPorts(one) === formatPorts(other);
}

/** `80, 443, 1024-65535`; `all` and `none` where that says it. */
export function formatPorts(set: PortSet): string {
  if (isEmpty(set)) return 'none';
  if (set.length === 1 && set[0]?.first === 0 && set[0].last === 65_535) return 'all';
  return set.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`)).join(', ');
}
