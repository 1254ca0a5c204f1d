import { readdirSync, type Stats } from 'node:fs';
import { basename, dirname } from 'node:path';
import { lookAtPath } from '../target/look-at.ts';
import type { Facts } from './decide.ts';

/** What is at a path now; links are not followed. Undefined if nothing is. */
export function lookUp(path: string): Facts | undefined {
  const facts = lookAtPath(path) ?? unprintable(path);
  if (facts === undefined) return undefined;
  const type = facts.isFile() ? 'file' : facts.isDirectory() ? 'dir' : 'other';
  return { type, size: facts.size, modifiedAt: facts.mtimeMs };
}

/**
 * A name that is no UTF-8 comes out of the engine's JSON with U+FFFD for what cannot be said (restic 0.19), so the file is
 * looked for by what is left of its name. Undefined if several have that name.
 */
function unprintable(path: string): Stats | undefined {
  const wanted = legible(basename(path));
  const parent = dirname(path);
  if (!wanted.includes('\u{fffd}') || lookAtPath(parent)?.isDirectory() !== true) {
    return undefined;
  }
  const [name, another] = readdirSync(parent, { encoding: 'buffer' }).filter(
    (each) => legible(String(each)) === wanted,
  );
  if (name === undefined || another !== undefined) return undefined;
  return lookAtPath(Buffer.concat([Buffer.from(`${parent}/`), name]));
}

/** How many U+FFFD stand for one broken sequence differs between decoders. */
const legible = (name: string): string => name.replace(/\u{fffd}+/gu, '\u{fffd}');
