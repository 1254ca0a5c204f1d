import type { ConditionState, JobDefinition, ReasonCode, Slot } from '@umbracore/contracts';
import { aJob } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { decide } from './decide.ts';
import type { DecisionFacts, OpenRun, QueuedRun, Verdict } from './decide.ts';

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
const queued: QueuedRun = {
  id: 'r-2',
  trigger: 'schedule',
  slotAt: now - 1000,
  startAt: now - 1000,
  lapses: undefined,
  supersededBy: undefined,
  madeUpBy: undefined,
  chain: undefined,
};
const run = (change: Partial<QueuedRun>): Partial<DecisionFacts> => ({ run: { ...queued, ...change } });
const disabled = { enabled: false };
const twoSources = { sources: ['/data', '/more'].map((path) => ({ path, required: true })) };
const rule = { kind: 'power', options: {} };
const onBattery: ConditionState = { rule, met: false, text: 'on battery, 34 %' };
const conditions = (otherwise: 'wait' | 'skip', waitForMs?: number) => ({
  conditions: { all: [rule], otherwise, waitForMs },
});
const afterUpload = { after: [{ job: 'upload', on: 'success', withinMs: undefined }] } as const;

type Job = Partial<Extract<JobDefinition, { kind: 'backup' }>>;
type Row = readonly [string, Job, Partial<DecisionFacts>, Verdict, readonly ReasonCode[]];

const start: Verdict = { type: 'start' };
const skip = (code: ReasonCode, outcome: 'skipped' | 'missed' = 'skipped'): Verdict => ({
  type: 'skip',
  outcome,
  code,
});
const wait = (code: ReasonCode, until: number | undefined): Verdict => ({ type: 'wait', until, code });

