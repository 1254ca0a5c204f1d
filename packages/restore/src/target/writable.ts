import { accessSync, constants, mkdtempSync, rmdirSync } from 'node:fs';
import { posix } from 'node:path';
import { UmbraError } from '@umbracore/contracts';
import { hasCode, reasonOf } from '../apply/perform.ts';
import type { PlannedStage } from './stages.ts';

/** A folder in which something has to be made and nothing can be. */
export interface Unwritable {
  readonly folder: string;
  readonly why: string;
}

/** Found before anything is brought: the folders of the target would be made at the very end. */
export function unwritableFor(stages: readonly PlannedStage[], made: readonly string[]): Unwritable | undefined {
  const [outermost] = made;
  const needed = [
    ...(outermost === undefined ? [] : [[posix.dirname(outermost)]]),
    ...stages.map(({ places }) => places),
  ];
  for (const places of needed) {
    const refusals = places.map(refusalIn);
    const [first] = refusals;
    if (first !== undefined && !refusals.includes(undefined)) return first;
  }
  return undefined;
}

function refusalIn(folder: string): Unwritable | undefined {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return hasCode(error, 'EACCES') && isWritten(folder) ? undefined : { folder, why: reasonOf(error) };
  }
}

/** The system's answer leaves out the rights that were lent to a process. */
function isWritten(folder: string): boolean {
  try {
    rmdirSync(mkdtempSync(posix.join(folder, '.umbra-')));
    return true;
  } catch {
    return false;
  }
}

export const unwritable = ({ folder, why }: Unwritable, cause?: unknown): UmbraError =>
  new UmbraError('restore.target', `Nothing can be written near ${folder}: ${why}`, {
    hint: 'Restore as a user who may write there, or into a new folder with --to.',
    cause,
  });
