import type { EdgeLabel } from '@dagrejs/dagre';
import type { Drawing, DrawnArrow, DrawnPlace, DrawnVpc } from './drawing';
import { INTERNET } from './places';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Corner at the upper left, and the size. */
export interface Rectangle extends Point {
  readonly width: number;
  readonly height: number;
}

/** One line of text; `x` and `y` are where its base line begins. */
export interface Line extends Point {
  readonly text: string;
  readonly bold?: boolean;
}

export interface Box extends Rectangle {
  readonly kind: 'vpc' | 'place' | 'subnet';
  readonly tier?: string;
  readonly lines: readonly Line[];
}

export interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly points: readonly Point[];
  readonly label: Rectangle & { readonly lines: readonly Line[] };
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** What is around others comes before them. */
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
}

export const FONT_SIZE = 11;
const LINE = 16;
const PADDING = 10;
const ROW = 22;
const GAP = 4;
/** Room for the head of a VPC above what stands in it. */
const HEAD = 28;
const MARGIN = 24;
/** Longer texts are cut: a name of AWS can have 255 characters. */
const MOST_CHARACTERS = 60;
/** Of a font of fixed width one character takes this much of its size, bold or not. */
const CHARACTER = 0.62 * FONT_SIZE;

/** How wide a text is: characters of East Asia take the room of two. */
export function widthOf(text: string): number {
  const characters = [...text].reduce((sum, each) => sum + ((each.codePointAt(0) ?? 0) >= 0x1100 ? 2 : 1), 0);
  return characters * CHARACTER;
}

export function shortened(text: string): string {
  const characters = [...text];
  return characters.length > MOST_CHARACTERS ? `${characters.slice(0, MOST_CHARACTERS - 1).join('')}…` : text;
}

/** Finds a place for everything: ranks and order by dagre, what stands inside a box from top to bottom. */
export async function layoutOf(drawing: Drawing): Promise<Layout> {
  const { Graph, layout } = await import('@dagrejs/dagre');
  const graph = new Graph({ compound: true, multigraph: true });
  graph.setGraph({
    rankdir: 'LR',
    nodesep: 2 * HEAD,
    edgesep: 24,
    ranksep: 96,
    marginx: MARGIN,
    marginy: MARGIN + HEAD,
  });
  for (const vpc of drawing.vpcs) {
    if (vpc.places.length === 0) graph.setNode(vpcKey(vpc), emptySize(vpc));
    else graph.setNode(vpcKey(vpc), {});
    for (const place of vpc.places) {
      graph.setNode(place.id, sizeOf(place, widthOf(shortened(vpc.label))));
      graph.setParent(place.id, vpcKey(vpc));
    }
  }
  for (const place of drawing.outside) graph.setNode(place.id, sizeOf(place));
  for (const arrow of drawing.arrows) {
    const { from, to } = endsOf(arrow);
    graph.setEdge(from, to, { ...labelSize(arrow), labelpos: 'c' }, nameOf(arrow));
  }
  layout(graph);
  const at = (key: string): Rectangle => around(graph.node(key));
  const ways = drawing.arrows.map((arrow): Way => {
    const ends = endsOf(arrow);
    const { points = [], x = 0, y = 0 }: EdgeLabel = graph.edge(ends.from, ends.to, nameOf(arrow));
    // The first and the last are on the frames of boxes, wherever a straight line would meet them.
    const between = points.slice(1, -1).sort((one, other) => one.x - other.x);
    const [left = ends.from, right = ends.to] = at(ends.from).x <= at(ends.to).x ? [] : [ends.to, ends.from];
    return {
      arrow,
      left: at(left),
      right: at(right),
      startsAt: left === arrow.from ? 'left' : 'right',
      between,
      label: around({ x, y, ...labelSize(arrow) }),
    };
  });
  return assembled(drawing, at, ways);
}

/** An arrow before it is known where it leaves its box. */
interface Way {
  readonly arrow: DrawnArrow;
  readonly left: Rectangle;
  readonly right: Rectangle;
  /** Which of the two the arrow begins at. */
  readonly startsAt: 'left' | 'right';
  readonly between: readonly Point[];
  readonly label: Rectangle;
}

function assembled(drawing: Drawing, at: (key: string) => Rectangle, ways: readonly Way[]): Layout {
  const boxes = [
    ...drawing.vpcs.flatMap((vpc) => [
      vpcBox(vpc, vpc.places.length === 0 ? [at(vpcKey(vpc))] : vpc.places.map(({ id }) => at(id))),
      ...vpc.places.flatMap((place) => placeBoxes(place, at(place.id))),
    ]),
    ...drawing.outside.flatMap((place) => placeBoxes(place, at(place.id))),
  ];
  const bands = bandsOf([...boxes.filter(({ kind }) => kind === 'place'), ...ways.map(({ label }) => label)]);
  const [starts, ends] = [portsOf(ways, 'left'), portsOf(ways, 'right')];
  const arrows = ways.map((way, index): Arrow => {
    const points = routed(way, starts[index] ?? way.left.y, ends[index] ?? way.right.y, bands);
    const { arrow, startsAt, label } = way;
    return {
      from: arrow.from,
      to: arrow.to,
      points: startsAt === 'left' ? points : points.reverse(),
      label: { ...label, lines: labelLines(arrow, label) },
    };
  });
  const all: readonly Rectangle[] = [...boxes, ...ways.map(({ label }) => label)];
  return {
    width: Math.ceil(Math.max(0, ...all.map(({ x, width }) => x + width)) + MARGIN),
    height: Math.ceil(Math.max(0, ...all.map(({ y, height }) => y + height)) + MARGIN),
    boxes,
    arrows,
  };
}

