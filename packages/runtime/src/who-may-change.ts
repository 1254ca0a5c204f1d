import { lstatSync, realpathSync, statSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';

/** Who somebody is, as far as files are concerned. */
export interface User {
  readonly uid: number;
  readonly gid: number;
}

type Rights = Pick<Stats, 'uid' | 'gid' | 'mode'> & { isDirectory(): boolean };

/**
 * Who else may change a file or a folder: as part of a sentence; undefined if nobody. In a folder such as `/tmp` everybody may
 * put files, but replaces none of others.
 */
export function othersIn({ uid, gid, mode, ...facts }: Rights, user: User): string | undefined {
  if (uid !== 0 && uid !== user.uid) return `user ${uid}`;
  const isShared = facts.isDirectory() && (mode & 0o1000) !== 0;
  if (isShared) return undefined;
  if ((mode & 0o002) !== 0) return 'everybody';
  return (mode & 0o020) !== 0 && gid !== 0 && gid !== user.gid ? `group ${gid}` : undefined;
}

/** A file, a link to it or a folder above that somebody else may change, and with it what is found at the path. */
export interface ExposedPlace {
  readonly place: string;
  /** As part of a sentence. */
  readonly who: string;
}

/** The first of them; undefined if there is none. */
export function exposedPlace(file: string, user: User): ExposedPlace | undefined {
  const places = new Set([...upwards(file), ...upwards(realpathSync(file))]);
  for (const place of places) {
    const who = othersOf(place, user);
    if (who !== undefined) return { place, who };
  }
  return undefined;
}

/** A link belongs to who made it, and everybody may do everything to it, says its mode, which means nothing. */
function othersOf(place: string, user: User): string | undefined {
  const link = lstatSync(place);
  const target = statSync(place);
  const ofLink = link.isSymbolicLink() ? othersIn({ ...rightsOf(link), mode: 0 }, user) : undefined;
  return ofLink ?? othersIn(rightsOf(target), user);
}

const rightsOf = (facts: Stats): Rights => ({
  uid: facts.uid,
  gid: facts.gid,
  mode: facts.mode,
  isDirectory: () => facts.isDirectory(),
});

const upwards = (path: string): readonly string[] => {
  const above = dirname(path);
  return above === path ? [path] : [path, ...upwards(above)];
};
