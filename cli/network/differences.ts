import { LAYERS, type Path } from './paths';
import { formatPorts, isEmpty, isSame, type PortSet, without } from './ports';

/** What became of a path. */
export interface Difference {
  /** `thinner`: still closed, but fewer layers close it; `thicker` the other way round. */
  readonly kind: 'opened' | 'closed' | 'thinner' | 'thicker' | 'changed';
  readonly says: string;
}

/** What opened and what closed between two tables of one network, and which layers do no longer what they did. */
export function differences(before: readonly Path[], after: readonly Path[]): Difference[] {
  const [was, is] = [byKey(before), byKey(after)];
  return [
    ...ofPlaces(before, after),
    ...[...new Set([...was.keys(), ...is.keys()])].flatMap((key) => ofPath(was.get(key), is.get(key))),
  ];
}

function ofPlaces(before: readonly Path[], after: readonly Path[]): Difference[] {
  const [was, is] = [before, after].map((paths) => new Set(paths.flatMap(({ from, to }) => [from, to]))) as [
    Set<string>,
    Set<string>,
  ];
  return [
    ...[...is]
      .filter((place) => !was.has(place))
      .map((place) => ({ kind: 'changed' as const, says: `there is ${place} now` })),
    ...[...was]
      .filter((place) => !is.has(place))
      .map((place) => ({ kind: 'changed' as const, says: `there is no ${place} any more` })),
  ];
}

function byKey(paths: readonly Path[]): Map<string, Path> {
  return new Map(paths.map((path) => [keyOf(path), path]));
}

function keyOf({ from, to, family, protocol }: Path): string {
  return `${from} -> ${to} ${protocol} (${family})`;
}

function ofPath(was: Path | undefined, is: Path | undefined): Difference[] {
  const path = keyOf((is ?? was) as Path);
  const [before, after] = [was?.ports ?? [], is?.ports ?? []];
  const [opened, closed] = [without(after, before), without(before, after)];
  const found: Difference[] = [];
  if (!isEmpty(opened)) found.push({ kind: 'opened', says: `${path} is open on ${formatPorts(opened)}${noted(is)}` });
  if (!isEmpty(closed)) found.push({ kind: 'closed', says: `${path} is closed on ${formatPorts(closed)}${shut(is)}` });
  if (was === undefined || is === undefined || found.length > 0) return found;
  return [...layersOf(path, was, is), ...restOf(path, was, is)];
}

/** What a layer lets through that was closed before, or the other way round, while the path stays as it is. */
function layersOf(path: string, was: Path, is: Path): Difference[] {
  return LAYERS.flatMap((layer) => {
    const found = ofLayer(`${path}: ${layer}`, was.layers[layer], is.layers[layer], '');
    // Some zones or addresses may differ where the sum of all is what it was.
    return found.length > 0
      ? found
      : ofLayer(`${path}: ${layer}`, was.everywhere[layer], is.everywhere[layer], ' everywhere');
  });
}

function ofLayer(layer: string, was: PortSet, is: PortSet, where: string): Difference[] {
  if (isSame(was, is)) return [];
  const [more, less] = [without(is, was), without(was, is)];
  return [
    ...(isEmpty(more)
      ? []
      : [{ kind: 'thinner' as const, says: `${layer} now lets ${formatPorts(more)} through${where}` }]),
    ...(isEmpty(less)
      ? []
      : [{ kind: 'thicker' as const, says: `${layer} no longer lets ${formatPorts(less)} through${where}` }]),
  ];
}

function restOf(path: string, was: Path, is: Path): Difference[] {
  const [before, after] = [was, is].map(otherwise);
  return before === after ? [] : [{ kind: 'changed', says: `${path} is otherwise: ${after} (before: ${before})` }];
}

/** What is told of a path besides its ports. */
function otherwise({ notes, via, unknown }: Path): string {
  const through = via.length === 0 ? [] : [`through ${via.join(', ')}`];
  return [...notes, ...through, ...(unknown === undefined ? [] : [unknown])].join('; ') || 'nothing more';
}

function noted(path: Path | undefined): string {
  return path === undefined || path.notes.length === 0 ? '' : `: ${path.notes.join('; ')}`;
}

function shut(path: Path | undefined): string {
  const [first] = path?.closedBy ?? [];
  return first === undefined ? '' : `: ${first.says}`;
}
