import { expect, test } from 'vitest';
import type { EventDocument, EventDocumentOf } from '@umbracore/runtime/documents';
import { plainStyle } from '../output/colour.ts';
import { unicodeSigns } from '../output/signs.ts';
import { displayWidth } from '../output/width.ts';
import { liveLines } from './bar-view.ts';
import { plainView } from './plain-view.ts';

const base = (job: string) => ({
  schema: 'umbra.event/1' as const,
  time: '2026-11-23T11:20:07+00:00',
  run: `r-${job}`,
  job,
  repository: 'home',
  parent: null,
  node: null,
});

const progress = (job: string, percentage: number | null, file?: string): EventDocumentOf<'run.progress'> => ({
  ...base(job),
  type: 'run.progress',
  phase: percentage === null ? 'scanning' : 'uploading',
  percentage,
  estimated: false,
  filesProcessed: 0,
  filesTotal: null,
  bytesProcessed: 0,
  bytesTotal: null,
  bytesPerSecond: null,
  eta: null,
  currentFiles: file === undefined ? [] : [file],
  errorCount: 0,
});

function plainLines(named: boolean, ...events: readonly EventDocument[]): readonly string[] {
  const lines: string[] = [];
  const line = (text = ''): void => void lines.push(text);
  const view = plainView({ stderr: { line, offer: line, style: plainStyle }, signs: unicodeSigns, verbosity: 0 });
  for (const event of events) view.show(event, named);
  return lines;
}

test('off a terminal each of several runs tells its own progress under its name', () => {
  const told = plainLines(
    true,
    progress('documents', null),
    progress('system', null),
    progress('documents', 12),
    progress('system', 12),
    progress('documents', 13),
  );
  expect(told).toEqual([
    '  documents → home  scanning',
    '  system → home  scanning',
    '  documents → home  uploading, 12 %',
    '  system → home  uploading, 12 %',
  ]);
});

test('a run of a chain says which node it is, where that is not its job', () => {
  const inChain = (node: string | null) => ({
    ...progress('documents', null),
    run: `r-${node}`,
    parent: 'r-chain',
    node,
  });
  const { node: _, ...older } = inChain('older');
  const events = [inChain('documents'), inChain('documents#2'), inChain('at-night'), older as EventDocument];
  expect(plainLines(true, ...events)).toEqual([
    '  documents → home  scanning',
    '  documents#2 → home  scanning',
    '  at-night (documents) → home  scanning',
    '  documents → home  scanning',
  ]);
});

test('a run that is alone says it once, and not in every line', () => {
  const started = { ...base('documents'), type: 'run.started', attempt: 1, maxAttempts: 1 } as const;
  expect(plainLines(false, started, progress('documents', null))).toEqual(['documents → home', '  scanning']);
});

test('what happens to a run while others are under way says which it is', () => {
  const error = { code: 'network.unreachable', message: 'no route', hint: null, exitCode: 75 } as const;
  const retrying = { ...base('a'), type: 'run.retrying', attempt: 2, retryAt: '2026-11-23T11:21:07+00:00', error };
  const cancelling = { ...base('b'), type: 'run.cancelling', reason: 'asked for' };
  const atOnce = { ...retrying, retryAt: retrying.time };
  const told = [retrying, atOnce, cancelling].map((event) => event as EventDocument);
  expect(plainLines(true, ...told)).toEqual([
    '! a → home  attempt 1 failed: no route; next try in 1 min',
    '! a → home  attempt 1 failed: no route; next try now',
    'b → home  cancelling: asked for',
  ]);
});

test('who is waited for that cannot be seen, and how long at most', () => {
  const doubted = { ...base('a'), type: 'run.doubted', pid: 7, host: 'nas\u001b[31m', wait: 30 } as const;
  expect(plainLines(false, doubted)).toEqual([
    'a → home  whether process 7 on nas\\x1b[31m still works on r-a cannot be seen from here: waits up to 30 s for a sign of life',
  ]);
});

const live = (columns: number, ...shown: Parameters<typeof liveLines>[1]): readonly string[] =>
  liveLines({ stderr: { columns, style: plainStyle }, signs: unicodeSigns }, shown);

test('on a terminal a bar for each, their names below one another', () => {
  const [one, other] = live(
    100,
    { progress: progress('documents', 50, '/a'), title: 'documents → home' },
    { progress: progress('a', null, '/b'), title: 'a → home' },
  );
  expect(one).toMatch(/^ {2}documents → home {2}uploading {3}━+╺━+ {2}50 %$/);
  expect(other).toMatch(/^ {2}a → home {10}scanning/);
});

test('one that stands still says so, and nothing of how fast it is', () => {
  const fast = { ...progress('documents', 50), bytesProcessed: 1024, bytesPerSecond: 2048, eta: 9 };
  expect(live(60, { progress: fast, title: '', isPaused: true })[0]).toMatch(
    /^ {2}paused .* 50 % {3}1\.0 KiB {3}0 files$/,
  );
  expect(live(60, { progress: fast, title: '' })[0]).toMatch(/^ {2}uploading .* 2\.0 KiB\/s/);
});

test('of a single one also the file', () => {
  expect(live(100, { progress: progress('documents', 50, '/a'), title: '' })[1]).toBe('              /a');
});

test.each([20, 40, 60, 80, 120])('never wider than a terminal of %d columns', (columns) => {
  const title = 'a job with quite a long name → repository';
  const all = Array.from({ length: 12 }, (_, index) => ({ progress: progress(`j${index}`, 50), title }));
  const lines = live(columns, ...all);
  expect(lines).toHaveLength(9);
  expect(lines.at(-1)).toBe('  and 4 more');
  for (const line of lines) expect(displayWidth(line)).toBeLessThan(columns);
});
