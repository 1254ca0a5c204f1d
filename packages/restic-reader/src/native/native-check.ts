import { createHash } from 'node:crypto';
import { join } from 'node:path';
import {
  isUmbraError,
  type Coverage,
  type DurationMs,
  type Instant,
  type NewCheckReport,
  type NewCheckScope,
  type Operation,
  type RereadPace,
} from '@umbracore/contracts';
import type { SealingKey } from '../crypto/sealing-key.ts';
import { absent } from '../repository.ts';
import { RepositoryFolder } from '../storage/folder.ts';
import { coverageOf } from '../verifying/coverage.ts';
import { readKnownPacks } from '../verifying/memory-file.ts';
import { checkInProcess } from './check-in-process.ts';
import { usuallyWithinMs } from './new-check.ts';

export interface CheckedPlace {
  /** What the repository is called in the configuration. */
  readonly name: string;
  readonly path: string;
  /** Where what is known of repositories is kept. */
  readonly memoryDir: string;
  readonly cacheDir: string;
}

/** By where it lies: a copy of a repository elsewhere has other disks below it. */
const nameOf = (path: string): string => createHash('sha256').update(path).digest('hex').slice(0, 32);

const memoryOf = ({ path, memoryDir }: CheckedPlace): string => join(memoryDir, nameOf(path));
const indexDirOf = ({ path, cacheDir }: CheckedPlace): string => join(cacheDir, 'index', nameOf(path));

export async function coverageAt(
  place: CheckedPlace,
  wanted: DurationMs | RereadPace,
  now: Instant,
): Promise<Coverage> {
  return coverageOf(await readKnownPacks(memoryOf(place)), wanted, now);
}

/**
 * `open` gives a key that this wipes. A repository that is too damaged to be opened is a finding, too; one that went away meanwhile is
 * none: throws `repository.absent`.
 */
export async function checkAt(
  place: CheckedPlace,
  open: () => Promise<SealingKey>,
  scope: NewCheckScope,
  operation: Operation,
  now: () => Instant,
): Promise<NewCheckReport> {
  try {
    const key = await open();
    const masterKey = key.sealedBy((document) => Buffer.from(document)).toString('utf8');
    key.wipe();
    const { path } = place;
    const task = { path, masterKey, memory: memoryOf(place), indexDir: indexDirOf(place), scope };
    const report = await checkInProcess(task, operation);
    if (report.sound) return report;
    await demandPresent(path);
    return { ...report, advice: adviceFor(place.name) };
  } catch (error) {
    if (!isUmbraError(error) || error.code !== 'repository.damaged') throw error;
    await demandPresent(place.path);
    const nothing = { trees: 0, packs: 0, bytes: 0 };
    const coverage = await coverageAt(place, usuallyWithinMs, now());
    const known = { notes: [], snapshots: 0, read: nothing, coverage };
    return { sound: false, problems: [error.message], advice: adviceFor(place.name), ...known };
  }
}

/** Of a disk that is taken away while it is read every file is missing. */
async function demandPresent(path: string): Promise<void> {
  if ((await new RepositoryFolder(path).read('config', '')) === undefined) throw absent(path);
}

const adviceFor = (name: string): readonly string[] => [
  'Remove nothing from the repository before it is mended.',
  `See what restic says of it: \`umbra restic ${name} -- check --read-data\`.`,
];
