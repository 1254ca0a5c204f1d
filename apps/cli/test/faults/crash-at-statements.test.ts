import { expect, it } from 'vitest';
import { countStatements, kills, survive, worldToCrash, type Death } from './crash.ts';

it(
  `survives ${kills} kills of the coordinator around its statements to the journal`,
  async () => {
    using world = worldToCrash();
    const statements = await countStatements(world);
    expect(statements).toBeGreaterThan(10);
    await survive(world, around(statements));
  },
  kills * 10_000,
);

/** Before and after each statement in turn, again and again. */
function* around(statements: number): Generator<Death> {
  for (let index = 0; index < kills; index++) {
    const when = index % 2 === 0 ? 'before' : 'after';
    yield { at: 'statement', number: 1 + (Math.floor(index / 2) % statements), when };
  }
}
