/** Whether the last part of a path is as a pattern says: `*` is any text, `?` one character, `[a-c]` one of these. */
export function matchesName(path: string, pattern: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return !pattern.includes('/') && new RegExp(`^${source(pattern)}$`, 'su').test(name);
}

/** A pattern as a regular expression; a bracket without its end is itself. */
const source = (pattern: string): string =>
  pattern.replaceAll(/\[(!?)(\]?[^\]]*)\]|[\s\S]/gu, (text, not: string | undefined, inner: string | undefined) => {
    if (inner !== undefined) return `[${not === '!' ? '^' : ''}${inner.replaceAll(/[\\[\]^]/gu, String.raw`\$&`)}]`;
    if (text === '*') return '.*';
    return text === '?' ? '.' : text.replaceAll(/[$()*+./?[\\\]^{|}-]/gu, String.raw`\$&`);
  });
