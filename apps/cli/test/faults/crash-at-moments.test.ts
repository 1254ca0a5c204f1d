import { it } from 'vitest';
import { kills, numbers, seed, survive, worldToCrash, type Death, type Victim } from './crash.ts';

const casts: readonly (readonly Victim[])[] = [
  ['coordinator'],
  ['engine'],
  ['shim'],
  ['coordinator', 'shim'],
  ['coordinator', 'engine'],
  ['shim', 'engine'],
  ['coordinator', 'shim', 'engine'],
];

/** A run takes about this long, so that some deaths come too early and some too late. */
const longestMs = 900;

it(
  `survives ${kills} kills of coordinator, shim and engine at random moments`,
  async () => {
    using world = worldToCrash();
    await survive(world, atRandom());
  },
  kills * 10_000,
);

function* atRandom(): Generator<Death> {
  const random = numbers(seed);
  for (let index = 0; index < kills; index++) {
    yield { at: 'moment', delayMs: Math.round(random() * longestMs), victims: casts[index % casts.length] ?? [] };
  }
}
