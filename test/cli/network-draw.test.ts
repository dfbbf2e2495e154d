import { XMLParser, XMLValidator } from 'fast-xml-parser';
import fc from 'fast-check';
import { draw } from '../../cli/network/draw';
import { type Drawing, type DrawnPlace, drawingOf } from '../../cli/network/drawing';
import {
  type Box,
  FONT_SIZE,
  type Layout,
  layoutOf,
  type Line,
  type Rectangle,
  shortened,
  widthOf,
} from '../../cli/network/layout';
import { pathTable } from '../../cli/network/paths';
import { network, type Sketch } from './network/sketch';

const place = (id: string, subnets = 3, notes: string[] = []): DrawnPlace => ({
  id,
  label: id,
  tier: id,
  subnets: Array.from({ length: subnets }, (_, index) => `zone ${index + 1}  10.0.${index}.0/24  ${id}-${index + 1}`),
  notes,
});

const outside = ['internet', 's3', 'dynamodb'].map((id) => ({ id, label: id, subnets: [], notes: [] }));
const arrow = (text: string) => {
  const [from = '', to = '', label = 'tcp 443'] = text.split(' > ');
  return { from, to, labels: [label] };
};

/** As LayeredNetwork makes them. */
const arrows = [
  'internet > edge > tcp 80, 443',
  'edge > app > tcp 8080',
  'management > app > tcp 8080',
  'management > data > tcp 5432',
  'app > data > tcp 5432',
  ...['management', 'app', 'data'].map((from) => `${from} > endpoints`),
  ...['management > s3', 'app > s3', 'app > dynamodb'],
].map(arrow);

const vpc = (name: string, places: readonly DrawnPlace[]) => ({ id: name, label: `VPC ${name}  10.0.0.0/16`, places });
const threeVpcs: Drawing = {
  vpcs: [
    vpc('management', [place('management')]),
    vpc('business', [place('app'), place('edge')]),
    vpc('database', [place('data')]),
    vpc('endpoints', [place('endpoints', 3, ['ssm, kms'])]),
  ],
  outside,
  arrows,
};
const singleVpc: Drawing = {
  ...threeVpcs,
  vpcs: [
    vpc(
      'network',
      threeVpcs.vpcs.flatMap(({ places }) => places),
    ),
  ],
};
const inspected: Drawing = {
  ...threeVpcs,
  vpcs: [...threeVpcs.vpcs, vpc('inspection', [place('firewall'), place('egress'), place('transit')]), vpc('none', [])],
  arrows: [...arrows, arrow('app > internet'), arrow('app > edge > tcp 443, in part')],
};
const long = 'a-name-with-more-characters-than-anybody-would-ever-want-to-read-in-a-picture-of-a-network-'.repeat(3);
const longNames: Drawing = {
  ...threeVpcs,
  vpcs: [
    vpc(long, [place('edge'), place('management'), place('endpoints', 2, [long])]),
    vpc('日本語の名前', [place('app'), place('data')]),
  ],
  arrows: arrows.map((each) => ({ ...each, labels: [...each.labels, `udp ${'53, 123, 500, 4500, '.repeat(9)}`] })),
};

/** Boxes of different width in one column: what leaves or meets the narrow one passes the wide one. */
const wideBesideTarget: Drawing = {
  vpcs: [vpc('v', [place('a', 0), place('b', 0), place('c', 1)]), vpc('w', [place('d', 0)])],
  outside,
  arrows: ['internet > b', 'b > internet', 's3 > a', 'd > b'].map(arrow),
};
const wideBesideSource: Drawing = {
  vpcs: [
    vpc(
      'v',
      ['a', 'b', 'c', 'd'].map((id) => place(id, 0)),
    ),
  ],
  outside,
  arrows: ['a > b', 's3 > b'].map(arrow),
};

