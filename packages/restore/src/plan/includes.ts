import { posix } from 'node:path';
import { isAtOrBelow } from './places.ts';

/** More paths than this, or longer ones, do not fit into a command line everywhere. */
const mostPaths = 2000;
const mostBytes = 500_000;

/**
 * The paths by which an engine is told to bring `wanted`: whole folders where nothing else is listed below them. Everything
 * listed that lies at or below one of the `roots` may come; with too many paths, more comes than is wanted.
 */
export function includesOf(
  listed: readonly string[],
  wanted: ReadonlySet<string>,
  roots: readonly string[],
): readonly string[] {
  const isMixed = new Set<string>();
  for (const path of listed) if (!wanted.has(path)) markAbove(path, isMixed);
  const tops = new Set<string>();
  for (const path of wanted) tops.add(topOf(path, (above) => !isMixed.has(above) && isAtOrBelowAny(above, roots)));
  return shortened(outermost([...tops]), roots);
}

function markAbove(path: string, mixed: Set<string>): void {
  for (let above = path; !mixed.has(above); above = posix.dirname(above)) {
    mixed.add(above);
    if (above === '/') return;
  }
}

function topOf(path: string, isWhole: (above: string) => boolean): string {
  let top = path;
  for (let above = posix.dirname(top); above !== top && isWhole(above); above = posix.dirname(above)) top = above;
  return top;
}

function shortened(paths: readonly string[], roots: readonly string[]): readonly string[] {
  let some = paths;
  while (some.length > mostPaths || some.reduce((sum, path) => sum + path.length, 0) > mostBytes) {
    const above = outermost(some.map((path) => (roots.includes(path) ? path : posix.dirname(path))));
    if (above.length === some.length && above.every((path, index) => path === some[index])) return roots;
    some = above;
  }
  return some;
}

/** Without those that lie below another one. */
function outermost(paths: readonly string[]): readonly string[] {
  const all = new Set(paths);
  const isInside = (path: string): boolean => {
    for (let above = posix.dirname(path), below = path; above !== below; below = above, above = posix.dirname(above)) {
      if (all.has(above)) return true;
    }
    return false;
  };
  return [...all].filter((path) => !isInside(path)).sort();
}

const isAtOrBelowAny = (path: string, roots: readonly string[]): boolean =>
  roots.length === 0 || roots.some((root) => isAtOrBelow(path, root));
