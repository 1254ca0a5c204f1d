import type { KeyRecord, MachineKey } from '@umbracore/contracts';
import { timestamp } from './timestamp.ts';

/** How the machine key of a repository stands, as `umbra.machine-key/1`. */
export const machineKeyDocument = (repository: string, key: MachineKey | undefined) => ({
  repository,
  state: key === undefined ? 'absent' : key.id === undefined ? 'broken' : 'present',
  id: key?.id ?? null,
  file: key?.file ?? null,
});

/** What opens a repository, as `umbra.passwords/1`; never a password. */
export const passwordsDocument = (
  repository: string,
  keys: readonly KeyRecord[],
  machineKey: MachineKey | undefined,
) => ({
  repository,
  keys: keys.map(({ id, current, user, host, createdAt }) => ({
    id,
    current,
    machineKey: isSameKey(id, machineKey?.id),
    user,
    host,
    createdAt: timestamp(createdAt),
  })),
});

/** Before 0.16 restic tells the first eight characters of an id. */
export const isSameKey = (id: string, other: string | undefined): boolean =>
  other !== undefined && other !== '' && (id.startsWith(other) || other.startsWith(id));
