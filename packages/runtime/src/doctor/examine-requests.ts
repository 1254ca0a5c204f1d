import type { Finding } from '@umbracore/contracts';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DoctorSources } from './sources.ts';

/** What was left to a daemon and set aside by one that could not read it: nobody else would hear that it never begins. */
export async function* examineRequests({ paths }: Pick<DoctorSources, 'paths'>): AsyncGenerator<Finding> {
  const folder = join(paths.stateDir, 'requests');
  for (const file of await readdir(folder).catch(() => [])) {
    if (!file.endsWith('.damaged')) continue;
    const path = join(folder, file);
    yield {
      area: 'state',
      subject: 'requests',
      standing: 'attention',
      text: `a request that was left to the daemon could not be read and does not begin: it was set aside as ${path}`,
      fix: 'look into it, ask again for what should run, then remove the file',
    };
  }
}
