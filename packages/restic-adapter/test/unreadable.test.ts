import { mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Backend } from '@umbracore/contracts';
import { describeEach, resticVersions } from './restic-versions.ts';
import { backupSpec, Bench, gather } from './subject.ts';

describeEach(resticVersions, 'what restic $version cannot read', ({ program }) => {
  const bench = new Bench(program);
  let backend: Backend;
  const source = bench.path('sources', 'good');
  // Opens for its owner and for root, and fails with EIO at the first byte: rights play no part.
  const unreadable = `/proc/${process.pid}/mem`;

  beforeAll(() => {
    backend = bench.prepared('repository');
    mkdirSync(source);
    writeFileSync(`${source}/a.txt`, 'alpha');
  });
  afterAll(() => bench[Symbol.dispose]());

  it('is a result, once per file, and the snapshot holds the rest', async () => {
    const notes: string[] = [];
    const result = await backend.backup(backupSpec([source, unreadable]), { note: (line) => notes.push(line) });
    expect(result).toMatchObject({ complete: false, unreadableCount: 1 });
    expect(result.unreadable).toEqual([{ path: unreadable, reason: expect.stringMatching(/\S/) }]);
    const entries = await gather(backend.list(result.snapshot ?? '', source));
    expect(entries.map(({ path }) => path)).toContain(`${source}/a.txt`);
  });

  it('includes a source that does not exist, whatever the exit code says', async () => {
    const missing = bench.path('sources', 'not there');
    const result = await backend.backup(backupSpec([source, missing]));
    expect(result.complete).toBe(false);
    expect(result.unreadable).toEqual([{ path: missing, reason: 'does not exist' }]);
    expect(await backend.holds(result.snapshot ?? '')).toBe(true);
  });

  it('is an error if no source exists', async () => {
    const missing = bench.path('sources', 'not there');
    await expect(backend.backup(backupSpec([missing]))).rejects.toMatchObject({ code: 'source.missing' });
  });
});
