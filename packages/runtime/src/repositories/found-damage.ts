import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isMendedBy, type DamageRecord, type LookedAt, type RepositoryDefinition } from '@umbracore/contracts';

type Place = Pick<RepositoryDefinition, 'name' | 'location'>;

export const nothingFound: DamageRecord = { found: [], mended: [] };

/** What is known after one more look; the same value if nothing changed. */
export function afterLook(record: DamageRecord, { look, at }: LookedAt, sound: boolean): DamageRecord {
  const { found, mended } = record;
  const without = (some: readonly LookedAt[]): readonly LookedAt[] => some.filter((each) => each.look !== look);
  if (!sound) return { found: [...without(found), { look, at }], mended };
  const open = found.filter((each) => !isMendedBy(each.look, look));
  // Damage that runs remember, and nobody else, is mended as well by a look at everything; and what was read counts.
  if (open.length === found.length && look !== 'all' && look !== 'checksums') return record;
  return { found: open, mended: look === 'all' ? [{ look, at }] : [...without(mended), { look, at }] };
}

const fileOf = (stateDir: string, { name }: Place): string => join(stateDir, 'damage', `${name}.json`);

/** Not the location itself: it can hold a password. */
const markOf = ({ location }: Place): string => createHash('sha256').update(location).digest('hex');

/** Nothing if none is known: a file less than anything else that could be asked. */
export async function damageRecord(stateDir: string, place: Place): Promise<DamageRecord> {
  try {
    const { found, mended, mark } = JSON.parse(await readFile(fileOf(stateDir, place), 'utf8')) as DamageFile;
    // Another repository may have this name now.
    return mark === markOf(place) ? { found: found ?? [], mended: mended ?? [] } : nothingFound;
  } catch {
    return nothingFound;
  }
}

/** Of a file that may have been damaged, or that another version wrote. */
type DamageFile = Partial<DamageRecord> & { readonly mark?: unknown };

/** The damage that was found first of all that no check has found mended. */
export async function foundDamage(stateDir: string, place: Place): Promise<LookedAt | undefined> {
  return (await damageRecord(stateDir, place)).found[0];
}

/** Keeps what a look came to. Throws what the file system does. */
export async function noteLook(stateDir: string, place: Place, looked: LookedAt, sound: boolean): Promise<void> {
  const known = await damageRecord(stateDir, place);
  const next = afterLook(known, looked, sound);
  if (next === known) return;
  const file = fileOf(stateDir, place);
  await mkdir(join(stateDir, 'damage'), { recursive: true, mode: 0o700 });
  await writeFile(`${file}.${process.pid}`, JSON.stringify({ ...next, mark: markOf(place) }), { mode: 0o600 });
  await rename(`${file}.${process.pid}`, file);
}
