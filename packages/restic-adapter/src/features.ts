import { UmbraError } from '@umbracore/contracts';

/** What a version of restic can do, as far as the adapter acts on it. */
export interface Features {
  readonly version: string;
  /** 0.15: the summary of a backup names the snapshot in full, not by 8 characters. */
  readonly fullSnapshotId: boolean;
  /** 0.15: `backup` can leave out counting all files first. */
  readonly noScan: boolean;
  /** 0.15: `backup` can be told how many files it reads at the same time. */
  readonly readConcurrency: boolean;
  /** 0.15: `init` answers with a document. */
  readonly initDocument: boolean;
  /** 0.16: `restore` reports in JSON. */
  readonly restoreLines: boolean;
  /** 0.16: `key add` names the key that it made, and lists show ids in full. */
  readonly keyIds: boolean;
  /** 0.16: `repair index`, which was `rebuild-index`, and `repair snapshots`. */
  readonly repairs: boolean;
  /** 0.17: `repair packs`. */
  readonly repairsPacks: boolean;
  /** 0.17: `restore` can be told what to do with files that exist, and does not follow links out of its target. */
  readonly restoreOverExisting: boolean;
  /** 0.17: `backup` can leave out a snapshot that would be like its parent. */
  readonly skipIfUnchanged: boolean;
  /** 0.17: `backup` can start a program, and makes no snapshot of its output if it fails. */
  readonly programOutput: boolean;
  /** 0.17.1: exits 10, 11 and 12 tell absent, locked and wrong password apart. */
  readonly exitCodes: boolean;
  /** 0.18: `check` reports in JSON. */
  readonly checkLines: boolean;
  /** 0.18: `tag` tells which snapshot became which. */
  readonly tagLines: boolean;
  /** 0.19: compression modes `fastest` and `better`. */
  readonly fineCompression: boolean;
}

type Version = readonly [number, number, number];

const oldest: Version = [0, 14, 0];
const newestTested: Version = [0, 19, 1];

/** What a version of restic can do. Throws `engine.version` for one that must not be used. */
export function featuresOf(version: string): Features {
  const parsed = parse(version);
  if (parsed === undefined || isBefore(parsed, oldest)) {
    throw new UmbraError('engine.version', `restic ${version} is too old`, { hint: 'Install restic 0.14.0 or newer.' });
  }
  if (parsed.join('.') === '0.19.0') {
    // Its `stats --json` mixes a progress bar into the document, and `snapshots --latest` does not group.
    throw new UmbraError('engine.version', 'restic 0.19.0 writes broken JSON', { hint: 'Install restic 0.19.1.' });
  }
  const since = (...minimum: Version): boolean => !isBefore(parsed, minimum);
  return {
    version,
    fullSnapshotId: since(0, 15, 0),
    noScan: since(0, 15, 0),
    readConcurrency: since(0, 15, 0),
    initDocument: since(0, 15, 0),
    restoreLines: since(0, 16, 0),
    keyIds: since(0, 16, 0),
    repairs: since(0, 16, 0),
    repairsPacks: since(0, 17, 0),
    restoreOverExisting: since(0, 17, 0),
    skipIfUnchanged: since(0, 17, 0),
    programOutput: since(0, 17, 0),
    exitCodes: since(0, 17, 1),
    checkLines: since(0, 18, 0),
    tagLines: since(0, 18, 0),
    fineCompression: since(0, 19, 0),
  };
}

/** What a person should know about this version, a sentence each. */
export function limitationsOf(features: Features): readonly string[] {
  const parsed = parse(features.version) ?? newestTested;
  const isNewer = isBefore(newestTested, parsed);
  return [
    ...(features.skipIfUnchanged ? [] : ['Makes a snapshot also where nothing has changed (skipIfUnchanged).']),
    ...(features.programOutput ? [] : ['Cannot save what a program writes (a source with stdin).']),
    ...(features.exitCodes ? [] : ['Tells a locked, an absent and an unreadable repository apart by its texts only.']),
    ...(features.fineCompression ? [] : ['Knows only three compression modes: off, auto and max.']),
    ...(isNewer ? [`Is newer than ${newestTested.join('.')}, the newest version this product was tested with.`] : []),
  ];
}

function parse(version: string): Version | undefined {
  const match = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version);
  return match === null ? undefined : [Number(match[1]), Number(match[2]), Number(match[3])];
}

function isBefore(a: Version, b: Version): boolean {
  for (const index of [0, 1, 2] as const) {
    if (a[index] !== b[index]) return a[index] < b[index];
  }
  return false;
}
