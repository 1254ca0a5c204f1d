import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckScope, Instant, RepositoryDefinition } from '@umbracore/contracts';

/** How a check looks: at what is new, without the engine, or as the engine does; `some` is another part every time. */
export type Look = 'new' | 'structure' | 'some' | `part ${number} of ${number}` | 'all';

/** Damage that a check found and that no later one has found mended. */
export interface FoundDamage {
  readonly at: Instant;
  /** How it was found. */
  readonly look: string;
}

type Place = Pick<RepositoryDefinition, 'name' | 'location'>;

export function lookOf(scope: CheckScope): Look {
  if (scope.type === 'percent') return scope.percent >= 100 ? 'all' : 'some';
  if (scope.type === 'part') return scope.of === 1 ? 'all' : `part ${scope.part} of ${scope.of}`;
  return scope.type;
}

/** Whether damage that was found by one look is mended if another one finds nothing: that one has to see as much. */
export function isMendedBy(found: string, look: Look): boolean {
  if (look === 'all') return true;
  if (found === 'structure') return look !== 'new';
  return look === found && look !== 'some';
}

const fileOf = (stateDir: string, { name }: Place): string => join(stateDir, 'damage', `${name}.json`);

/** Not the location itself: it can hold a password. */
const markOf = ({ location }: Place): string => createHash('sha256').update(location).digest('hex');

/** Undefined if none is known: a file less than anything else that could be asked. */
export async function foundDamage(stateDir: string, place: Place): Promise<FoundDamage | undefined> {
  try {
    const { at, look, mark }: Partial<Record<string, unknown>> = JSON.parse(
      await readFile(fileOf(stateDir, place), 'utf8'),
    );
    if (typeof at !== 'number' || typeof look !== 'string') return undefined;
    // Another repository may have this name now.
    return mark === markOf(place) ? { at, look } : undefined;
  } catch {
    return undefined;
  }
}

/** Throws what the file system does. */
export async function rememberDamage(stateDir: string, place: Place, found: FoundDamage): Promise<void> {
  const file = fileOf(stateDir, place);
  await mkdir(join(stateDir, 'damage'), { recursive: true, mode: 0o700 });
  await writeFile(`${file}.${process.pid}`, JSON.stringify({ ...found, mark: markOf(place) }), { mode: 0o600 });
  await rename(`${file}.${process.pid}`, file);
}

export async function forgetDamage(stateDir: string, place: Place): Promise<void> {
  await rm(fileOf(stateDir, place), { force: true });
}
