import { describe, expect, it } from 'vitest';
import { putDown } from '../../../../tools/vitest/evidence.ts';
import { BorgWorld, borgProgram } from '../support/borg-world.ts';
import { until } from '../support/world.ts';
import { Journal } from './accounts.ts';
import { describeDeath, die, kills, numbers, seed, type Death, type Victim } from './crash.ts';

const casts: readonly (readonly Victim[])[] = [
  ['coordinator'],
  ['engine'],
  ['coordinator', 'shim'],
  ['coordinator', 'engine'],
  ['shim', 'engine'],
  ['coordinator', 'shim', 'engine'],
];

/** borg takes its time to start: a sixth of what restic suffers. */
const deaths = Math.ceil(kills / 6);

describe.skipIf(borgProgram === '')(`survives ${deaths} kills of coordinator, shim and borg`, () => {
  it(
    'with one archive for each run that saved something, and none that the history does not know',
    async () => {
      using world = new BorgWorld();
      world.configure('    verify: { afterBackup: none }\n');
      for (let i = 0; i < 20; i++) world.write(`file-${i}`, `${i} `.repeat(2000));
      await world.json('repo', 'create', 'home');
      const started = performance.now();
      expect((await world.umbra('run', 'documents', '--quiet')).code).toBe(0);
      const journal = new Journal(world);
      let count = 0;
      for (const death of atRandom(performance.now() - started)) {
        count += 1;
        world.write('changing', `content ${count}`);
        await die(world, death);
        const what = `${count}: ${describeDeath(death)} (seed ${seed})`;
        await world.umbra('run', '--due', '--quiet');
        expect(journal.open(), `${what}: runs that are open`).toBe(0);
        await until(`${what}: no process left`, () => world.processes().length === 0);
      }
      const { code, stderr } = await world.umbra('run', 'documents', '--json');
      expect(code, stderr).toBe(0);
      await expectWhole(world, journal);
      putDown({ unit: 'kills', count, seed });
    },
    deaths * 20_000,
  );
});

/** The oracle is borg itself, and the journal. */
async function expectWhole(world: BorgWorld, journal: Journal): Promise<void> {
  const archives = world.archives();
  expect(archives.map(({ id }) => id).toSorted()).toEqual(journal.snapshots());
  const runs = await world.history();
  const saved = runs.filter(({ snapshot }) => snapshot !== null);
  expect(new Set(archives.map(({ tags }) => tags.find((tag) => tag.startsWith('umbra-run:'))))).toEqual(
    new Set(saved.map(({ id }) => `umbra-run:${id}`)),
  );
  expect(saved.filter(({ outcome }) => outcome === 'failed' || outcome === null)).toEqual([]);
  expect(world.locks()).toEqual([]);
  world.borg('check', '--verify-data');
}

function* atRandom(longestMs: number): Generator<Death> {
  const random = numbers(seed);
  for (let index = 0; index < deaths; index += 1) {
    yield { at: 'moment', delayMs: Math.round(random() * longestMs), victims: casts[index % casts.length] ?? [] };
  }
}
