import { lstatSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';

/** Only root may change it, or say what is in its place. `us` is root, or whom the program runs as where it has a user of its own. */
const isOurs = ({ uid }: Stats, us: number): boolean => uid === 0 || uid === us;

const othersWrite = 0o022;
const sticky = 0o1000;

/**
 * Why somebody else could put another thing in the place of this path; undefined if nobody can. Looks at every folder above, so
 * that what was looked at is what is used later. In a sticky folder only owners replace what is theirs.
 */
export function whoCouldReplace(path: string, us: number): string | undefined {
  for (let above = dirname(path); ; above = dirname(above)) {
    const facts = lstatSync(above, { throwIfNoEntry: false });
    if (facts === undefined) return `${above} is not there`;
    if (facts.isSymbolicLink()) return `${above} is a link`;
    if (!isOurs(facts, us)) return `${above} belongs to user ${facts.uid}`;
    if ((facts.mode & othersWrite) !== 0 && (facts.mode & sticky) === 0) return `${above} can be written by others`;
    if (above === dirname(above)) return undefined;
  }
}

/** Why this file is not one that only root changes. */
export function whoCouldChange(path: string, us: number): string | undefined {
  const facts = lstatSync(path, { throwIfNoEntry: false });
  if (facts === undefined) return `${path} is not there`;
  if (facts.isSymbolicLink()) return `${path} is a link`;
  return whoHas(facts, path, us) ?? whoCouldReplace(path, us);
}

/** The same of what was opened already. */
export function whoHas(facts: Stats, path: string, us: number): string | undefined {
  if (!facts.isFile()) return `${path} is no file`;
  if (!isOurs(facts, us)) return `${path} belongs to user ${facts.uid}`;
  if ((facts.mode & othersWrite) !== 0) return `${path} can be written by others`;
  return facts.nlink > 1 ? `${path} has another name as well` : undefined;
}
