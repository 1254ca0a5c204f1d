import { createHash, type Hash } from 'node:crypto';
import { UmbraError } from '@umbracore/contracts';
import type { HeldFolder } from './held-folder.ts';
import { isStage } from './stages.ts';

/** What a folder holds at a moment: with any change in it `portrait` is another one. */
export interface Portrait {
  readonly portrait: string;
  readonly files: number;
  readonly bytes: number;
}

/** Throws `restore.target` for a folder in which another file system is mounted. */
export function portraitOf(folder: HeldFolder): Portrait {
  const hash = createHash('sha256');
  const sums = { files: 0, bytes: 0 };
  draw(folder, hash, sums);
  return { portrait: hash.digest('hex').slice(0, 32), ...sums };
}

function draw(folder: HeldFolder, hash: Hash, sums: { files: number; bytes: number }): void {
  const { dev } = folder.facts();
  for (const name of folder.names().toSorted((one, other) => one.compare(other))) {
    const seen = folder.look(name);
    if (seen === undefined) continue;
    if (isStage(name)) throw new UmbraError('restore.target', 'another restore keeps in it what it replaced');
    hash.update(name).update(`\0${seen.ino} ${seen.mode}`);
    if (!seen.isDirectory()) {
      hash.update(` ${seen.size} ${seen.mtimeNs}\n`);
      sums.files += 1;
      sums.bytes += Number(seen.size);
      continue;
    }
    if (seen.dev !== dev) throw new UmbraError('restore.target', 'another file system is mounted in it');
    hash.update(' (');
    using child = folder.child(name);
    draw(child, hash, sums);
    hash.update(')\n');
  }
}
