import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UmbraError } from '@umbracore/contracts';
import type { Borg } from './borg.ts';
import { borgCache } from './environment.ts';
import type { LockPlace } from './lock-files.ts';

/** Where locks can stand that keep borg from a repository. Throws `backend.unsupported` for one on a server. */
export async function lockPlaces(borg: Borg): Promise<readonly LockPlace[]> {
  const { location } = borg;
  if (location.kind === 'remote') throw noLocksElsewhere(borg.name);
  const id = await repositoryIdAt(location.path);
  const own: LockPlace = { name: 'repository', folder: location.path };
  return id === undefined ? [own] : [own, { name: 'cache', folder: join(borgCache(borg.host), 'cache', id) }];
}

/** On a server the locks are made and removed by the borg that runs there. */
export const noLocksElsewhere = (repository: string): UmbraError =>
  new UmbraError(
    'backend.unsupported',
    `borg does not show the locks of repository ${repository}, which is on a server`,
    {
      hint: 'Look there which borg works on it; it removes its lock when its connection ends.',
    },
  );

async function repositoryIdAt(path: string): Promise<string | undefined> {
  try {
    return /^id = ([0-9a-f]{64})$/m.exec(await readFile(join(path, 'config'), 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}
