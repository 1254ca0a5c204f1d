import { mkdirSync, statSync, statfsSync, utimesSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { UmbraError } from '@umbracore/contracts';
import { reasonOf } from '../apply/perform.ts';
import type { RestoreRecord } from '../journal/record.ts';
import { includesOf } from '../plan/includes.ts';
import type { RestorePlan } from '../plan/plan-restore.ts';
import { isAtOrBelow } from '../plan/places.ts';
import { existsNothing, targetIn, type Base } from './bases.ts';
import { HeldFolder } from './held-folder.ts';
import { lookAtPath } from './look-at.ts';
import { unwritable } from './writable.ts';

/** What is restored onto one file system. It is put into a folder of its own there first, from where it is moved. */
export interface PlannedStage {
  /** Where that folder is made, most wanted first. */
  readonly places: readonly string[];
  /** What the engine is told to bring; empty for everything. */
  readonly include: readonly string[];
  readonly bytes: number;
  readonly freeBytes: number;
  /** Nothing is brought into it: it keeps what is removed. */
  readonly keepsOnly?: true;
}

export interface StagePlanning {
  readonly plan: RestorePlan;
  readonly bases: readonly Base[];
  /** What is removed, where it is. */
  readonly removed: readonly string[];
  /** Paths of all that may come. */
  readonly listed: readonly string[];
  readonly roots: readonly string[];
  readonly sources: readonly string[];
}

interface Group {
  readonly folders: Set<string>;
  readonly wanted: Set<string>;
  bytes: number;
}

export function planStages(planning: StagePlanning): readonly PlannedStage[] {
  const { plan, bases, removed, listed, roots } = planning;
  const groups = new Map<number, Group>();
  const lookUp = existingAbove();
  const groupAt = (target: string): Group => {
    const { folder, device } = lookUp(posix.dirname(target));
    const group = groups.get(device) ?? { folders: new Set(), wanted: new Set(), bytes: 0 };
    groups.set(device, group);
    group.folders.add(folder);
    return group;
  };
  const add = (path: string, bytes: number): void => {
    const group = groupAt(targetIn(bases, path));
    group.wanted.add(path);
    group.bytes += bytes;
  };
  for (const { path } of plan.folders) if (path !== '/') add(path, 0);
  for (const { action, entry } of plan.entries) {
    if (action !== 'keep' && action !== 'unchanged') add(entry.path, entry.size);
  }
  for (const path of removed) groupAt(path);
  return [...groups].map(([device, { folders, wanted, bytes }]) => ({
    places: placesNear([...folders], device, planning.sources),
    include: withoutRoot(includesOf(listed, wanted, roots)),
    bytes,
    freeBytes: freeIn([...folders][0] ?? '/'),
    ...(wanted.size === 0 ? { keepsOnly: true as const } : {}),
  }));
}

const withoutRoot = (paths: readonly string[]): readonly string[] => (paths.includes('/') ? [] : paths);

interface Near {
  readonly folder: string;
  readonly device: number;
}

/** The deepest folder at or above a path that exists. */
function existingAbove(): (path: string) => Near {
  const known = new Map<string, Near>();
  return function look(path): Near {
    const before = known.get(path);
    if (before !== undefined) return before;
    const facts = lookAtPath(path);
    const found: Near = facts?.isDirectory() === true ? { folder: path, device: facts.dev } : look(posix.dirname(path));
    known.set(path, found);
    return found;
  };
}

/** Beside a source rather than in it, so that no backup meets it; else as near as may be written. */
function placesNear(folders: readonly string[], device: number, sources: readonly string[]): readonly string[] {
  const common = folders.reduce(commonFolder);
  const source = sources.filter((one) => isAtOrBelow(common, one)).sort((a, b) => a.length - b.length)[0];
  const near = [...(source === undefined ? [] : [posix.dirname(source)]), posix.dirname(common), common];
  const all = [...new Set([...near, ...upwards(common), ...folders.slice(0, 20)])];
  return all.filter((folder) => lookAtPath(folder)?.dev === device);
}

function commonFolder(one: string, other: string): string {
  let common = one;
  while (!isAtOrBelow(other, common)) common = posix.dirname(common);
  return common;
}

function upwards(folder: string): readonly string[] {
  const above = posix.dirname(folder);
  return above === folder ? [] : [above, ...upwards(above)];
}

function freeIn(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

const stagePrefix = Buffer.from('.umbra-restore-');

/** The name of the folder of a stage: of the restore, and of the file system if it is not the first one. */
export const stageName = (restore: string, index: number): string =>
  `${String(stagePrefix)}${restore}${index === 0 ? '' : `-${index + 1}`}`;

/** Whether that is the folder of a stage, of whatever restore. */
export const isStage = (name: Buffer): boolean => name.subarray(0, stagePrefix.length).equals(stagePrefix);

/** Makes the folder of a stage in the first of the places that allows it, or finds it where it was made before. */
export function makeStageFolder(places: readonly string[], name: string): string {
  let failure: unknown;
  for (const place of places) {
    const folder = join(place, name);
    try {
      if (!isOurs(folder)) keepingTimes(place, () => mkdirSync(folder, { mode: 0o700 }));
      for (const inner of ['tree', 'undo']) mkdirSync(join(folder, inner), { recursive: true, mode: 0o700 });
      // Backups that leave out caches leave this out.
      writeFileSync(join(folder, 'CACHEDIR.TAG'), 'Signature: 8a477f597d28d172789f06886806bc55\n');
      return folder;
    } catch (error) {
      failure ??= error;
    }
  }
  throw unwritable({ folder: places[0] ?? '/', why: reasonOf(failure) }, failure);
}

/** The folder that somebody removed although it held what was brought, and still has to be put in place. */
export const lostStage = ({ state, outcome, stages }: RestoreRecord): string | undefined =>
  outcome !== null || (state !== 'staging' && state !== 'moving')
    ? undefined
    : stages.find(({ folder, staged }) => staged !== null && folder !== '' && existsNothing(folder))?.folder;

/** Where the folder of a stage was made, if it was. */
export const madeStageFolder = (places: readonly string[], name: string): string | undefined =>
  places.map((place) => join(place, name)).find(isOurs);

/** The folder of a stage, held. Throws `restore.target` if it has become somebody else's. */
export function openStage(folder: string): HeldFolder {
  if (existsNothing(folder) || isOurs(folder)) {
    const stage = HeldFolder.open(folder, { follow: false });
    if (Number(stage.facts().uid) === process.geteuid?.()) return stage;
    stage[Symbol.dispose]();
  }
  throw new UmbraError('restore.target', `${folder} is not the folder that the restore made`, {
    hint: 'See who changed it. What was restored there is not put in place.',
  });
}

function isOurs(folder: string): boolean {
  const facts = lookAtPath(folder);
  return facts?.isDirectory() === true && facts.uid === process.geteuid?.();
}

/** Leaves the times of a folder as they were before something of ours was made in it or removed. */
export function keepingTimes(folder: string, change: () => void): void {
  const { atimeMs, mtimeMs } = statSync(folder);
  change();
  try {
    utimesSync(folder, atimeMs / 1000, mtimeMs / 1000);
  } catch {
    // Somebody else's folder in which we may write: its times are not ours to set.
  }
}
