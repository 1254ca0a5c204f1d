import { UmbraError, type PathChange } from '@umbracore/contracts';

type Kind = PathChange['change'];

/** How many files (all that is no folder) and folders. */
export interface Count {
  readonly files: number;
  readonly folders: number;
}

/** What two snapshots differ in, in numbers. */
export type Tally = Readonly<Record<Kind, Count>>;

/** Words of `--only`. */
export type OnlyWord = 'added' | 'removed' | 'changed';

/** Whether a change is to be shown: `changed` is all that is in both. */
export function isWanted(change: Kind, only: readonly OnlyWord[] | undefined): boolean {
  if (only === undefined) return true;
  return only.includes(change === 'added' || change === 'removed' ? change : 'changed');
}

/** What is listed where `stat` asks for the numbers alone: nothing. Throws `usage.invalid` if something is to be listed all the same. */
export function listedOf(only: readonly OnlyWord[] | undefined, stat: boolean): readonly OnlyWord[] | undefined {
  if (!stat) return only;
  if (only === undefined) return [];
  throw new UmbraError('usage.invalid', '--stat and --only exclude each other', {
    hint: '--only says what is listed; --stat lists nothing.',
  });
}

export const isEmpty = (tally: Tally): boolean =>
  Object.values(tally).every(({ files, folders }) => files + folders === 0);

/** Counts changes one by one. */
export class Counter {
  readonly #counts: Record<Kind, { files: number; folders: number }> = {
    added: { files: 0, folders: 0 },
    removed: { files: 0, folders: 0 },
    modified: { files: 0, folders: 0 },
    'type-changed': { files: 0, folders: 0 },
    metadata: { files: 0, folders: 0 },
    suspicious: { files: 0, folders: 0 },
  };

  add({ change, folder }: PathChange): void {
    this.#counts[change][folder ? 'folders' : 'files'] += 1;
  }

  get tally(): Tally {
    return this.#counts;
  }
}
