import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonOf } from '@umbracore/contracts';

/** Room for the small files that restic makes in a new cache. */
const probe = Buffer.alloc(64 * 1024);

/**
 * Why the cache folder cannot be written; undefined if it can. restic does not start when it cannot make its cache (seen
 * with 0.19.1 and a full disk), although a backup without one is only slower.
 */
export async function cacheProblem(cacheDir: string): Promise<string | undefined> {
  const file = join(cacheDir, `.probe-${randomBytes(6).toString('hex')}`);
  try {
    await mkdir(cacheDir, { recursive: true, mode: 0o700 });
    await writeFile(file, probe, { mode: 0o600 });
    return undefined;
  } catch (error) {
    return reasonOf(error);
  } finally {
    await rm(file, { force: true }).catch(() => {});
  }
}
