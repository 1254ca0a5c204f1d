import { baseTag, jobTag, runTag } from '@umbracore/contracts';
import type { BackupReport, BaseRule, RunOptions, RunRecord } from '@umbracore/contracts';
import { aJob, aPlan, aRun, aSnapshot } from '@umbracore/testkit';
import { describe, expect, test } from 'vitest';
import { compareInstead, compareWith, comparisonIn, earlierBackups } from './comparison.ts';
import type { Comparison, EarlierBackups } from './comparison.ts';

const day = 86_400_000;
const now = Date.UTC(2026, 0, 31, 2);

const nothing: EarlierBackups = { last: undefined, isOvertaken: false, base: undefined };
const some: EarlierBackups = {
  last: { snapshot: 'last', run: 'r-last' },
  isOvertaken: false,
  base: { snapshot: 'base', at: now - 7 * day, number: 6 },
};

describe('an incremental run', () => {
  test.each<[string, EarlierBackups, boolean, RunOptions, Comparison]>([
    ['leaves the choice to the engine at first', nothing, true, {}, { strategy: 'incremental' }],
    [
      'is compared with the last good snapshot, and may be skipped',
      some,
      true,
      {},
      { strategy: 'incremental', parent: 'last', madeBy: 'r-last', skipIfUnchanged: true },
    ],
    [
      'is not skipped where a restore would take something else',
      { ...some, isOvertaken: true },
      true,
      {},
      { strategy: 'incremental', parent: 'last', madeBy: 'r-last', skipIfUnchanged: false },
    ],
    [
      'is not skipped unasked',
      some,
      false,
      {},
      { strategy: 'incremental', parent: 'last', madeBy: 'r-last', skipIfUnchanged: false },
    ],
    [
      'takes the parent that it is told',
      some,
      true,
      { parent: 'abc' },
      { strategy: 'incremental', parent: 'abc', isAsked: true },
    ],
    ['can be asked to read everything', some, true, { strategy: 'full' }, { strategy: 'full' }],
    ['knows the old word for it', some, true, { force: true, parent: 'abc' }, { strategy: 'full' }],
  ])('%s', (_, earlier, skipIfUnchanged, options, expected) => {
    expect(compareWith(aJob({ skipIfUnchanged }), options, earlier, now)).toEqual(expected);
  });

  test('takes the parent that it is told where its job reads everything', () => {
    expect(compareWith(aJob({ strategy: 'full' }), { parent: 'abc' }, some, now)).toEqual({
      strategy: 'incremental',
      parent: 'abc',
      isAsked: true,
    });
  });
});

describe('a differential run', () => {
  const compared = (base: BaseRule, earlier = some, options: RunOptions = {}) =>
    compareWith(aJob({ strategy: 'differential', base }), options, earlier, now);

  test.each<[BaseRule, boolean]>([
    [{}, false],
    [{ everyMs: 8 * day }, false],
    [{ everyMs: 7 * day }, true],
    // A schedule with jitter comes a little early.
    [{ everyMs: 7 * day + 3_600_000 }, true],
    [{ afterRuns: 7 }, false],
    [{ afterRuns: 6 }, true],
    [{ everyMs: 8 * day, afterRuns: 6 }, true],
  ])('with %j makes a new base: %s', (rule, isBase) => {
    expect(compared(rule)).toEqual(
      isBase
        ? { strategy: 'differential', isBase: true, last: 'last' }
        : { strategy: 'differential', parent: 'base', base: { ...some.base, number: 7 }, last: 'last' },
    );
  });

  test('without a base is one, and so is one that reads everything', () => {
    expect(compared({}, nothing)).toMatchObject({ isBase: true, last: undefined });
    expect(compared({}, some, { strategy: 'full' })).toEqual(compared({}, { ...some, base: undefined }));
  });
});

