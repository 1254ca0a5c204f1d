import { lstatSync, realpathSync, statSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { UmbraError } from '@umbracore/contracts';

/** Who somebody is, as far as files are concerned. */
export interface User {
  readonly uid: number;
  readonly gid: number;
}

type Rights = Pick<Stats, 'uid' | 'gid' | 'mode'> & { isDirectory(): boolean };

/**
 * Who else may change a file, and so what the program does: as part of a sentence; undefined if nobody. In a folder such as `/tmp`
 * everybody may put files, but replaces none of others.
 */
export function othersIn({ uid, gid, mode, ...facts }: Rights, user: User): string | undefined {
  if (uid !== 0 && uid !== user.uid) return `user ${uid}`;
  const isShared = facts.isDirectory() && (mode & 0o1000) !== 0;
  if (isShared) return undefined;
  if ((mode & 0o002) !== 0) return 'everybody';
  return (mode & 0o020) !== 0 && gid !== 0 && gid !== user.gid ? `group ${gid}` : undefined;
}

/** A file or a folder above it that others may change, and with it what a plug-in does; undefined if there is none. */
export function exposureOf(file: string, user = thisUser()): string | undefined {
  if (user === undefined) return undefined;
  const places = [...new Set([...upwards(file), ...upwards(realpathSync(file))])];
  for (const place of places) {
    const who = othersOf(place, user);
    if (who !== undefined) return `${place} can be changed by ${who}`;
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

function thisUser(): User | undefined {
  const { getuid, getgid } = process;
  return getuid === undefined || getgid === undefined ? undefined : { uid: getuid(), gid: getgid() };
}

/** What is wrong with who may change a plug-in. For root it is refused: whoever may change it is root. */
export function refuseExposed(use: string, file: string, user = thisUser()): string | undefined {
  const exposure = exposureOf(file, user);
  if (exposure === undefined || user?.uid !== 0) return exposure;
  throw new UmbraError('plugin.unsafe', `the plug-in ${use} would run as root, and ${exposure}`, {
    hint: 'Let nobody but root change the file and the folders above it.',
    context: { use, file },
  });
}
