import { describe, expect, it } from 'vitest';
import { countStatements, kills, shares, survive, worldToCrash, type Death } from './crash.ts';

describe.concurrent(`survives ${kills} kills of the coordinator around its statements to the journal`, () => {
  it.each(shares)(
    'world $world',
    async ({ kills: indices }) => {
      using world = worldToCrash();
      const statements = await countStatements(world);
      expect(statements).toBeGreaterThan(10);
      expect(statements).toBeLessThanOrEqual(kills);
      await survive(world, around(statements, indices));
    },
    kills * 10_000,
  );
});

/** At each statement in turn, before one and after the next, and the other way round the next time. */
function* around(statements: number, indices: readonly number[]): Generator<Death> {
  for (const index of indices) {
    const when = (index + Math.floor(index / statements)) % 2 === 0 ? 'before' : 'after';
    yield { at: 'statement', number: 1 + (index % statements), when };
  }
}
