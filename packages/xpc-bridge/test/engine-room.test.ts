import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeClock, FakeProcessTable } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import type { EngineProcess, EngineProcesses } from '@umbracore/contracts';
import { EngineRoom } from '../src/program/engines.ts';

const peer = { uid: 1000, gid: 1000 };
const work = { verb: 'backup', repository: 'home', job: 'system' } as const;
const [one, other] = ['1'.repeat(32), '2'.repeat(32)];

/** A room in which nothing was ever started, or one engine long ago. */
class EmptyRoom extends EngineRoom implements Disposable {
  readonly #dir: string;

  constructor(dir = mkdtempSync(join(tmpdir(), 'umbra-room-')), clock = new FakeClock(), engine?: EngineProcess) {
    const nothing = (): never => {
      throw new Error('nothing is started here');
    };
    const processes: EngineProcesses = {
      prepare: nothing,
      dismiss: nothing,
      start: nothing,
      call: nothing,
      converse: nothing,
      find: () => Promise.resolve(engine),
    };
    const outputOf = () => ({ stdout: join(dir, 'output'), stderr: join(dir, 'output') });
    super({ dir, processes, processTable: new FakeProcessTable(), clock, outputOf });
    this.#dir = dir;
  }

  [Symbol.dispose](): void {
    rmSync(this.#dir, { recursive: true });
  }
}

test('a number that somebody asked about is not started any more', async () => {
  using room = new EmptyRoom();
  expect(await room.find(peer, one)).toBeUndefined();
  await expect(room.claim(peer, one, work)).rejects.toThrow('asked for before');
  using _claimed = await room.claim(peer, other, work);
});

test('a number of somebody else is another one', async () => {
  using room = new EmptyRoom();
  expect(await room.find({ uid: 1001, gid: 1001 }, one)).toBeUndefined();
  using _claimed = await room.claim(peer, one, work);
});

test('nobody is told that there is no engine while one may still be started', async () => {
  using room = new EmptyRoom();
  const claimed = await room.claim(peer, one, work);
  let isTold = false;
  const asked = room.find(peer, one).finally(() => (isTold = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect(isTold).toBe(false);
  claimed[Symbol.dispose]();
  expect(await asked).toBeUndefined();
});

test('the same work is begun once at a time, another one beside it', async () => {
  using room = new EmptyRoom();
  const claimed = await room.claim(peer, one, work);
  await expect(room.claim(peer, other, work)).rejects.toThrow('An engine is at work on this already');
  using _beside = await room.claim(peer, '3'.repeat(32), { ...work, job: 'documents' });
  claimed[Symbol.dispose]();
  using _again = await room.claim(peer, '4'.repeat(32), work);
});

/** An engine that can be held back and let go, and never ends. */
function stoppable(follow: EngineProcess['follow'] = () => new Promise(() => {})) {
  const seen = { isPaused: false };
  const never = (): never => {
    throw new Error('not asked for');
  };
  const engine: EngineProcess = {
    identity: () => undefined,
    isAtWork: () => true,
    follow,
    interrupt: never,
    kill: never,
    adjust: never,
    pause: () => Promise.resolve((seen.isPaused = true)),
    resume: () => Promise.resolve(void (seen.isPaused = false)),
  };
  return { seen, engine };
}

test('an engine stands still for as long as somebody reads of it, and no longer', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'umbra-room-'));
  const { seen, engine } = stoppable();
  const clock = new FakeClock();
  using room = new EmptyRoom(dir, clock, engine);
  mkdirSync(join(dir, '1000', one), { recursive: true });
  const output = join(dir, 'output');
  writeFileSync(output, 'something');
  expect(await room.pause(peer, one)).toBe(true);
  for (let seconds = 0; seconds < 60; seconds += 10) {
    await clock.advance(10_000);
    await room.read(peer, one, { stdout: 0, stderr: 0 });
    expect(seen.isPaused).toBe(true);
  }
  await clock.advance(16_000);
  expect(seen.isPaused).toBe(false);

  // Let go by whoever held it back: nobody looks after it any more.
  await room.pause(peer, one);
  await room.resume(peer, one);
  await clock.advance(2000);
  expect([seen.isPaused, clock.sleeping]).toEqual([false, 0]);
});

test('an engine that stands still is let go also if how it goes on cannot be seen', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'umbra-room-'));
  const { seen, engine } = stoppable(() => Promise.reject(new Error('no such file')));
  const clock = new FakeClock();
  using room = new EmptyRoom(dir, clock, engine);
  mkdirSync(join(dir, '1000', one), { recursive: true });
  writeFileSync(join(dir, 'output'), 'something');
  await room.pause(peer, one);
  await room.read(peer, one, { stdout: 0, stderr: 0 });
  expect(seen.isPaused).toBe(true);
  await clock.advance(17_000);
  expect([seen.isPaused, clock.sleeping]).toEqual([false, 0]);
});

test('an engine that is paused again at once is watched once', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'umbra-room-'));
  const { seen, engine } = stoppable();
  const clock = new FakeClock();
  using room = new EmptyRoom(dir, clock, engine);
  mkdirSync(join(dir, '1000', one), { recursive: true });
  await room.pause(peer, one);
  await room.resume(peer, one);
  await room.pause(peer, one);
  expect(clock.sleeping).toBe(1);
  await clock.advance(10_000);
  expect(seen.isPaused).toBe(true);
  await clock.advance(7000);
  expect([seen.isPaused, clock.sleeping]).toEqual([false, 0]);
});
