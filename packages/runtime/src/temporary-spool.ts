import { mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RuntimePaths } from './paths.ts';

/**
 * A spool for one process, beside the scratch folder: a new folder, for the names of temporary files can be guessed by
 * others. Its logs are beside it and go with it.
 */
export function temporarySpool({ scratchDir }: Pick<RuntimePaths, 'scratchDir'>): Disposable & {
  readonly spoolDir: string;
} {
  const folder = mkdtempSync(join(dirname(scratchDir), 'umbra-without-state-'));
  return {
    spoolDir: join(folder, 'spool'),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
