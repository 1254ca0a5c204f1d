import { lstatSync, statSync, type Stats } from 'node:fs';
import { UmbraError } from '@umbracore/contracts';

/** A file that says what is done as root, and that somebody else may change. */
export interface ExposedFile {
  readonly file: string;
  /** As part of a sentence. */
  readonly who: string;
  readonly fix: string;
}

type Rights = Pick<Stats, 'uid' | 'gid' | 'mode'>;

/** Who may change a file beside root; undefined if nobody. */
export function othersWho({ uid, gid, mode }: Rights): Pick<ExposedFile, 'who' | 'fix'> | undefined {
  if (uid !== 0) return { who: `user ${uid}`, fix: 'chown root' };
  if ((mode & 0o002) !== 0) return { who: 'everybody', fix: 'chmod go-w' };
  if ((mode & 0o020) !== 0 && gid !== 0) return { who: `group ${gid}`, fix: 'chmod g-w' };
  return undefined;
}

/**
 * A configuration holds commands, so whoever may change that of root is root. Of files and folders those that others may
 * change; none for other users, who answer for themselves.
 */
export function exposedFiles(files: readonly string[], user = process.getuid?.()): readonly ExposedFile[] {
  if (user !== 0) return [];
  return files.flatMap((file) => {
    const others = rightsOn(file).map(othersWho).find(Boolean);
    return others === undefined ? [] : [{ file, who: others.who, fix: `${others.fix} ${file}` }];
  });
}

/** Of a file, and of the link that leads to it: its owner may let it lead elsewhere. */
function rightsOn(file: string): readonly Rights[] {
  const target = statSync(file, { throwIfNoEntry: false });
  const link = lstatSync(file, { throwIfNoEntry: false });
  // Everybody may do everything to a link itself, says its mode, and it means nothing.
  return [
    ...(target === undefined ? [] : [target]),
    ...(link?.isSymbolicLink() ? [{ uid: link.uid, gid: 0, mode: 0 }] : []),
  ];
}

/** Throws `config.unsafe` for root if somebody else may change one of these files. */
export function refuseExposed(files: readonly string[]): void {
  const [first] = exposedFiles(files);
  if (first === undefined) return;
  throw new UmbraError('config.unsafe', exposedText(first), {
    hint: `Let nobody but root change it: \`${first.fix}\`.`,
  });
}

export const exposedText = ({ file, who }: ExposedFile): string =>
  `${file} can be changed by ${who}, and what it says is done as root`;
