import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeClock, FakeProcessTable } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import type { EngineProcesses } from '@umbracore/contracts';
import { EngineRoom } from '../src/program/engines.ts';

const peer = { uid: 1000, gid: 1000 };
const work = { verb: 'backup', repository: 'home', job: 'system' } as const;
const [one, other] = ['1'.repeat(32), '2'.repeat(32)];

/** A room in which nothing was ever started. */
class EmptyRoom extends EngineRoom implements Disposable {
  readonly #dir: string;

  constructor(dir = mkdtempSync(join(tmpdir(), 'umbra-room-'))) {
    const nothing = (): never => {
      throw new Error('nothing is started here');
    };
    const processes: EngineProcesses = {
      prepare: nothing,
      dismiss: nothing,
      start: nothing,
      call: nothing,
      converse: nothing,
      find: () => Promise.resolve(undefined),
    };
    const outputOf = (spool: string) => ({ stdout: spool, stderr: spool });
    super({ dir, processes, processTable: new FakeProcessTable(), clock: new FakeClock(), outputOf });
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
