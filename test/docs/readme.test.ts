import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import packageJson from '../../package.json';

const root = join(__dirname, '../..');
const DOCUMENTS = ['README.md', 'CONTRIBUTING.md'];
const readme = readFileSync(join(root, 'README.md'), 'utf8');

describe('the README', () => {
  const snippets = [...readme.matchAll(/<!-- (examples\/\S+) -->\n```ts\n([\s\S]*?)```/g)];

  test('shows examples that are compiled, to the letter', () => {
    expect(snippets.length).toBeGreaterThanOrEqual(3);
    for (const [, file, code] of snippets) expect(code).toBe(readFileSync(join(root, String(file)), 'utf8'));
  });

  test('shows no code that is not an example', () => {
    expect(readme.match(/^```ts$/gm)).toHaveLength(snippets.length);
  });
});

describe.each(DOCUMENTS)('%s', (document) => {
  const text = readFileSync(join(root, document), 'utf8');

  test('links to what is there', () => {
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map((match) => String(match[1]));
    expect(links.filter((link) => !existsSync(join(root, dirname(document), link)))).toEqual([]);
  });

  test('names scripts that are there', () => {
    const names = [...text.matchAll(/npm run (?:--silent )?([\w-]+)/g)].map((match) => String(match[1]));
    expect(names.filter((name) => !(name in packageJson.scripts))).toEqual([]);
  });
});
