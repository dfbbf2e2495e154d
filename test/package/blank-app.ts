import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join, relative } from 'node:path';
import lockfile from '../../package-lock.json';
import packageJson from '../../package.json';

export const ROOT = join(__dirname, '../..');
export const APPS = join(__dirname, 'app');

/** What `npm pack --json` tells of the package that it made. */
export interface Packed {
  readonly filename: string;
  readonly integrity: string;
  /** Bytes. */
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: ReadonlyArray<{ readonly path: string; readonly size: number }>;
}

/** How a program ended, and what it said. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a blank app asks for beside the package, in the versions that this repository is tested with. */
const DEPENDENCIES = ['aws-cdk-lib', 'cdk-nag', 'constructs'] as const;
const DEV_DEPENDENCIES = ['@types/node', 'typescript'] as const;
const NAME = packageJson.name;

/** The repository and its dependencies are nowhere above it. */
export function makeScratch(): string {
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'bulwark-package-')));
  if (!relative(ROOT, scratch).startsWith('..'))
    throw new Error(`TMPDIR must lie outside the repository, got ${scratch}`);
  return scratch;
}

/** Packs what stands in `dist`, as it would be published. */
export function pack(into: string): Packed {
  mkdirSync(into, { recursive: true });
  const [packed] = JSON.parse(
    npm(['pack', '--json', '--ignore-scripts', '--pack-destination', into], ROOT),
  ) as Packed[];
  if (packed === undefined) throw new Error('npm pack made nothing');
  return packed;
}

/** Makes the app of a consumer who has installed the package, and nothing else of ours. */
export function makeApp(folder: string, packed: Packed, tarball: string): void {
  cpSync(APPS, folder, { recursive: true });
  cpSync(tarball, join(folder, packed.filename));
  const { own, packages } = locked(packed);
  writeJson(join(folder, 'package.json'), own);
  writeJson(join(folder, 'package-lock.json'), { ...own, lockfileVersion: 3, requires: true, packages });
  npm(['ci', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'], folder);
}

/** Where packages come from on this machine, with a slash at its end. */
export function registry(): string {
  return npm(['config', 'get', 'registry'], ROOT).trim().replace(/\/*$/, '/');
}

interface Locked {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/**
 * The lock file of the blank app, made of entries of this repository's: the same versions and hashes. Each entry says from where,
 * since npm then takes it from its cache by its hash, without asking for metadata: the cache is warm after `npm ci` here.
 */
function locked(packed: Packed): { own: object; packages: Record<string, object> } {
  const all = lockfile.packages as Record<string, Locked>;
  const versions = (names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, all[`node_modules/${name}`]?.version]));
  const own = {
    name: 'blank-app',
    version: '1.0.0',
    private: true,
    dependencies: { ...versions(DEPENDENCIES), [NAME]: `file:${packed.filename}` },
    devDependencies: versions(DEV_DEPENDENCIES),
  };
  const from = registry();
  const packages: Record<string, object> = { '': own };
  const take = (name: string): void => {
    const place = `node_modules/${name}`;
    const entry = all[place];
    if (entry === undefined) throw new Error(`package-lock.json does not hold ${name}`);
    if (place in packages) return;
    packages[place] = {
      ...entry,
      dev: undefined,
      resolved: `${from}${name}/-/${basename(name)}-${entry.version}.tgz`,
    };
    for (const below of Object.keys(all))
      if (below.startsWith(`${place}/`)) packages[below] = { ...all[below], dev: undefined };
    for (const each of Object.keys(entry.dependencies ?? {})) if (!(`${place}/node_modules/${each}` in all)) take(each);
  };
  for (const name of [...DEPENDENCIES, ...DEV_DEPENDENCIES]) take(name);
  const { version, bin, engines, peerDependencies } = packageJson;
  const { integrity } = packed;
  packages[`node_modules/${NAME}`] = {
    ...{ version, resolved: `file:${packed.filename}`, integrity },
    ...{ bin, engines, peerDependencies },
  };
  return { own, packages };
}

function npm(args: readonly string[], cwd: string): string {
  // What npm leaves behind for the scripts that it runs would be taken for options.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) =>
        !/^npm_(lifecycle|package|command|node_execpath)/.test(name) &&
        !/^npm_config_(local_prefix|prefix|global|omit|include|loglevel|silent|json)$/i.test(name) &&
        !['NODE_ENV', 'NODE_OPTIONS', 'INIT_CWD'].includes(name),
    ),
  );
  return execFileSync('npm', args, {
    cwd,
    encoding: 'utf8',
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 1 << 26,
  });
}

/** Runs programs of the blank app, where nothing else is to be found: no Python, no Docker, and no AWS. */
export class Consumer {
  private readonly bin: string;

  public constructor(
    scratch: string,
    public readonly folder: string,
  ) {
    this.bin = join(scratch, 'bin');
    mkdirSync(this.bin);
    symlinkSync(process.execPath, join(this.bin, 'node'));
    for (const name of ['npx', 'sh']) symlinkSync(programOf(name), join(this.bin, name));
  }

  public node(args: readonly string[], env: Readonly<Record<string, string>> = {}): Ended {
    return this.run('node', args, env);
  }

  /** A program of an installed package; npm may not download another one. */
  public npx(...args: readonly string[]): Ended {
    return this.run('npx', args, { npm_config_offline: 'true', npm_config_update_notifier: 'false' });
  }

  private run(name: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Ended {
    const { status, stdout, stderr, error } = spawnSync(join(this.bin, name), args, {
      cwd: this.folder,
      encoding: 'utf8',
      maxBuffer: 1 << 26,
      timeout: 240_000,
      env: {
        PATH: this.bin,
        HOME: dirname(this.folder),
        TMPDIR: dirname(this.folder),
        // Whoever asks AWS all the same is refused at once, with credentials of nobody.
        AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
        AWS_ACCESS_KEY_ID: 'nobody',
        AWS_SECRET_ACCESS_KEY: 'nothing',
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
        ...env,
      },
    });
    if (error) throw error;
    return { status, stdout, stderr };
  }
}

function programOf(name: string): string {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    try {
      return realpathSync(join(folder, name));
    } catch {
      // It is in one of the next.
    }
  }
  throw new Error(`${name} is not on the PATH`);
}

/** Paths of all files below a folder, as a package lists them. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}

export function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}

export function writeJson(file: string, value: unknown): void {
  writeFileSync(file, `${JSON.stringify(value, undefined, 2)}\n`);
}
