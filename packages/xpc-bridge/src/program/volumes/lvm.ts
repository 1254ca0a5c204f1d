import { existsSync, mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import type { PolicyVolume } from '../policy.ts';
import { Refusal } from '../refusal.ts';
import { isMounted, seesAlone } from './mounts.ts';
import { run, type Tools } from './run.ts';
import { snapshotName, type Volume } from './volume.ts';

/** Snapshots of a logical volume, mounted read-only: below the program's own folder, or in the place of the volume in one view. */
export function lvmVolume(
  { group, volume, size, fileSystem, at }: Extract<PolicyVolume, { readonly kind: 'lvm' }>,
  stateDir: string,
  tools: Tools,
): Volume {
  const nameOf = (id: string): string => `${group}/${snapshotName(id)}`;
  const placeOf = (id: string): string => join(stateDir, 'volumes', snapshotName(id));
  // A copy of a file system has the same number: XFS refuses to mount it a second time unless it is told.
  const options = ['ro', 'nodev', 'nosuid', ...(fileSystem === 'xfs' ? ['nouuid', 'norecovery'] : [])].join(',');
  const place = (): Promise<string> => {
    if (at !== undefined) return Promise.resolve(at);
    const hint = 'Let root write "at" to it in the policy: where it is mounted.';
    return Promise.reject(new Refusal(`The policy does not say where ${group}/${volume} is mounted`, hint));
  };
  const make = async (id: string): Promise<string> => {
    const device = `/dev/${nameOf(id)}`;
    if (!existsSync(device))
      await run(tools, 'lvcreate', ['--snapshot', '--size', size, '--name', snapshotName(id), `${group}/${volume}`]);
    return device;
  };
  return {
    place,
    async create(id) {
      if (seesAlone()) {
        const hint = 'Write `snapshot: lvm` into the job that saves it.';
        throw new Refusal('What this role mounts is seen by the jobs alone that it is made for', hint);
      }
      const device = await make(id);
      mkdirSync(placeOf(id), { recursive: true, mode: 0o700 });
      if (!isMounted(placeOf(id)))
        await run(tools, 'mount', ['-t', fileSystem, '-o', options, '--', device, placeOf(id)]);
      return placeOf(id);
    },
    hold: async (id) => ['-t', fileSystem, '-o', options, '--', await make(id), await place()],
    async release(id) {
      if (isMounted(placeOf(id))) await run(tools, 'umount', ['--', placeOf(id)]);
      if (existsSync(placeOf(id))) rmdirSync(placeOf(id));
      if (existsSync(`/dev/${nameOf(id)}`)) await run(tools, 'lvremove', ['--yes', nameOf(id)]);
    },
  };
}
