import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { UmbraError } from '@umbracore/contracts';
import type { ViewOrder } from '@umbracore/runtime/privileged';

/** Makes the mounts that a file of ours says, in the view of the file system that this process has alone, and becomes who holds them. */
export function holdView(file: string): never {
  const { mount, mounts, become } = JSON.parse(readFileSync(file, 'utf8')) as ViewOrder;
  for (const args of mounts) execFileSync(mount, args, { env: {}, stdio: ['ignore', 'ignore', 'inherit'] });
  if (process.execve === undefined) throw new UmbraError('internal', 'This Node cannot become another program');
  process.execve(become[0], become, {});
  throw new UmbraError('internal', `${become[0]} could not be started`);
}
