import { decodeJsonLine } from '@umbracore/contracts';
import { readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import * as z from 'zod';
import { describe, expect, it } from 'vitest';
import { anyText, mangled } from '../../../../tools/testing/fuzz.ts';
import { times } from '../../../../tools/vitest/evidence.ts';
import { decodeBackupSummary } from './backup-summary.ts';
import { decodeChange, decodeDiffTotals } from './diff.ts';
import { parseDocument } from './document.ts';
import { decodeEntry, decodeEntryLine, EntryDecoder } from './entry.ts';
import { decodeItemError } from './item-error.ts';
import { plainText } from './plain-text.ts';
import { snapshotList, toSnapshot } from './snapshot.ts';
import { decodeStatus, decodeStatusLine } from './status.ts';

const folder = new URL('../../test/samples/', import.meta.url);
const versions = ['0.14.0', '0.18.0', '0.19.1'];
const files = versions.flatMap((version) => readdirSync(new URL(version, folder)).map((name) => `${version}/${name}`));
const text = (name: string): string => readFileSync(new URL(name, folder), 'utf8');
const lines = (name: string): string[] => text(name).split('\n');

function decodeAll(line: string): void {
  decodeEntryLine(line);
  decodeStatusLine(line);
  plainText(line);
  const message = decodeJsonLine(line);
  if (message === undefined) return;
  for (const decode of [
    decodeBackupSummary,
    decodeChange,
    decodeDiffTotals,
    decodeEntry,
    decodeItemError,
    decodeStatus,
  ]) {
    decode(message);
  }
}

const cuts = (line: string): string[] => {
  const step = 1 + Math.floor(line.length / 40);
  return Array.from({ length: Math.ceil(line.length / step) }, (_, index) => line.slice(0, index * step));
};

describe('every decoder', () => {
  it.each(files)('takes %s, whole and cut anywhere', (name) => {
    for (const line of lines(name))
      for (const part of [line, ...cuts(line)]) expect(() => decodeAll(part)).not.toThrow();
  });

  const known = fc.constantFrom('status', 'summary', 'error', 'change', 'statistics', 'node', 'exit_error');
  const fields = fc.dictionary(
    fc.constantFrom('item', 'during', 'error', 'current_files', 'path', 'type', 'mtime', 'modifier', 'total_duration'),
    fc.jsonValue(),
  );
  const message = fc
    .tuple(known, fields)
    .map(([type, rest]) => JSON.stringify({ message_type: type, struct_type: type, ...rest }));

  it('never throws, whatever the line', () => {
    const line = fc.oneof(anyText(), fc.json(), message);
    fc.assert(fc.property(line, (value) => void expect(() => decodeAll(value)).not.toThrow()));
  });

  it('takes what restic has written and something has changed, and counts nothing that is no number', () => {
    const samples = files.flatMap((name) => lines(name)).filter((line) => line.startsWith('{') && line.length < 4000);
    fc.assert(
      fc.property(mangled(samples, ['"percent_done":2', '"total_files":-1', '1e400', '"message_type"']), (line) => {
        expect(() => decodeAll(line)).not.toThrow();
        const status = decodeStatusLine(line);
        if (status === undefined) return;
        expect(status.fraction ?? 0).toBeGreaterThanOrEqual(0);
        expect(status.fraction ?? 0).toBeLessThanOrEqual(1);
        for (const count of [
          status.filesDone,
          status.filesTotal,
          status.bytesDone,
          status.bytesTotal,
          status.errorCount,
        ])
          expect(count ?? 0).toSatisfy((each: number) => Number.isFinite(each) && each >= 0);
      }),
      { numRuns: times(1000) },
    );
  });
});

describe('status', () => {
  it('fills in the zeros that restic leaves out', () => {
    expect(decodeStatusLine('{"message_type":"status","percent_done":0,"total_files":1,"total_bytes":6}')).toEqual({
      fraction: 0,
      filesDone: 0,
      filesTotal: 1,
      bytesDone: 0,
      bytesTotal: 6,
      secondsRemaining: 0,
      errorCount: 0,
      currentFiles: [],
    });
  });

  it('reads what a restore calls differently', () => {
    const status = lines('0.19.1/restore-progress.jsonl')
      .map(decodeStatusLine)
      .findLast((found) => found !== undefined);
    expect(status).toMatchObject({ filesDone: 2, bytesDone: 37047464, bytesTotal: 48000000 });
  });

  it('is not the end of the scan, which 0.14 calls so', () => {
    const found = lines('0.14.0/backup-verbose.jsonl').map(decodeStatusLine);
    expect(found.filter((status) => status !== undefined)).toHaveLength(1);
  });
});

describe('backup summary', () => {
  const summaryIn = (name: string) =>
    lines(name).flatMap((line) => decodeBackupSummary(decodeJsonLine(line) ?? {}) ?? [])[0];

  it.each([
    ['0.14.0/backup-initial.jsonl', 'ab989edd', undefined],
    ['0.18.0/backup-initial.jsonl', 'ec949364a7c9fa8d982c67ee53bb5156386f017038b8a51ba5f379755fefd2cd', 3002911],
  ])('%s', (name, snapshot, bytesStored) => {
    expect(summaryIn(name)).toMatchObject({ snapshot, stats: { bytesStored } });
  });

  it('knows no snapshot of a dry run or of an unchanged backup that was skipped', () => {
    for (const name of [
      '0.14.0/backup-dryrun.jsonl',
      '0.19.1/backup-dryrun.jsonl',
      '0.18.0/backup-skip-unchanged.jsonl',
    ]) {
      expect(summaryIn(name)?.snapshot).toBeUndefined();
      expect(summaryIn(name)?.stats.durationMs).toBeGreaterThanOrEqual(0);
    }
  });
});

describe('item errors', () => {
  const errorsIn = (name: string) => lines(name).flatMap((line) => decodeItemError(decodeJsonLine(line) ?? {}) ?? []);

  it('have a reason even where 0.14 lost it', () => {
    expect(errorsIn('0.14.0/backup-unreadable-stderr.jsonl')).toEqual([
      { path: '/data/u/secret', during: 'scan', reason: 'could not be read' },
      { path: '/data/u/locked.txt', during: 'archival', reason: 'open: permission denied' },
      { path: '/data/u/secret', during: 'archival', reason: 'could not be read' },
    ]);
  });

  it('are not the errors of a check, which have another shape', () => {
    expect(errorsIn('0.19.1/check-damaged-stderr.jsonl')).toEqual([]);
    expect(errorsIn('0.19.1/restore-error-stderr.jsonl')).toMatchObject([{ path: '/data/c/one', during: 'restore' }]);
  });
});

describe('entries', () => {
  it.each(versions)('of %s', (version) => {
    const entries = lines(`${version}/ls-basic.jsonl`).flatMap((line) => decodeEntryLine(line) ?? []);
    expect(entries.at(-1)).toEqual({
      path: '/data/src/media/t.txt',
      type: 'file',
      size: 500000,
      modifiedAt: Date.parse('2026-11-22T22:28:56.202Z'),
      mode: 0o644,
      uid: 0,
      gid: 0,
    });
    expect(entries[0]).toMatchObject({ path: '/data', type: 'dir', size: 0 });
  });

  it.each([
    [0o644, 0o644],
    [2 ** 31 + 0o755, 0o755],
    [2 ** 27 + 0o777, 0o777],
    [2 ** 31 + 2 ** 20 + 0o777, 0o1777],
    [2 ** 23 + 2 ** 22 + 0o755, 0o6755],
  ])('have the mode %d of Go as %d of Unix', (mode, unix) => {
    expect(decodeEntry({ path: '/a', type: 'file', mode })?.mode).toBe(unix);
  });

  it('are the same on the quick and on the long way', () => {
    const node = fc.record({
      name: anyText(),
      type: fc.constantFrom('file', 'dir', 'symlink', 'something new'),
      path: fc.oneof(anyText(), fc.constantFrom('/a","type":"dir', '/back\\slash', '/"struct_type":"node"}')),
      uid: fc.nat(),
      gid: fc.nat(),
      size: fc.option(fc.maxSafeNat(), { nil: undefined }),
      mode: fc.nat(2 ** 32 - 1),
      permissions: fc.constantFrom('-rw-r--r--', 'drwxr-xr-x'),
      mtime: fc.constantFrom(
        '2026-11-22T22:28:56.183340105Z',
        '2026-11-22T22:28:56+01:00',
        '0001-01-01T00:00:00Z',
        '?',
      ),
      atime: fc.constant('2026-11-22T22:28:56Z'),
      ctime: fc.constant('2026-11-22T22:28:56Z'),
      inode: fc.option(fc.nat(), { nil: undefined }),
      struct_type: fc.constant('node'),
    });
    fc.assert(
      fc.property(node, (value) => void expect(decodeEntryLine(JSON.stringify(value))).toEqual(decodeEntry(value))),
    );
  });

  it('are the same however the output is cut', () => {
    const bytes = Buffer.from(text('0.19.1/ls-odd-names.jsonl'));
    const whole = lines('0.19.1/ls-odd-names.jsonl').flatMap((line) => decodeEntryLine(line) ?? []);
    expect(whole.some(({ path }) => path.includes('🙂'))).toBe(true);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1 }), (sizes) => {
        const decoder = new EntryDecoder();
        const found = [];
        for (let start = 0, turn = 0; start < bytes.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          found.push(...decoder.push(bytes.subarray(start, start + size)));
          start += size;
        }
        expect([...found, ...decoder.end()]).toEqual(whole);
      }),
      { numRuns: 25 },
    );
  });
});

