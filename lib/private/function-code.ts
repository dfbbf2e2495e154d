import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { AssetStaging, FileAssetPackaging, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { MODULES_FOLDER } from '../../lambda/runtime/deployment/spec';

/** Where CloudFormation finds a function's code. */
export interface FunctionCode {
  readonly s3Bucket: string;
  readonly s3Key: string;
}

/**
 * The prebuilt code of our functions. It is bundled when the package is built, so that consumers need no bundler and
 * synthesis only copies a folder.
 *
 * @param modules folder of a consumer's bundled units, which go along with ours
 * @throws Error when the folder is not there, which can only happen in a checkout that was not built.
 */
export function functionCode(scope: Construct, name: string, modules?: string): FunctionCode {
  const folder = join(packageRoot(__dirname), 'dist', 'functions', name);
  if (!existsSync(folder)) {
    throw new Error(`the bundle of the function "${name}" is missing at ${folder}: run \`npm run build\``);
  }
  // What `s3_assets.Asset` does, without its bucket object, which loads the facts of every Region: a seventh of synthesis.
  const stack = Stack.of(scope);
  const sourcePath = modules === undefined ? folder : joined(folder, modules);
  const staged = new AssetStaging(scope, 'Code', { sourcePath });
  // Copied into the cloud assembly by now, unless an app has staging disabled: then the assembly points to it.
  if (sourcePath !== folder && staged.absoluteStagedPath !== sourcePath) rmSync(sourcePath, { recursive: true });
  const { bucketName, objectKey } = stack.synthesizer.addFileAsset({
    packaging: FileAssetPackaging.ZIP_DIRECTORY,
    sourceHash: staged.assetHash,
    fileName: staged.relativeStagedPath(stack),
  });
  return { s3Bucket: bucketName, s3Key: objectKey };
}

/** Both folders in one. The hash of an asset is that of its content, so the name of the folder does not matter. */
function joined(folder: string, modules: string): string {
  const whole = mkdtempSync(join(tmpdir(), 'bulwark-code-'));
  cpSync(folder, whole, { recursive: true });
  mkdirSync(join(whole, MODULES_FOLDER));
  cpSync(modules, join(whole, MODULES_FOLDER), { recursive: true });
  return whole;
}

/** The version of this package. */
export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(join(packageRoot(__dirname), 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}

/** Compiled files stand one level deeper than sources, hence the search. */
function packageRoot(from: string): string {
  return existsSync(join(from, 'package.json')) ? from : packageRoot(dirname(from));
}
