import type { OutputLine } from '@umbracore/contracts';

/** A JSON object as borg writes one per line with `--log-json`; nothing is known of its fields. */
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

export function countIn(message: Message, field: string): number {
  const value = message[field];
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

export function textIn(message: Message, field: string): string | undefined {
  const value = message[field];
  return typeof value === 'string' ? value : undefined;
}

/** A text as the rest of the product has it: bytes that are no UTF-8, which Python hands on as lone surrogates, become U+FFFD. */
export const wellFormed = (text: string): string => Buffer.from(text).toString();

/** A path of an archive, in which the first slash is left out. */
export const absolutePath = (path: string): string => (path === '.' ? '/' : `/${wellFormed(path)}`);

/** A time as borg prints it, without a zone: its engine is told to live in UTC. */
export function instantOf(time: string | undefined): number {
  const instant = Date.parse(/Z|[+-]\d\d:?\d\d$/.test(time ?? '') ? (time ?? '') : `${time}Z`);
  return Number.isNaN(instant) ? 0 : instant;
}
