import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayOf, planRereading, type AgingPack, type RereadTerms } from './reread-plan.ts';

const day = 86_400_000;
const start = 20_000 * day + 5 * 3_600_000;

const terms = (change: Partial<RereadTerms> = {}): RereadTerms => ({
  withinMs: 30 * day,
  atMostBytes: 100,
  readToday: 0,
  everyMs: day,
  ...change,
});

const pack = (id: string, change: Partial<AgingPack> = {}): AgingPack => ({
  id,
  bytes: 10,
  knownSince: start,
  readAt: start,
  ...change,
});

/** What is in the repository while days go by, and what each day read. */
class Course {
  packs: AgingPack[];
  readonly read = new Map<number, number>();
  now = start;

  constructor(packs: readonly AgingPack[]) {
    this.packs = [...packs];
  }

  run(given: Omit<RereadTerms, 'readToday'>): ReturnType<typeof planRereading> {
    const readToday = this.read.get(dayOf(this.now)) ?? 0;
    const plan = planRereading(this.packs, { ...given, readToday }, this.now);
    const chosen = new Set(plan.packs);
    this.packs = this.packs.map((each) => (chosen.has(each.id) ? { ...each, readAt: this.now } : each));
    this.read.set(dayOf(this.now), readToday + plan.bytes);
    return plan;
  }

  get oldest(): number {
    return Math.max(0, ...this.packs.map(({ readAt, knownSince }) => this.now - (readAt ?? knownSince)));
  }
}

const someBytes = fc.integer({ min: 1, max: 40 });
const somePacks = fc
  .array(fc.record({ bytes: someBytes, age: fc.option(fc.integer({ min: 0, max: 20 * day })) }), { maxLength: 80 })
  .map((each) =>
    each.map(({ bytes, age }, at) =>
      pack(`p${at}`, { bytes, readAt: age === null ? undefined : start - age, knownSince: start }),
    ),
  );
const someTerms = fc.record({
  withinMs: fc.integer({ min: 5, max: 60 }).map((days) => days * day),
  atMostBytes: fc.integer({ min: 40, max: 400 }),
  everyMs: fc.constantFrom(day / 4, day, 3 * day),
});

describe('which packs are read again', () => {
  it.each([
    ['nothing is there', [], terms(), [], true],
    ['a single pack was just read', [pack('a')], terms(), ['a'], true],
    ['one is older', [pack('a'), pack('b', { readAt: start - day })], terms(), ['b'], true],
    [
      'one was never read and is new',
      [pack('a', { readAt: start - 9 * day }), pack('b', { readAt: undefined })],
      terms(),
      ['a'],
      true,
    ],
    [
      'one was never read and is old',
      [pack('a', { readAt: start - 9 * day }), pack('b', { readAt: undefined, knownSince: start - 20 * day })],
      terms(),
      ['b'],
      true,
    ],
    ['the day is used up', [pack('a', { readAt: start - 40 * day })], terms({ readToday: 95 }), [], true],
    ['a pack is larger than a day allows', [pack('a', { bytes: 500 })], terms(), ['a'], true],
    ['the larger one has to wait for a day to itself', [pack('a', { bytes: 500 })], terms({ readToday: 10 }), [], true],
    ['a clock was in the future', [pack('a'), pack('b', { readAt: start + 400 * day })], terms(), ['b'], true],
  ] as const)('when %s', (_, packs, given, wanted, keeps) => {
    const plan = planRereading(packs, given, start);
    expect({ packs: plan.packs, keeps: plan.keeps }).toEqual({ packs: wanted, keeps });
  });

  it('says how much a day would be enough, and what is late', () => {
    const packs = Array.from({ length: 90 }, (_, at) => pack(`p${at}`, { bytes: 100 }));
    const plan = planRereading(packs, terms({ atMostBytes: 200 }), start);
    expect(plan).toMatchObject({ keeps: false, neededBytes: 300, overdueBytes: 0, bytes: 200 });
    const late = planRereading([pack('a', { readAt: start - 31 * day })], terms(), start);
    expect(late).toMatchObject({ overdueBytes: 10, packs: ['a'] });
  });

  it('goes slowly where there is time, so that a disk is not worn by the budget', () => {
    const packs = Array.from({ length: 30 }, (_, at) => pack(`p${at.toString().padStart(2, '0')}`));
    expect(planRereading(packs, terms({ atMostBytes: 1_000_000 }), start).bytes).toBe(10);
  });

  it('never reads more in a day than allowed, but a pack that is larger alone', () => {
    const bytes = fc.integer({ min: 1, max: 400 });
    const packs = fc
      .array(bytes, { maxLength: 40 })
      .map((each) => each.map((own, at) => pack(`p${at}`, { bytes: own })));
    const waits = fc.array(fc.integer({ min: 0, max: 3 * day }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(packs, someTerms, waits, (some, given, hours) => {
        const course = new Course(some);
        for (const wait of hours) {
          course.run(given);
          course.now += wait;
        }
        const largest = Math.max(0, ...some.map((each) => each.bytes));
        for (const read of course.read.values()) expect(read).toBeLessThanOrEqual(Math.max(given.atMostBytes, largest));
      }),
    );
  });

  it('keeps every deadline that it says it keeps', () => {
    fc.assert(
      fc.property(somePacks, someTerms, (packs, given) => {
        const course = new Course(packs);
        const { keeps } = course.run(given);
        fc.pre(keeps);
        for (let elapsed = 0; elapsed < 2 * given.withinMs; elapsed += given.everyMs) {
          course.now += given.everyMs;
          expect(course.oldest).toBeLessThanOrEqual(given.withinMs);
          course.run(given);
        }
      }),
    );
  });

  it('lets no pack starve, whatever the budget and while others keep coming', () => {
    fc.assert(
      fc.property(somePacks, someTerms, someBytes, (packs, given, bytes) => {
        const tight = { ...given, withinMs: day };
        const course = new Course(packs);
        const total = packs.reduce((all, each) => all + each.bytes, 0);
        // Each run reads one pack at least; of what comes, less is read than has waited longer.
        for (let turn = 0; turn <= 2 * packs.length + total; turn += 1) {
          course.packs.push(pack(`new ${turn}`, { bytes, readAt: course.now, knownSince: course.now }));
          course.run(tight);
          course.now += Math.max(day, given.everyMs);
        }
        for (const each of packs) {
          expect(course.packs.find(({ id }) => id === each.id)?.readAt ?? 0).toBeGreaterThanOrEqual(start);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('is harmed by no jump of the clock for longer than one pass', () => {
    const jumps = fc.array(fc.integer({ min: -3000 * day, max: 3000 * day }), { maxLength: 5 });
    fc.assert(
      fc.property(jumps, (each) => {
        const course = new Course(Array.from({ length: 20 }, (_, at) => pack(`p${at}`)));
        for (const jump of each) {
          course.now = start + jump;
          course.run(terms());
        }
        course.now = start;
        for (let turn = 0; turn < 30; turn += 1) {
          course.now += day;
          course.run(terms());
        }
        expect(course.oldest).toBeLessThanOrEqual(30 * day);
        expect(course.packs.every(({ readAt }) => readAt !== undefined && readAt <= course.now)).toBe(true);
      }),
    );
  });
});
