import type { PolicyVolume } from '../policy.ts';
import { btrfsVolume } from './btrfs.ts';
import { lvmVolume } from './lvm.ts';
import type { Tools } from './run.ts';
import type { Volume } from './volume.ts';
import { zfsVolume } from './zfs.ts';

/** A volume of the policy, whatever file system keeps it. */
export function volumeOf(volume: PolicyVolume, stateDir: string, tools: Tools): Volume {
  switch (volume.kind) {
    case 'btrfs':
      return btrfsVolume(volume, tools);
    case 'lvm':
      return lvmVolume(volume, stateDir, tools);
    case 'zfs':
      return zfsVolume(volume, tools);
  }
}
