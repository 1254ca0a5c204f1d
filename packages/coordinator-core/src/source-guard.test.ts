import type { BackupStats, RunRecord, SourceFact } from '@umbracore/contracts';
import { aRun } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { nothingToSave, shrinkSuspicions, sourceSuspicions } from './source-guard.ts';

const fact = (path: string, change: Partial<SourceFact> = {}): SourceFact => ({
  path,
  present: true,
  empty: false,
  device: 1,
  ...change,
});
const gone = (path: string): SourceFact => fact(path, { present: false, device: null });
const required = (path: string) => ({ path, required: true });
const optional = (path: string) => ({ path, required: false });

test.each([
  ['one source, there', [required('/a')], [fact('/a')], undefined],
  ['one source, gone', [required('/a')], [gone('/a')], 'The source /a is missing'],
  ['one of two gone', [required('/a'), required('/b')], [gone('/a'), fact('/b')], undefined],
  ['both gone', [required('/a'), required('/b')], [gone('/a'), gone('/b')], 'All sources are missing: /a, /b'],
  ['the required one gone', [required('/a'), optional('/b')], [gone('/a'), fact('/b')], 'The source /a is missing'],
  ['the optional one gone', [required('/a'), optional('/b')], [fact('/a'), gone('/b')], undefined],
  ['all optional, all gone', [optional('/b')], [gone('/b')], 'The source /b is missing'],
  ['none at all', [], [], 'The job has no sources'],
])('nothing to save: %s', (_, sources, facts, answer) => {
  expect(nothingToSave(sources, facts)).toBe(answer);
});

const runWith = (...sources: readonly SourceFact[]): RunRecord => aRun({ state: 'succeeded', sources });

test.each<[string, SourceFact, RunRecord | undefined, RunRecord | undefined, string | undefined]>([
  ['as before', fact('/a'), runWith(fact('/a')), runWith(fact('/a')), undefined],
  ['the first run', fact('/a'), undefined, undefined, undefined],
  ['empty on the first run', fact('/a', { empty: true }), undefined, undefined, 'the snapshot holds no file'],
  ['missing', gone('/a'), undefined, undefined, 'missing'],
  ['emptied', fact('/a', { empty: true }), runWith(fact('/a')), undefined, 'empty'],
  ['always empty', fact('/a', { empty: true }), runWith(fact('/a', { empty: true })), undefined, undefined],
  ['was absent on the good run', fact('/a', { empty: true }), runWith(gone('/a')), undefined, undefined],
  ['on another device', fact('/a', { device: 2 }), undefined, runWith(fact('/a')), 'another device'],
  [
    'on another device than the good run, but as the last one',
    fact('/a', { device: 2 }),
    runWith(fact('/a')),
    runWith(fact('/a', { device: 2 })),
    undefined,
  ],
  ['a new source', fact('/a', { device: 2 }), runWith(fact('/b')), runWith(fact('/b')), undefined],
])('a source is suspicious: %s', (_, now, good, seen, answer) => {
  const suspicions = sourceSuspicions([required('/a')], [now], { good, seen });
  expect(suspicions).toHaveLength(answer === undefined ? 0 : 1);
  expect(suspicions.join()).toContain(answer ?? '');
});

test('an optional source may be missing', () => {
  expect(sourceSuspicions([optional('/a')], [gone('/a')], { good: runWith(fact('/a')), seen: undefined })).toEqual([]);
});

test('on the first run only a job of which every source is empty is suspicious, and none that may be missing', () => {
  const first = { good: undefined, seen: undefined };
  const empty = ['/a', '/b'].map((path) => fact(path, { empty: true }));
  expect(sourceSuspicions([required('/a'), optional('/b')], empty, first)).toEqual([
    'All sources are empty: /a, /b; the snapshot holds no file. If they may be, say `required: false` of them',
  ]);
  expect(sourceSuspicions([optional('/a'), optional('/b')], empty, first)).toEqual([]);
  expect(sourceSuspicions([required('/a'), required('/b')], [...empty.slice(1), fact('/a')], first)).toEqual([]);
});

const stats = (bytesProcessed: number, filesProcessed: number): BackupStats => ({
  filesNew: 0,
  filesChanged: 0,
  filesUnmodified: 0,
  filesProcessed,
  bytesProcessed,
  bytesAdded: 0,
  bytesStored: undefined,
  durationMs: 1,
});

test.each([
  ['the same', stats(100, 10), stats(100, 10), 0],
  ['exactly the limit', stats(50, 10), stats(100, 10), 0],
  ['less bytes', stats(49, 10), stats(100, 10), 1],
  ['less files, as many bytes', stats(100, 4), stats(100, 10), 1],
  ['grown', stats(1000, 100), stats(100, 10), 0],
  ['nothing before', stats(0, 0), stats(0, 0), 0],
  ['no good run', stats(1, 1), null, 0],
  ['no numbers', null, stats(100, 10), 0],
])('shrunk below half: %s', (_, now, before, count) => {
  const good = before === null ? undefined : aRun({ state: 'succeeded', stats: before });
  expect(shrinkSuspicions(now, good, 0.5)).toHaveLength(count);
});
