import type { ResourceUse } from '@umbracore/contracts';
import { aJob } from '@umbracore/testkit';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { admit } from './admit.ts';
import type { Demand } from './admit.ts';
import { capacitiesOf, resourcesOf } from './resources.ts';

const use = (text: string): ResourceUse => {
  const [resource = '', units = '1'] = text.split('=');
  return { resource, units: units === 'all' ? 'all' : Number(units) };
};
const demand = (id: string, since: number, ...uses: string[]): Demand => ({ id, since, uses: uses.map(use) });
const capacities = capacitiesOf(new Map([['uplink', 2]]), 2);

describe('who starts', () => {
  test('the oldest as far as there is room, each once', () => {
    const waiting = [demand('c', 3, 'daemon'), demand('a', 1, 'daemon'), demand('b', 2, 'daemon')];
    const { admitted, held } = admit(waiting, [], capacities);
    expect(admitted).toEqual(['a', 'b']);
    expect([...held]).toEqual([['c', { resource: 'daemon', capacity: 2, usedBy: ['a', 'b'] }]]);
  });

  test('one on each repository', () => {
    const waiting = [demand('a', 1, 'repository:x'), demand('b', 2, 'repository:x'), demand('c', 3, 'repository:y')];
    expect(admit(waiting, [], capacities).admitted).toEqual(['a', 'c']);
  });

  test('room is kept for the oldest, so that small ones do not keep it waiting for ever', () => {
    const running = [demand('r', 0, 'uplink')];
    const waiting = [demand('a', 1, 'uplink=all'), demand('b', 2, 'uplink')];
    const { admitted, held } = admit(waiting, running, capacities);
    expect(admitted).toEqual([]);
    expect([...held.keys()]).toEqual(['a', 'b']);
  });

  test('what ends before the oldest can start may be used meanwhile', () => {
    const running = [demand('r', 0, 'repository:x', 'daemon')];
    const waiting = [demand('a', 1, 'repository:x', 'daemon'), demand('b', 2, 'repository:y', 'daemon')];
    expect(admit(waiting, running, capacities).admitted).toEqual(['b']);
    const more = [demand('c', 3, 'repository:z', 'daemon')];
    expect(admit([...waiting, ...more], running, capacitiesOf(new Map(), 3)).admitted).toEqual(['b', 'c']);
  });

  test('whoever wants more than there is gets all of it', () => {
    expect(admit([demand('a', 1, 'uplink=9')], [], capacities).admitted).toEqual(['a']);
    expect(admit([demand('a', 1, 'uplink=9')], [demand('r', 0, 'uplink')], capacities).admitted).toEqual([]);
  });

  test('whoever wants the same twice gets it once or not at all', () => {
    expect(admit([demand('a', 1, 'disk', 'disk')], [], capacities).admitted).toEqual(['a']);
    expect(admit([demand('a', 1, 'uplink', 'uplink')], [demand('r', 0, 'uplink')], capacities).admitted).toEqual([]);
  });
});

describe('what a job uses', () => {
  const base = aJob({ uses: [{ resource: 'uplink', units: 1 }] });
  const texts = (job: Parameters<typeof resourcesOf>[0], repository = 'main') =>
    resourcesOf(job, repository).map(({ resource, units }) => `${resource}=${units}`);

  test('follows from its kind', () => {
    expect(texts(base)).toEqual(['daemon=1', 'repository:main=1', 'uplink=1']);
    expect(texts({ ...base, kind: 'copy', from: 'nas', jobs: [] })).toEqual([
      'daemon=1',
      'repository:main=1',
      'repository:nas=1',
      'uplink=1',
    ]);
    expect(texts({ ...base, kind: 'prune' })).toEqual(['daemon=1', 'repository:main=all', 'uplink=1']);
    expect(texts({ ...base, kind: 'chain', nodes: [], edges: [], onFailure: 'stop' }, '')).toEqual(['uplink=1']);
    const command = { command: ['true'], env: {}, cwd: undefined, warningCodes: [] };
    expect(texts({ ...base, kind: 'command', ...command }, '')).toEqual(['daemon=1', 'uplink=1']);
  });
});

interface Work {
  readonly arrives: number;
  readonly takes: number;
  readonly uses: readonly ResourceUse[];
}

const names = ['repository:a', 'repository:b', 'repository:c', 'uplink', 'disk'];
const shared = new Map([
  ['uplink', 2],
  ['disk', 3],
]);

