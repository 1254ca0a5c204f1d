import * as fc from 'fast-check';
import type { Calendar, NotificationRule, RunRecord, Schedule } from '@umbracore/contracts';
import { UmbraError } from '@umbracore/contracts';
import { aCalendar, aJob, aPlan, aRun } from '@umbracore/testkit';
import { describe, expect, test } from 'vitest';
import { decide, isStanding, nextReminderAt, nothingYet, remind, type DecisionContext, type Past } from './decide.ts';
import { occasionOfEnd, occasionOfStart, type Occasion } from './occasion.ts';
import { quotaOccasions, staleOccasions } from './state-occasions.ts';

const start = Date.UTC(2026, 0, 5, 12);
const hour = 3_600_000;

const aRule = (changes: Partial<NotificationRule> = {}): NotificationRule => ({
  on: [],
  severity: undefined,
  jobs: [],
  tags: [],
  channels: ['phone'],
  repeatEveryMs: undefined,
  quietHours: undefined,
  digest: undefined,
  ...changes,
});

const contextOf = (rules: readonly NotificationRule[], calendar: Calendar = aCalendar()): DecisionContext => ({
  rules,
  calendar,
  zone: 'UTC',
});

let runs = 0;

function ended(state: RunRecord['state'], at = start, changes: Partial<RunRecord> = {}): Occasion {
  runs += 1;
  const error = state === 'failed' ? new UmbraError('repository.locked', 'It is locked').toRecord() : null;
  const occasion = occasionOfEnd(aRun({ id: `r-${runs}`, state, finishedAt: at, error, ...changes }));
  if (occasion === undefined) throw new Error('nobody is told of it');
  return occasion;
}

/** What is told of these, one after the other. */
function told(context: DecisionContext, occasions: readonly Occasion[]): readonly string[] {
  let past: Past = nothingYet;
  return occasions.flatMap((occasion) => {
    const { past: next, deliveries } = decide(context, occasion, past);
    past = next;
    return deliveries.map(({ channel, notice }) => `${channel} ${notice.event}`);
  });
}

describe('who is told of what', () => {
  test.each<[string, Partial<NotificationRule>, Occasion, boolean]>([
    ['the event that it names', { on: ['failed'] }, ended('failed'), true],
    ['no other event', { on: ['failed'] }, ended('succeeded'), false],
    ['what is as bad as it says', { severity: 'warning' }, ended('warning'), true],
    ['what is worse', { severity: 'warning' }, ended('failed'), true],
    ['nothing that is less bad', { severity: 'warning' }, ended('succeeded'), false],
    ['the job that it names', { on: ['failed'], jobs: ['documents'] }, ended('failed'), true],
    ['no other job', { on: ['failed'], jobs: ['photos'] }, ended('failed'), false],
    ['no job of a chain, whose chain tells', { on: ['failed'] }, ended('failed', start, { parent: 'r-0' }), false],
    [
      'a job of a chain that it names',
      { on: ['failed'], jobs: ['documents'] },
      ended('failed', start, { parent: 'r-0' }),
      true,
    ],
    [
      'a job with its tag',
      { on: ['failed'], tags: ['dear'] },
      ended('failed', start, { plan: aPlan({ job: aJob({ tags: ['dear'] }) }) }),
      true,
    ],
    ['no job without its tag', { on: ['failed'], tags: ['dear'] }, ended('failed'), false],
    [
      'a failed check by either of its names',
      { on: ['failed'] },
      ended('failed', start, { error: new UmbraError('verify.damage', 'A pack is damaged').toRecord() }),
      true,
    ],
  ])('a rule tells %s', (_, rule, occasion, isTold) => {
    expect(decide(contextOf([aRule(rule)]), occasion).deliveries.length > 0).toBe(isTold);
  });

  test('a failed check is called so first', () => {
    const damaged = { error: new UmbraError('verify.damage', 'A pack is damaged').toRecord() };
    expect(ended('failed', start, damaged).events).toEqual(['verify-failed', 'failed']);
  });

  test('nobody is told of dry runs, and of what was carried out elsewhere', () => {
    const dry = aRun({ state: 'failed', plan: aPlan({ options: { dryRun: true } }) });
    expect([occasionOfEnd(dry), occasionOfStart(dry, 1, start)]).toEqual([undefined, undefined]);
    expect(occasionOfEnd(aRun({ state: 'succeeded', trigger: 'adopted' }))).toBeUndefined();
  });

  test('a channel that two rules name gets a notice once', () => {
    const rules = [aRule({ on: ['failed'] }), aRule({ severity: 'error', channels: ['phone', 'mail'] })];
    expect(told(contextOf(rules), [ended('failed')])).toEqual(['phone failed', 'mail failed']);
  });

  test('that something has started is worth nothing ten minutes later', () => {
    const occasion = occasionOfStart(aRun({ state: 'running' }), 1, start);
    const deliveries = occasion && decide(contextOf([aRule({ on: ['started'] })]), occasion).deliveries;
    expect(deliveries?.[0]).toMatchObject({ dueAt: start, expiresAt: start + 600_000 });
  });
});

