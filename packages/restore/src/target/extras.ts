import type { BigIntStats } from 'node:fs';
import { join, posix } from 'node:path';
import type { SnapshotEntry, UnreadableItem } from '@umbracore/contracts';
import { madeOf } from '../apply/facts.ts';
import { reasonOf } from '../apply/perform.ts';
import type { Removal } from '../journal/moves.ts';
import type { Wanted } from '../plan/choose.ts';
import { matcher, selection } from '../plan/pattern.ts';
import { isAtOrBelow } from '../plan/places.ts';
import { existsNothing, type Base } from './bases.ts';
import { Folders } from './folders.ts';
import { HeldFolder } from './held-folder.ts';
import { portraitOf } from './portrait.ts';
import { isStage } from './stages.ts';

/** What may be removed because the snapshot does not have it. */
export interface Deleting {
  /** Patterns of what stays: it was left out when the snapshot was made, so that nothing is known of it. */
  readonly spared: readonly string[];
  /** Names: a folder that holds one was left out too. */
  readonly sparedIfPresent: readonly string[];
  /** More files than this are not removed; absent: no more than the snapshot has. */
  readonly atMost?: number | undefined;
}

/** What is in the folders of a target and not in those of the snapshot. */
export interface Extras {
  readonly removals: readonly Removal[];
  /** What stays nevertheless, and why. */
  readonly spared: readonly UnreadableItem[];
}

export interface ExtraSearch {
  readonly listed: readonly SnapshotEntry[];
  /** Of the snapshot: only what is below them was looked at when it was made. */
  readonly sources: readonly string[];
  readonly bases: readonly Base[];
  /** Where something is restored to, or is already. */
  readonly targets: ReadonlySet<string>;
  readonly wanted: Pick<Wanted, 'include' | 'exclude'>;
  readonly deleting: Deleting;
}

/** Looks into each folder that the snapshot has, and is there. Links to folders are not followed. */
export function findExtras(search: ExtraSearch): Extras {
  const found: Found = { removals: [], spared: [] };
  const known = namesByFolder(search.listed);
  const judge = judgeOf(search);
  for (const [index, base] of search.bases.entries()) {
    if (existsNothing(base.outside)) continue;
    using folders = new Folders(HeldFolder.open(base.outside));
    for (const { path } of search.listed.filter((entry) => isSavedFolder(entry, search, base))) {
      lookInto({ index, base, folders, path, known: known.get(path) ?? new Set(), judge, found });
    }
  }
  return found;
}

interface Found {
  readonly removals: Removal[];
  readonly spared: UnreadableItem[];
}

const isSavedFolder = ({ type, path }: SnapshotEntry, { sources, bases }: ExtraSearch, base: Base): boolean =>
  type === 'dir' &&
  sources.some((source) => isAtOrBelow(path, source)) &&
  bases.find(({ inside }) => isAtOrBelow(path, inside)) === base;

function namesByFolder(listed: readonly SnapshotEntry[]): ReadonlyMap<string, ReadonlySet<string>> {
  const names = new Map<string, Set<string>>();
  for (const { path } of listed) {
    const folder = posix.dirname(path);
    const known = names.get(folder) ?? new Set();
    names.set(folder, known.add(sameName(posix.basename(path))));
  }
  return names;
}

/**
 * What two names have in common that are one file: what is no UTF-8 can be listed in several ways, and elsewhere than on Linux
 * file systems do not tell apart what is written differently.
 */
function sameName(name: string): string {
  const legible = name.replace(/\u{fffd}+/gu, '\u{fffd}');
  return process.platform === 'linux' ? legible : legible.normalize('NFC').toLowerCase();
}

interface Looking {
  readonly index: number;
  readonly base: Base;
  readonly folders: Folders;
  /** The folder, in the snapshot. */
  readonly path: string;
  readonly known: ReadonlySet<string>;
  readonly judge: Judge;
  readonly found: Found;
}

