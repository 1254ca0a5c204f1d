import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { OpenFiles } from './open-files.ts';

const closed = -1;

describe('OpenFiles', () => {
  const folder = mkdtempSync(join(tmpdir(), 'umbra-open-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const paths = Array.from({ length: 20 }, (_, number) => join(folder, `${number}`));
  for (const path of paths) writeFileSync(path, path);

  it('gives each its file, however many are read at the same time, and closes all', async () => {
    const seen = new Set<FileHandle>();
    const files = new OpenFiles(3);
    const read = (path: string): Promise<string> =>
      files.use(path, async (handle) => {
        seen.add(handle);
        const parts: string[] = [];
        for (const position of path.split('').keys()) {
          const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, position);
          parts.push(buffer.toString());
        }
        return parts.join('');
      });
    const wanted = [...paths, ...paths, ...paths.toReversed()];
    expect(await Promise.all(wanted.map(read))).toEqual(wanted);
    await files[Symbol.asyncDispose]();
    expect(seen.size).toBeGreaterThanOrEqual(paths.length);
    expect([...seen].map(({ fd }) => fd)).toEqual([...seen].map(() => closed));
  });

  it('opens a file once while it is among the last', async () => {
    await using files = new OpenFiles(2);
    const handleOf = (path: string): Promise<FileHandle> => files.use(path, (handle) => Promise.resolve(handle));
    const [first = '', second = '', third = ''] = paths;
    const handle = await handleOf(first);
    await handleOf(second);
    expect(await handleOf(first)).toBe(handle);
    await handleOf(third);
    expect(await handleOf(first)).toBe(handle);
    await handleOf(second);
    await handleOf(third);
    expect(await handleOf(first)).not.toBe(handle);
  });

  it('tries again what could not be opened', async () => {
    await using files = new OpenFiles(2);
    const path = join(folder, 'later');
    const size = (): Promise<number> => files.use(path, async (handle) => (await handle.stat()).size);
    await expect(size()).rejects.toMatchObject({ code: 'ENOENT' });
    writeFileSync(path, 'now');
    expect(await size()).toBe(3);
  });
});
