import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { UmbraError } from '@umbracore/contracts';
import { exposedPlace } from './who-may-change.ts';

/** A file that says what is done as root, or a folder above it, that somebody else may change. */
export interface ExposedFile {
  readonly place: string;
  /** As part of a sentence. */
  readonly who: string;
  readonly fix: string;
  /** What is read there. */
  readonly file: string;
}

const root = { uid: 0, gid: 0 };

/**
 * A configuration holds commands, so whoever may change that of root is root, and so is who may put another one in its place. Of
 * files those for which that is somebody else; none for other users, who answer for themselves.
 */
export function exposedFiles(files: readonly string[], user = process.getuid?.()): readonly ExposedFile[] {
  if (user !== 0) return [];
  return files
    .map((file) => resolve(file))
    .filter((file) => existsSync(file))
    .flatMap((file) => {
      const exposed = exposedPlace(file, root);
      return exposed === undefined ? [] : [{ ...exposed, fix: `${remedy(exposed.who)} ${exposed.place}`, file }];
    });
}

function remedy(who: string): string {
  if (who.startsWith('user')) return 'chown root';
  return who.startsWith('group') ? 'chmod g-w' : 'chmod go-w';
}

/** Throws `config.unsafe` for root if somebody else may change one of these files. */
export function refuseExposed(files: readonly string[]): void {
  const [first] = exposedFiles(files);
  if (first === undefined) return;
  throw new UmbraError('config.unsafe', exposedText(first), {
    hint: `Let nobody but root change it: \`${first.fix}\`.`,
  });
}

export const exposedText = ({ file, place, who }: ExposedFile): string =>
  place === file
    ? `${file} can be changed by ${who}, and what it says is done as root`
    : `${file} can be replaced by ${who}, who may change ${place}, and what it says is done as root`;
