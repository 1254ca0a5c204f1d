import { rmdirSync, unlinkSync } from 'node:fs';
import type { StillOurs } from '../journal/claim.ts';
import type { HeldFolder } from '../target/held-folder.ts';

/** Removes what is under a name, following no link, whatever the rights of the folders in it. */
export function removeTree(above: HeldFolder, name: Buffer, stillOurs: StillOurs): void {
  stillOurs();
  const found = above.look(name);
  if (found === undefined) return;
  if (!found.isDirectory()) return unlinkSync(above.at(name));
  emptyFolder(above, name, stillOurs);
  stillOurs();
  rmdirSync(above.at(name));
}

function emptyFolder(above: HeldFolder, name: Buffer, stillOurs: StillOurs): void {
  using folder = above.child(name);
  folder.allowChanges();
  for (const each of folder.names()) removeTree(folder, each, stillOurs);
}
