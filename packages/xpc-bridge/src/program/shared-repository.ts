import { statSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from './refusal.ts';

const groupReads = 0o040;
const setGroup = 0o2000;

/** A folder of this machine; undefined for a repository elsewhere. */
function folderOf(location: string): string | undefined {
  const path = location.startsWith('local:') ? location.slice('local:'.length) : location;
  return path.startsWith('/') ? path : undefined;
}

/**
 * What an engine with another user writes into a folder belongs to that user. restic lets the group read it if the group reads its
 * `config`, and the folder's own group is passed on where its set-group-id bit says so: without both, the owner of the repository
 * could not read their own backups.
 */
export function refuseUnreadable(name: string, location: string, us: number, peer: number): void {
  const folder = folderOf(location);
  if (folder === undefined || us === peer) return;
  const config = statSync(join(folder, 'config'), { throwIfNoEntry: false });
  const data = statSync(join(folder, 'data'), { throwIfNoEntry: false });
  if (config === undefined || data === undefined) return;
  const isShared = (config.mode & groupReads) !== 0 && (data.mode & setGroup) !== 0 && config.gid === data.gid;
  if (isShared) return;
  throw new Refusal(
    `What is saved to ${name} as user ${us} could not be read by user ${peer}`,
    `Let a group have the repository: chgrp -R GROUP ${folder} && chmod -R g+rwX ${folder} && find ${folder} -type d -exec chmod g+s {} +`,
  );
}
