const { resolve } = require('node:path');

const rootDir = resolve(__dirname, '..');
const transform = {
  '^.+\\.ts$': [
    '@swc/jest',
    { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
  ],
};

/** Unit tests and laws need no process beside them; the end-to-end tests start the local AWS once and share it. */
module.exports = {
  rootDir,
  testSequencer: '<rootDir>/test/e2e/sequencer.cjs',
  projects: [
    {
      displayName: 'unit',
      rootDir,
      transform,
      testMatch: ['<rootDir>/test/**/*.test.ts', '<rootDir>/lambda/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '/dist/', '<rootDir>/test/(e2e|package|paths|ruler)/'],
      modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/cdk.out/'],
      setupFiles: ['<rootDir>/test/setup.cjs'],
    },
    {
      displayName: 'ruler',
      // Needs a Java, which scripts/setup.mjs looks for.
      rootDir,
      transform,
      testMatch: ['<rootDir>/test/ruler/**/*.test.ts'],
      modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/cdk.out/'],
      setupFiles: ['<rootDir>/test/setup.cjs'],
    },
    {
      displayName: 'paths',
      // Starts a sandbox for each variant of the network; needs a Python package, which scripts/setup.mjs installs.
      rootDir,
      transform,
      testMatch: ['<rootDir>/test/paths/**/*.test.ts'],
      modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/cdk.out/'],
      setupFiles: ['<rootDir>/test/setup.cjs'],
    },
    {
      displayName: 'package',
      // Packs and installs what `npm run build` made.
      rootDir,
      transform,
      testMatch: ['<rootDir>/test/package/**/*.test.ts'],
      modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/cdk.out/'],
    },
    {
      displayName: 'e2e',
      // One sandbox, one trail: run in band (scripts/test.mjs does).
      rootDir,
      transform,
      testMatch: ['<rootDir>/test/e2e/**/*.test.ts'],
      modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/cdk.out/'],
      globalSetup: '<rootDir>/test/e2e/global-setup.ts',
      globalTeardown: '<rootDir>/test/e2e/global-teardown.ts',
    },
  ],
};