describe('documents', () => {
  it.each(versions)('of snapshots (%s)', (version) => {
    const [first] = parseDocument(snapshotList, text(`${version}/snapshots-list.jsonl`), 'snapshots').map(toSnapshot);
    expect(first).toMatchObject({ id: expect.stringMatching(/^[0-9a-f]{64}$/), host: 'web1', user: 'root', tags: [] });
    expect(first?.shortId).toBe(first?.id.slice(0, 8));
    expect(first?.summary === undefined).toBe(version === '0.14.0');
  });

  it('may have text before them, but must be there and of the right shape', () => {
    const list = z.array(z.number());
    expect(parseDocument(list, 'a note\n[1]\n', 'x')).toEqual([1]);
    for (const wrong of ['', 'a note', '{"a":1}', '[1', '["a"]']) {
      expect(() => parseDocument(list, wrong, 'x')).toThrow(expect.objectContaining({ code: 'engine.output' }));
    }
  });
});

describe('diff', () => {
  it('joins letters by weight and drops the slash of folders', () => {
    const change = (modifier: string, path = '/a/') => decodeChange({ message_type: 'change', path, modifier })?.change;
    expect(['+', '-', 'M', 'T', 'U', 'M?', 'TU', ' '].map((letters) => change(letters))).toEqual([
      'added',
      'removed',
      'modified',
      'type-changed',
      'metadata',
      'suspicious',
      'type-changed',
      undefined,
    ]);
    expect(decodeChange({ message_type: 'change', path: '/a/', modifier: '+' })?.path).toBe('/a');
  });

  it('has totals', () => {
    const totals = lines('0.19.1/diff-basic.jsonl').flatMap(
      (line) => decodeDiffTotals(decodeJsonLine(line) ?? {}) ?? [],
    );
    expect(totals).toHaveLength(1);
    expect(totals[0]?.addedBytes).toBeGreaterThan(0);
  });
});
