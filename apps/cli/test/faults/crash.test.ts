import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { World } from '../support/world.ts';
import { countStatements, describeDeath, die, expectWhole, settle, type Death, type Victim } from './crash.ts';

/** Real kills in this file; `npm run crash -- 5000` asks for more. */
const kills = Number(process.env['UMBRA_CRASH_KILLS'] ?? 200);
const seed = Number(process.env['UMBRA_CRASH_SEED'] ?? 20_261_123);

const victims: readonly (readonly Victim[])[] = [
  ['coordinator'],
  ['engine'],
  ['shim'],
  ['coordinator', 'shim'],
  ['coordinator', 'engine'],
  ['shim', 'engine'],
  ['coordinator', 'shim', 'engine'],
];

/** Mulberry32. */
function numbers(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe.each([
  { part: 'statements', share: 0.5 },
  { part: 'moments', share: 0.5 },
])('a backup survives kills at $part', ({ part, share }) => {
  const count = Math.round(kills * share);
  let world: World;
  const random = numbers(seed);

  beforeAll(() => {
    world = new World();
    world.configure('    verify: { afterBackup: none }\n');
    for (let i = 0; i < 40; i++) world.write(`file-${i}`, `${i} `.repeat(2000));
  });
  afterAll(() => world[Symbol.dispose]());

  function death(index: number, statements: number): Death {
    if (part === 'statements') {
      return { at: 'statement', number: 1 + (index % statements), when: index % 2 === 0 ? 'before' : 'after' };
    }
    return { at: 'moment', delayMs: Math.round(random() * 900), victims: victims[index % victims.length] ?? [] };
  }

  it(
    `${count} times: one snapshot for each run, every run settled within 10 s, nothing left over`,
    async () => {
      const statements = await countStatements(world);
      for (let index = 0; index < count; index++) {
        const planned = death(index, statements);
        world.write('changing', `content ${index}`);
        await die(world, planned);
        await expectWhole(world, await settle(world), `${index}: ${describeDeath(planned)} (seed ${seed})`);
      }
      const { code, stderr } = await world.umbra('run', 'documents', '--json');
      expect(code, stderr).toBe(0);
      expect(world.locks()).toEqual([]);
      expect(world.restic('check', '--read-data')).toContain('no errors were found');
    },
    count * 10_000,
  );
});
