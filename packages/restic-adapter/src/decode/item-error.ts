import { getSystemErrorMessage } from 'node:util';
import { isJsonObject, type JsonObject, textIn, type UnreadableItem } from '@umbracore/contracts';

export interface ItemError extends UnreadableItem {
  /** `scan`, `archival` or `restore`. */
  readonly during: string;
}

/** The `error` of a backup or a restore: one item that could not be read or written. */
export function decodeItemError(message: JsonObject): ItemError | undefined {
  if (message['message_type'] !== 'error') return undefined;
  const path = textIn(message, 'item');
  const during = textIn(message, 'during');
  if (path === undefined || during === undefined) return undefined;
  return { path, during, reason: reasonIn(message['error']) };
}

/** Since 0.17 `{"message": …}`; before a raw Go error such as `{"Op":"open","Path":…,"Err":13}`, or `{}` with no text. */
function reasonIn(error: unknown): string {
  if (!isJsonObject(error)) return typeof error === 'string' && error !== '' ? error : 'could not be read';
  const text = textIn(error, 'message');
  if (text !== undefined && text !== '') return text;
  const { Op: operation, Err: number } = error;
  if (typeof number !== 'number' || !Number.isInteger(number) || number <= 0) return 'could not be read';
  return typeof operation === 'string' ? `${operation}: ${errnoText(number)}` : errnoText(number);
}

function errnoText(number: number): string {
  try {
    return getSystemErrorMessage(-number) ?? `error ${number}`;
  } catch {
    return `error ${number}`;
  }
}
