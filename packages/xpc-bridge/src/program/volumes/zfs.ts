import { join } from 'node:path';
import { Refusal } from '../refusal.ts';
import { run, type Tools } from './run.ts';
import { snapshotName, type Volume } from './volume.ts';

/** Snapshots of a dataset, which ZFS itself shows below the place where the dataset is mounted. */
export function zfsVolume({ dataset }: { readonly dataset: string }, tools: Tools): Volume {
  const nameOf = (id: string): string => `${dataset}@${snapshotName(id)}`;
  const isThere = async (id: string): Promise<boolean> =>
    (await run(tools, 'zfs', ['list', '-H', '-o', 'name', '-t', 'snapshot', '-d', '1', dataset])).includes(nameOf(id));
  return {
    async create(id) {
      if (!(await isThere(id))) await run(tools, 'zfs', ['snapshot', nameOf(id)]);
      const [place = ''] = await run(tools, 'zfs', ['get', '-H', '-o', 'value', 'mountpoint', dataset]);
      if (!place.startsWith('/')) throw new Refusal(`${dataset} is not mounted`);
      return join(place, '.zfs', 'snapshot', snapshotName(id));
    },
    async release(id) {
      if (await isThere(id)) await run(tools, 'zfs', ['destroy', nameOf(id)]);
    },
  };
}
