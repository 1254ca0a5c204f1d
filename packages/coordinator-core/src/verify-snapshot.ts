import { isUmbraError, toUmbraError, UmbraError } from '@umbracore/contracts';
import type {
  Backend,
  Instant,
  NewCheckReport,
  Operation,
  RunOptions,
  SnapshotEntry,
  VerificationRecord,
  VerifyLevel,
} from '@umbracore/contracts';

const sampleSize = 5;
const sampleFileBytes = 64 * 1024 * 1024;

/** The level that a run was asked for: what the caller says goes before the job. */
export function levelOf(wanted: RunOptions['verifyAfterCompletion'], ofJob: VerifyLevel): VerifyLevel {
  if (wanted === undefined) return ofJob;
  if (wanted === false) return 'none';
  if (wanted !== true) return wanted;
  return ofJob === 'none' ? 'metadata' : ofJob;
}

/** What is read back, and by whom it was saved. */
export interface Saved {
  readonly snapshot: string;
  readonly level: Exclude<VerifyLevel, 'none'>;
  /** Nothing that the run saved is older. */
  readonly since: Instant;
}

/**
 * Reads back what a run saved. A backend that knows what is new has it checked at every level: all that was stored since its
 * last check, and the structure of the whole repository. Besides:
 * - `metadata`: without such a check every folder of the snapshot is listed, so that all of its metadata was read.
 * - `sample`: every folder is listed, and the content of up to five files chosen by chance is read and has its full length.
 * - `full`: the backend reads all data of the repository.
 *
 * Resolves with `ok: false` for what cannot be read. Rejects if it could not be tried: ability missing, repository out of
 * reach, cancelled.
 */
export async function verifySnapshot(
  backend: Backend,
  saved: Saved,
  operation: Operation,
  random: () => number,
): Promise<Omit<VerificationRecord, 'finishedAt'>> {
  const { level } = saved;
  try {
    const checked = await checkNew(backend, saved, operation);
    if (checked?.sound === false) return { level, ok: false, problems: problemsOf(checked), check: factsOf(checked) };
    const problems = await findProblems(backend, saved, checked !== undefined, operation, random);
    return { level, ok: problems.length === 0, problems, ...(checked && { check: factsOf(checked) }) };
  } catch (thrown) {
    return failed(thrown, level, operation);
  }
}

/** What came with a copy, as far as the backend knows what is new; undefined where it does not. Resolves and rejects as above. */
export async function verifyNew(
  backend: Backend,
  since: Instant,
  operation: Operation,
): Promise<Omit<VerificationRecord, 'finishedAt'> | undefined> {
  const level = 'metadata';
  try {
    const checked = await checkNew(backend, { level, since }, operation);
    if (checked === undefined) return undefined;
    const { sound } = checked;
    return { level, ok: sound, problems: sound ? [] : problemsOf(checked), check: factsOf(checked) };
  } catch (thrown) {
    return failed(thrown, level, operation);
  }
}

/** What cannot be read is damage, unless it could not be tried. */
function failed(thrown: unknown, level: VerifyLevel, { signal }: Operation): Omit<VerificationRecord, 'finishedAt'> {
  signal?.throwIfAborted();
  const error = toUmbraError(thrown);
  if (isUmbraError(thrown) && (error.retryable || error.code === 'backend.unsupported')) throw error;
  return { level, ok: false, problems: [error.message] };
}

/** Undefined where it is not possible after all: the other ways are as good as they were without it. */
async function checkNew(
  backend: Backend,
  { level, since }: Pick<Saved, 'level' | 'since'>,
  operation: Operation,
): Promise<NewCheckReport | undefined> {
  if (!backend.supports.has('check-new')) return undefined;
  try {
    const report = await backend.checkNew({ read: level === 'full' ? 'all' : 'new', since }, operation);
    for (const note of report.notes) operation.note?.(note);
    return report;
  } catch (thrown) {
    if (!isUmbraError(thrown) || thrown.code !== 'backend.unsupported') throw thrown;
    operation.note?.(`What is new could not be checked by itself: ${thrown.message}`);
    return undefined;
  }
}

const factsOf = ({ read, notes, coverage }: NewCheckReport) => ({ read, notes, coverage });

const problemsOf = ({ problems }: Pick<NewCheckReport, 'problems'>): readonly string[] =>
  problems.length > 0 ? problems : ['The check found damage'];

async function findProblems(
  backend: Backend,
  { snapshot, level }: Saved,
  isChecked: boolean,
  operation: Operation,
  random: () => number,
): Promise<readonly string[]> {
  switch (level) {
    case 'metadata':
      if (!isChecked) await readTree(backend, snapshot, operation, random);
      return [];
    case 'sample': {
      const sample = await readTree(backend, snapshot, operation, random);
      const problems: string[] = [];
      for (const entry of sample) problems.push(...(await readBack(backend, snapshot, entry, operation)));
      return problems;
    }
    case 'full': {
      need(backend, 'check-data');
      const report = await backend.check({ type: 'all' }, operation);
      return report.sound ? [] : problemsOf(report);
    }
  }
}

/** Lists everything, and chooses files such that each has the same chance. */
async function readTree(
  backend: Backend,
  snapshot: string,
  operation: Operation,
  random: () => number,
): Promise<readonly SnapshotEntry[]> {
  need(backend, 'list');
  const chosen: SnapshotEntry[] = [];
  let files = 0;
  for await (const entry of backend.list(snapshot, undefined, operation)) {
    if (!isReadable(entry)) continue;
    files += 1;
    const place = files <= sampleSize ? files - 1 : Math.floor(random() * files);
    if (place < sampleSize) chosen[place] = entry;
  }
  return chosen;
}

/** A name with a replacement character was no UTF-8: asking for it by that name would miss. */
const isReadable = ({ type, size, path }: SnapshotEntry): boolean =>
  type === 'file' && size <= sampleFileBytes && !path.includes('\uFFFD');

async function readBack(
  backend: Backend,
  snapshot: string,
  entry: SnapshotEntry,
  operation: Operation,
): Promise<readonly string[]> {
  need(backend, 'dump');
  let bytes = 0;
  await backend.dump(snapshot, entry.path, (chunk) => void (bytes += chunk.byteLength), operation);
  return bytes === entry.size ? [] : [`${entry.path} has ${bytes} bytes in the repository instead of ${entry.size}`];
}

function need(backend: Backend, ability: 'list' | 'dump' | 'check-data'): void {
  if (backend.supports.has(ability)) return;
  throw new UmbraError('backend.unsupported', `The backend ${backend.name} cannot do "${ability}"`);
}
