// @ts-check
/**
 * `npm start` and `npm run stop`. Plain Node up to the point where the dependencies exist; everything else is
 * sandbox/start.ts, in this same process, so that Ctrl-C has one place to arrive at.
 */
import { createRequire } from 'node:module';
import { SetupError, setUp, showProgress } from './setup.mjs';

for (const [signal, code] of /** @type {const} */ ([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
])) {
  // Until the sandbox takes over: the `exit` handler of the set-up ends what it started.
  process.once(signal, () => process.exit(code));
}

try {
  const onProgress = showProgress(process.stderr);
  await setUp({ build: false, python: false, onProgress });
  const require = createRequire(import.meta.url);
  require('tsx/cjs/api').register();
  const entry = '../sandbox/start.ts';
  const { main } = require(entry);
  process.exitCode = await main(process.argv.slice(2), {
    setUp: () => setUp({ build: true, python: true, onProgress }),
  });
} catch (error) {
  // What a person can act on is one sentence; anything else is a fault of ours and keeps its stack.
  const expected = error instanceof SetupError;
  process.stderr.write(`${expected ? error.message : error instanceof Error ? error.stack : error}\n`);
  process.exitCode = 1;
}
