import { rmdirSync, unlinkSync } from 'node:fs';
import type { StillOurs } from '../journal/claim.ts';
import type { HeldFolder } from '../target/held-folder.ts';

const root = Buffer.from('/');

export interface Weeding {
  readonly fits: (path: string) => boolean;
  readonly prunes: boolean;
  readonly stillOurs: StillOurs;
}

/**
 * Takes out of a staged tree what is not to be put in place. `fits` is asked about paths of the snapshot; folders that are
 * empty by that go too if `prunes`.
 */
export function weed(tree: HeldFolder, weeding: Weeding): void {
  clear(tree, root, weeding);
}

/** True if nothing is left. */
function clear(folder: HeldFolder, path: Buffer, weeding: Weeding): boolean {
  const { fits, prunes, stillOurs } = weeding;
  folder.allowChangesFor(() => {
    for (const name of folder.names()) {
      stillOurs();
      const inside = path.length === 1 ? Buffer.concat([path, name]) : Buffer.concat([path, root, name]);
      if (folder.look(name)?.isDirectory() === true) {
        if (clearChild(folder, name, inside, weeding) && prunes) rmdirSync(folder.at(name));
      } else if (!fits(String(inside))) unlinkSync(folder.at(name));
    }
  });
  return folder.names().length === 0;
}

function clearChild(above: HeldFolder, name: Buffer, inside: Buffer, weeding: Weeding): boolean {
  using folder = above.child(name);
  return clear(folder, inside, weeding);
}
