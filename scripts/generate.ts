/**
 * Writes what follows from the folders: `npm run generate`, or `npm run generate -- --check` to fail when a committed file
 * no longer follows. Adding or deleting a unit's folder is all that adds or deletes the unit.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Rule } from '../lib/checks/rule';
import { constructList, controlList, operations, registry, ruleList, severities, specList } from './generate/code';
import { coveragePage } from './generate/coverage';
import { catalogue, permissions } from './generate/pages';
import { type Controls, readAnswers, readSpecs, readUnits, root, sorted } from './generate/read';

const HTML_HEADER = '<!-- Written by `npm run generate`. Do not edit. -->\n';

async function main(): Promise<void> {
  const check = process.argv.includes('--check');
  const unknown = process.argv.slice(2).filter((argument) => argument !== '--check');
  if (unknown.length > 0) throw new Error(`unknown argument ${unknown.join(' ')}; the only flag is --check`);

  const [specs, services, rules, constructs] = await Promise.all([
    readSpecs(),
    readUnits<Controls>('lib/controls/catalogue', 'controls'),
    readUnits<Rule>('lib/checks/rules', 'rule'),
    readAnswers(),
  ]);
  const controls = sorted(Object.assign({}, ...services.map(({ unit }) => unit)));
  const files = new Map<string, string>([
    ['lib/controls/severities.generated.ts', severities(controls)],
    ['lib/controls/catalogue.generated.ts', controlList(services.map(({ file }) => file))],
    ['lib/controls/constructs.generated.ts', constructList(constructs.map(({ path }) => path))],
    ['lambda/registry.generated.ts', registry(specs)],
    ['lib/response/remediations.generated.ts', specList(specs)],
    ['lib/checks/rules.generated.ts', ruleList(rules.map(({ file }) => file))],
    ['docs/generated/remediations.md', HTML_HEADER + catalogue(specs, controls)],
    ['docs/generated/permissions.md', HTML_HEADER + permissions(specs)],
    [
      'docs/generated/coverage.md',
      HTML_HEADER +
        coveragePage({
          controls,
          rules: rules.map(({ unit }) => unit),
          remediations: specs,
          constructs: constructs.map(({ answers }) => answers),
        }),
    ],
    ...specs.flatMap(
      (spec): Array<[string, string]> =>
        spec.declared ? [[`lambda/remediations/${spec.id}/operations.generated.ts`, operations(spec)]] : [],
    ),
  ]);

  const stale = [...files].filter(
    ([path, text]) => !existsSync(join(root, path)) || readFileSync(join(root, path), 'utf8') !== text,
  );
  if (check) {
    if (stale.length > 0) {
      throw new Error(
        `these files no longer follow from their sources, run \`npm run generate\`: ${stale.map(([path]) => path).join(', ')}`,
      );
    }
    return;
  }
  for (const [path, text] of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    console.log(`wrote ${relative(process.cwd(), join(root, path))}`);
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
