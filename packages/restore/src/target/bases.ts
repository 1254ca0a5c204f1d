import { realpathSync } from 'node:fs';
import { join, posix } from 'node:path';
import { isAtOrBelow } from '../plan/places.ts';
import { lookAtPath } from './look-at.ts';

/**
 * A folder of the snapshot and the folder of the disk that it is restored into. Links on the way to that folder are
 * followed, for whoever chose it meant what it leads to. Below it no link is.
 */
export interface Base {
  readonly inside: string;
  readonly outside: string;
  /** By which the folder outside is known again; absent if it is still to be made. */
  readonly ino?: number | undefined;
}

/** In place, what lies above the sources of the snapshot is as the person has it; else the target is what was chosen. */
export function basesOf(sources: readonly string[], target: string | undefined): readonly Base[] {
  if (target !== undefined) return [{ inside: '/', outside: target }];
  const above = [...new Set(sources.length === 0 ? ['/'] : sources.map((source) => posix.dirname(source)))];
  const outer = above.filter((one) => !above.some((other) => other !== one && isAtOrBelow(one, other)));
  return outer.map((inside) => ({ inside, outside: inside }));
}

/** The same with what is really there: in place, from the deepest folder on that exists, for what is missing is restored. */
export function realBase(base: Base, inPlace: boolean): Base {
  let { inside, outside } = base;
  while (inPlace && outside !== '/' && existsNothing(outside)) {
    inside = posix.dirname(inside);
    outside = posix.dirname(outside);
  }
  const real = realPath(outside);
  return { inside, outside: real, ino: lookAtPath(real)?.ino };
}

/** Neither a file nor a folder nor a link. */
export const existsNothing = (path: string): boolean => lookAtPath(path) === undefined;

/** Of what does not exist yet, the folders that do are resolved. */
export function realPath(path: string): string {
  if (path === '/' || !existsNothing(path)) return realpathSync(path);
  return join(realPath(posix.dirname(path)), posix.basename(path));
}

/** Where a path of the snapshot goes. */
export function targetIn(bases: readonly Base[], path: string): string {
  const base = bases.find(({ inside }) => isAtOrBelow(path, inside));
  return base === undefined ? path : join(base.outside, posix.relative(base.inside, path));
}
