import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { canFailCalls, FailingCalls, failingCalls, type Fate } from '../../../tools/faults/injectors/failing-calls.ts';
import { lacking } from '../../../tools/faults/injectors/injector.ts';
import { putDown, testSeed, times } from '../../../tools/vitest/evidence.ts';
import { furthest, lostFrom, type Acknowledged } from './acknowledged.ts';
import { nodeProgram } from './child.ts';
import { chance } from './filled.ts';
import { openIn, temporaryFolder } from './stores.ts';

const runs = 2;

/** Writes so many runs, with something happening to one call on the way. */
function write(folder: string, fate: Fate): { readonly told: readonly Acknowledged[]; readonly calls: number } {
  const calls = new FailingCalls(join(folder, 'state'), join(folder, 'control'));
  calls.set(fate);
  const [node = '', ...args] = nodeProgram('writer.ts', join(folder, 'state'), 'w', 'unique', String(runs));
  const { stdout } = spawnSync(node, args, { env: { ...process.env, ...calls.env }, encoding: 'utf8' });
  // A line that was cut short was not acknowledged.
  const lines = stdout.split('\n').filter((line) => line.endsWith('}'));
  return { told: lines.map((line) => JSON.parse(line) as Acknowledged), calls: calls.count };
}

async function left(folder: string, told: readonly Acknowledged[]): Promise<object> {
  await using store = await openIn(join(folder, 'state'));
  return { lost: await lostFrom(store, furthest(told)), damage: await store.audit(), ...store.health };
}

const whole = { lost: [], damage: [], mode: 'durable', alarms: [] };
const never: Fate = { first: 1_000_000, what: 'EIO' };

/** Every call, or as many of them as there is time for. */
function someOf(all: number, count: number, seed: number): readonly number[] {
  if (count >= all) return Array.from({ length: all }, (_, at) => at + 1);
  const random = chance(seed);
  return Array.from({ length: count }, () => 1 + random(all));
}

const ends = ['EIO', 'ENOSPC', 'EROFS'] as const;
const each = times(1);
/** How many calls there are when nothing happens to any. */
let calls = 0;

beforeAll(() => {
  if (!canFailCalls) return;
  using folder = temporaryFolder();
  ({ calls } = write(folder.path, never));
});

test.skipIf(!canFailCalls).each(ends)(
  `nothing that was acknowledged is gone when a write or sync of the state ends like this: %s${lacking(failingCalls)}`,
  async (what) => {
    expect(calls).toBeGreaterThan(30);
    const places = someOf(calls, each, testSeed + ends.indexOf(what));
    for (const place of places) {
      using folder = temporaryFolder();
      const outcome = write(folder.path, { first: place, what });
      expect(outcome.calls, `call ${place}`).toBeGreaterThanOrEqual(place);
      expect(await left(folder.path, outcome.told), `call ${place} of ${calls}`).toEqual(whole);
    }
    putDown({ unit: 'calls', count: places.length, seed: testSeed });
  },
  60_000 + each * 5000,
);

test.skipIf(!canFailCalls)(
  `what interrupts a call, or does it by halves, costs nothing${lacking(failingCalls)}`,
  async () => {
    for (const what of ['EINTR', 'halve'] as const) {
      using folder = temporaryFolder();
      const { told } = write(folder.path, { first: 1, count: what === 'EINTR' ? 3 : 1000, what });
      expect(told.filter(({ ended }) => ended)).toHaveLength(runs);
      expect(await left(folder.path, told)).toEqual(whole);
    }
  },
);
