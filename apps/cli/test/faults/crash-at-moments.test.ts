import { describe, expect, it } from 'vitest';
import type { World } from '../support/world.ts';
import { kills, numbers, seed, shares, survive, worldToCrash, type Death, type Victim } from './crash.ts';

const casts: readonly (readonly Victim[])[] = [
  ['coordinator'],
  ['engine'],
  ['shim'],
  ['coordinator', 'shim'],
  ['coordinator', 'engine'],
  ['shim', 'engine'],
  ['coordinator', 'shim', 'engine'],
];

describe.concurrent(`survives ${kills} kills of coordinator, shim and engine at random moments`, () => {
  it.each(shares)(
    'world $world',
    async ({ kills: indices }) => {
      using world = worldToCrash();
      await survive(world, atRandom(indices, await lengthOfRun(world)));
    },
    kills * 10_000,
  );
});

/** In milliseconds, here and now, so that some deaths come too early and some too late. */
async function lengthOfRun(world: World): Promise<number> {
  const started = performance.now();
  const { code, stderr } = await world.start(['run', 'documents', '--json']).ended;
  expect(code, stderr).toBe(0);
  return performance.now() - started;
}

function* atRandom(indices: readonly number[], longestMs: number): Generator<Death> {
  const random = numbers(seed);
  const fractions = Array.from({ length: kills }, random);
  for (const index of indices) {
    const delayMs = Math.round((fractions[index] ?? 0) * longestMs);
    yield { at: 'moment', delayMs, victims: casts[index % casts.length] ?? [] };
  }
}
