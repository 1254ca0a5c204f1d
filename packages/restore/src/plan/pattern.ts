/**
 * A test for paths by a pattern of `umbra help patterns`: `*` and `?` stay within a name, `**` crosses folders. A pattern
 * without a slash fits a name at any depth; what is below a folder that fits, fits too.
 */
export function matcher(pattern: string): (path: string) => boolean {
  const anchored = pattern.startsWith('/') ? pattern : `**/${pattern}`;
  const regExp = new RegExp(`^${source(anchored)}(?:/.*)?$`, 'su');
  return (path) => regExp.test(path);
}

function source(pattern: string): string {
  return pattern
    .replace(/\/+$/, '')
    .split(/(\*\*\/|\*\*|\*|\?)/)
    .map((piece) => {
      if (piece === '**/') return '(?:.*/)?';
      if (piece === '**') return '.*';
      if (piece === '*') return '[^/]*';
      if (piece === '?') return '[^/]';
      return piece.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
    })
    .join('');
}

/** True for paths that fit an include (all do if there is none) and no exclude. */
export function selection(includes: readonly string[], excludes: readonly string[]): (path: string) => boolean {
  const wanted = includes.map(matcher);
  const unwanted = excludes.map(matcher);
  return (path) => (wanted.length === 0 || wanted.some((fits) => fits(path))) && !unwanted.some((fits) => fits(path));
}
