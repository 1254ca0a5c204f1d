import { randomBytes } from 'node:crypto';
import zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decompress } from './zstd.ts';

describe('decompress', () => {
  it.each([0, 100, 1_000_000])('gives back %i bytes, on the thread pool if they are many', async (length) => {
    const bytes = randomBytes(length);
    expect(await decompress(zlib.zstdCompressSync(bytes), length)).toEqual(bytes);
  });

  it('refuses more than was expected, and what is no zstd or breaks off', async () => {
    const sealed = zlib.zstdCompressSync(Buffer.alloc(100_000));
    expect(await decompress(sealed, 99_999)).toBeUndefined();
    expect(await decompress(sealed.subarray(0, -1), 100_000)).toBeUndefined();
    expect(await decompress(randomBytes(100), 100)).toBeUndefined();
  });

  it('says which Node it needs where there is no zstd', async () => {
    const older = decompress(zlib.zstdCompressSync('text'), 4, {});
    await expect(older).rejects.toMatchObject({
      code: 'backend.unsupported',
      message: expect.stringContaining(`Node ${process.version} has no zstd`),
    });
  });
});
