import type { SnapshotEntry } from '@umbracore/contracts';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { compare, type Comparison, type Restored } from './compare.ts';

const savedAt = 1_700_000_000_125;
const saved = Buffer.from('what was saved, in two pieces');
const pieces = [saved.subarray(0, 10), saved.subarray(10)].map((piece) => ({
  hash: createHash('sha256').update(piece).digest('hex'),
  bytes: piece.length,
}));
const other = Buffer.from('what was never saved anywhere'.slice(0, saved.length).padEnd(saved.length, '.'));

let folder: string;
let source: string;
let entry: SnapshotEntry;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'umbra-compare-'));
  source = join(folder, 'source', 'file');
  entry = { path: source, type: 'file', size: saved.length, modifiedAt: savedAt, mode: 0o600, uid: 0, gid: 0 };
  put(source, saved);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(path: string, content: Buffer, at = savedAt): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  // A number below zero would mean now.
  utimesSync(path, new Date(at), new Date(at));
}

const restoredTo = (): string => join(folder, 'sandbox', source);

function judged(change: Partial<Restored> = {}): Promise<Comparison> {
  const restored = { entry, folder: join(folder, 'sandbox'), hasSource: true, pieces: undefined, dump: undefined };
  return compare({ ...restored, ...change }, { signal: new AbortController().signal, alive: () => undefined });
}

const dumping = (content: Buffer) => async (sink: (chunk: Uint8Array) => Promise<void>) => {
  await sink(content.subarray(0, 7));
  await sink(content.subarray(7));
};

test('is as the source is', async () => {
  put(restoredTo(), saved);
  expect(await judged({ pieces })).toEqual({ type: 'source' });
});

test.each([
  ['was written to', () => put(source, Buffer.concat([saved, saved]))],
  ['was touched', () => put(source, saved, savedAt + 1000)],
  ['is gone', () => rmSync(source)],
  ['has become a link', () => (rmSync(source), symlinkSync('/etc/passwd', source))],
  ['was changed by a program that hides it', () => put(source, other)],
])('a source that %s is no fault, for the hashes are right', async (_, change) => {
  put(restoredTo(), saved);
  change();
  expect(await judged({ pieces })).toEqual({ type: 'hash', changed: true });
});

test('the file of another machine is not asked', async () => {
  put(restoredTo(), saved);
  expect(await judged({ hasSource: false, pieces })).toEqual({ type: 'hash', changed: false });
  expect(await judged({ hasSource: false })).toEqual({ type: 'none', changed: false });
});

test('without hashes a source that has changed proves nothing', async () => {
  put(restoredTo(), saved);
  put(source, saved, savedAt + 5000);
  expect(await judged()).toEqual({ type: 'none', changed: true });
});

test.each<[string, () => void, object]>([
  ['is not there', () => undefined, { problem: 'not-restored' }],
  ['is too short', () => put(restoredTo(), saved.subarray(1)), { problem: 'truncated' }],
  ['is too long', () => put(restoredTo(), Buffer.concat([saved, saved])), { problem: 'differs' }],
  ['has a wrong byte', () => put(restoredTo(), other), { problem: 'differs' }],
  ['is a folder', () => mkdirSync(restoredTo(), { recursive: true }), { problem: 'differs' }],
  [
    'is a link to what it should be',
    () => (mkdirSync(dirname(restoredTo()), { recursive: true }), symlinkSync(source, restoredTo())),
    { problem: 'differs' },
  ],
])('what came back and %s is found, whatever it is compared with', async (_, restore, expected) => {
  restore();
  for (const change of [{ pieces }, {}, { pieces, hasSource: false }]) {
    expect(await judged(change)).toMatchObject({ type: 'failed', ...expected });
  }
});

test('between the source and what came back the engine judges if nobody else can', async () => {
  put(restoredTo(), saved);
  put(source, other);
  expect(await judged({ dump: dumping(saved) })).toEqual({ type: 'none', changed: true });
  expect(await judged({ dump: dumping(other) })).toMatchObject({ type: 'failed', problem: 'differs' });
  expect(await judged({ dump: dumping(saved.subarray(2)) })).toMatchObject({ type: 'failed', problem: 'differs' });
});

test('an empty file is one, and pieces that make another length are not it', async () => {
  entry = { ...entry, size: 0 };
  put(source, Buffer.alloc(0), savedAt + 1000);
  put(restoredTo(), Buffer.alloc(0));
  expect(await judged({ pieces: [] })).toEqual({ type: 'hash', changed: true });
  expect(await judged({ pieces })).toMatchObject({ type: 'failed', problem: 'differs' });
});

test('times before 1970 are rounded as they are saved', async () => {
  entry = { ...entry, modifiedAt: -1500 };
  put(source, saved, -1500);
  put(restoredTo(), saved);
  expect(await judged()).toEqual({ type: 'source' });
});

test('rights that keep its owner out are no hindrance', async () => {
  put(restoredTo(), saved);
  chmodSync(restoredTo(), 0);
  chmodSync(dirname(restoredTo()), 0o100);
  expect(await judged({ pieces })).toEqual({ type: 'source' });
});
