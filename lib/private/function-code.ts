import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AssetStaging, FileAssetPackaging, Stack } from 'aws-cdk-lib';
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
  // What `s3_assets.Asset` does, without its bucket object, which loads the facts of every Region: a seventh of synthesis.
  const stack = Stack.of(scope);
  const staged = new AssetStaging(scope, 'Code', { sourcePath: folder });
  const { bucketName, objectKey } = stack.synthesizer.addFileAsset({
    packaging: FileAssetPackaging.ZIP_DIRECTORY,
    sourceHash: staged.assetHash,
    fileName: staged.relativeStagedPath(stack),
  });
  return { s3Bucket: bucketName, s3Key: objectKey };
}

/** Compiled files stand one level deeper than sources, hence the search. */
function packageRoot(from: string): string {
  return existsSync(join(from, 'package.json')) ? from : packageRoot(dirname(from));
}