const table: readonly Row[] = [
  ['due', {}, {}, start, []],
  ['asked for', {}, { asked: true, due: undefined, sources: undefined }, start, []],
  ['asked for although disabled', disabled, { asked: true }, start, []],
  ['disabled', disabled, {}, skip('enabled'), ['enabled']],
  ['disabled, and queued', disabled, run({}), skip('enabled'), ['enabled']],
  ['disabled, but a chain names it', disabled, run({ chain: { run: 'r-9', ended: false } }), start, []],
  ['its chain has ended', {}, run({ chain: { run: 'r-9', ended: true } }), skip('chain'), ['chain']],
  ['a newer one waits', {}, run({ supersededBy: 'r-3' }), skip('superseded'), ['superseded']],
  ['not too late yet', {}, run({ lapses: { at: now, code: 'catch-up' } }), start, []],
  ['too late', {}, run({ lapses: { at: now - 1, code: 'catch-up' } }), skip('catch-up', 'missed'), ['catch-up']],
  ['too late after a job', {}, run({ lapses: { at: 5, code: 'after' } }), skip('after', 'missed'), ['after']],
  ['under way', {}, { open: [open] }, { type: 'blocked', by: open }, ['overlap']],
  ['under way, asked for', {}, { open: [open], asked: true }, { type: 'blocked', by: open }, ['overlap']],
  ['under way on another repository', {}, { open: [{ ...open, repository: 'other' }] }, start, []],
  ['under way, and skips', { overlap: 'skip' }, { open: [open] }, skip('overlap'), ['overlap']],
  [
    'under way, and skips, but asked for',
    { overlap: 'skip' },
    { open: [open], asked: true },
    { type: 'blocked', by: open },
    ['overlap'],
  ],
  [
    'under way, and cancels',
    { overlap: 'cancel' },
    { open: [open] },
    { type: 'cancel-other', other: open },
    ['overlap'],
  ],
  ['left by a dead process', {}, { open: [{ ...open, pid: undefined }] }, start, []],
  ['a retry is pending', {}, { open: [waiting] }, wait('retry', now + 500), ['retry']],
  ['a retry is pending, asked for', {}, { open: [waiting], asked: true }, start, []],
  ['a retry is due', {}, { open: [{ ...waiting, retryAt: now }] }, start, []],
  [
    'a retry is due, of an older run',
    {},
    { ...run({}), open: [{ ...waiting, retryAt: now }] },
    { type: 'blocked', by: { ...waiting, retryAt: now } },
    ['retry'],
  ],
  ['a retry is due, of this run', {}, { ...run({ id: 'r-1' }), open: [{ ...waiting, retryAt: now }] }, start, []],
  ['not yet due', {}, { due: undefined }, wait('due', now + 1000), ['due']],
  ['due, and done', {}, { dueDone: true }, wait('due', now + 1000), ['due']],
  ['queued', {}, { ...run({}), due: undefined }, start, []],
  ['queued, and jitter holds it', {}, run({ startAt: now + 7 }), wait('due', now + 7), ['due']],
  ['queued, and made up for', {}, run({ madeUpBy: 'r-4' }), skip('due'), ['due']],
  ['no schedule', {}, { due: undefined, next: undefined }, wait('due', undefined), ['due']],
  ['not yet due, and windows move it', {}, { due: undefined, nextStart: now + 1500 }, wait('due', now + 1500), ['due']],
  [
    'no window ever lets the next one start',
    {},
    { due: undefined, nextStart: null },
    wait('window', undefined),
    ['window'],
  ],
  ['due, and jitter holds it', {}, { dueStart: now + 7 }, wait('due', now + 7), ['due']],
  [
    'due, no window is open yet, and jitter holds it then',
    {},
    { dueStart: now + 12, opening: { from: now + 9, to: now + 20 } },
    wait('window', now + 12),
    ['window'],
  ],
  ['no good run for too long', {}, { due: undefined, next: undefined, atLeastDue: now }, start, []],
  ['a good run is wanted soon', {}, { due: undefined, atLeastDue: now + 10 }, wait('due', now + 10), ['due']],
  ['a good run is wanted later', {}, { due: undefined, atLeastDue: now + 5000 }, wait('due', now + 1000), ['due']],
  ['waits for a job', afterUpload, { due: undefined, next: undefined }, wait('after', undefined), ['after']],
  ['due, and waits for a job as well', afterUpload, {}, start, []],
  ['no window is open yet', {}, { opening: { from: now + 9, to: now + 20 } }, wait('window', now + 9), ['window']],
  ['a window is open', {}, { opening: { from: now, to: now + 20 } }, start, []],
  ['no window ever opens', {}, { opening: null }, skip('window', 'missed'), ['window']],
  ['no window is open, asked for', {}, { opening: null, asked: true }, start, []],
  ['woke up a moment ago', {}, { settlingUntil: now + 5 }, wait('settling', now + 5), ['settling']],
  ['woke up, and has settled', {}, { settlingUntil: now }, start, []],
  ['on battery', conditions('wait'), { conditions: [onBattery] }, wait('condition', undefined), ['condition']],
  ['on battery, and skips', conditions('skip'), { conditions: [onBattery] }, skip('condition'), ['condition']],
  [
    'on battery for a while',
    conditions('wait', 60),
    { conditions: [onBattery], unmetSince: now - 59 },
    wait('condition', now + 1),
    ['condition'],
  ],
  [
    'on battery for too long',
    conditions('wait', 60),
    { conditions: [onBattery], unmetSince: now - 60 },
    skip('condition'),
    ['condition'],
  ],
  ['on mains', conditions('skip'), { conditions: [{ ...onBattery, met: true }] }, start, []],
  [
    'on battery, asked for',
    conditions('wait'),
    { conditions: [onBattery], asked: true },
    skip('condition'),
    ['condition'],
  ],
  ['on battery, asked for whatever they say', conditions('wait'), { asked: true }, start, []],
  [
    'no room',
    {},
    { shortage: { resource: 'uplink', capacity: 1, usedBy: ['r-8'] } },
    wait('resource', undefined),
    ['resource'],
  ],
  ['nothing to save', {}, { sources: [{ ...there, present: false }] }, start, ['sources']],
  [
    'a source is missing',
    twoSources,
    { sources: [there, { ...there, path: '/more', present: false }] },
    start,
    ['sources'],
  ],
  [
    'everything at once',
    { ...disabled, ...afterUpload, ...conditions('wait') },
    {
      open: [open, waiting],
      due: undefined,
      sources: [],
      opening: null,
      settlingUntil: now + 1,
      conditions: [onBattery],
      shortage: { resource: 'uplink', capacity: 1, usedBy: [] },
    },
    skip('enabled'),
    ['enabled', 'overlap', 'retry', 'due', 'after', 'window', 'settling', 'condition', 'resource', 'sources'],
  ],
];

