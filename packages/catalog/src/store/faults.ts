import { isUmbraError, reasonOf, UmbraError, type ErrorCode } from '@umbracore/contracts';

/** CORRUPT and NOTADB. */
const damage = new Set([11, 26]);

/** BUSY and LOCKED. */
const busy = new Set([5, 6]);

/** SQLite's primary code; above it stands what exactly went wrong. */
function codeOf(thrown: unknown): number | undefined {
  if (isUmbraError(thrown) || typeof thrown !== 'object' || thrown === null) return undefined;
  const { errcode } = thrown as { readonly errcode?: unknown };
  return typeof errcode === 'number' ? errcode & 0xff : undefined;
}

/** Whether an error says that the file is not what it was. A missing table says so as well: code 1. */
export function isDamage(thrown: unknown): boolean {
  const code = codeOf(thrown);
  return code !== undefined && (damage.has(code) || code === 1);
}

/** Whether a connection was closed while something was still read through it. */
export const isClosed = (thrown: unknown): boolean =>
  thrown instanceof Error && 'code' in thrown && thrown.code === 'ERR_INVALID_STATE';

const full = 13;

/** What callers are told of an error of SQLite or of the file system; whatever else it is comes back as it was. */
export function asCatalogError(thrown: unknown): unknown {
  const code = stateCodeOf(thrown);
  if (code === undefined) return thrown;
  const text = reasonOf(thrown);
  const [message, hint] =
    code === 'state.busy'
      ? ['Another process fills the catalog.', 'Try again when it has finished.']
      : [`The catalog cannot be written: ${text}.`, 'Make room in the cache folder, and let this user write there.'];
  return new UmbraError(code, message, { hint, cause: thrown });
}

function stateCodeOf(thrown: unknown): ErrorCode | undefined {
  const code = codeOf(thrown);
  if (code !== undefined) return busy.has(code) ? 'state.busy' : code === full ? 'state.full' : 'state.read-only';
  if (isUmbraError(thrown) || !(thrown instanceof Error) || !('syscall' in thrown)) return undefined;
  return 'code' in thrown && (thrown.code === 'ENOSPC' || thrown.code === 'EDQUOT') ? 'state.full' : 'state.read-only';
}
