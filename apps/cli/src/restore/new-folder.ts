import { lstatSync } from 'node:fs';
import { join } from 'node:path';

/** A path below `parent` where nothing is yet: `name`, else `name-2`, `name-3`, … Makes nothing. */
export function newFolder(parent: string, name: string): string {
  for (let count = 1; ; count += 1) {
    const path = join(parent, count === 1 ? name : `${name}-${count}`);
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return path;
  }
}