test.each(table)('%s', (_, job, change, verdict, against) => {
  const decision = decide(aJob(job), { ...facts, ...change }, now);
  expect(decision.verdict).toEqual(verdict);
  expect(decision.reasons.filter(({ ok }) => !ok).map(({ code }) => code)).toEqual(against);
  expect(decision.reasons.every(({ text }) => text.length > 0)).toBe(true);
});

/** As a record, so that a new code does not compile before it stands here. A hook has its say when a run has begun. */
const codes: Readonly<Record<Exclude<ReasonCode, 'hook'>, true>> = {
  enabled: true,
  overlap: true,
  retry: true,
  due: true,
  after: true,
  window: true,
  condition: true,
  resource: true,
  settling: true,
  sources: true,
  'catch-up': true,
  superseded: true,
  chain: true,
};

test.each(Object.keys(codes) as (keyof typeof codes)[])('the reason "%s" can speak against a run', (code) => {
  const rows = table.filter(([, , , , against]) => against.includes(code));
  expect(rows).not.toEqual([]);
  // Missing sources never keep a run from starting; everything else decides in some row.
  if (code === 'sources') return;
  const verdicts = table.filter(([, , , verdict, [first]]) => verdict.type !== 'start' && first === code);
  expect(verdicts.length).toBeGreaterThan(0);
});

test('after whose ends it is due, each of them once', () => {
  const on = (job: string, ...wanted: readonly ('success' | 'warning' | 'changed')[]) =>
    wanted.map((each) => ({ job, on: each, withinMs: undefined }));
  const job = aJob({ after: [...on('dump', 'success', 'warning'), ...on('upload', 'changed')] });
  const { reasons } = decide(job, { ...facts, due: undefined, next: undefined }, now);
  expect(reasons.find(({ code }) => code === 'after')?.text).toBe(
    'It is due after "dump" (success or warning) or after "upload" (changed)',
  );
});

test('after an end that has no run yet it is due, whatever its schedule waits for', () => {
  const job = aJob({ after: [{ job: 'dump', on: 'failure', withinMs: undefined }] });
  const { verdict, reasons } = decide(job, { ...facts, due: undefined, followedAt: now - 1000 }, now);
  expect(verdict).toEqual({ type: 'start' });
  const text = 'It is due after "dump" (failure), which ended at 2026-01-05T11:59:59Z';
  expect(reasons.map(({ code, ok }) => [code, ok])).toContainEqual(['after', true]);
  expect(reasons.find(({ code }) => code === 'after')?.text).toBe(text);
  expect(reasons.some(({ code }) => code === 'due')).toBe(false);
});

test('reasons are given in the order in which they count', () => {
  const { reasons } = decide(aJob(), facts, now);
  expect(reasons.map(({ code }) => code)).toEqual(['enabled', 'overlap', 'retry', 'due', 'sources']);
});

test('names the run that is in the way', () => {
  const { reasons } = decide(aJob(), { ...facts, open: [open] }, now);
  expect(reasons[1]?.text).toBe('Run r-1 is under way since 2026-01-05T11:59:59Z in process 42');
});
