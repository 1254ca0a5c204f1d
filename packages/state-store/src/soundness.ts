import type { DatabaseSync } from 'node:sqlite';

const answersOk = (database: DatabaseSync, pragma: string): boolean => {
  const answer = database.prepare(`pragma ${pragma}(1)`).get();
  return Object.values(answer ?? {})[0] === 'ok';
};

/** Whether every page can be read. About 1.5 s for a gigabyte. */
export const isSound = (database: DatabaseSync): boolean => answersOk(database, 'quick_check');

/** The same, and whether the indexes agree with their tables; an index that does not would hide rows. */
export const isWhole = (database: DatabaseSync): boolean => answersOk(database, 'integrity_check');

/**
 * Makes the indexes anew from the tables, whose records carry their own hashes. False if that does not make the file whole:
 * then it is left as it was found.
 */
export function isWholeWithNewIndexes(database: DatabaseSync): boolean {
  database.exec('begin immediate');
  try {
    database.exec('reindex');
    if (!isWhole(database)) return false;
    database.exec('commit');
    return true;
  } finally {
    if (database.isTransaction) database.exec('rollback');
  }
}
