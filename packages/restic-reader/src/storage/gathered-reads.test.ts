import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GatheredReads, type Part } from './gathered-reads.ts';

const files: Readonly<Record<string, Buffer>> = {
  a: Buffer.from(Array.from({ length: 60_000 }, (_, at) => at % 251)),
  b: Buffer.from(Array.from({ length: 30_000 }, (_, at) => at % 241)),
};

const bytesOf = ({ id, offset, length }: Part): Buffer | undefined => files[id]?.subarray(offset, offset + length);

const part = fc.record({
  id: fc.constantFrom('a', 'b', 'none'),
  offset: fc.nat(61_000),
  length: fc.integer({ min: 1, max: 9000 }),
});

describe('GatheredReads', () => {
  it('gives each its part, whatever else is asked for at the same time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 20 }), async (parts) => {
        const reads = new GatheredReads(async (wanted) => bytesOf(wanted));
        const found = await Promise.all(parts.map((each) => reads.read(each)));
        expect(found.map((bytes) => bytes?.toString('hex'))).toEqual(
          parts.map((each) => bytesOf(each)?.toString('hex')),
        );
      }),
      { numRuns: 100, seed: 3 },
    );
  });

  it('reads once what lies beside each other, and not what lies far apart or in another file', async () => {
    const read: Part[] = [];
    const reads = new GatheredReads(async (wanted) => {
      read.push(wanted);
      return bytesOf(wanted);
    });
    const at = (id: string, offset: number): Promise<unknown> => reads.read({ id, offset, length: 100 });
    await Promise.all([at('a', 200), at('a', 0), at('b', 300), at('a', 50_000), at('a', 100)]);
    expect(read).toEqual([
      { id: 'a', offset: 0, length: 300 },
      { id: 'a', offset: 50_000, length: 100 },
      { id: 'b', offset: 300, length: 100 },
    ]);
  });

  it('tells each of its readers what went wrong, and goes on', async () => {
    let isBroken = true;
    const reads = new GatheredReads((wanted) =>
      isBroken ? Promise.reject(new Error('no disk')) : Promise.resolve(bytesOf(wanted)),
    );
    const part = { id: 'a', offset: 0, length: 10 };
    const failed = await Promise.allSettled([reads.read(part), reads.read({ ...part, offset: 10 })]);
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    isBroken = false;
    expect(await reads.read(part)).toEqual(bytesOf(part));
  });

  it('reads nothing any more when it is closed', async () => {
    let read = 0;
    const reads = new GatheredReads(async () => {
      read += 1;
      return undefined;
    });
    const part = { id: 'a', offset: 0, length: 10 };
    const waiting = reads.read(part);
    reads[Symbol.dispose]();
    await expect(waiting).rejects.toMatchObject({ code: 'run.cancelled' });
    await expect(reads.read(part)).rejects.toMatchObject({ code: 'run.cancelled' });
    expect(read).toBe(0);
  });
});
