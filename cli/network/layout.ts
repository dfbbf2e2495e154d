import type { Drawing, DrawnArrow, DrawnPlace, DrawnVpc } from './drawing';

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
  const graph = new Graph({ compound: true });
  graph.setGraph({
    rankdir: 'LR',
    nodesep: 2 * HEAD,
    edgesep: 24,
    ranksep: 48,
    marginx: MARGIN,
    marginy: MARGIN + HEAD,
  });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const vpc of drawing.vpcs) {
    graph.setNode(vpcKey(vpc), {});
    for (const place of vpc.places) {
      graph.setNode(place.id, sizeOf(place, widthOf(shortened(vpc.label))));
      graph.setParent(place.id, vpcKey(vpc));
    }
  }
  for (const place of drawing.outside) graph.setNode(place.id, sizeOf(place));
  for (const arrow of drawing.arrows) {
    graph.setEdge(arrow.from, arrow.to, { ...labelSize(arrow), labelpos: 'c' });
  }
  layout(graph);
  const at = (key: string): Rectangle => {
    const { x = 0, y = 0, width = 0, height = 0 } = graph.node(key);
    return { x: x - width / 2, y: y - height / 2, width, height };
  };
  const boxes = [
    ...drawing.vpcs.flatMap((vpc) => [
      vpcBox(
        vpc,
        vpc.places.map(({ id }) => at(id)),
      ),
      ...vpc.places.flatMap((place) => placeBoxes(place, at(place.id))),
    ]),
    ...drawing.outside.flatMap((place) => placeBoxes(place, at(place.id))),
  ];
  const arrows = drawing.arrows.map((arrow): Arrow => {
    const { points = [], x = 0, y = 0 } = graph.edge(arrow.from, arrow.to);
    const { width, height } = labelSize(arrow);
    const label = { x: x - width / 2, y: y - height / 2, width, height };
    return { from: arrow.from, to: arrow.to, points, label: { ...label, lines: labelLines(arrow, label) } };
  });
  const all: readonly Rectangle[] = [...boxes, ...arrows.map(({ label }) => label)];
  return {
    width: Math.ceil(Math.max(...all.map(({ x, width }) => x + width)) + MARGIN),
    height: Math.ceil(Math.max(...all.map(({ y, height }) => y + height)) + MARGIN),
    boxes,
    arrows,
  };
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
