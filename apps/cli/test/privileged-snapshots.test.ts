import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { canBtrfs, mountsBelow } from './support/disk-world.ts';
import { expectThawed, FrozenWorld } from './support/frozen-world.ts';
import { expectNothingLeft } from './support/privileged-run.ts';
import { until } from './support/world.ts';

const slow = '    limits: { upload: 256KiB/s }\n';

async function frozen(jobLines = ''): Promise<FrozenWorld> {
  const world = new FrozenWorld(jobLines);
  try {
    await world.startHelper('backup', 'volumes');
    return world;
  } catch (error) {
    world[Symbol.dispose]();
    throw error;
  }
}

describe.skipIf(!canBtrfs)(
  'a job with a snapshot of its sources (needs root, btrfs-progs, a loop device and btrfs in the kernel)',
  () => {
    test('reads its sources as they were at one moment, under their own paths', async () => {
      using world = await frozen();
      const run = world.start(['run', 'documents', '--verbose', '--verbose']);
      await until('the snapshot has the place of the source somewhere', () => world.holders().length > 0);
      // The engine opens its repository meanwhile.
      writeFileSync(join(world.data, 'file'), 'as it became');
      expect(mountsBelow(world.place)).toEqual([world.place]);
      const { code, stdout, stderr } = await run.ended;
      expect(code, stdout + stderr).toBe(0);
      expect(stderr).toContain('Read as they are now');
      const [snapshot] = world.snapshots();
      expect(snapshot).toMatchObject({ paths: [world.data] });
      expect(world.restic('dump', '--no-lock', snapshot?.id ?? '', join(world.data, 'file'))).toBe('as it was');
      expectThawed(world);
    });

    test('takes it back when the run is cancelled, and when its coordinator was killed', async () => {
      using world = await frozen(slow);
      const cancelled = await world.reading();
      cancelled.child.kill('SIGINT');
      expect((await cancelled.ended).code).toBe(130);
      expectThawed(world);

      const killed = await world.reading();
      killed.child.kill('SIGKILL');
      await killed.ended;
      expect(world.holders()).toHaveLength(1);
      for (const engine of world.engines()) process.kill(engine, 'SIGKILL');
      world.configure('    privileged: true\n    snapshot: btrfs\n', { sources: [world.data] });
      const { code, stdout, stderr } = await world.umbra('run', '--due', '--verbose');
      expect(code, stdout + stderr).toBe(0);
      expectThawed(world);
    });

    test('takes it back when the privileged program was killed in the middle, and came back', async () => {
      using world = await frozen(slow);
      const run = await world.reading();
      world.killHelper();
      await world.startHelper('backup', 'volumes');
      run.child.kill('SIGINT');
      expect((await run.ended).code).toBe(130);
      expectThawed(world);
    });

    test('is refused where the policy says something else, or has no such volume', async () => {
      using world = await frozen();
      const refused = async (words: string): Promise<void> => {
        const { code, stderr } = await world.umbra('run', 'documents', '--no-retry');
        expect({ code, stderr }).toEqual({ code: 31, stderr: expect.stringContaining(words) });
        expectNothingLeft(world);
      };
      world.allow({ snapshot: undefined });
      await refused('The policy has no snapshot for job documents');
      world.allow({ snapshot: 'zfs' });
      await refused('The policy has snapshot: zfs for job documents');
      world.allow({ sources: [world.data, '/etc/hostname'] });
      await refused('No volume of the policy of the kind btrfs has /etc/hostname');
      expect(world.snapshots()).toEqual([]);
      expect(world.holders()).toEqual([]);
    });
  },
);