const isWithin = (inner: Rectangle, outer: Rectangle) =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;
const overlap = (one: Rectangle, other: Rectangle) =>
  one.x < other.x + other.width &&
  other.x < one.x + one.width &&
  one.y < other.y + other.height &&
  other.y < one.y + one.height;
const roomOf = ({ text, x, y }: Line): Rectangle => ({ x, y: y - 10, width: widthOf(text), height: 13 });
const pairs = <T>(items: readonly T[]) =>
  items.flatMap((one, index) => items.slice(index + 1).map((other) => [one, other] as const));

/** What a person would see wrong. */
function faultsOf({ width, height, boxes, arrows: drawn }: Layout, drawing: Drawing): string[] {
  const owns = new Set(
    drawing.vpcs.flatMap(({ label, places: own }) =>
      own.map((each) => `${shortened(label)} > ${shortened(each.label)}`),
    ),
  );
  const places = boxes.filter(({ kind }) => kind === 'place');
  const name = ({ kind, lines }: Box) => `${kind} ${lines[0]?.text}`;
  const page = { x: 0, y: 0, width, height };
  const labels = drawn.map(({ from, to, label }) => ({ name: `label ${from} > ${to}`, label }));
  return [
    ...boxes.filter((box) => !isWithin(box, page)).map((box) => `${name(box)} leaves the page`),
    ...boxes.flatMap((box) =>
      box.lines.filter((line) => !isWithin(roomOf(line), box)).map(({ text }) => `"${text}" leaves ${name(box)}`),
    ),
    ...pairs(boxes).flatMap(([one, other]) => {
      const isOwn = one.kind === 'vpc' && owns.has(`${one.lines[0]?.text} > ${other.lines[0]?.text}`);
      if (isOwn || (one.kind === 'place' && other.kind === 'subnet' && isWithin(other, one)))
        return isWithin(other, one) ? [] : [`${name(other)} leaves ${name(one)}`];
      const isDeeper = one.kind === 'vpc' && other.kind === 'subnet';
      return overlap(one, other) && !isDeeper ? [`${name(one)} overlaps ${name(other)}`] : [];
    }),
    ...boxes.flatMap((box) =>
      pairs(box.lines).flatMap(([one, other]) =>
        overlap(roomOf(one), roomOf(other)) ? [`"${one.text}" overlaps "${other.text}"`] : [],
      ),
    ),
    ...labels.flatMap(({ name: own, label }) => [
      ...label.lines.filter((line) => !isWithin(roomOf(line), label)).map(({ text }) => `"${text}" leaves ${own}`),
      ...places.filter((box) => overlap(box, label)).map((box) => `${own} overlaps ${name(box)}`),
      ...(isWithin(label, page) ? [] : [`${own} leaves the page`]),
    ]),
    ...pairs(labels).flatMap(([one, other]) =>
      overlap(one.label, other.label) ? [`${one.name} overlaps ${other.name}`] : [],
    ),
    ...drawn.flatMap(({ from, to, points }) =>
      points.slice(1).flatMap((point, index) => {
        const before = points[index] ?? point;
        // A curve between two levels stays in the rectangle around its ends.
        const way = {
          x: Math.min(before.x, point.x) + 0.01,
          y: Math.min(before.y, point.y),
          width: Math.abs(before.x - point.x) - 0.02,
          height: Math.abs(before.y - point.y) + 0.01,
        };
        return places.filter((box) => overlap(way, box)).map((box) => `the arrow ${from} > ${to} crosses ${name(box)}`);
      }),
    ),
  ];
}

const boxOf = ({ boxes }: Layout, label: string) =>
  boxes.find(({ kind, lines }) => kind === 'place' && lines[0]?.text === label);

