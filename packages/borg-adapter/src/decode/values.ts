/** A text as the rest of the product has it: bytes that are no UTF-8, which Python hands on as lone surrogates, become U+FFFD. */
export const wellFormed = (text: string): string => Buffer.from(text).toString();

/** A path of an archive, in which the first slash is left out. */
export const absolutePath = (path: string): string => (path === '.' ? '/' : `/${wellFormed(path)}`);

/** A time as borg prints it, without a zone: its engine is told to live in UTC. */
export function instantOf(time: string | undefined): number {
  const instant = Date.parse(/Z|[+-]\d\d:?\d\d$/.test(time ?? '') ? (time ?? '') : `${time}Z`);
  return Number.isNaN(instant) ? 0 : instant;
}
