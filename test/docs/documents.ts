import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

/** What a reader reads. */
export const DOCUMENTS = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md'] as const;

/** A fenced block. */
export interface Block {
  readonly document: string;
  /** Of the opening fence, from 1. */
  readonly line: number;
  readonly language: string;
  /** Without the last line feed. */
  readonly text: string;
  /** The last line before it. */
  readonly before: string;
}

export function textOf(document: string): string {
  return readFileSync(join(ROOT, document), 'utf8');
}

export function blocksOf(document: string): Block[] {
  const lines = textOf(document).split('\n');
  const blocks: Block[] = [];
  let opened: number | undefined;
  for (const [index, line] of lines.entries()) {
    if (!/^\s*(```|~~~)/.test(line)) continue;
    if (opened === undefined) {
      opened = index;
      continue;
    }
    blocks.push({
      document,
      line: opened + 1,
      language: lines[opened]?.trim().slice(3).trim() ?? '',
      text: lines.slice(opened + 1, index).join('\n'),
      before: lines[opened - 1] ?? '',
    });
    opened = undefined;
  }
  if (opened !== undefined) throw new Error(`${document}:${opened + 1} opens a block that nothing closes`);
  return blocks;
}

/** Code within sentences and tables, each once. */
export function spansOf(document: string): string[] {
  const prose = textOf(document).replaceAll(/^\s*```[\s\S]*?^\s*```$/gm, '');
  const spans = [...prose.matchAll(/`([^`]+)`/g)].map((match) => String(match[1]).replaceAll(/\s+/g, ' '));
  return [...new Set(spans)];
}

/** Rows of the table with these headings, cell by cell. */
export function tableOf(document: string, ...headings: readonly string[]): string[][] {
  const lines = textOf(document).split('\n');
  const start = lines.indexOf(`| ${headings.join(' | ')} |`);
  if (start < 0) throw new Error(`${document} has no table ${headings.join(', ')}`);
  const rows = lines.slice(start + 2);
  return rows
    .slice(
      0,
      rows.findIndex((line) => !line.startsWith('|')),
    )
    .map((row) =>
      row
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
}