describe('the history', () => {
  const report = (more: Partial<BackupReport>): BackupReport => ({
    kind: 'backup',
    strategy: 'incremental',
    parent: null,
    unchangedSince: null,
    base: null,
    sinceBase: null,
    sinceLast: null,
    ...more,
  });
  const run = (id: string, change: Partial<RunRecord> = {}) =>
    aRun({ id, state: 'succeeded', snapshot: `of ${id}`, ...change });

  test('gives the newest good snapshot, and the run that made it', () => {
    expect(earlierBackups([])).toEqual(nothing);
    expect(earlierBackups([run('r-2'), run('r-1')]).last).toEqual({ snapshot: 'of r-2', run: 'r-2' });
    const unchanged = run('r-2', { snapshot: 'of r-1', report: report({ unchangedSince: 'r-1' }) });
    expect(earlierBackups([unchanged, run('r-1')]).last).toEqual({ snapshot: 'of r-1', run: 'r-1' });
  });

  test('passes over what does not count, and says so', () => {
    const suspicious = run('r-3', { state: 'warning', suspicions: ['empty'] });
    const failed = run('r-2', { state: 'failed' });
    const dry = run('r-4', { plan: aPlan({ options: { dryRun: true } }) });
    const partial = run('r-1', { state: 'warning', unreadableCount: 1 });
    for (const bad of [suspicious, failed]) {
      expect(earlierBackups([bad, partial])).toMatchObject({ last: { run: 'r-1' }, isOvertaken: true });
    }
    expect(earlierBackups([dry, partial])).toMatchObject({ last: { run: 'r-1' }, isOvertaken: false });
  });

  test('knows the base of the newest good run that had one', () => {
    const base = (number: number) => report({ base: { snapshot: 'base', at: now, number } });
    const runs = [run('r-4'), run('r-3', { report: base(2) }), run('r-2', { report: base(1) })];
    expect(earlierBackups(runs).base).toEqual({ snapshot: 'base', at: now, number: 2 });
    const bad = run('r-5', { state: 'warning', suspicions: ['empty'], report: base(0) });
    expect(earlierBackups([bad, ...runs]).base?.number).toBe(2);
  });
});

describe('a parent that is gone', () => {
  const snapshot = (id: string, run: string, more: readonly string[] = []) =>
    aSnapshot({ id, time: now, tags: [runTag(run), jobTag('documents'), ...more] });
  const gone: Comparison = { strategy: 'incremental', parent: 'x', madeBy: 'r-2', skipIfUnchanged: true };

  test('is found under the id that it has since its tags were changed', () => {
    const present = [snapshot('a', 'r-1'), snapshot('b', 'r-2', ['umbra-pin']), snapshot('c', 'r-3')];
    expect(compareInstead(gone, present)).toEqual({ ...gone, parent: 'b' });
  });

  test('leaves its place to the newest one, which nothing is skipped for', () => {
    const present = [snapshot('a', 'r-1'), snapshot('c', 'r-3'), snapshot('x', 'r-2')];
    expect(compareInstead(gone, present)).toEqual({ ...gone, parent: 'c', madeBy: 'r-3', skipIfUnchanged: false });
    expect(compareInstead(gone, [])).toEqual({ strategy: 'incremental' });
  });

  test('that was a base leaves it to the newest other one, or this run is the next', () => {
    const base = { snapshot: 'x', at: 0, number: 3 };
    const differential: Comparison = { strategy: 'differential', parent: 'x', base, last: 'y' };
    const present = [snapshot('a', 'r-1', [baseTag]), snapshot('b', 'r-2', [baseTag]), snapshot('c', 'r-3')];
    expect(compareInstead(differential, present)).toEqual({
      ...differential,
      parent: 'b',
      base: { snapshot: 'b', at: now, number: 2 },
    });
    expect(compareInstead(differential, [snapshot('c', 'r-3')])).toEqual({
      strategy: 'differential',
      isBase: true,
      last: 'y',
    });
  });
});

test('what an earlier version wrote in the journal is no comparison', () => {
  const comparison: Comparison = { strategy: 'full' };
  expect(comparisonIn({ spool: '/x', comparison })).toEqual(comparison);
  for (const detail of [undefined, { spool: '/x' }, { comparison: null }, { comparison: { strategy: 'odd' } }]) {
    expect(comparisonIn(detail)).toBeUndefined();
  }
});
