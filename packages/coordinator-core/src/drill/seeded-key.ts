/**
 * Numbers for texts, spread like chance and the same ones for the same seed on every machine (FNV-1a, finished as in MurmurHash3).
 * Whoever takes the texts with the lowest numbers draws lots, in whatever order the texts come.
 */
export function seededKeys(seed: string): (text: string) => number {
  const start = fold(0x811c9dc5, `${seed}\n`);
  return (text) => finish(fold(start, text));
}

function fold(state: number, text: string): number {
  let hash = state;
  for (let place = 0; place < text.length; place += 1) hash = Math.imul(hash ^ text.charCodeAt(place), 0x01000193);
  return hash;
}

function finish(state: number): number {
  let hash = state ^ (state >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
