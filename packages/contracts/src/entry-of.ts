import type { FewOfEntry } from './backend-parts.ts';
import { modifiedAt, type KindOfFile } from './file-facts.ts';

/** As `lstat` of Node gives it. */
interface Facts extends KindOfFile {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** What lies somewhere on this machine, as an entry of a snapshot that has it under this path. */
export function entryOf(path: string, facts: Facts): FewOfEntry {
  const { size, mode, uid, gid } = facts;
  const type = facts.isDirectory() ? 'dir' : facts.isSymbolicLink() ? 'symlink' : facts.isFile() ? 'file' : 'irregular';
  return { path, type, size: type === 'file' ? size : 0, modifiedAt: modifiedAt(facts), mode: mode & 0o7777, uid, gid };
}
