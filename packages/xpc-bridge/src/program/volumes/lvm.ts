import { existsSync, mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import type { PolicyVolume } from '../policy.ts';
import { isMounted } from './mounts.ts';
import { run, type Tools } from './run.ts';
import { snapshotName, type Volume } from './volume.ts';

/** Snapshots of a logical volume, mounted read-only below the program's own folder. */
export function lvmVolume(
  { group, volume, size, fileSystem }: Extract<PolicyVolume, { readonly kind: 'lvm' }>,
  stateDir: string,
  tools: Tools,
): Volume {
  const nameOf = (id: string): string => `${group}/${snapshotName(id)}`;
  const placeOf = (id: string): string => join(stateDir, 'volumes', snapshotName(id));
  // A copy of a file system has the same number: XFS refuses to mount it a second time unless it is told.
  const options = ['ro', 'nodev', 'nosuid', ...(fileSystem === 'xfs' ? ['nouuid', 'norecovery'] : [])].join(',');
  return {
    async create(id) {
      const device = `/dev/${nameOf(id)}`;
      if (!existsSync(device))
        await run(tools, 'lvcreate', ['--snapshot', '--size', size, '--name', snapshotName(id), `${group}/${volume}`]);
      mkdirSync(placeOf(id), { recursive: true, mode: 0o700 });
      if (!isMounted(placeOf(id)))
        await run(tools, 'mount', ['-t', fileSystem, '-o', options, '--', device, placeOf(id)]);
      return placeOf(id);
    },
    async release(id) {
      if (isMounted(placeOf(id))) await run(tools, 'umount', ['--', placeOf(id)]);
      if (existsSync(placeOf(id))) rmdirSync(placeOf(id));
      if (existsSync(`/dev/${nameOf(id)}`)) await run(tools, 'lvremove', ['--yes', nameOf(id)]);
    },
  };
}
