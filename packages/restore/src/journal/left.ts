import { join } from 'node:path';
import { workerOn, type WorkerSight } from './claim.ts';
import { readRecord, recordIds, type RestoreRecord, type RestoreState } from './record.ts';

/** What somebody has yet to bring to its end. */
const openStates: ReadonlySet<RestoreState> = new Set<RestoreState>(['staging', 'moving', 'undoing']);

/** What was begun, to restore or to take back, is not at its end, and has nobody who works on it. */
export const isLeft = (dir: string, { id, state }: RestoreRecord, sight: WorkerSight): boolean =>
  openStates.has(state) && workerOn(join(dir, id), sight) === undefined;

/** Those that broke off, of the records in a folder, oldest first. Never throws: a record that cannot be read is left out. */
export function restoresLeft(dir: string, sight: WorkerSight): readonly RestoreRecord[] {
  return recordIds(dir).flatMap((id) => {
    try {
      const record = readRecord(join(dir, id), id);
      return isLeft(dir, record, sight) ? [record] : [];
    } catch {
      return [];
    }
  });
}
