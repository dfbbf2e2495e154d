// Compiles what is published, by jsii: types are checked, and the public API is held to what other languages can carry.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

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
