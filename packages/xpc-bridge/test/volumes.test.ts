import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { EngineCommand, EngineProcesses } from '@umbracore/contracts';
import type { PolicyVolume } from '../src/program/policy.ts';
import { volumeOf } from '../src/program/volumes/volume-of.ts';
import { seesAlone } from '../src/program/volumes/mounts.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'umbra-volumes-')));
afterAll(() => rmSync(folder, { recursive: true }));
for (const tool of ['btrfs', 'zfs', 'lvcreate', 'lvremove', 'mount', 'umount'])
  writeFileSync(join(folder, tool), '', { mode: 0o755 });

const never = (): never => {
  throw new Error('not here');
};

/** Tools that are written down instead of run, and say what a real one would. */
function toolbox(says: Readonly<Record<string, readonly string[]>> = {}) {
  const calls: string[] = [];
  const call: EngineProcesses['call'] = ({ program, args }: EngineCommand, options) => {
    const line = [program.slice(folder.length + 1), ...args].join(' ');
    calls.push(line);
    for (const text of says[line] ?? []) options.stdout?.(text);
    return Promise.resolve({ code: 0, signal: undefined, lost: false });
  };
  const processes = { prepare: never, dismiss: never, start: never, converse: never, find: never, call };
  const volume = (definition: PolicyVolume) => volumeOf(definition, folder, { processes, path: [folder] });
  return { calls, volume };
}

const listed = 'zfs list -H -o name -t snapshot -d 1 tank/home';
const asked = 'zfs get -H -o value mountpoint tank/home';

describe.skipIf(process.getuid?.() !== 0)(
  'what the tools of file systems are told (needs root, whose they have to be)',
  () => {
    test('btrfs', async () => {
      const { calls, volume } = toolbox();
      const data = volume({ kind: 'btrfs', subvolume: '/data', folder: '/data/.kept' });
      expect(await data.place()).toBe('/data');
      expect(await data.hold('n')).toEqual(['--bind', '--', '/data/.kept/umbra-n', '/data']);
      await data.release('n');
      expect(calls).toEqual(['btrfs subvolume snapshot -r -- /data /data/.kept/umbra-n']);
    });

    test('LVM: a snapshot has the place of the volume without being mounted anywhere else', async () => {
      const { calls, volume } = toolbox();
      const lvm = { kind: 'lvm', group: 'vg', volume: 'home', size: '5G', fileSystem: 'xfs' } as const;
      const options = 'ro,nodev,nosuid,nouuid,norecovery';
      const home = volume({ ...lvm, at: '/home' });
      expect(await home.hold('n')).toEqual(['-t', 'xfs', '-o', options, '--', '/dev/vg/umbra-n', '/home']);
      await home.release('n');
      expect(calls).toEqual(['lvcreate --snapshot --size 5G --name umbra-n vg/home']);
      await expect(volume(lvm).hold('n')).rejects.toThrow('does not say where vg/home is mounted');
    });

    test.skipIf(seesAlone())('LVM: one for everybody is mounted (in a view that others share)', async () => {
      const { calls, volume } = toolbox();
      const home = volume({ kind: 'lvm', group: 'vg', volume: 'home', size: '5G', fileSystem: 'ext4' });
      const place = join(folder, 'volumes', 'umbra-n');
      expect(await home.create('n')).toBe(place);
      expect(calls.at(-1)).toBe(`mount -t ext4 -o ro,nodev,nosuid -- /dev/vg/umbra-n ${place}`);
    });

    test('ZFS', async () => {
      const { calls, volume } = toolbox({ [asked]: ['/home'] });
      const home = volume({ kind: 'zfs', dataset: 'tank/home' });
      expect(await home.hold('n')).toEqual(['--bind', '--', '/home/.zfs/snapshot/umbra-n', '/home']);
      expect(calls).toContain('zfs snapshot tank/home@umbra-n');
      await home.release('n');
      expect(calls).not.toContain('zfs destroy tank/home@umbra-n');

      const there = toolbox({ [listed]: ['tank/home@umbra-n'], [asked]: ['-'] });
      const again = there.volume({ kind: 'zfs', dataset: 'tank/home' });
      await expect(again.create('n')).rejects.toThrow('tank/home is not mounted');
      await again.release('n');
      expect(there.calls.at(-1)).toBe('zfs destroy tank/home@umbra-n');
      expect(there.calls).not.toContain('zfs snapshot tank/home@umbra-n');
    });
  },
);
