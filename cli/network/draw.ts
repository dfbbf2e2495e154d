import { count } from '../text';
import type { Drawing } from './drawing';
import { type Arrow, type Box, FONT_SIZE, type Layout, layoutOf, type Line } from './layout';

/** How a tier is told apart: by colour, and without colours by the frame. Its name stands in it anyway. */
const STYLES: Readonly<Record<string, readonly [fill: string, stroke: string, dashes: string]>> = {
  management: ['#ece6f6', '#5b3f8c', ''],
  edge: ['#fdebd3', '#a3560a', '8 3'],
  app: ['#e0eefa', '#1d5f99', ''],
  data: ['#dcf2e3', '#1f6b3a', ''],
  endpoints: ['#fff6cf', '#7d6608', '2 2'],
};
const PLAIN = ['#f4f4f4', '#555555', '4 2'] as const;

/** The network as SVG: an image that stands alone, with all of it told in words as well. */
export async function draw(drawing: Drawing, title: string): Promise<string> {
  return svgOf(await layoutOf(drawing), title, inWords(drawing));
}

export function svgOf({ width, height, boxes, arrows }: Layout, title: string, description: string): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title desc" font-family="monospace" font-size="${FONT_SIZE}">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="desc">${escaped(description)}</desc>`,
    '<defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 1 10 5 0 9z" fill="#222222"/></marker></defs>',
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...boxes.filter(({ kind }) => kind === 'vpc').map(boxSvg),
    ...arrows.map(arrowSvg),
    ...boxes.filter(({ kind }) => kind !== 'vpc').map((box) => `${boxSvg(box)}${linesSvg(box)}`),
    ...arrows.map(labelSvg),
    ...boxes.filter(({ kind }) => kind === 'vpc').map(linesSvg),
    '</svg>',
    '',
  ].join('\n');
}

function boxSvg({ kind, tier = '', x, y, width, height }: Box): string {
  const frame = `x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"`;
  return `<rect ${frame} rx="${kind === 'vpc' ? 8 : 3}" ${styleOf(kind, tier)}/>`;
}

function linesSvg({ lines }: Pick<Box, 'lines'>): string {
  return lines.map(lineSvg).join('');
}

function styleOf(kind: Box['kind'], tier: string): string {
  if (kind === 'vpc') return 'fill="none" stroke="#222222" stroke-width="1.5"';
  if (kind === 'subnet') return 'fill="#ffffff" stroke="#888888" stroke-width="0.75"';
  const [fill, stroke, dashes] = Object.hasOwn(STYLES, tier) ? (STYLES[tier] ?? PLAIN) : PLAIN;
  return `fill="${fill}" stroke="${stroke}" stroke-width="1.5"${dashes === '' ? '' : ` stroke-dasharray="${dashes}"`}`;
}

/** Levels are joined by curves, which stay between the two. */
function arrowSvg({ points }: Arrow): string {
  const [start, ...rest] = points;
  if (start === undefined) return '';
  let [path, last] = [`M${round(start.x)} ${round(start.y)}`, start];
  for (const point of rest) {
    const middle = round((last.x + point.x) / 2);
    path +=
      last.y === point.y
        ? `H${round(point.x)}`
        : `C${middle} ${round(last.y)} ${middle} ${round(point.y)} ${round(point.x)} ${round(point.y)}`;
    last = point;
  }
  return `<path d="${path}" fill="none" stroke="#222222" marker-end="url(#head)"/>`;
}

function labelSvg({ label: { x, y, width, height, lines } }: Arrow): string {
  const frame = `x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"`;
  return `<rect ${frame} fill="#ffffff"/>${linesSvg({ lines })}`;
}

function lineSvg({ text, x, y, bold }: Line): string {
  return `<text x="${round(x)}" y="${round(y)}" xml:space="preserve"${bold ? ' font-weight="bold"' : ''}>${escaped(text)}</text>`;
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}

/** Names are what somebody wrote into a tag: they end no element, and hold nothing that XML does not know. */
function escaped(text: string): string {
  return text
    .replaceAll(/[^\t\n\u{20}-\u{7e}\u{a0}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '\u{fffd}')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** For those who do not see it. */
function inWords({ vpcs, arrows }: Drawing): string {
  const places = vpcs.map(({ label, places: inside }) => {
    const names = inside.map(({ label: name, subnets }) => `${name} (${count(subnets.length, 'subnet')})`);
    return `${label}: ${names.join(', ') || 'nothing in it'}.`;
  });
  const ways = arrows.map(({ from, to, labels }) => `${from} to ${to} on ${labels.join('; ')}.`);
  return [...places, 'Connections may begin:', ...(ways.length > 0 ? ways : ['nowhere.'])].join(' ');
}
