import type { SnapshotEntry } from '@umbracore/contracts';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseFiles, type FileWish } from './choose-files.ts';

const file = (path: string, size = 1, modifiedAt = 0): SnapshotEntry => ({
  path,
  type: 'file',
  size,
  modifiedAt,
  mode: 0o644,
  uid: 0,
  gid: 0,
});

const wish = (change: Partial<FileWish> = {}): FileWish => ({
  seed: 'r-1',
  files: 10,
  maxBytes: 1_000_000,
  must: new Set(),
  wasDrilled: () => false,
  ...change,
});

const pathsOf = (entries: Iterable<SnapshotEntry>, wanted: FileWish): readonly string[] =>
  chooseFiles(entries, wanted).files.map(({ path }) => path);

const anyFile = fc
  .record({
    name: fc.integer({ min: 0, max: 400 }),
    size: fc.integer({ min: 0, max: 100 }),
    time: fc.integer({ min: 0 }),
  })
  .map(({ name, size, time }) => file(`/d/${name}`, size, time));
const anyListing = fc.uniqueArray(anyFile, { selector: ({ path }) => path, maxLength: 120 });
const anyWish = fc
  .record({
    seed: fc.string(),
    files: fc.integer({ min: 1, max: 30 }),
    maxBytes: fc.integer({ min: 0, max: 2000 }),
    must: fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 4 }),
    drilled: fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 200 }),
  })
  .map(({ must, drilled, ...rest }) => {
    const known = new Set(drilled.map((name) => `/d/${name}`));
    return { ...rest, must: new Set(must.map((name) => `/d/${name}`)), wasDrilled: (path: string) => known.has(path) };
  });

test('within the limits but for what must be, which is always there', () => {
  fc.assert(
    fc.property(anyListing, anyWish, (listing, wanted) => {
      const { files, present } = chooseFiles(listing, wanted);
      const isMust = ({ path }: SnapshotEntry): boolean => wanted.must.has(path);
      const must = listing.filter(isMust);
      expect(files.filter(isMust)).toHaveLength(must.length);
      expect([...present].toSorted()).toEqual(must.map(({ path }) => path).toSorted());
      expect(files.length).toBeLessThanOrEqual(Math.max(wanted.files, must.length));
      const bytes = (some: readonly SnapshotEntry[]): number => some.reduce((sum, { size }) => sum + size, 0);
      expect(bytes(files)).toBeLessThanOrEqual(Math.max(wanted.maxBytes, bytes(must)));
      expect(new Set(files.map(({ path }) => path)).size).toBe(files.length);
    }),
  );
});

test('the same seed chooses the same files, in whatever order they are listed', () => {
  fc.assert(
    fc.property(anyListing, anyWish, fc.integer(), (listing, wanted, shift) => {
      const other = [
        ...listing.slice(shift % listing.length),
        ...listing.slice(0, shift % listing.length),
      ].toReversed();
      expect(pathsOf(other, wanted)).toEqual(pathsOf(listing, wanted));
    }),
  );
});

test('no file comes a second time while one that would fit was never tried', () => {
  fc.assert(
    fc.property(anyListing, anyWish, (listing, wanted) => {
      const { files } = chooseFiles(listing, wanted);
      const isFresh = ({ path, size }: SnapshotEntry): boolean => size > 0 && !wanted.wasDrilled(path);
      const chosen = new Set(files.map(({ path }) => path));
      const again = files.filter((entry) => !isFresh(entry) && !wanted.must.has(entry.path));
      const left = wanted.maxBytes - files.reduce((sum, { size }) => sum + size, 0);
      for (const { size } of again) {
        const better = listing.filter(
          (entry) => isFresh(entry) && !chosen.has(entry.path) && entry.size <= left + size,
        );
        // One that is in its place already was taken when there was room for it alone.
        expect(better.filter((entry) => entry.size <= left)).toEqual([]);
      }
    }),
  );
});

test('everything is tried in the end, a few files at a time', () => {
  const listing = Array.from({ length: 100 }, (_, place) => file(`/d/${place}`, place + 1, place));
  const drilled = new Set<string>();
  for (let drill = 0; drill < 10; drill += 1) {
    const chosen = pathsOf(listing, wish({ seed: `r-${drill}`, wasDrilled: (path) => drilled.has(path) }));
    expect(chosen).toHaveLength(10);
    for (const path of chosen) drilled.add(path);
  }
  expect(drilled.size).toBe(100);
});

test('some are the largest, some the newest', () => {
  const listing = Array.from({ length: 1000 }, (_, place) => file(`/d/${place}`, 1 + ((place * 7) % 1000), place));
  const chosen = chooseFiles(listing, wish()).files;
  expect(chosen.filter(({ size }) => size >= 999)).toHaveLength(2);
  expect(chosen.filter(({ modifiedAt }) => modifiedAt >= 998)).toHaveLength(2);
  expect(chosen).toHaveLength(10);
});

test('one large file leaves room for others', () => {
  const listing = [file('/large', 600), file('/half', 500), ...Array.from({ length: 9 }, (_, n) => file(`/${n}`, 10))];
  const chosen = pathsOf(listing, wish({ maxBytes: 1000 }));
  expect(chosen).toContain('/half');
  expect(chosen.length).toBeGreaterThanOrEqual(10);
});

test('what is no file, too large or not to be named is left out with a count', () => {
  const listing = [
    file('/good'),
    file('/huge', 1001),
    file('/odd\uFFFD'),
    file(`/${'long/'.repeat(750)}`),
    { ...file('/pipe'), type: 'fifo' as const },
    { ...file('/link'), type: 'symlink' as const },
    file('/empty', 0),
  ];
  expect(chooseFiles(listing, wish({ maxBytes: 1000, files: 1, must: new Set(['/link', '/gone']) }))).toEqual({
    files: [file('/good')],
    present: new Set(['/link']),
    totalBytes: 1004,
    tooLarge: 1,
    oddNames: 2,
  });
  expect(pathsOf(listing, wish())).toContain('/empty');
});

test('a million files leave a small choice in little time', () => {
  function* listing() {
    for (let place = 0; place < 1_000_000; place += 1) yield file(`/home/user/documents/${place}`, place % 5000, place);
  }
  expect(chooseFiles(listing(), wish({ files: 25 })).files).toHaveLength(25);
});
