import { isUmbraError } from '@umbracore/contracts';

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

export const isBusy = (thrown: unknown): boolean => busy.has(codeOf(thrown) ?? 0);
