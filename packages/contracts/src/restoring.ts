import type { FewOfRestore, Live } from './backend-parts.ts';
import type { RestoreSpec } from './restore.ts';
import { areSame, modifiedAt, type FileFacts, type KindOfFile } from './file-facts.ts';

/** What a backend that writes the files itself asks about each of them. Each throws once the restore is cancelled. */
export interface Restoring {
  /** True for a folder of the snapshot in which something is wanted. */
  enters(folder: string): boolean;
  /** True for a file of the snapshot that is to be written; `there` is what lies at its place. Counts it. */
  brings(path: string, saved: FileFacts, there: FileFacts | undefined): boolean;
  /** The one for folders, the other for everything else. */
  takes(path: string, saved: KindOfFile, there: FileFacts | undefined): boolean;
  readonly result: FewOfRestore;
}

const isIn = (path: string, folder: string): boolean => `${path}/`.startsWith(folder === '/' ? '/' : `${folder}/`);

/** Decides for each path of a snapshot what a restore does with it, and counts. Paths are those in the snapshot. */
export function restoring(
  { include, exclude, overwrite }: Pick<RestoreSpec, 'include' | 'exclude' | 'overwrite'>,
  { signal }: Pick<Live, 'signal'>,
): Restoring {
  const result = { filesRestored: 0, bytesRestored: 0, filesSkipped: 0 };
  const isWanted = (path: string): boolean =>
    !exclude.some((one) => isIn(path, one)) && (include.length === 0 || include.some((one) => isIn(path, one)));
  const stays = (saved: FileFacts, there: FileFacts): boolean => {
    if (overwrite === 'if-newer') return modifiedAt(there) >= modifiedAt(saved);
    if (overwrite === 'if-changed') return areSame(there, saved);
    return overwrite === 'never';
  };
  const files: Restoring = {
    result,
    enters(folder) {
      signal.throwIfAborted();
      return (
        isWanted(folder) || (!exclude.some((one) => isIn(folder, one)) && include.some((one) => isIn(one, folder)))
      );
    },
    brings(path, saved, there) {
      signal.throwIfAborted();
      if (!isWanted(path)) return false;
      const isKept = there !== undefined && stays(saved, there);
      result[isKept ? 'filesSkipped' : 'filesRestored'] += 1;
      result.bytesRestored += isKept ? 0 : saved.size;
      return !isKept;
    },
    takes: (path, saved, there) => (saved.isDirectory() ? files.enters(path) : files.brings(path, saved, there)),
  };
  return files;
}
