/** Of calls of the system: nothing can be made in the folder, or files there know no locks. */
const codes: ReadonlySet<unknown> = new Set([
  'EROFS',
  'EACCES',
  'EPERM',
  'ENOSPC',
  'EDQUOT',
  'ENOTDIR',
  'EEXIST',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'ENOLCK',
]);

/** The same of SQLite: SQLITE_READONLY, SQLITE_FULL, SQLITE_CANTOPEN; with more detail SQLITE_IOERR_LOCK and _UNLOCK. */
const results: ReadonlySet<number> = new Set([8, 13, 14]);
const lockResults: ReadonlySet<number> = new Set([3850, 2058]);

/** Whether an error says that a folder takes no lock from anybody, so that nobody can have it. */
export function takesNoLock(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? error.code : undefined;
  const errcode = 'errcode' in error ? error.errcode : undefined;
  if (typeof errcode === 'number') return results.has(errcode & 0xff) || lockResults.has(errcode);
  return codes.has(code);
}
