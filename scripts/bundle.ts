/**
 * Bundles what runs elsewhere: the functions (ESM, split, so that a run loads the core and the one remediation it needs)
 * and the command line (likewise: each command loads what it needs). The constructs deploy `dist/functions/<name>` as it is.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { DOORS } from '../lambda/runtime/deployment/spec';

const root = join(__dirname, '..');
/** Bundle -> the handlers in it, which share their code. */
const FUNCTIONS: Readonly<Record<string, readonly string[]>> = {
  response: DOORS,
  settings: ['network-settings', 'shield-subscription'],
};

/**
 * Lets the bundler leave out the schemas of operations that are not used: of EC2 alone they are half a megabyte, read at
 * every start. They are plain arrays, but some of their keys are computed, which esbuild has to take for a side effect. Marked
 * as pure calls they go. Can go when esbuild sees through such keys, or the SDK writes them out.
 */
const prunedSchemas: Plugin = {
  name: 'pruned-schemas',
  setup({ onLoad }) {
    onLoad({ filter: /@aws-sdk\/client-[\w-]+\/dist-es\/schemas\/schemas_0\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll(
        /^(export )?var (\w+\$?) = (\[[\s\S]*?\]);$/gm,
        (_, kept = '', name: string, schema: string) => `${kept}var ${name} = /* @__PURE__ */ (() => ${schema})();`,
      ),
    }));
  },
};

const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  // Lambda runs Node 24; 20 keeps the same bundle runnable on every machine that can build it.
  target: 'node20',
  minify: true,
  legalComments: 'none',
  logLevel: 'warning',
};

/** ESM in chunks: what is loaded on demand costs nothing until then. */
const split: BuildOptions = {
  ...common,
  format: 'esm',
  splitting: true,
  plugins: [prunedSchemas],
  mainFields: ['module', 'main'],
  outExtension: { '.js': '.mjs' },
  chunkNames: 'chunks/[name]-[hash]',
};

/** CommonJS dependencies ask for Node's own modules by `require`, which ESM does not have. */
const REQUIRE =
  "import { createRequire as bulwarkRequire } from 'node:module'; const require = bulwarkRequire(import.meta.url);";

async function main(): Promise<void> {
  for (const folder of ['dist/functions', 'dist/cli']) rmSync(join(root, folder), { recursive: true, force: true });
  await Promise.all([
    ...Object.entries(FUNCTIONS).map(async ([name, handlers]) => {
      const { metafile } = await build({
        ...split,
        entryPoints: Object.fromEntries(handlers.map((handler) => [handler, `lambda/${handler}/index.ts`])),
        outdir: `dist/functions/${name}`,
        metafile: true,
        banner: { js: REQUIRE },
      });
      // Beside the folder, not in it: what is in the folder is deployed.
      writeFileSync(join(root, `dist/functions/${name}.meta.json`), JSON.stringify(metafile.outputs));
    }),
    build({
      ...split,
      entryPoints: ['cli/bulwark.ts'],
      outdir: 'dist/cli',
      banner: { js: `#!/usr/bin/env node\n${REQUIRE}` },
    }),
  ]);
}

main().catch(() => {
  process.exitCode = 1; // esbuild has told why
});