/** Boxes and labels stand in columns, and the columns apart: arrows cross one level, and change their level in between. */
function bandsOf(rectangles: readonly Rectangle[]): Array<readonly [left: number, right: number]> {
  const bands: Array<[number, number]> = [];
  for (const { x, width } of [...rectangles].sort((one, other) => one.x - other.x)) {
    const last = bands.at(-1);
    if (last !== undefined && x <= last[1]) last[1] = Math.max(last[1], x + width);
    else bands.push([x, x + width]);
  }
  return bands;
}

/** Where arrows leave the right side of their box, or meet the left one: spread over it, in the order in which they go on. */
function portsOf(ways: readonly Way[], end: 'left' | 'right'): number[] {
  const keyOf = (way: Way) => `${way[end].x} ${way[end].y}`;
  const next = ({ between, label }: Way) => between.at(end === 'left' ? 0 : -1)?.y ?? label.y;
  return ways.map((way) => {
    const beside = ways.filter((other) => keyOf(other) === keyOf(way)).sort((one, other) => next(one) - next(other));
    const { y, height } = way[end];
    return y + (height * (beside.indexOf(way) + 1)) / (beside.length + 1);
  });
}

function routed(
  { left, right, between }: Way,
  start: number,
  end: number,
  bands: ReadonlyArray<readonly [number, number]>,
): Point[] {
  const bandAt = (x: number) => bands.find(([first, last]) => first <= x && x <= last) ?? [x, x];
  const [leaves, arrives] = [left.x + left.width, right.x];
  return [
    { x: leaves, y: start },
    { x: bandAt(leaves)[1], y: start },
    ...between.flatMap(({ x, y }) => bandAt(x).map((edge) => ({ x: edge, y }))),
    { x: bandAt(arrives)[0], y: end },
    { x: arrives, y: end },
  ];
}

/** The Internet stands on the left, also where connections lead to it. */
function endsOf({ from, to }: DrawnArrow): { readonly from: string; readonly to: string } {
  return to === INTERNET ? { from: to, to: from } : { from, to };
}

function nameOf({ from, to }: DrawnArrow): string {
  return JSON.stringify([from, to]);
}

function around({ x = 0, y = 0, width = 0, height = 0 }: Partial<Rectangle>): Rectangle {
  return { x: x - width / 2, y: y - height / 2, width, height };
}

function emptySize({ label }: DrawnVpc): { width: number; height: number } {
  return { width: widthOf(shortened(label)), height: LINE };
}

function vpcKey({ id }: DrawnVpc): string {
  return `vpc ${id}`;
}

function sizeOf({ label, subnets, notes }: DrawnPlace, atLeast = 0): { width: number; height: number } {
  const texts = [label, ...notes].map((text) => widthOf(shortened(text)));
  const rows = subnets.map((text) => widthOf(shortened(text)) + 2 * PADDING);
  return {
    width: Math.max(atLeast, ...texts, ...rows) + 2 * PADDING,
    height: LINE + subnets.length * (ROW + GAP) + notes.length * LINE + 2 * PADDING,
  };
}

function labelSize({ labels }: DrawnArrow): { width: number; height: number } {
  return { width: Math.max(...labels.map((text) => widthOf(shortened(text)))) + 8, height: labels.length * LINE + 4 };
}

function labelLines({ labels }: DrawnArrow, { x, y }: Rectangle): Line[] {
  return labels.map((text, index) => ({ text: shortened(text), x: x + 4, y: y + (index + 1) * LINE - 2 }));
}

/** Around what stands in it, with room for its name. */
function vpcBox({ label }: DrawnVpc, inner: readonly Rectangle[]): Box {
  const left = Math.min(...inner.map(({ x }) => x)) - PADDING;
  const top = Math.min(...inner.map(({ y }) => y)) - HEAD;
  const right = Math.max(...inner.map(({ x, width }) => x + width)) + PADDING;
  const bottom = Math.max(...inner.map(({ y, height }) => y + height)) + PADDING;
  const box = { x: left, y: top, width: right - left, height: bottom - top };
  const line = { text: shortened(label), x: box.x + PADDING, y: box.y + LINE + 2, bold: true };
  return { kind: 'vpc', ...box, lines: [line] };
}

function placeBoxes({ label, tier, subnets, notes }: DrawnPlace, box: Rectangle): Box[] {
  const x = box.x + PADDING;
  const under = box.y + PADDING + LINE;
  const afterRows = under + subnets.length * (ROW + GAP);
  const lines = [
    { text: shortened(label), x, y: box.y + PADDING + LINE - 4, bold: true },
    ...notes.map((text, index) => ({ text: shortened(text), x, y: afterRows + (index + 1) * LINE - 4 })),
  ];
  return [
    { kind: 'place', ...box, lines, ...(tier !== undefined && { tier }) },
    ...subnets.map((text, index): Box => {
      const y = under + index * (ROW + GAP) + GAP / 2;
      const row = { x, y, width: box.width - 2 * PADDING, height: ROW };
      return { kind: 'subnet', ...row, lines: [{ text: shortened(text), x: x + PADDING, y: y + LINE - 1 }] };
    }),
  ];
}
