import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { aws_s3_assets as assets } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * The prebuilt code of one of our functions. It is bundled when the package is built, so that consumers need no bundler
 * and synthesis only copies a folder.
 *
 * @throws Error when the folder is not there, which can only happen in a checkout that was not built.
 */
export function functionCode(scope: Construct, name: string): { readonly s3Bucket: string; readonly s3Key: string } {
  const folder = join(packageRoot(__dirname), 'dist', 'functions', name);
  if (!existsSync(join(folder, 'index.mjs'))) {
    throw new Error(`the bundle of the function "${name}" is missing at ${folder}: run \`npm run build\``);
  }
  const { s3BucketName, s3ObjectKey } = new assets.Asset(scope, 'Code', { path: folder });
  return { s3Bucket: s3BucketName, s3Key: s3ObjectKey };
}

/** Compiled files stand one level deeper than sources, hence the search. */
function packageRoot(from: string): string {
  return existsSync(join(from, 'package.json')) ? from : packageRoot(dirname(from));
}
