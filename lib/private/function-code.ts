import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { aws_lambda as lambda } from 'aws-cdk-lib';

/**
 * The prebuilt code of one of our functions. It is bundled when the package is built, so that consumers need no bundler
 * and synthesis only copies a folder.
 *
 * @throws Error when the folder is not there, which can only happen in a checkout that was not built.
 */
export function functionCode(name: string): lambda.Code {
  const folder = join(packageRoot(__dirname), 'dist', 'functions', name);
  if (!existsSync(join(folder, 'index.mjs'))) {
    throw new Error(`the bundle of the function "${name}" is missing at ${folder}: run \`npm run build\``);
  }
  return lambda.Code.fromAsset(folder);
}

/** Compiled files stand one level deeper than sources, hence the search. */
function packageRoot(from: string): string {
  return existsSync(join(from, 'package.json')) ? from : packageRoot(dirname(from));
}
