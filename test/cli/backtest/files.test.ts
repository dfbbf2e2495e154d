import { spawnSync } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { because, bytesOf, type Source, sourcesOf, STDIN } from '../../../cli/backtest/files';
import { seeded } from '../../support/mutants';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'bulwark-files-')));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A folder of its own with these files; a text that begins with `->` is a link. */
function tree(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(folder, 'tree-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(root, name, '..'), { recursive: true });
    if (content.startsWith('->')) symlinkSync(content.slice(2), join(root, name));
    else writeFileSync(join(root, name), content);
  }
  return root;
}

async function listed(root: string, ...paths: string[]): Promise<string[]> {
  const sources: Source[] = [];
  for await (const source of sourcesOf(paths.map((path) => join(root, path)))) sources.push(source);
  return sources.map(({ name, unreadable }) => name.slice(root.length + 1) + (unreadable ? `: ${unreadable}` : ''));
}

describe('the sources of paths', () => {
  test('are the files, and those of folders with all below them, by name', async () => {
    const root = tree({ 'b/2.json': '', 'b/10.json': '', 'b/a/x': '', 'b/.hidden': '', 'a.json': '', 'c.json': '' });
    expect(await listed(root, 'c.json', 'b', 'a.json')).toEqual([
      'c.json',
      'b/.hidden',
      'b/10.json',
      'b/2.json',
      'b/a/x',
      'a.json',
    ]);
  });

  test('are each read once, however often they are named or linked to', async () => {
    const root = tree({ 'a/1': '', 'a/2': '->1', 'a/3': '->../b/1', 'b/1': '', 'b/2': '->../a', 'b/3': '->1' });
    expect(await listed(root, 'a', 'b', 'a/1', 'a', 'b/2')).toEqual(['a/1', 'a/3']);
    expect(await listed(root, 'a/2', 'a/1', 'a')).toEqual(['a/2', 'a/3']);
    expect(await listed(root, 'b')).toEqual(['b/1', 'b/2/1', 'b/2/3'].slice(0, 2));
  });

  test('end where links lead in a circle', async () => {
    const root = tree({
      'a/1': '',
      'a/up': '->..',
      'a/self': '->.',
      'a/b/back': '->../../a',
      'a/x': '->y',
      'a/y': '->x',
    });
    expect(await listed(root, 'a')).toEqual(['a/1', 'a/x: links lead in a circle', 'a/y: links lead in a circle']);
  });

  test('tell what in a folder is no file, and do not wait for it', async () => {
    const root = tree({ 'a/1': '', 'a/gone': '->nowhere', 'a/z/1': '' });
    expect(spawnSync('mkfifo', [join(root, 'a/pipe')]).status).toBe(0);
    symlinkSync('pipe', join(root, 'a/to-pipe'));
    const server = createServer().listen(join(root, 'a/socket'));
    await new Promise((resolve) => server.once('listening', resolve));
    const found = await listed(root, 'a');
    await new Promise((resolve) => server.close(resolve));
    expect(found).toEqual([
      'a/1',
      'a/gone: it is gone, or a link that leads nowhere',
      'a/pipe: not a file',
      'a/socket: not a file',
      'a/to-pipe: not a file',
      'a/z/1',
    ]);
  });

  test('are pipes where these are named', async () => {
    const root = tree({});
    spawnSync('mkfifo', [join(root, 'pipe')]);
    expect(await listed(root, 'pipe')).toEqual(['pipe']);
  });

  test('are two for two names of one file in folders that are both asked for', async () => {
    const root = tree({ 'a/1': '' });
    linkSync(join(root, 'a/1'), join(root, 'a/2'));
    expect(await listed(root, 'a')).toEqual(['a/1', 'a/2']);
  });

  test('are standard input once', async () => {
    const names: string[] = [];
    for await (const { name } of sourcesOf([STDIN, STDIN])) names.push(name);
    expect(names).toEqual(['standard input']);
  });

  test.each([
    ['is not there', 'nothing', /^There is no file or folder .*nothing\.$/],
    ['leads through a file', 'a/b', /^.*a\/b cannot be read \(ENOTDIR\)\.$/],
    ['leads nowhere', 'link', /^There is no file or folder .*link\.$/],
  ])('are none where one %s, before anything is read', async (_, path, sentence) => {
    const root = tree({ a: '', link: '->nowhere' });
    await expect(listed(root, 'a', path)).rejects.toMatchObject({
      exit: 'notFound',
      message: expect.stringMatching(sentence) as string,
    });
  });
});

