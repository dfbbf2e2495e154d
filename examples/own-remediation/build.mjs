// Bundles each folder of `units` to `dist/<id>`: `node examples/own-remediation/build.mjs`.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const common = { bundle: true, platform: 'node', target: 'node20', format: 'esm', logLevel: 'warning' };

for (const id of readdirSync(join(here, 'units'))) {
  const unit = join(here, 'units', id);
  const out = join(here, 'dist', id);
  mkdirSync(out, { recursive: true });
  await build({
    ...common,
    entryPoints: [join(unit, 'remediation.ts')],
    outfile: join(out, 'index.mjs'),
    minify: true,
    mainFields: ['module', 'main'],
    // Parts of the SDK ask for Node's own modules by `require`, which ESM does not have.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  // The data alone, without the code: what the template is made of.
  const { outputFiles } = await build({ ...common, entryPoints: [join(unit, 'spec.ts')], write: false });
  const { spec } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
  writeFileSync(join(out, 'spec.json'), `${JSON.stringify(spec, undefined, 2)}\n`);
}
