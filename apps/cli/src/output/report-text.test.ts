import { expect, test } from 'vitest';
import { becauseText, reportText } from './report-text.ts';

type Report = Parameters<typeof reportText>[0];

const check = { kind: 'check', problems: [], advice: [], engine: true, check: null } as const;
const coverage = {
  soundAt: null,
  packs: 2,
  bytes: 3,
  unreadBytes: 0,
  freshBytes: 3,
  within: 4,
  oldestAt: null,
  outlook: null,
};
const newCheck = (read: { packs: number; trees: number; bytes: number }) => ({ read, coverage, notes: [] });
const node = (outcome: 'succeeded' | 'failed' | 'skipped') => ({ node: 'a', outcome, runs: [] });

const backup = {
  kind: 'backup',
  strategy: 'incremental',
  parent: 'abcdef0123',
  unchangedSince: null,
  base: null,
  sinceBase: null,
  sinceLast: null,
} as const;
const copy = { kind: 'copy', copied: [], passedOver: 0, compared: 0, different: [], upTo: {} } as const;
const base = (number: number) => ({ snapshot: 'abcdef0123', time: '2026-11-23T02:00:00+00:00', number });

test.each<[string, Report]>([
  ['compared with abcdef01', backup],
  ['compared with the choice of the engine', { ...backup, parent: null }],
  ['everything was read', { ...backup, strategy: 'full', parent: null }],
  ['everything was read; the base of the runs after it', { ...backup, strategy: 'differential', base: base(0) }],
  ['compared with its base abcdef01, run 3 after it', { ...backup, strategy: 'differential', base: base(3) }],
  ['nothing to copy', copy],
  ['2 snapshots copied', { ...copy, copied: ['a', 'b'] }],
  [
    'nothing to copy, 3 left out that would be forgotten; 9 compared, all equal',
    { ...copy, passedOver: 3, compared: 9 },
  ],
  ['1 snapshot copied; 9 compared, 1 DIFFERENT', { ...copy, copied: ['a'], compared: 9, different: ['a'] }],
  ['nothing to remove, 20 kept', { kind: 'forget', removed: [], kept: 20 }],
  ['1 snapshot removed, 20 kept', { kind: 'forget', removed: ['a'], kept: 20 }],
  ['what no snapshot needs is freed', { kind: 'prune' }],
  ['sound, no data read', { ...check, sound: true, part: null }],
  ['sound, all data read', { ...check, sound: true, part: { part: 1, of: 1 } }],
  ['damaged, part 3 of 20 of the data read', { ...check, sound: false, part: { part: 3, of: 20 } }],
  [
    'sound, 2 packs (3.0 KiB) and 1 folder read',
    { ...check, sound: true, part: null, engine: false, check: newCheck({ packs: 2, trees: 1, bytes: 3072 }) },
  ],
  [
    'sound, nothing was new, part 3 of 20 of the data read',
    { ...check, sound: true, part: { part: 3, of: 20 }, check: newCheck({ packs: 0, trees: 0, bytes: 0 }) },
  ],
  ['exit 3', { kind: 'command', exitCode: 3, signal: null }],
  ['ended by SIGKILL', { kind: 'command', exitCode: null, signal: 'SIGKILL' }],
  ['would be run', { kind: 'command', exitCode: null, signal: null }],
  ['0 steps', { kind: 'chain', nodes: [] }],
  ['3 steps: 2 ok, 1 skipped', { kind: 'chain', nodes: [node('succeeded'), node('skipped'), node('succeeded')] }],
])('%s', (text, report) => expect(reportText(report)).toBe(text));

test.each<[string, Report]>([
  ['2 snapshots would be copied', { ...copy, copied: ['a', 'b'] }],
  ['1 snapshot would be removed, 20 kept', { kind: 'forget', removed: ['a'], kept: 20 }],
  ['what no snapshot needs would be freed', { kind: 'prune' }],
])('a dry run: %s', (text, report) => expect(reportText(report, true)).toBe(text));

test('why a run did not start, and for how many that holds', () => {
  const because = { code: 'catch-up', text: 'Nobody was there to start it', alsoStandsFor: null } as const;
  expect(becauseText(because)).toBe('Nobody was there to start it');
  expect(becauseText({ ...because, alsoStandsFor: { count: 12, first: 0 } })).toBe(
    'Nobody was there to start it (and 12 earlier)',
  );
});