function lookInto(looking: Looking): void {
  const { base, folders, path, known, judge, found } = looking;
  const below = Buffer.from(posix.relative(base.inside, path));
  try {
    const spot = folders.find(below);
    if (spot?.folder.look(spot.name)?.isDirectory() !== true) return;
    using folder = spot.folder.child(spot.name);
    for (const name of folder.names()) {
      if (known.has(sameName(String(name)))) continue;
      judge({ folder, name, inside: posix.join(path, String(name)), below: joined(below, name), looking });
    }
  } catch (error) {
    found.spared.push({ path: join(base.outside, String(below)), reason: reasonOf(error) });
  }
}

const joined = (above: Buffer, name: Buffer): Buffer =>
  above.length === 0 ? name : Buffer.concat([above, Buffer.from('/'), name]);

/** Something that the snapshot does not have. */
interface Extra {
  readonly folder: HeldFolder;
  readonly name: Buffer;
  readonly inside: string;
  readonly below: Buffer;
  readonly looking: Looking;
}

type Judge = (extra: Extra) => void;

const cacheTag = 'CACHEDIR.TAG';

function judgeOf({ targets, wanted: { include, exclude }, deleting }: ExtraSearch): Judge {
  const hasPatterns = include.length + exclude.length > 0;
  const fits = selection(include, exclude);
  const isLeftOut = matcherOfAny(deleting.spared);
  const marks = [cacheTag, ...deleting.sparedIfPresent];
  const reasonToSpare = ({ folder, name, inside }: Extra, seen: BigIntStats): string | undefined => {
    if (isLeftOut(inside)) return 'the backup leaves it out';
    if (!seen.isDirectory()) return undefined;
    if (seen.dev !== folder.facts().dev) return 'another file system is mounted there';
    using held = folder.child(name);
    const mark = marks.find((each) => held.look(Buffer.from(each)) !== undefined);
    return mark && `it holds ${mark}`;
  };
  return function judge(extra) {
    const { folder, name, inside, below, looking } = extra;
    const { base, index, found } = looking;
    const shown = join(base.outside, String(below));
    const seen = folder.look(name);
    if (seen === undefined || targets.has(shown) || isStage(name)) return;
    try {
      const reason = reasonToSpare(extra, seen);
      if (reason !== undefined) found.spared.push({ path: shown, reason });
      else if (!hasPatterns) found.removals.push(removalOf(extra, seen, { base: index, place: shown }));
      else if (seen.isDirectory()) judgeEach(extra, judge);
      else if (fits(inside)) found.removals.push(removalOf(extra, seen, { base: index, place: shown }));
    } catch (error) {
      found.spared.push({ path: shown, reason: reasonOf(error) });
    }
  };
}

/** With patterns files go one by one, and the folders that they are in stay. */
function judgeEach({ folder, name, inside, below, looking }: Extra, judge: Judge): void {
  using child = folder.child(name);
  for (const each of child.names()) {
    judge({
      folder: child,
      name: each,
      inside: posix.join(inside, String(each)),
      below: joined(below, each),
      looking,
    });
  }
}

function removalOf({ folder, name, below }: Extra, seen: BigIntStats, where: Pick<Removal, 'base' | 'place'>): Removal {
  const made = { ...madeOf(below, seen), ...where };
  if (!seen.isDirectory()) return { ...made, files: 1, bytes: Number(seen.size), portrait: '' };
  using child = folder.child(name);
  return { ...made, ...portraitOf(child) };
}

/** A set of characters stands for any: more may stay than has to. */
function matcherOfAny(patterns: readonly string[]): (path: string) => boolean {
  const matchers = patterns
    .filter((pattern) => pattern !== '' && !pattern.startsWith('!'))
    .map((pattern) => matcher(pattern.replaceAll(/\[[^\]]*\]/g, '?')));
  return (path) => matchers.some((fits) => fits(path));
}
