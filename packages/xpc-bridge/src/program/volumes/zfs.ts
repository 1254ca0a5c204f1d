import { join } from 'node:path';
import { Refusal } from '../refusal.ts';
import { run, type Tools } from './run.ts';
import { inPlaceOf, snapshotName, type Volume } from './volume.ts';

/** Snapshots of a dataset, which ZFS itself shows below the place where the dataset is mounted. */
export function zfsVolume({ dataset }: { readonly dataset: string }, tools: Tools): Volume {
  const nameOf = (id: string): string => `${dataset}@${snapshotName(id)}`;
  const isThere = async (id: string): Promise<boolean> =>
    (await run(tools, 'zfs', ['list', '-H', '-o', 'name', '-t', 'snapshot', '-d', '1', dataset])).includes(nameOf(id));
  const place = async (): Promise<string> => {
    const [found = ''] = await run(tools, 'zfs', ['get', '-H', '-o', 'value', 'mountpoint', dataset]);
    if (found.startsWith('/')) return found;
    throw new Refusal(`${dataset} is not mounted`);
  };
  const create = async (id: string): Promise<string> => {
    if (!(await isThere(id))) await run(tools, 'zfs', ['snapshot', nameOf(id)]);
    return join(await place(), '.zfs', 'snapshot', snapshotName(id));
  };
  return {
    place,
    create,
    hold: async (id) => inPlaceOf(await place(), await create(id)),
    async release(id) {
      if (await isThere(id)) await run(tools, 'zfs', ['destroy', nameOf(id)]);
    },
  };
}
