import type { BackupJobDefinition, ReasonCode, Slot } from '@umbracore/contracts';
import { aJob } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { decide } from './decide.ts';
import type { DecisionFacts, OpenRun, Verdict } from './decide.ts';

const now = Date.UTC(2026, 0, 5, 12);
const slot = (at: number): Slot => ({ at, fold: 0, key: `k${at}` });
const open: OpenRun = { id: 'r-1', repository: 'main', pid: 42, since: now - 1000, retryAt: undefined };
const waiting: OpenRun = { ...open, pid: undefined, retryAt: now + 500 };
const there = { path: '/data', present: true, empty: false, device: 1 };
const facts: DecisionFacts = {
  asked: false,
  repository: 'main',
  open: [],
  sources: [there],
  due: slot(now),
  dueDone: false,
  next: slot(now + 1000),
};
const disabled = { enabled: false };
const twoSources = { sources: ['/data', '/more'].map((path) => ({ path, required: true })) };

type Row = readonly [string, Partial<BackupJobDefinition>, Partial<DecisionFacts>, Verdict, readonly ReasonCode[]];

const table: readonly Row[] = [
  ['due', {}, {}, { type: 'start' }, []],
  ['asked for', {}, { asked: true, due: undefined, sources: undefined }, { type: 'start' }, []],
  ['asked for although disabled', disabled, { asked: true }, { type: 'start' }, []],
  ['disabled', disabled, {}, { type: 'skip', code: 'enabled' }, ['enabled']],
  ['under way', {}, { open: [open] }, { type: 'blocked', by: open }, ['overlap']],
  ['under way, asked for', {}, { open: [open], asked: true }, { type: 'blocked', by: open }, ['overlap']],
  ['under way on another repository', {}, { open: [{ ...open, repository: 'other' }] }, { type: 'start' }, []],
  ['left by a dead process', {}, { open: [{ ...open, pid: undefined }] }, { type: 'start' }, []],
  ['a retry is pending', {}, { open: [waiting] }, { type: 'wait', until: now + 500 }, ['retry']],
  ['a retry is pending, asked for', {}, { open: [waiting], asked: true }, { type: 'start' }, []],
  ['a retry is due', {}, { open: [{ ...waiting, retryAt: now }] }, { type: 'start' }, []],
  ['not yet due', {}, { due: undefined }, { type: 'wait', until: now + 1000 }, ['due']],
  ['due, and done', {}, { dueDone: true }, { type: 'wait', until: now + 1000 }, ['due']],
  ['no schedule', {}, { due: undefined, next: undefined }, { type: 'wait', until: undefined }, ['due']],
  ['nothing to save', {}, { sources: [{ ...there, present: false }] }, { type: 'start' }, ['sources']],
  [
    'a source is missing',
    twoSources,
    { sources: [there, { ...there, path: '/more', present: false }] },
    { type: 'start' },
    ['sources'],
  ],
  [
    'everything at once',
    disabled,
    { open: [open, waiting], due: undefined, sources: [] },
    { type: 'skip', code: 'enabled' },
    ['enabled', 'overlap', 'retry', 'due', 'sources'],
  ],
];

test.each(table)('%s', (_, job, change, verdict, against) => {
  const decision = decide(aJob(job), { ...facts, ...change }, now);
  expect(decision.verdict).toEqual(verdict);
  expect(decision.reasons.filter(({ ok }) => !ok).map(({ code }) => code)).toEqual(against);
});

test('every reason is given each time, in the order in which it counts', () => {
  const { reasons } = decide(aJob(), facts, now);
  expect(reasons.map(({ code }) => code)).toEqual(['enabled', 'overlap', 'retry', 'due', 'sources']);
  expect(reasons.every(({ text }) => text.length > 0)).toBe(true);
});

test('names the run that is in the way', () => {
  const { reasons } = decide(aJob(), { ...facts, open: [open] }, now);
  expect(reasons[1]?.text).toBe('Run r-1 is under way in process 42 since 2026-01-05T11:59:59Z');
});
