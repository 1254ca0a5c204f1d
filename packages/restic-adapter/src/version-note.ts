import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '@umbracore/contracts';
import { featuresOf, type Features } from './features.ts';

/** Beside the output of an engine: the one that wrote it may be upgraded, or gone, when a later process reads it. */
const noteIn = (spool: string): string => join(spool, 'engine-version');

/** A note that cannot be written costs nothing as long as the same restic stays where it is. */
export async function noteVersion(spool: string, { version }: Features, log: Log): Promise<void> {
  try {
    await mkdir(spool, { recursive: true, mode: 0o700 });
    await writeFile(noteIn(spool), `${version}\n`, { mode: 0o600 });
  } catch (error) {
    log.debug({ spool, error: String(error) }, 'the version of restic could not be noted');
  }
}

/** Undefined if there is no note, or a power failure has damaged it. */
export async function notedFeatures(spool: string): Promise<Features | undefined> {
  try {
    return featuresOf((await readFile(noteIn(spool), 'utf8')).trim());
  } catch {
    return undefined;
  }
}
