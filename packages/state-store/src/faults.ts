import { statfsSync } from 'node:fs';
import { isUmbraError, reasonOf, UmbraError, type ErrorCode, type StateAlarm } from '@umbracore/contracts';

type StateFault = StateAlarm['code'] | 'state.busy';

/** SQLite's primary result codes. */
const bySqliteCode: Readonly<Record<number, StateFault>> = {
  3: 'state.read-only', // PERM
  5: 'state.busy', // BUSY
  6: 'state.busy', // LOCKED
  8: 'state.read-only', // READONLY
  10: 'state.read-only', // IOERR
  11: 'state.damaged', // CORRUPT
  13: 'state.full', // FULL
  14: 'state.read-only', // CANTOPEN
  23: 'state.read-only', // AUTH
  26: 'state.damaged', // NOTADB
};

const byErrno: Readonly<Record<string, StateFault>> = { ENOSPC: 'state.full', EDQUOT: 'state.full' };

const hints: Readonly<Record<StateFault, string>> = {
  'state.damaged': 'Run `umbra doctor`, and keep the damaged file until you have looked at it.',
  'state.read-only': 'Make the state folder writable for this user, or set UMBRA_STATE_DIR to one that is.',
  'state.full': 'Free space on the disk that holds the state folder.',
  'state.newer': 'Install the newest UmbraCore, or set UMBRA_STATE_DIR to another folder.',
  'state.busy': 'Try again when the other UmbraCore processes have finished writing.',
};

/** What an error of SQLite or of the file system means for the state; undefined if it is neither. */
export function faultOf(thrown: unknown): StateFault | undefined {
  if (isUmbraError(thrown)) return isStateFault(thrown.code) ? thrown.code : undefined;
  if (typeof thrown !== 'object' || thrown === null) return undefined;
  const { code, errcode } = thrown as { readonly code?: unknown; readonly errcode?: unknown };
  // The low byte is the primary code; above it stands what exactly went wrong.
  if (typeof errcode === 'number') return bySqliteCode[errcode & 0xff] ?? 'state.damaged';
  return typeof code === 'string' && 'syscall' in thrown ? (byErrno[code] ?? 'state.read-only') : undefined;
}

const isStateFault = (code: ErrorCode): code is StateFault => code in hints;

/** The error for callers of the store; what is no fault of the state comes back as it was. */
export function asStateError(thrown: unknown): unknown {
  const fault = isUmbraError(thrown) ? undefined : faultOf(thrown);
  if (fault === undefined) return thrown;
  const message = `The state could not be ${fault === 'state.damaged' ? 'read' : 'written'}: ${reasonOf(thrown)}.`;
  return new UmbraError(fault, message, { hint: hints[fault], cause: thrown });
}

/** The alarm for a store that works in memory because its folder cannot be used. */
export function volatileAlarm(code: StateAlarm['code'], dir: string, thrown: unknown): StateAlarm {
  const message = `The state in ${dir} cannot be used (${reasonOf(thrown)}): new runs are remembered only until this process ends.`;
  if (code !== 'state.read-only' || !hasNoNames(dir)) return { code, message, hint: hints[code] };
  return {
    code: 'state.full',
    message,
    hint: 'Remove files from the disk that holds the state folder: it takes no more of them, however much space is free.',
  };
}

/** SQLite only says that it could not open a file. Some file systems do not count them. */
function hasNoNames(dir: string): boolean {
  try {
    const { files, ffree } = statfsSync(dir);
    return files > 0 && ffree === 0;
  } catch {
    return false;
  }
}
