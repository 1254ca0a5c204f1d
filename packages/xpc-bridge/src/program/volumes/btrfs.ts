import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { run, type Tools } from './run.ts';
import { inPlaceOf, snapshotName, type Volume } from './volume.ts';

/** Read-only snapshots of a subvolume, beside each other in a folder of the same file system. */
export function btrfsVolume(
  { subvolume, folder }: { readonly subvolume: string; readonly folder: string },
  tools: Tools,
): Volume {
  const pathOf = (id: string): string => join(folder, snapshotName(id));
  const create = async (id: string): Promise<string> => {
    if (!existsSync(pathOf(id)))
      await run(tools, 'btrfs', ['subvolume', 'snapshot', '-r', '--', subvolume, pathOf(id)]);
    return pathOf(id);
  };
  return {
    place: () => Promise.resolve(subvolume),
    create,
    hold: async (id) => inPlaceOf(subvolume, await create(id)),
    async release(id) {
      if (existsSync(pathOf(id)))
        await run(tools, 'btrfs', ['subvolume', 'delete', '--commit-after', '--', pathOf(id)]);
    },
  };
}
