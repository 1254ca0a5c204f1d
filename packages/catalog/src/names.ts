/** A name among those of its folder: names that are no UTF-8 may read alike, and are told apart by their order. */
export const keyOf = (name: string, nth: number): string => (nth === 0 ? name : `${name}\0${nth}`);

/** Finds a name among those of a folder without an index over the names themselves: FNV-1a, the bits that fit into two bytes. */
export function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at += 1) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  return (hash ^ (hash >>> 15)) & 0x7fff;
}

/** The steps of an absolute path. */
export const stepsOf = (path: string): readonly string[] => path.split('/').filter((step) => step !== '');
