import type { OutputLine } from '@umbracore/contracts';

/** A JSON object as restic writes one per line; nothing is known of its fields. */
export type Message = Readonly<Record<string, unknown>>;

/** A line that is a JSON object; undefined for everything else, which is text for people. Never throws. */
export function decodeMessage(line: OutputLine): Message | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return isMessage(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export const isMessage = (value: unknown): value is Message =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** restic leaves out zeros. */
export function countIn(message: Message, field: string): number {
  const value = message[field];
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

export function textIn(message: Message, field: string): string | undefined {
  const value = message[field];
  return typeof value === 'string' ? value : undefined;
}

/** Text lines may start with `ESC[2K` or CR, which restic uses to wipe its status line. */
export function plainText(line: OutputLine): string {
  // eslint-disable-next-line no-control-regex
  return line.replace(/\u001B\[[0-9;]*[A-Za-z]|\r/g, '').trim();
}
