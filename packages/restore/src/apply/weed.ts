import { rmdirSync, unlinkSync } from 'node:fs';
import type { HeldFolder } from '../target/held-folder.ts';

const root = Buffer.from('/');

/**
 * Takes out of a staged tree what is not to be put in place. `fits` is asked about paths of the snapshot; folders that are
 * empty by that go too if `prunes`.
 */
export function weed(tree: HeldFolder, fits: (path: string) => boolean, prunes: boolean): void {
  clear(tree, root, fits, prunes);
}

/** True if nothing is left. */
function clear(folder: HeldFolder, path: Buffer, fits: (path: string) => boolean, prunes: boolean): boolean {
  folder.allowChangesFor(() => {
    for (const name of folder.names()) {
      const inside = path.length === 1 ? Buffer.concat([path, name]) : Buffer.concat([path, root, name]);
      if (folder.look(name)?.isDirectory() === true) {
        if (clearChild(folder, name, inside, fits, prunes) && prunes) rmdirSync(folder.at(name));
      } else if (!fits(String(inside))) unlinkSync(folder.at(name));
    }
  });
  return folder.names().length === 0;
}

function clearChild(
  above: HeldFolder,
  name: Buffer,
  inside: Buffer,
  fits: (path: string) => boolean,
  prunes: boolean,
): boolean {
  using folder = above.child(name);
  return clear(folder, inside, fits, prunes);
}
