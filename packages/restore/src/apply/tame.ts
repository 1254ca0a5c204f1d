import { chmodSync, statSync, unlinkSync, type BigIntStats } from 'node:fs';
import { join, posix } from 'node:path';
import type { UnreadableItem } from '@umbracore/contracts';
import type { StillOurs } from '../journal/claim.ts';
import type { Base } from '../target/bases.ts';
import type { HeldFolder } from '../target/held-folder.ts';

const setUser = 0o4000;
const setGroup = 0o2000;

/** Whose a place is: the folder's, or that of the next one above which is not root's. */
interface Owner {
  readonly uid: number;
  readonly gid: number;
}

interface Taming {
  readonly stillOurs: StillOurs;
  readonly tell: (path: string, what: string, owner: Owner) => void;
}

/**
 * Takes out of what root restored into a place of somebody else what would give that one more than they have: bits by which a
 * program runs as another user or group, and device nodes. Whoever owns the place may have written what was saved there. Gives what
 * was done, as items that did not come back as they were.
 */
export function tame(tree: HeldFolder, bases: readonly Base[], stillOurs: StillOurs): readonly UnreadableItem[] {
  if (process.getuid?.() !== 0) return [];
  const tamed: UnreadableItem[] = [];
  const taming: Taming = {
    stillOurs,
    tell: (path, what, { uid }) => {
      tamed.push({ path, reason: `${what}: root restored it into a place of user ${uid}` });
    },
  };
  for (const { inside, outside } of bases) {
    const steps = inside.split('/').filter(Boolean);
    using folder = descended(
      tree,
      steps.map((name) => Buffer.from(name)),
    );
    if (folder !== undefined) tameIn(folder, inside, ownerOf(outside), taming);
  }
  return tamed;
}

/** Of the folder, or of the one that it will be made in. */
function ownerOf(path: string): Owner {
  const found = statSync(path, { throwIfNoEntry: false });
  return found ?? (path === '/' ? { uid: 0, gid: 0 } : ownerOf(posix.dirname(path)));
}

/** Undefined if nothing was restored there. */
function descended(tree: HeldFolder, names: readonly Buffer[]): HeldFolder | undefined {
  try {
    return tree.descend(names);
  } catch {
    return undefined;
  }
}

function tameIn(folder: HeldFolder, path: string, above: Owner, taming: Taming): void {
  for (const name of folder.names()) {
    taming.stillOurs();
    const found = folder.look(name);
    if (found === undefined) continue;
    const shown = join(path, String(name));
    if (found.isDirectory()) {
      using child = folder.child(name);
      tameIn(child, shown, found.uid === 0n ? above : ownerIn(found), taming);
    } else if (above.uid !== 0) {
      tameOne(folder, name, found, above, (what) => taming.tell(shown, what, above));
    }
  }
}

const ownerIn = ({ uid, gid }: BigIntStats): Owner => ({ uid: Number(uid), gid: Number(gid) });

function tameOne(
  folder: HeldFolder,
  name: Buffer,
  found: BigIntStats,
  above: Owner,
  tell: (what: string) => void,
): void {
  if (found.isBlockDevice() || found.isCharacterDevice()) {
    folder.allowChangesFor(() => unlinkSync(folder.at(name)));
    return tell('no device is made');
  }
  const { uid, gid } = ownerIn(found);
  const borrowed = (uid === above.uid ? 0 : setUser) | (gid === above.gid ? 0 : setGroup);
  const mode = Number(found.mode) & 0o7777;
  if (!found.isFile() || (mode & borrowed) === 0) return;
  chmodSync(folder.at(name), mode & ~borrowed);
  tell('without the right to run as another user or group');
}
