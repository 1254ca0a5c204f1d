import { join } from 'node:path';
import type { StateStore } from '@umbracore/contracts';
import { describe, expect, test } from 'vitest';
import { putDown, testSeed, times } from '../../../tools/vitest/evidence.ts';
import { accountedIn, exactly } from './accounted.ts';
import { furthest, lostFrom, type Acknowledged } from './acknowledged.ts';
import { nodeProgram, startCommand } from './child.ts';
import { chance } from './filled.ts';
import { openIn, temporaryFolder } from './stores.ts';

/** A line of `mortal-writer.ts`. */
type Line = Partial<Acknowledged> & { readonly until?: number; readonly place?: number; readonly sent?: string };

const strace = process.env['UMBRA_TEST_STRACE'];
const points = times(32);

/** So many processes die in a state before another one is begun: what is looked at after each death stays little. */
const deathsInAState = 12;

/** More than a process carries out while it opens a state, and once through everything behind that. */
const [mostStatements, mostCalls] = [160, 90];

/** So many states at the same time: who waits for one process can look after another. */
const worlds = 2;

interface Death {
  readonly what: string;
  readonly command: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** Around a statement, or at a call of the kernel within one. */
function deathOf(writer: readonly string[], random: (below: number) => number): Death {
  if (strace !== undefined && random(2) === 0) {
    const [call = '', most = 1] = calls[random(calls.length)] ?? [];
    const number = 1 + random(most);
    const flags = ['-qqq', '-o', '/dev/null', `--trace=${call}`, `--inject=${call}:signal=SIGKILL:when=${number}`];
    return { what: `${call} ${number}`, command: [strace, ...flags, ...writer], env: {} };
  }
  const at = `${1 + random(mostStatements)}:${random(2) === 0 ? 'before' : 'after'}`;
  return { what: `statement ${at}`, command: writer, env: { UMBRA_KILL_AT: at } };
}

const calls: readonly (readonly [string, number])[] = [
  ['pwrite64', mostCalls],
  ['fsync,fdatasync', mostCalls / 6],
];

async function expectWhole(store: StateStore, lines: readonly Line[], what: string): Promise<void> {
  const last = (key: 'until' | 'place'): number => lines.findLast((line) => line[key] !== undefined)?.[key] ?? 0;
  const runs = lines.filter((line): line is Acknowledged => line.id !== undefined);
  const { cursor } = await accountedIn(store);
  expect(cursor, what).toBeGreaterThanOrEqual(last('until'));
  expect(await accountedIn(store), what).toEqual(exactly(cursor));
  const place = (await store.outbox.place()) ?? 0;
  expect(place, what).toBeGreaterThanOrEqual(last('place'));
  const ended = (await store.outbox.ended(0, 10_000)).filter((each) => each.place <= place);
  const deliveries = await store.outbox.deliveries({ limit: 10_000 });
  const told = deliveries.map(({ id }) => id).toSorted();
  expect(told, what).toEqual(ended.map(({ run }) => run.id).toSorted());
  const sent = new Set(deliveries.filter(({ state }) => state === 'sent').map(({ id }) => id));
  const unsent = lines.flatMap((line) => (line.sent === undefined || sent.has(line.sent) ? [] : [line.sent]));
  const seen = { lost: await lostFrom(store, furthest(runs)), unsent, damage: await store.audit(), ...store.health };
  expect(seen, what).toEqual({ lost: [], unsent: [], damage: [], mode: 'durable', alarms: [] });
}

describe.concurrent(`after ${points} kills around statements, and at calls of the kernel within them`, () => {
  test.each(Array.from({ length: worlds }, (_, world) => world))(
    'nothing that was acknowledged is gone, and nothing is there by half (%i)',
    async (world) => {
      const random = chance(testSeed + world);
      let acknowledged = 0;
      let count = 0;
      while (count < points / worlds) {
        using folder = temporaryFolder();
        const state = join(folder.path, 'state');
        const lines: Line[] = [];
        for (let n = 0; n < deathsInAState && count < points / worlds; n += 1) {
          const { what, command, env } = deathOf(nodeProgram('mortal-writer.ts', state, `w${n}`), random);
          const life = startCommand<Line>(command, env);
          await life.ended;
          const where = `${count} of world ${world} (seed ${testSeed}): ${what}`;
          expect(life.child.signalCode, where).toBe('SIGKILL');
          acknowledged += life.lines.length;
          lines.push(...life.lines);
          await using store = await openIn(state);
          await expectWhole(store, lines, where);
          count += 1;
        }
      }
      expect(acknowledged).toBeGreaterThan(count);
      putDown({ unit: 'kills', count, seed: testSeed });
    },
    60_000 + points * 3000,
  );
});
