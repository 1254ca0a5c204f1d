/**
 * A verbatim path as a pattern that matches it alone. restic's patterns know `*`, `?`, `[` and `\`; on the command line
 * nothing else is special in an absolute path (an include file would also trim spaces and expand `$`).
 *
 * A byte that is not UTF-8 reaches us as U+FFFD, once per byte, and cannot be told any more: there, any character matches.
 */
export function verbatimPattern(path: string): string {
  return path.replace(/[*?[\]\\]/g, '\\$&').replaceAll('\uFFFD', '?');
}
