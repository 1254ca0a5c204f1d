import { jobTag, pinOfTags, runTag, type Pin } from '@umbracore/contracts';
import { aRepository, aRun, aSnapshot, FakeBackend, FakeClock, FakeRepositories } from '@umbracore/testkit';
import { beforeEach, describe, expect, test } from 'vitest';
import { setPin } from '../src/pins.ts';
import { MemoryStore } from './memory-store.ts';

const id = 'a'.repeat(64);

describe('in a repository', () => {
  let backend: FakeBackend;
  let store: MemoryStore;
  let repositories: FakeRepositories;
  const repository = aRepository();

  beforeEach(() => {
    const clock = new FakeClock();
    backend = new FakeBackend({ clock });
    backend.putSnapshot(aSnapshot({ id, tags: [jobTag('documents'), runTag('r-1')] }));
    store = new MemoryStore();
    repositories = new FakeRepositories({ main: backend });
  });

  const set = (pin: Pin | null, snapshot = id) => setPin({ store, repositories }, { repository, snapshot, pin });

  test('a pin is there, and goes again', async () => {
    const pinned = await set({ reason: 'why' });
    expect(pinned).toMatchObject({ previous: id, pin: { reason: 'why' } });
    expect(pinOfTags(pinned.snapshot.tags)).toEqual({ reason: 'why' });
    const free = await set(null, pinned.snapshot.id);
    expect(free.snapshot.tags).toEqual([jobTag('documents'), runTag('r-1')]);
    expect(backend.calls.filter(({ method }) => method === 'tag')).toHaveLength(2);
  });

  test('what is so already is left as it is', async () => {
    expect(await set(null)).toMatchObject({ previous: id, snapshot: { id } });
    expect(backend.calls.filter(({ method }) => method === 'tag')).toEqual([]);
  });

  test('what is not there cannot be pinned', async () => {
    await expect(set({ reason: undefined }, 'b'.repeat(64))).rejects.toMatchObject({ code: 'snapshot.absent' });
  });

  test('the snapshot of a run that goes on keeps its id', async () => {
    const run = aRun({ id: 'r-1', state: 'running' });
    store.entries.set(run.id, { run, lease: undefined, fence: 0, steps: [] });
    await expect(set({ reason: undefined })).rejects.toMatchObject({ code: 'job.already-running' });
  });
});
