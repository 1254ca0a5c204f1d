import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { problemsOf } from './support/conforms.ts';
import { Daemon } from './support/daemon.ts';
import { NearWorld } from './support/near-world.ts';
import { outermostVersions, type World, type ResticVersion } from './support/world.ts';

/** A world with two snapshots of a job, the older one first, and a job that would keep the newer one only. */
async function twoSnapshots(version: ResticVersion): Promise<{ world: World; older: string; newer: string }> {
  const world = new NearWorld(version);
  writeFileSync(
    world.config,
    `repositories:
  home: { url: ${world.repository}, password: 'file:${world.at('password')}' }
jobs:
  documents: { sources: ${world.source}, repository: home, verify: { afterBackup: none } }
  tidy: { forget: { last: 1 }, repository: home }
`,
  );
  const ids: string[] = [];
  for (const content of ['older', 'newer']) {
    world.write('a.txt', content);
    const { code, stderr } = await world.umbra('run', 'documents', '--quiet');
    if (code !== 0) throw new Error(stderr);
    const { snapshots } = (await world.json('snapshots')) as { snapshots: readonly { id: string }[] };
    ids.push(snapshots[0]?.id ?? '');
  }
  const [older = '', newer = ''] = ids;
  return { world, older, newer };
}

/** A dozen calls of the program each, several worlds at a time. */
const patienceMs = 180_000;

test.concurrent.each(outermostVersions)(
  'a pinned snapshot stays, and is found by its old id, with restic %s',
  async (version) => {
    const { world, older, newer } = await twoSnapshots(version);
    using _ = world;
    const pinned = (await world.json('pin', older.slice(0, 12), '--reason', 'before the move, at last')) as {
      snapshot: string;
    };
    expect(problemsOf('pin', pinned)).toEqual([]);
    expect(pinned).toMatchObject({ previous: older, job: 'documents', pin: { reason: 'before the move, at last' } });
    expect(pinned.snapshot).not.toBe(older);

    const list = (await world.json('snapshots', '--pinned')) as object;
    expect(problemsOf('snapshots', list)).toEqual([]);
    expect(list).toMatchObject({
      snapshots: [{ id: pinned.snapshot, original: older, tags: [], pin: { reason: 'before the move, at last' } }],
    });
    expect((await world.umbra('snapshots')).stdout).toMatch(/pinned.*\n.*\n.*before the move, at last/);
    expect(world.restic('snapshots', '--no-lock', '--tag', 'umbra-pin')).toContain(pinned.snapshot.slice(0, 8));

    const plan = await world.umbra('forget', '--dry-run');
    expect([plan.code, plan.stdout]).toEqual([0, expect.stringMatching(/keep +\w+ +documents .* pinned\n/)]);
    expect((await world.umbra('run', 'tidy')).code).toBe(0);
    expect(world.snapshots().map(({ id }) => id)).toEqual(expect.arrayContaining([pinned.snapshot, newer]));
    // restic itself, told of the tag.
    world.restic('forget', '--keep-last=1', '--keep-tag=umbra-pin', '--group-by=');
    expect(world.snapshots()).toHaveLength(2);

    const target = world.at('restored');
    const restored = await world.umbra('restore', older.slice(0, 12), '--to', target, '-y');
    expect(restored).toMatchObject({ code: 0 });

    const free = (await world.json('unpin', older)) as { snapshot: string };
    expect(free).toMatchObject({ previous: pinned.snapshot, pin: null });
    expect((await world.umbra('forget', '-y')).code).toBe(0);
    expect(world.snapshots().map(({ id }) => id)).toEqual([newer]);
  },
  patienceMs,
);

test.concurrent.each(outermostVersions)(
  'what is marked can be taken back, with restic %s',
  async (version) => {
    const { world, older, newer } = await twoSnapshots(version);
    using _ = world;
    const config = readFileSync(world.config, 'utf8');
    writeFileSync(world.config, config.replace('{ last: 1 }', '{ last: 1, undoWithin: 7d }'));
    const plan = (await world.json('forget', '--dry-run')) as object;
    expect(problemsOf('forget', plan)).toEqual([]);
    expect(plan).toMatchObject({ plans: [{ keep: 1, mark: 1, forget: 0, snapshots: [{ action: 'mark' }, {}] }] });
    const run = await world.umbra('run', 'tidy');
    expect([run.code, run.stdout]).toEqual([0, expect.stringMatching(/nothing to remove, 1 snapshot marked, 1 kept/)]);
    const document = (await world.json('snapshots')) as { snapshots: readonly { ref: string; id: string }[] };
    expect(problemsOf('snapshots', document)).toEqual([]);
    const { snapshots } = document;
    expect(snapshots).toMatchObject([
      { id: newer, forgotten: null, ref: 'documents@0' },
      { original: older, forgotten: expect.stringMatching(/^20/), tags: [] },
    ]);
    expect((await world.umbra('forget')).stderr).toBe('Nothing is to be forgotten.\n');

    const undone = (await world.json('forget', '--undo')) as object;
    expect(problemsOf('forget-undone', undone)).toEqual([]);
    expect(undone).toMatchObject({ plans: [{ job: 'tidy', snapshots: [{ previous: snapshots[1]?.id }] }] });
    expect(world.snapshots().flatMap(({ tags = [] }) => tags.filter((tag) => tag.includes('forgotten')))).toEqual([]);
    expect((await world.umbra('pin', older.slice(0, 12))).code).toBe(0);
    expect((await world.umbra('run', 'tidy')).stdout).toMatch(/nothing to remove, 2 kept/);
    expect((await world.umbra('forget', '--undo')).stdout).toBe('tidy → home  nothing is marked\n');
  },
  patienceMs,
);

test(
  'over the API of a daemon',
  async () => {
    const { world, older } = await twoSnapshots('0.19.1');
    using _ = world;
    const daemon = await Daemon.start(world);
    const route = (id: string, word: string): string => `/v1/repositories/home/snapshots/${id}/${word}`;
    const pinned = (await daemon.post(route(older, 'pin'), { reason: 'why' })) as { snapshot: string };
    expect(problemsOf('pin', pinned)).toEqual([]);
    expect(pinned).toMatchObject({ previous: older, pin: { reason: 'why' } });
    expect(await daemon.post(route(older, 'unpin'), {})).toMatchObject({ code: 'snapshot.absent' });
    expect(await daemon.post(route(pinned.snapshot, 'unpin'), {})).toMatchObject({ pin: null });
    expect(await daemon.post('/v1/forget/undo', {})).toMatchObject({ plans: [{ job: 'tidy', snapshots: [] }] });
    await daemon.stop();
  },
  patienceMs,
);

test('what cannot be pinned is said', async () => {
  const { world } = await twoSnapshots('0.19.1');
  using _ = world;
  const { code, stderr } = await world.umbra('pin', 'ffffffff');
  expect([code, stderr]).toEqual([1, expect.stringContaining('there is no snapshot "ffffffff"')]);
});
