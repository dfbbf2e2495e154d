import { createReadStream, type Dirent } from 'node:fs';
import { opendir, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { createGunzip, type Gunzip } from 'node:zlib';
import { Stop } from '../exit';

/** Standard input, as it is named on a command line. */
export const STDIN = '-';

/** Bytes read at a time: large enough that reading costs nothing beside parsing, small enough that memory stays flat. */
const CHUNK = 128 * 1024;

/** Packed bytes unpacked at a time; of the worst file they become a thousand times as many. */
const PACKED_CHUNK = 16 * 1024;

/** A place that events are read from. */
export interface Source {
  /** As it was named, for messages. */
  readonly name: string;
  readonly open: () => Readable;
  /** Why it cannot be read, where that is known already. */
  readonly unreadable?: string;
}

/**
 * All files of the paths: files as they are, folders with everything below them, in order of name. Links are followed, and
 * nothing is read twice.
 *
 * @throws Stop for a path that is not there
 */
export async function* sourcesOf(paths: readonly string[]): AsyncGenerator<Source> {
  // A wrong path is told before an hour's work, not after it.
  for (const path of paths) {
    if (path !== STDIN) await stat(path).catch((error: NodeJS.ErrnoException) => missing(path, error));
  }
  const walk = new Walk();
  for (const path of new Set(paths)) {
    if (path === STDIN) yield { name: 'standard input', open: () => process.stdin };
    else yield* walk.named(path);
  }
}

function missing(path: string, { code = '', message }: NodeJS.ErrnoException): never {
  if (code === 'ENOENT') throw new Stop('notFound', `There is no file or folder ${path}.`);
  throw new Stop('notFound', `${path} cannot be read (${code || message}).`);
}

/** Remembers folders and links only: a year's logs are millions of files. */
class Walk {
  private readonly folders = new Set<string>();
  /** Files that a link led to, or that were named. */
  private readonly linked = new Set<string>();

  /** A pipe that is named is meant (`<(zcat …)`); one that is found in a folder might never end. */
  public async *named(path: string): AsyncGenerator<Source> {
    const found = await stat(path);
    if (found.isFile() || found.isDirectory()) yield* this.link(path);
    else yield fileAt(path);
  }

  private async *link(path: string): AsyncGenerator<Source> {
    try {
      const real = await realpath(path);
      const found = await stat(real);
      if (found.isDirectory()) yield* this.folder(path, real);
      else if (!found.isFile()) yield unreadable(path, 'not a file');
      else if (!this.linked.has(real) && !this.folders.has(dirname(real))) {
        this.linked.add(real);
        yield fileAt(path);
      }
    } catch (error) {
      yield unreadable(path, because(error));
    }
  }

  private async *folder(path: string, real: string): AsyncGenerator<Source> {
    if (this.folders.has(real)) return;
    this.folders.add(real);
    const entries: Dirent[] = [];
    try {
      for await (const entry of await opendir(real)) entries.push(entry);
    } catch (error) {
      yield unreadable(path, because(error));
    }
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const [inside, target] = [join(path, entry.name), join(real, entry.name)];
      if (entry.isSymbolicLink()) yield* this.link(inside);
      else if (entry.isDirectory()) yield* this.folder(inside, target);
      else if (!entry.isFile()) yield unreadable(inside, 'not a file');
      else if (!this.linked.has(target)) yield fileAt(inside);
    }
  }
}

function fileAt(path: string): Source {
  return { name: path, open: () => createReadStream(path, { highWaterMark: CHUNK }) };
}

function unreadable(name: string, why: string): Source {
  return {
    name,
    open: () => {
      throw new Error(why);
    },
    unreadable: why,
  };
}

/** The bytes of a source, unpacked where they are packed: by what they begin with, whatever the file is called. */
export async function* bytesOf(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const chunks = source[Symbol.asyncIterator]();
  try {
    let head: Buffer = Buffer.alloc(0);
    while (head.length < 2) {
      const { value, done } = await chunks.next();
      if (done) break;
      head = head.length === 0 ? value : Buffer.concat([head, value]);
    }
    const bytes = after(head, chunks);
    yield* head[0] === 0x1f && head[1] === 0x8b ? unpacked(bytes) : bytes;
  } finally {
    await chunks.return?.();
  }
}

async function* after(head: Buffer, chunks: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  yield* { [Symbol.asyncIterator]: () => chunks };
}

/**
 * Unlike a stream through a stream, this gives everything that could be unpacked before it tells that the rest cannot be: a
 * file that was cut off while it was written holds all of its events but the last.
 */
async function* unpacked(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: CHUNK });
  const out: Buffer[] = [];
  gunzip.on('data', (chunk: Buffer) => out.push(chunk));
  try {
    for await (const chunk of bytes) {
      for (let from = 0; from < chunk.length; from += PACKED_CHUNK) {
        // Zeros that fill up the last block of a tape end it, too.
        if (gunzip.readableEnded) return;
        const failed = await settled(gunzip, (done) => gunzip.write(chunk.subarray(from, from + PACKED_CHUNK), done));
        yield* out.splice(0);
        if (failed) throw failed;
      }
    }
    if (gunzip.readableEnded) return;
    const failed = await settled(gunzip, (done) => gunzip.once('end', done).end());
    yield* out.splice(0);
    if (failed) throw failed;
  } finally {
    gunzip.destroy();
  }
}

/** @returns what went wrong: the one who asks has something to do before */
function settled(stream: Gunzip, act: (done: () => void) => void): Promise<Error | undefined> {
  return new Promise((resolve) => {
    stream.once('error', resolve);
    act(() => {
      // Of a stream that fails, the error is told next.
      if (stream.errored) return;
      stream.removeListener('error', resolve);
      resolve(undefined);
    });
  });
}

/** Why a file could not be read, or not to its end. */
export function because(error: unknown): string {
  const { code = '', message = String(error) } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'Z_BUF_ERROR':
      return 'the packed file ends too early';
    case 'EACCES':
    case 'EPERM':
      return 'no permission to read it';
    case 'ENOENT':
      return 'it is gone, or a link that leads nowhere';
    case 'ELOOP':
      return 'links lead in a circle';
    default:
      return code.startsWith('Z_')
        ? `the packed file is damaged (${message})`
        : `it cannot be read (${code || message})`;
  }
}
