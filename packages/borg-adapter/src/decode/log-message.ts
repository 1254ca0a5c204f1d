import { textIn, type JsonObject } from '@umbracore/contracts';
import { wellFormed } from './values.ts';

/** A line of borg's log. */
export interface LogMessage {
  readonly level: 'warning' | 'error' | 'other';
  readonly text: string;
  /** borg's name of what went wrong, such as `LockTimeout`; undefined for what has none. */
  readonly id: string | undefined;
}

export function decodeLog(message: JsonObject): LogMessage | undefined {
  if (message['type'] !== 'log_message') return undefined;
  const level = textIn(message, 'levelname');
  return {
    level: level === 'WARNING' ? 'warning' : level === 'ERROR' || level === 'CRITICAL' ? 'error' : 'other',
    text: wellFormed(textIn(message, 'message') ?? ''),
    id: textIn(message, 'msgid'),
  };
}
