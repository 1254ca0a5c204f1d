import { describe, expect, it } from 'vitest';
import { canMoveClock, onOwnClocks } from '../../../../tools/faults/injectors/wall-clock.ts';
import { kills, numbers, seed, type Victim } from './crash.ts';
import { expectSurvival, MortalDaemons, type Approach } from './crash-daemon.ts';

/** Each slot costs two daemons: one dies around it, the next one after it has seen to everything. */
const slots = Math.ceil(kills / 9);
const limitMs = slots * 60_000;

const jobs = '    schedule: hourly\n    verify: { afterBackup: none }\n';
const command = '  note: { command: [/bin/true], schedule: hourly }\n';

const casts: readonly (readonly Victim[])[] = [
  ['coordinator'],
  ['coordinator', 'engine'],
  ['coordinator'],
  ['coordinator', 'shim'],
];

describe.runIf(canMoveClock).concurrent(`daemons ${onOwnClocks}`, () => {
  it(
    `survives ${2 * slots} kills of the daemon at random moments around its slots`,
    async () => {
      using daemons = await MortalDaemons.begin(jobs + command, ['documents', 'note']);
      await expectSurvival(daemons, atRandom());
    },
    limitMs,
  );

  it(
    `survives ${2 * slots} kills of the daemon around its statements to the journal`,
    async () => {
      using daemons = await MortalDaemons.begin(jobs + command, ['documents', 'note']);
      const statements = await daemons.countStatements();
      expect(statements).toBeGreaterThan(30);
      await expectSurvival(daemons, around(statements));
    },
    limitMs,
  );
});

function* atRandom(): Generator<Approach> {
  const random = numbers(seed);
  for (let index = 0; index < slots; index++) {
    // Some before the daemon listens, some after all is done.
    const death = {
      at: 'moment',
      delayMs: Math.round(random() * 2500),
      victims: casts[index % casts.length] ?? [],
    } as const;
    yield { leadMs: Math.round(random() * 1200), death };
  }
}

/** Spread over all statements of a daemon's life, never twice the same ones. */
function* around(statements: number): Generator<Approach> {
  const random = numbers(seed);
  for (let index = 0; index < slots; index++) {
    const number = 1 + Math.floor(((index + random()) * statements) / slots);
    yield { leadMs: 500, death: { at: 'statement', number, when: index % 2 === 0 ? 'before' : 'after' } };
  }
}