describe('recovered', () => {
  const rules = [aRule({ on: ['failed', 'recovered'] })];

  test('is told once after a failure, and not of a job that was well', () => {
    const occasions = [ended('succeeded'), ended('failed'), ended('failed'), ended('succeeded'), ended('succeeded')];
    expect(told(contextOf(rules), occasions)).toEqual(['phone failed', 'phone failed', 'phone recovered']);
  });

  test.each(['cancelled', 'skipped'] as const)('a run that was %s clears nothing', (state) => {
    expect(told(contextOf(rules), [ended('failed'), ended(state), ended('succeeded')])).toEqual([
      'phone failed',
      'phone recovered',
    ]);
  });

  test('a success ends that a job is stale too, and it is told once', () => {
    const context = contextOf([aRule({ on: ['stale', 'recovered'] })]);
    const line = { job: { id: 'documents', kind: 'backup', tags: [] }, repository: 'main', text: 'never' } as const;
    const [stale] = staleOccasions([{ ...line, stale: true, lastSuccessAt: undefined }], new Map(), start);
    if (stale === undefined) throw new Error('it is stale');
    const first = decide(context, stale);
    expect(first.deliveries.map(({ notice }) => notice.event)).toEqual(['stale']);
    const good = decide(context, ended('succeeded', start + hour), first.past);
    expect(good.deliveries.map(({ notice }) => notice.event)).toEqual(['recovered']);
    expect(good.deliveries[0]?.notice.why).toBe('It was in trouble since 2026-01-05 12:00');
    const after = new Map([[stale.subject, good.past]]);
    expect(staleOccasions([{ ...line, stale: false, lastSuccessAt: start }], after, start)).toEqual([]);
  });

  test('a success is told as such beside', () => {
    const context = contextOf([aRule({ on: ['succeeded', 'recovered'] })]);
    expect(told(context, [ended('failed'), ended('succeeded')])).toEqual(['phone succeeded', 'phone recovered']);
  });
});

test('a repository near its quota is told of once, and once when it has room again', () => {
  const context = contextOf([aRule({ on: ['quota', 'recovered'] })]);
  const line = { repository: 'home', text: '9 GiB of 10 GiB' };
  const [tight, ...none] = quotaOccasions([{ ...line, isTight: true }], new Map(), start);
  if (tight === undefined) throw new Error('it is tight');
  expect(none).toEqual([]);
  const first = decide(context, tight);
  expect(first.deliveries.map(({ notice }) => notice.what)).toEqual(['home is near its quota']);
  const standing = new Map([[tight.subject, first.past]]);
  expect(quotaOccasions([{ ...line, isTight: true }], standing, start + hour)).toEqual([]);
  const [roomy] = quotaOccasions([{ ...line, isTight: false }], standing, start + hour);
  const second = roomy && decide(context, roomy, first.past);
  expect(second?.deliveries.map(({ notice }) => notice.event)).toEqual(['recovered']);
  expect(second?.past.troubles).toEqual({});
});