const works = fc.array(
  fc.record({
    arrives: fc.nat({ max: 60 }),
    takes: fc.integer({ min: 1, max: 30 }),
    uses: fc
      .tuple(
        fc.constantFrom(...names.slice(0, 3)),
        fc.constantFrom(1, 1, 1, 'all' as const),
        fc.option(fc.tuple(fc.constantFrom('uplink', 'disk'), fc.constantFrom(1, 2, 'all' as const)), {
          nil: undefined,
        }),
      )
      .map(([repository, units, more]) => [
        { resource: 'daemon', units: 1 },
        { resource: repository, units },
        ...(more === undefined ? [] : [{ resource: more[0], units: more[1] }]),
      ]),
  }),
  { minLength: 1, maxLength: 40 },
);

/** Plays the works through, and looks at every moment at which something changes. */
function play(all: readonly Work[], concurrency: number) {
  const room = capacitiesOf(shared, concurrency);
  const demands = all.map(({ arrives, uses }, index) => ({ id: `${index}`.padStart(3, '0'), since: arrives, uses }));
  const ends = new Map<string, number>();
  const starts = new Map<string, number>();
  const next = (now: number): number | undefined =>
    [...all.map(({ arrives }) => arrives), ...ends.values()].sort((a, b) => a - b).find((moment) => moment > now);
  for (let now: number | undefined = 0; now !== undefined; now = next(now)) {
    const moment = now;
    const running = demands.filter(({ id }) => starts.has(id) && (ends.get(id) ?? 0) > moment);
    const waiting = demands.filter(({ id, since }) => since <= moment && !starts.has(id));
    const { admitted, held } = admit(waiting, running, room);
    for (const id of admitted) {
      starts.set(id, moment);
      ends.set(id, moment + (all[Number(id)]?.takes ?? 0));
    }
    const working = [...running, ...demands.filter(({ id }) => admitted.includes(id))];
    for (const name of ['daemon', ...names]) expect(unitsOf(working, name, room(name))).toBeLessThanOrEqual(room(name));
    expect(admitted.length + held.size).toBe(waiting.length);
    // Whoever is the oldest is only held back by what works.
    const [oldest] = waiting.toSorted((one, other) => one.since - other.since || (one.id < other.id ? -1 : 1));
    const lacks = oldest?.uses.some(({ resource, units }) => {
      const capacity = room(resource);
      return unitsOf(running, resource, capacity) + wanted(units, capacity) > capacity;
    });
    expect(oldest !== undefined && held.has(oldest.id)).toBe(lacks ?? false);
  }
  expect(starts.size).toBe(all.length);
  return { starts, makespan: Math.max(...ends.values()) };
}

const wanted = (units: number | 'all', capacity: number): number =>
  units === 'all' ? capacity : Math.min(units, capacity);

const unitsOf = (
  demands: readonly { readonly uses: readonly ResourceUse[] }[],
  name: string,
  capacity: number,
): number =>
  demands
    .flatMap(({ uses }) => uses)
    .filter(({ resource }) => resource === name)
    .reduce((sum, { units }) => sum + wanted(units, capacity), 0);

/** No order whatever is faster than this. */
function lowerBound(all: readonly Work[], concurrency: number): number {
  const room = capacitiesOf(shared, concurrency);
  const loads = ['daemon', ...names].map((name) => {
    const capacity = room(name);
    return all.reduce((sum, { takes, uses }) => sum + (takes * unitsOf([{ uses }], name, capacity)) / capacity, 0);
  });
  return Math.max(...loads, ...all.map(({ takes }) => takes));
}

test('there is never more in a resource than it has room for, and nobody waits for ever', () => {
  fc.assert(
    fc.property(works, fc.integer({ min: 1, max: 4 }), (all, concurrency) => {
      const { starts } = play(all, concurrency);
      const longest = Math.max(...all.map(({ takes }) => takes));
      for (const [id, start] of starts) {
        const { arrives = 0 } = all[Number(id)] ?? {};
        const older = all.filter((other, index) =>
          other.arrives === arrives ? index < Number(id) : other.arrives < arrives,
        );
        expect(start - arrives).toBeLessThanOrEqual((older.length + 1) * longest);
      }
    }),
    { numRuns: 300 },
  );
});

test('what is there at once is done in at most twice the time that no order could go below', () => {
  fc.assert(
    fc.property(works, fc.integer({ min: 1, max: 4 }), (arriving, concurrency) => {
      const all = arriving.map((work) => ({ ...work, arrives: 0 }));
      const bound = lowerBound(all, concurrency);
      const longest = Math.max(...all.map(({ takes }) => takes));
      const { makespan } = play(all, concurrency);
      expect(makespan).toBeLessThanOrEqual(2 * bound + longest);
    }),
    { numRuns: 300 },
  );
});