describe('where things are drawn', () => {
  test.each([
    ['three VPCs', threeVpcs],
    ['a single VPC', singleVpc],
    ['an inspection VPC, arrows both ways and an empty VPC', inspected],
    ['long names and names of wide characters', longNames],
    ['a target beside a wider box', wideBesideTarget],
    ['a source beside a wider box', wideBesideSource],
    ['nothing', { vpcs: [], outside: [], arrows: [] }],
  ])('nothing lies on something else: %s', async (_, drawing) => {
    expect(faultsOf(await layoutOf(drawing), drawing)).toEqual([]);
  });

  test('the room of a text is that of the widest of the common fonts', () => {
    // DejaVu Sans Mono and Menlo take 1,233 of 2,048 units for a character, others less.
    expect(widthOf('x'.repeat(100))).toBeGreaterThanOrEqual((100 * FONT_SIZE * 1_233) / 2_048);
    expect(widthOf('日本')).toBeGreaterThanOrEqual(2 * FONT_SIZE);
  });

  test('every box, subnet and arrow of the drawing is there', async () => {
    const { boxes, arrows: drawn } = await layoutOf(threeVpcs);
    const count = (kind: Box['kind']) => boxes.filter((box) => box.kind === kind).length;
    expect({ vpc: count('vpc'), place: count('place'), subnet: count('subnet') }).toEqual({
      vpc: 4,
      place: 8,
      subnet: 15,
    });
    expect(drawn.map(({ from, to }) => `${from} > ${to}`)).toEqual(arrows.map(({ from, to }) => `${from} > ${to}`));
  });

  test.each([
    ['three VPCs', threeVpcs],
    ['arrows both ways', inspected],
  ])('an arrow begins at the side of one box and ends at the side of the other: %s', async (_, drawing) => {
    const layout = await layoutOf(drawing);
    for (const { from, to, points } of layout.arrows) {
      const ends = [
        [boxOf(layout, from), points[0]],
        [boxOf(layout, to), points.at(-1)],
      ] as const;
      for (const [box, point] of ends) {
        const sides = [box?.x, (box?.x ?? 0) + (box?.width ?? 0)].map((side) => side?.toFixed(3));
        expect(sides).toContain(point?.x.toFixed(3));
        expect(point?.y).toBeGreaterThan(box?.y ?? Number.NaN);
        expect(point?.y).toBeLessThan((box?.y ?? 0) + (box?.height ?? 0));
      }
    }
  });

  test('a tier stands in its VPC', async () => {
    const { boxes } = await layoutOf(threeVpcs);
    const [management] = boxes.filter(({ kind, lines }) => kind === 'vpc' && lines[0]?.text.startsWith('VPC business'));
    const inside = boxes.filter((box) => box.kind === 'place' && isWithin(box, management as Box));
    expect(inside.map(({ tier }) => tier)).toEqual(['app', 'edge']);
  });

  test('whatever the network, nothing lies on something else', async () => {
    const drawings = fc
      .record({
        sizes: fc.array(fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }), { minLength: 1, maxLength: 5 }),
        ways: fc.array(fc.tuple(fc.nat(20), fc.nat(20), fc.integer({ min: 1, max: 3 })), { maxLength: 18 }),
      })
      .map(({ sizes, ways }): Drawing => {
        const vpcs = sizes.map((places, v) =>
          vpc(
            `v${v}`,
            places.map((subnets, p) => place(`t${v}.${p}`, subnets)),
          ),
        );
        const ids = [...vpcs.flatMap(({ places }) => places.map(({ id }) => id)), ...outside.map(({ id }) => id)];
        const ends = new Map(
          ways.flatMap(([one, other, lines]) => {
            const [from, to] = [ids[one % ids.length] ?? '', ids[other % ids.length] ?? ''];
            const isArrow = from !== to && (from.startsWith('t') || to.startsWith('t'));
            return isArrow
              ? [[`${from} > ${to}`, { from, to, labels: Array<string>(lines).fill('tcp 443') }] as const]
              : [];
          }),
        );
        return { vpcs, outside, arrows: [...ends.values()] };
      });
    await fc.assert(
      fc.asyncProperty(drawings, async (drawing) => {
        expect(faultsOf(await layoutOf(drawing), drawing)).toEqual([]);
      }),
      { numRuns: 25, seed: 5 },
    );
  });
});

