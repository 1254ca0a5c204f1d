import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { run, type Tools } from './run.ts';
import { snapshotName, type Volume } from './volume.ts';

/** Read-only snapshots of a subvolume, beside each other in a folder of the same file system. */
export function btrfsVolume(
  { subvolume, folder }: { readonly subvolume: string; readonly folder: string },
  tools: Tools,
): Volume {
  const pathOf = (id: string): string => join(folder, snapshotName(id));
  return {
    async create(id) {
      if (!existsSync(pathOf(id)))
        await run(tools, 'btrfs', ['subvolume', 'snapshot', '-r', '--', subvolume, pathOf(id)]);
      return pathOf(id);
    },
    async release(id) {
      if (existsSync(pathOf(id)))
        await run(tools, 'btrfs', ['subvolume', 'delete', '--commit-after', '--', pathOf(id)]);
    },
  };
}
