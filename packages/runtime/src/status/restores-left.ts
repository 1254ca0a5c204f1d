import { join } from 'node:path';
import type { Clock, ProcessTable } from '@umbracore/contracts';
import { restoresLeft, type RestoreRecord } from '@umbracore/restore';

export interface RestoreSources {
  readonly paths: { readonly stateDir: string };
  readonly processTable: ProcessTable;
  readonly clock: Pick<Clock, 'now'>;
}

/** Restores that nobody has brought to their end, oldest first. */
export const restoresLeftOf = ({ paths, ...sight }: RestoreSources): readonly RestoreRecord[] =>
  restoresLeft(join(paths.stateDir, 'restores'), sight);

/** How a restore stands that broke off, and the commands that bring it to an end. */
export interface RestoreLeft {
  readonly text: string;
  readonly fix: string;
}

export function tellLeft({ id, state, target, snapshot }: RestoreRecord): RestoreLeft {
  const what = `${snapshot.slice(0, 8)} ${target === null ? 'in place' : `into ${target}`}`;
  if (state === 'undoing') return { text: `${what} is taken back in part`, fix: `umbra restore --undo ${id}` };
  if (state === 'moving')
    return {
      text: `${what} broke off with a part of it in place`,
      fix: `umbra restore --resume ${id}, or take it back with --undo ${id}`,
    };
  return {
    text: `${what} broke off before anything was in place`,
    fix: `umbra restore --resume ${id}, or give it up with --discard ${id}`,
  };
}