describe('a trouble that goes on', () => {
  const context = contextOf([aRule({ on: ['failed', 'recovered'], repeatEveryMs: 24 * hour })]);

  test('is told again after so long and not sooner, and anew after it was over', () => {
    const hours = [0, 1, 23, 24, 25, 48];
    const failures = hours.map((n) => ended('failed', start + n * hour));
    const again = [ended('succeeded', start + 49 * hour), ended('failed', start + 50 * hour)];
    expect(told(context, [...failures, ...again])).toEqual([
      'phone failed',
      'phone failed',
      'phone failed',
      'phone recovered',
      'phone failed',
    ]);
  });

  test('is told again although no run fails any more', () => {
    const { past } = decide(context, ended('failed'));
    expect(nextReminderAt(context.rules, past)).toBe(start + 24 * hour);
    expect(remind(context, past, start + 23 * hour).deliveries).toEqual([]);
    const second = remind(context, past, start + 24 * hour);
    expect(second.deliveries.map(({ notice }) => [notice.what, notice.details.at(-1)])).toEqual([
      ['documents to main failed, and still is', 'still so since 2026-01-05 12:00'],
    ]);
    expect(remind(context, second.past, start + 25 * hour).deliveries).toEqual([]);
    const third = remind(context, second.past, start + 48 * hour);
    expect(third.deliveries[0]?.id).not.toBe(second.deliveries[0]?.id);
  });

  test('two processes that remind at once give one message', () => {
    const { past } = decide(context, ended('failed'));
    const ids = [0, 5].map((late) => remind(context, past, start + 24 * hour + late).deliveries[0]?.id);
    expect(ids[0]).toBe(ids[1]);
  });

  test('a rule that did not tell of it does not remind of it', () => {
    const { past } = decide(contextOf([]), ended('failed'));
    expect(remind(context, past, start + 99 * hour).deliveries).toEqual([]);
    expect(isStanding(past)).toBe(true);
  });
});

describe('when it is sent', () => {
  const schedule = (text: string): Schedule => ({ recurrence: { type: 'manual' }, zone: 'UTC', text });

  test('quiet hours keep it until they end', () => {
    const calendar = aCalendar({ opening: (_, at) => ({ from: at + 7 * hour, to: Infinity }) });
    const rule = aRule({ on: ['failed'], quietHours: schedule('23:00-07:00') });
    expect(decide(contextOf([rule], calendar), ended('failed')).deliveries[0]?.dueAt).toBe(start + 7 * hour);
  });

  test('hours that never end do not keep it', () => {
    const calendar = aCalendar({ opening: () => undefined });
    const rule = aRule({ on: ['failed'], quietHours: schedule('00:00-00:00') });
    expect(decide(contextOf([rule], calendar), ended('failed')).deliveries[0]?.dueAt).toBe(start);
  });

  test('a digest collects what comes until its time, one for each rule and channel', () => {
    const calendar = aCalendar({ next: () => ({ at: start + 20 * hour, fold: 0, key: 'k' }) });
    const rule = aRule({ on: ['succeeded'], digest: schedule('daily at 08:00'), channels: ['phone', 'mail'] });
    const all = [0, 1].flatMap(
      (n) => decide(contextOf([rule], calendar), ended('succeeded', start + n * hour)).deliveries,
    );
    expect(all.map(({ dueAt }) => dueAt)).toEqual(Array.from({ length: 4 }, () => start + 20 * hour));
    expect(new Set(all.map(({ group }) => group)).size).toBe(2);
    expect(new Set(all.map(({ id }) => id)).size).toBe(4);
  });
});

const states = ['succeeded', 'warning', 'failed', 'cancelled', 'skipped', 'missed'] as const;

test('whatever happens, recovered follows a trouble, a trouble is never told twice within its time, and ids are unique', () => {
  const rules = [aRule({ on: ['failed', 'missed', 'recovered'], repeatEveryMs: 5 * hour })];
  const steps = fc.array(fc.tuple(fc.constantFrom(...states), fc.integer({ min: 0, max: 4 })), { maxLength: 40 });
  fc.assert(
    fc.property(steps, (course) => {
      let past: Past = nothingYet;
      let at = start;
      let lastTold = -Infinity;
      let isOpen = false;
      const ids: string[] = [];
      for (const [state, hours] of course) {
        at += hours * hour;
        const isTrouble = state === 'failed' || state === 'missed';
        const isGood = state === 'succeeded' || state === 'warning';
        const { past: next, deliveries } = decide(contextOf(rules), ended(state, at), past);
        past = next;
        ids.push(...deliveries.map(({ id }) => id));
        const isDue = isTrouble && (!isOpen || at - lastTold >= 5 * hour);
        const expected = isGood && isOpen ? ['recovered'] : isDue ? [state] : [];
        expect(deliveries.map(({ notice }) => notice.event)).toEqual(expected);
        lastTold = isDue ? at : lastTold;
        isOpen = isTrouble || (isOpen && !isGood);
        expect(isStanding(past)).toBe(isOpen);
      }
      expect(new Set(ids).size).toBe(ids.length);
    }),
    { seed: 7, numRuns: 200 },
  );
});
