import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessIdentity } from '@umbracore/contracts';
import { besideScratch, ownedFolder } from './folders-left.ts';
import type { RuntimePaths } from './paths.ts';

/**
 * A spool for one process, beside the scratch folder: a new folder, for the names of temporary files can be guessed by
 * others. Its logs are beside it and go with it.
 */
export function temporarySpool(
  { scratchDir }: Pick<RuntimePaths, 'scratchDir'>,
  owner: ProcessIdentity,
): Disposable & {
  readonly spoolDir: string;
} {
  const folder = ownedFolder(besideScratch(scratchDir).withoutState, owner);
  return {
    spoolDir: join(folder, 'spool'),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
