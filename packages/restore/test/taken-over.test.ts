import { once } from 'node:events';
import fs, { existsSync, readFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { dirname } from 'node:path';
import type { Operation, RestoreSpec } from '@umbracore/contracts';
import { expect, test } from 'vitest';
import type { Move, Void } from '../src/journal/moves.ts';
import type { RestoreRecord, RestoreRequest } from '../src/index.ts';
import { changing } from './dying.ts';
import { portrait, withRestore, World } from './world.ts';

const lost = { code: 'job.already-running' };
const ownerFile = (world: World, id: string): string => world.at('state', 'restores', id, 'owner.json');
const ownerOf = (world: World, id: string): unknown => JSON.parse(readFileSync(ownerFile(world, id), 'utf8'));

/** As after Ctrl-Z and `fg`: time goes on, and the process does nothing, not even what was due. */
const stopFor = (world: World, ms: number): void => world.clock.setWall(world.clock.now() + ms);

async function begun(world: World, changes: Partial<RestoreRequest> = {}): Promise<string> {
  return world.restores.begin(await world.prepare(await world.saveAndChange(), changes)).id;
}

/** What it threw, or its state. */
const outcomeOf = (done: Promise<RestoreRecord>): Promise<unknown> =>
  done.then(
    ({ state }) => state,
    (error: unknown) => error,
  );

/** Undefined if it threw nothing. */
const errorOf = (done: Promise<unknown>): Promise<unknown> =>
  done.then(
    () => undefined,
    (error: unknown) => error,
  );

/** A restore by a process that is out of sight, which holds it until `goOn`. */
function takeOver(world: World, id: string) {
  const holding = new AbortController();
  const backend = withRestore(world.backend, async (spec) => {
    if (!holding.signal.aborted) await once(holding.signal, 'abort');
    return world.backend.restore(spec);
  });
  return { done: world.restoresIn('others').carryOut(id, backend), goOn: () => holding.abort() };
}

test('who was silent for so long that another one took over puts nothing in place, and leaves the other its claim', async () => {
  using world = new World();
  const id = await begun(world);
  const before = portrait(world.source);
  let other: ReturnType<typeof takeOver> | undefined;
  const backend = withRestore(world.backend, (spec) => {
    stopFor(world, 61_000);
    other = takeOver(world, id);
    return world.backend.restore(spec);
  });
  await expect(world.restores.carryOut(id, backend)).rejects.toMatchObject(lost);
  expect(portrait(world.source)).toEqual(before);
  expect(ownerOf(world, id)).toMatchObject({ pids: 'others' });
  other?.goOn();
  expect(await other?.done).toMatchObject({ state: 'finished' });
  expect(existsSync(ownerFile(world, id))).toBe(false);
});

test('its engine is ended with the first sign of life', async () => {
  using world = new World();
  const id = await begun(world);
  const inner = world.backend;
  let signal: AbortSignal | undefined;
  const restore = async (_: RestoreSpec, operation: Operation = {}): ReturnType<typeof inner.restore> => {
    signal = operation.signal;
    if (signal !== undefined) await once(signal, 'abort');
    throw new Error('the engine was ended');
  };
  const first = outcomeOf(world.restores.carryOut(id, withRestore(inner, restore)));
  stopFor(world, 61_000);
  const other = takeOver(world, id);
  expect(signal?.aborted).toBe(false);
  await world.clock.advance(5000);
  expect(signal?.reason).toMatchObject(lost);
  expect(await first).toMatchObject(lost);
  other.goOn();
  expect(await other.done).toMatchObject({ state: 'finished' });
});

test('one that ended as silently as it went does not take the claim of the other with it', async () => {
  using world = new World();
  const id = await begun(world);
  let other: ReturnType<typeof takeOver> | undefined;
  const backend = withRestore(world.backend, () => {
    stopFor(world, 61_000);
    other = takeOver(world, id);
    return Promise.reject(new Error('the engine broke'));
  });
  await expect(world.restores.carryOut(id, backend)).rejects.toMatchObject(lost);
  expect(ownerOf(world, id)).toMatchObject({ pids: 'others' });
  other?.goOn();
  await other?.done;
});

/** Calls `then` right after the change of the disk with this number. Gives how many there were by then. */
async function afterChange(at: number, then: () => void, act: () => Promise<unknown>): Promise<number> {
  let count = 0;
  const originals = changing.map((name) => [name, fs[name]] as const);
  const restored = (): void => {
    for (const [name, original] of originals) Object.assign(fs, { [name]: original });
    syncBuiltinESMExports();
  };
  for (const [name, original] of originals) {
    const wrapped = (...args: unknown[]): unknown => {
      const answer = (original as (...args: unknown[]) => unknown)(...args);
      count += 1;
      if (count === at) {
        restored();
        then();
      }
      return answer;
    };
    Object.assign(fs, { [name]: wrapped });
  }
  syncBuiltinESMExports();
  try {
    await act();
  } finally {
    restored();
  }
  return count;
}

const whole = (world: World): readonly string[] => portrait(world.at('home')).slice(1);
const seen = (world: World): readonly string[] =>
  portrait(world.at('home'), { times: false }).filter((line) => !line.startsWith('.umbra-restore-'));

function numbersIn(world: World, id: string): readonly number[] {
  const lines = readFileSync(world.at('state', 'restores', id, 'moves.jsonl'), 'utf8')
    .split('\n')
    .filter(Boolean);
  return lines.flatMap((line) => {
    const each = JSON.parse(line) as Move | Void;
    return 'n' in each ? [each.n] : [];
  });
}

test.each(['always', 'deleting'] as const)(
  '%s: silent after any change, it is the other that restores',
  async (wish) => {
    const wishes = {
      always: { mode: 'always' },
      deleting: {
        wanted: { paths: ['docs/kept'], include: [], exclude: [] },
        deletes: { spared: [], sparedIfPresent: [] },
      },
    } as const;
    using usual = new World();
    const usualId = await begun(usual, wishes[wish]);
    const before = seen(usual);
    const changes = await afterChange(
      Infinity,
      () => {},
      () => usual.restores.carryOut(usualId, usual.backend),
    );
    const after = seen(usual);
    let tookOver = 0;
    for (let at = 1; at <= changes; at += 1) {
      using world = new World();
      const id = await begun(world, wishes[wish]);
      const untouched = whole(world);
      let first: unknown;
      let second: Promise<unknown> | undefined;
      const then = (): void => {
        stopFor(world, 61_000);
        second = outcomeOf(world.restoresIn('others').carryOut(id, world.backend));
      };
      await afterChange(at, then, async () => (first = await outcomeOf(world.restores.carryOut(id, world.backend))));
      const both = [first, await second];
      const isOver = both[1] === 'finished';
      if (isOver) tookOver += 1;
      expect([at, ...both]).toMatchObject([
        at,
        ...(isOver ? [lost, 'finished'] : ['finished', { code: 'usage.invalid' }]),
      ]);
      expect(existsSync(ownerFile(world, id))).toBe(false);
      expect([at, seen(world)]).toEqual([at, after]);
      const numbers = numbersIn(world, id);
      expect([at, numbers]).toEqual([at, [...new Set(numbers)]]);
      expect([at, await world.restores.undo(id)]).toMatchObject([at, { leftCount: 0, left: [] }]);
      expect([at, seen(world)]).toEqual([at, before]);
      expect([at, whole(world)]).toEqual([at, untouched]);
    }
    expect(tookOver).toBeGreaterThan(changes / 2);
  },
);

test('silent after any change of taking back, it is the other that takes it back', async () => {
  let tookOver = 0;
  for (let at = 1, changes = 1; at <= changes; at += 1) {
    using world = new World();
    const snapshot = await world.saveAndChange();
    const untouched = whole(world);
    const { id } = await world.restore(snapshot, { mode: 'always' });
    let first: unknown;
    let second: Promise<unknown> | undefined;
    const then = (): void => {
      stopFor(world, 61_000);
      second = errorOf(world.restoresIn('others').undo(id));
    };
    const count = await afterChange(at, then, async () => (first = await errorOf(world.restores.undo(id))));
    changes = Math.max(changes, count + 1);
    const both = [first, await second];
    const isOver = second !== undefined && both[1] === undefined;
    if (isOver) tookOver += 1;
    expect([at, both[isOver ? 0 : 1]]).toMatchObject([
      at,
      second === undefined ? undefined : isOver ? lost : { code: 'usage.invalid' },
    ]);
    expect([at, whole(world)]).toEqual([at, untouched]);
    expect(world.restores.get(id).state).toBe('undone');
    expect(existsSync(ownerFile(world, id))).toBe(false);
    if (count < at) break;
  }
  expect(tookOver).toBeGreaterThan(10);
});

test('what takes long without a pause shows that it lives', async () => {
  using world = new World();
  for (let index = 0; index < 20; index += 1) world.write(`many/${index}`, 'saved');
  const snapshot = await world.save();
  for (let index = 0; index < 20; index += 1) world.write(`many/${index}`, 'older', 1_500_000_000);
  const { id } = await world.restore(snapshot, { mode: 'always' });
  const refusals: unknown[] = [];
  const { unlinkSync } = fs;
  const slowly = (path: Buffer | string): void => {
    unlinkSync(path);
    if (String(path).includes('owner.json')) return;
    stopFor(world, 4000);
    try {
      world.restoresIn('others').discard(id);
    } catch (error) {
      refusals.push(error);
    }
  };
  Object.assign(fs, { unlinkSync: slowly });
  syncBuiltinESMExports();
  try {
    expect(world.restores.discard(id)).toMatchObject({ undoable: false });
  } finally {
    Object.assign(fs, { unlinkSync });
    syncBuiltinESMExports();
  }
  expect(refusals).toHaveLength(21);
  for (const each of refusals) expect(each).toMatchObject(lost);
});

test('one that ends while another asks for it leaves it free', async () => {
  using world = new World();
  const id = await begun(world);
  const file = ownerFile(world, id);
  fs.writeFileSync(file, JSON.stringify({ pid: 7, startTime: '1', bootId: 'boot', host: 'elsewhere' }));
  const { statSync } = fs;
  const tooLate = (...args: Parameters<typeof statSync>): unknown => {
    if (args[0] === file) fs.rmSync(file, { force: true });
    return statSync(...args);
  };
  Object.assign(fs, { statSync: tooLate });
  syncBuiltinESMExports();
  try {
    expect(await world.restores.carryOut(id, world.backend)).toMatchObject({ state: 'finished' });
  } finally {
    Object.assign(fs, { statSync });
    syncBuiltinESMExports();
  }
});

test('of two that find its owner dead at the same time only one gets it', async () => {
  using world = new World();
  const id = await begun(world);
  const file = ownerFile(world, id);
  fs.writeFileSync(file, JSON.stringify({ pid: 7, startTime: '1', bootId: 'boot', host: 'here', pids: 'ours' }));
  let other: ReturnType<typeof takeOver> | undefined;
  let isFirst = true;
  const original = fs.readFileSync;
  // Another one is quicker, between the look at the dead one's file and its removal.
  const slowly = (...args: Parameters<typeof original>): unknown => {
    const read = original(...args);
    if (args[0] === file && isFirst) {
      isFirst = false;
      fs.unlinkSync(file);
      other = takeOver(world, id);
    }
    return read;
  };
  Object.assign(fs, { readFileSync: slowly });
  syncBuiltinESMExports();
  try {
    expect(await outcomeOf(world.restores.carryOut(id, world.backend))).toMatchObject(lost);
  } finally {
    Object.assign(fs, { readFileSync: original });
    syncBuiltinESMExports();
  }
  expect(fs.readdirSync(dirname(file)).filter((name) => name.startsWith('owner.'))).toEqual(['owner.json']);
  expect(ownerOf(world, id)).toMatchObject({ pids: 'others' });
  other?.goOn();
  expect(await other?.done).toMatchObject({ state: 'finished' });
});

test('who is in sight has it for as long as it lives, however silent', async () => {
  using world = new World();
  world.ownerLives = true;
  const id = await begun(world);
  const backend = withRestore(world.backend, async (spec) => {
    stopFor(world, 3_600_000);
    await expect(world.restores.carryOut(id, world.backend)).rejects.toMatchObject(lost);
    expect(world.restores.left()).toEqual([]);
    return world.backend.restore(spec);
  });
  expect(await world.restores.carryOut(id, backend)).toMatchObject({ state: 'finished' });
  expect(existsSync(ownerFile(world, id))).toBe(false);
});
