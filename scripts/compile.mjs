// Compiles what is published, by jsii: types are checked, and the public API is held to what other languages can carry.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

// What was compiled from a source that is gone would be published all the same.
for (const folder of ['lib', 'bin', 'lambda']) {
  const compiled = join(root, 'dist', folder);
  if (!existsSync(compiled)) continue;
  for (const file of readdirSync(compiled, { recursive: true, encoding: 'utf8' })) {
    const [, name] = /^(.*?)(?:\.d\.ts|\.js)$/.exec(file) ?? [];
    if (name !== undefined && !existsSync(join(root, folder, `${name}.ts`))) rmSync(join(compiled, file));
  }
}

const major = process.versions.node.split('.', 1)[0];
const { status } = spawnSync(process.execPath, [createRequire(import.meta.url).resolve('jsii/bin/jsii')], {
  stdio: 'inherit',
  env: {
    ...process.env,
    // The package runs on Node 20; jsii's banner about its end of life says so at every build.
    JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: major,
  },
});
process.exitCode = status ?? 1;