describe('the image', () => {
  const sketch: Sketch = {
    vpcs: { v: '10.0.0.0/16' },
    subnets: {
      'app-1': 'v app z1 10.0.0.0/24',
      'data-1': 'v data z1 10.0.1.0/24',
      'data-2': 'v data z2 10.0.2.0/24',
    },
    groups: { app: ['out tcp 5432 data', 'out tcp 9000 app', 'in tcp 9000 app'], data: ['in tcp 5432 app'] },
  };
  const model = network(sketch);
  const drawing = drawingOf(model, pathTable(model));
  const parser = new XMLParser({ ignoreAttributes: false, processEntities: true });
  const textsOf = (svg: string) => [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map((match) => match[1]);

  test('shows tiers with their subnets, and arrows with their ports', async () => {
    const svg = await draw(drawing, 'A network');
    expect(textsOf(svg)).toEqual([
      ...['app', 'within: tcp 9000', 'z1  10.0.0.0/24  app-1'],
      ...['data', 'z1  10.0.1.0/24  data-1', 'z2  10.0.2.0/24  data-2'],
      ...['Internet', 'tcp 5432', 'VPC v  10.0.0.0/16'],
    ]);
  });

  test('tells all of it in words, and stands alone', async () => {
    const svg = await draw(drawing, 'A network');
    expect(XMLValidator.validate(svg)).toBe(true);
    const { svg: root } = parser.parse(svg) as { svg: Record<string, Record<string, string>> };
    expect(root['@_role']).toBe('img');
    expect(root['@_aria-labelledby']).toBe('title desc');
    expect(root.title?.['#text']).toBe('A network');
    expect(root.desc?.['#text']).toBe(
      'VPC v  10.0.0.0/16: app (1 subnet), data (2 subnets). Connections may begin: app to data on tcp 5432.',
    );
    expect(svg).not.toMatch(/<script|<style|<image|href|@import|\son\w+=/i);
    expect([...svg.matchAll(/https?:[^"]*|url\([^)]*\)/g)].map(([found]) => found)).toEqual(
      expect.arrayContaining(['http://www.w3.org/2000/svg', 'url(#head)']),
    );
    expect(svg.match(/https?:/g)).toHaveLength(1);
  });

  test.each([
    ['ends no element', '</text><script>alert(1)</script>', '&lt;/text&gt;&lt;script&gt;alert(1)&lt;/script&gt;'],
    ['ends no attribute', '"/><a href="x"', '&quot;/&gt;&lt;a href=&quot;x&quot;'],
    ['begins no entity', 'A&B &lt;', 'A&amp;B &amp;lt;'],
    ['holds nothing that XML does not know', 'a\u0000b\u001bc\ud800d\ufffe', 'a\ufffdb\ufffdc\ufffdd\ufffd'],
  ])('what somebody named a VPC %s', async (_, name, shown) => {
    const svg = await draw({ vpcs: [{ id: 'v', label: name, places: [] }], outside: [], arrows: [] }, name);
    expect(XMLValidator.validate(svg)).toBe(true);
    expect(textsOf(svg)).toEqual([shown]);
    expect(svg).toContain(`<title id="title">${shown}</title>`);
  });

  test('tells tiers apart without colours', async () => {
    const tiers = ['management', 'edge', 'app', 'data', 'endpoints'];
    const svg = await draw({ vpcs: [], outside: tiers.map((tier) => place(tier, 0)), arrows: [] }, 'Tiers');
    expect(textsOf(svg)).toEqual(tiers);
    const fills = [...svg.matchAll(/rx="3" fill="(#\w+)"/g)].map((match) => match[1] ?? '');
    expect(new Set(fills).size).toBe(tiers.length);
    // Black text on each: at least the contrast of WCAG's AAA.
    for (const fill of fills) expect(contrastToBlack(fill)).toBeGreaterThan(7);
  });
});

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrastToBlack(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05) / 0.05;
}