/** What can be read, and why there is no more. */
async function read(chunks: Iterable<Buffer> | AsyncIterable<Buffer>): Promise<{ bytes: Buffer; why?: string }> {
  const got: Buffer[] = [];
  try {
    for await (const chunk of bytesOf(Readable.from(chunks))) got.push(Buffer.from(chunk));
  } catch (error) {
    return { bytes: Buffer.concat(got), why: because(error) };
  }
  return { bytes: Buffer.concat(got) };
}

function* inChunks(bytes: Buffer, size: number): Generator<Buffer> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

describe('the bytes of a source', () => {
  const random = seeded(7);
  const noise = Buffer.from(Array.from({ length: 100_000 }, () => Math.floor(random() * 256)));
  const plain = Buffer.from('{"Records":[{"a":"é"}]}\n'.repeat(3_000));

  test.each([
    ['plain', plain, plain],
    ['packed', gzipSync(plain), plain],
    ['packed and hardly smaller', gzipSync(noise), noise],
    [
      'packed in parts',
      Buffer.concat([gzipSync(plain), gzipSync(noise), gzipSync(plain)]),
      Buffer.concat([plain, noise, plain]),
    ],
    ['packed, with few zeros behind', Buffer.concat([gzipSync(noise), Buffer.alloc(7)]), noise],
    ['packed, with zeros behind', Buffer.concat([gzipSync(noise), Buffer.alloc(20_000)]), noise],
    ['packed twice', gzipSync(gzipSync(plain)), gzipSync(plain)],
    ['nothing', Buffer.alloc(0), Buffer.alloc(0)],
    ['one byte', Buffer.from([0x1f]), Buffer.from([0x1f])],
    ['packed nothing', gzipSync(''), Buffer.alloc(0)],
  ])('are unpacked by what they begin with: %s', async (_, file, expected) => {
    for (const size of [1_000_000, 16_384, 1_021, ...(file.length < 20_000 ? [1, 2] : [])]) {
      const { bytes, why } = await read(inChunks(file, size));
      expect({ size, why, isSame: bytes.equals(expected) }).toEqual({ size, why: undefined, isSame: true });
    }
  });

  test('are unpacked where a part ends with a piece of the file', async () => {
    const part = gzipSync(noise.subarray(0, 20_000));
    for (const size of [part.length - 1, part.length, part.length + 1]) {
      const { bytes, why } = await read(inChunks(Buffer.concat([part, part]), size));
      expect({ size, why, length: bytes.length }).toEqual({ size, why: undefined, length: 40_000 });
    }
  });

  test('of a packed file that was cut off are those before the cut', async () => {
    const packed = gzipSync(plain);
    for (let end = 2; end < packed.length; end += 1 + Math.floor(packed.length / 97)) {
      const { bytes, why } = await read(inChunks(packed.subarray(0, end), 1_000));
      expect({ end, why, isPart: plain.subarray(0, bytes.length).equals(bytes) }).toEqual({
        end,
        why: 'the packed file ends too early',
        isPart: true,
      });
      // Deflate writes blocks, and each byte of one but the last few says something.
      if (end > packed.length - 8) expect(bytes.length).toBe(plain.length);
    }
  });

  test('of a packed file that is damaged are those some way before', async () => {
    const packed = gzipSync(noise);
    packed[60_000] = ((packed[60_000] as number) + 1) % 256;
    packed.fill(0xff, 60_001, 60_100);
    const { bytes, why } = await read(inChunks(packed, 10_000));
    expect(why).toMatch(/^the packed file is damaged \(.+\)$/);
    expect(bytes.length).toBeGreaterThan(20_000);
    for (const file of [Buffer.from([0x1f, 0x8b, 0xff, 0xff, 0, 0]), Buffer.concat([gzipSync(plain), plain])]) {
      expect((await read([file])).why).toMatch(/^the packed file is damaged \(.+\)$/);
    }
  });

  test('end with the reason of the source', async () => {
    async function* failing() {
      yield gzipSync(plain).subarray(0, 100);
      throw Object.assign(new Error('i/o'), { code: 'EIO' });
    }
    expect((await read(failing())).why).toBe('it cannot be read (EIO)');
  });

  test('are let go of when nobody wants more', async () => {
    for (const file of [plain, gzipSync(noise)]) {
      const source = Readable.from(inChunks(file, 1_000));
      for await (const _ of bytesOf(source)) break;
      expect(source.destroyed).toBe(true);
    }
  });
});

test.each([
  ['EACCES', 'no permission to read it'],
  ['EISDIR', 'it cannot be read (EISDIR)'],
])('%s is told as a sentence', (code, sentence) => {
  expect(because(Object.assign(new Error('x'), { code }))).toBe(sentence);
  expect(because('x')).toBe('it cannot be read (x)');
});
