/** A box of whatever shape, with its words. */
const BOX = String.raw`(?:\[\("[^"]+"\)\]|\(\["[^"]+"\]\)|\["[^"]+"\])`;
const NODE = String.raw`[a-z]\w*${BOX}?`;
const LINE = new RegExp(`^${NODE}(?: (?:-->|-- "[^"]+" -->) ${NODE})*$`);
const GROUP = /^subgraph [a-z]\w*\["[^"]+"\]$/;

/**
 * Holds a flowchart to what is drawn everywhere: of Mermaid's language only what stands above, groups that are closed, and
 * every node told in words once. Mermaid's own parser of flowcharts comes with all of Mermaid, and needs a browser.
 */
export function expectFlowchart(text: string): void {
  const [head, ...lines] = text.split('\n').map((line) => line.trim());
  expect(head).toMatch(/^flowchart (LR|TB)$/);
  const told: string[] = [];
  const connected: string[] = [];
  let open = 0;
  for (const line of lines) {
    if (line === 'end') open -= 1;
    else if (line.startsWith('subgraph ')) open += 1;
    else {
      expect(line).toMatch(LINE);
      told.push(...[...line.matchAll(new RegExp(`([a-z]\\w*)${BOX}`, 'g'))].map((match) => String(match[1])));
      connected.push(
        ...line
          .replaceAll(/"[^"]*"/g, '')
          .split(/[^\w]+/)
          .filter(Boolean),
      );
    }
    if (line.startsWith('subgraph')) expect(line).toMatch(GROUP);
    expect(open).toBeGreaterThanOrEqual(0);
  }
  expect(open).toBe(0);
  expect(told).toHaveLength(new Set(told).size);
  expect([...new Set(connected)].sort()).toEqual([...told].sort());
}
