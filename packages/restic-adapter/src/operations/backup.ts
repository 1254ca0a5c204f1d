import {
  type BackupResult,
  type BackupSpec,
  type BackupStats,
  type BackupTotals,
  decodeJsonLine,
  type EngineLimits,
  FailedItems,
  type JsonObject,
  type Operation,
  type OutputLine,
  type PrivilegedEngines,
  UmbraError,
} from '@umbracore/contracts';
import { packSizeFlags, type Call } from '../command.ts';
import { compressionFor, compressionNamed } from '../compression.ts';
import { decodeBackupSummary, type BackupSummary } from '../decode/backup-summary.ts';
import { plainText } from '../decode/plain-text.ts';
import { decodeItemError } from '../decode/item-error.ts';
import { decodeStatus } from '../decode/status.ts';
import { descriptorName, descriptorPath } from '../descriptor-name.ts';
import { readNote } from '../engine-note.ts';
import { featuresOf, type Features } from '../features.ts';
import { lacksSnapshot } from '../local-repository.ts';
import { describeFailure, speaksOfDamage } from '../messages.ts';
import { ProgressMeter } from '../progress.ts';
import type { Ended, Reader, Restic } from '../restic.ts';
import { isFullId } from '../snapshot-ids.ts';
import { checkTags } from '../tags.ts';
import { privilegedStart } from './privileged-start.ts';
import { outputCall } from './program-output.ts';

/** Saves the sources. What could not be read is part of the result. */
export async function backup(restic: Restic, spec: BackupSpec, operation: Operation): Promise<BackupResult> {
  if (operation.privileged !== undefined) return await privilegedBackup(restic, spec, operation, operation.privileged);
  const [program] = await Promise.all([restic.program(operation), demandParent(restic, spec)]);
  const { features } = program;
  if (spec.skipIfUnchanged === true && !features.skipIfUnchanged) {
    operation.note?.(`restic ${features.version} makes a snapshot also where nothing has changed; 0.17 need not`);
  }
  if (operation.limits?.readConcurrency !== undefined && !features.readConcurrency) {
    operation.note?.(`restic ${features.version} cannot be told how many files it reads at the same time; 0.15 can`);
  }
  const call = backupCall(restic, spec, features, operation.limits);
  const reading = new BackupReading(restic, operation, call.expected);
  const ended = await restic.supervise({ ...call, program }, reading, operation);
  return reading.result(ended);
}

/** restic would take one that only its cache knows, as after the repository was put back from a copy, and then call it damaged. */
async function demandParent({ location, name }: Restic, { parent }: BackupSpec): Promise<void> {
  if (parent === undefined || location.kind !== 'local' || !isFullId(parent)) return;
  if (!(await lacksSnapshot(location.path, parent))) return;
  throw describeFailure('snapshot.absent', { what: 'backup', repository: name, text: parent });
}

/** The command line is made where the rights are: here only what comes of it is read. */
async function privilegedBackup(
  restic: Restic,
  spec: BackupSpec,
  operation: Operation,
  engines: PrivilegedEngines,
): Promise<BackupResult> {
  const start = privilegedStart(restic.repository.definition, operation);
  const { engine, version } = await engines.backup(spec, start, operation.signal);
  const features = featuresOf(version);
  const expected = expectedBy(features, spec);
  const reading = new BackupReading(restic, operation, expected);
  const running = { engine, command: 'backup', features, expected };
  return reading.result(await restic.followStarted(running, reading, { ...operation, spool: start.spool }));
}

/** Attaches to a backup that was started with the same spool. */
export async function resumeBackup(
  restic: Restic,
  operation: Operation & { readonly spool: string },
): Promise<BackupResult> {
  const engine = await restic.host.processes.find(operation.spool);
  if (engine === undefined) {
    throw new UmbraError('engine.lost', 'No backup was ever started with this spool folder', {
      context: { spool: operation.spool },
    });
  }
  // restic may have been upgraded or removed since; its output is that of the one that was started.
  const noted = await readNote(operation.spool);
  const features = noted?.features ?? (await restic.program({})).features;
  const reading = new BackupReading(restic, operation, noted?.expected);
  return reading.result(await restic.follow({ engine, command: 'backup', features }, reading, operation));
}

/** Exported for tests. */
export function backupCall(
  restic: Pick<Restic, 'repository'>,
  spec: BackupSpec,
  features: Features,
  limits: EngineLimits = {},
): Call {
  checkTags(spec.tags);
  const { definition } = restic.repository;
  const compression = compressionOf(spec.compressionLevel, definition.compression, features);
  const expected = expectedBy(features, spec);
  const what =
    spec.output === undefined ? filesCall(spec) : outputCall(restic.repository, pathOf(spec), spec.output, features);
  return {
    ...what,
    name: 'backup',
    flags: [
      `--host=${spec.host}`,
      ...spec.tags.map((tag) => `--tag=${tag}`),
      ...(spec.parent === undefined ? [] : [`--parent=${spec.parent}`]),
      ...(spec.force ? ['--force'] : []),
      ...(skips(spec, features) ? ['--skip-if-unchanged'] : []),
      ...(spec.dryRun ? ['--dry-run'] : []),
      ...(expected === undefined ? [] : ['--no-scan']),
      ...(compression === undefined ? [] : [`--compression=${compression}`]),
      ...readConcurrencyFlags(limits, features),
      ...packSizeFlags(restic.repository, limits),
      ...(what.flags ?? []),
    ],
    expected,
  };
}

const filesCall = (spec: BackupSpec): Pick<Call, 'flags' | 'descriptors'> => ({
  flags: [
    ...spec.excludes.map((pattern) => `--exclude=${pattern}`),
    ...spec.excludeIfPresent.map((name) => `--exclude-if-present=${name}`),
    ...(spec.excludeCaches ? ['--exclude-caches'] : []),
    ...(spec.oneFileSystem ? ['--one-file-system'] : []),
    `--files-from-raw=${descriptorPath('sources')}`,
  ],
  descriptors: { [descriptorName('sources')]: rawList(spec.sources) },
});

/** The one path under which the output of a program is saved. */
function pathOf({ sources }: BackupSpec): string {
  const [path, ...others] = sources;
  if (path !== undefined && others.length === 0) return path;
  throw new UmbraError('usage.invalid', 'The output of a program is saved as one file', {
    hint: 'Name one path for it.',
  });
}

const expectedBy = (features: Features, spec: BackupSpec): BackupTotals | undefined =>
  features.noScan ? spec.expected : undefined;

const readConcurrencyFlags = ({ readConcurrency }: EngineLimits, features: Features): readonly string[] =>
  readConcurrency === undefined || !features.readConcurrency ? [] : [`--read-concurrency=${readConcurrency}`];

/** Only with a parent that the caller knows: restic does not tell which one it chose itself. */
const skips = ({ skipIfUnchanged, parent, force }: BackupSpec, features: Features): boolean =>
  skipIfUnchanged === true && parent !== undefined && !force && features.skipIfUnchanged;

function compressionOf(level: number | undefined, word: string | undefined, features: Features): string | undefined {
  if (level !== undefined) return compressionFor(level, features);
  return word === undefined ? undefined : compressionNamed(word, features);
}

/** Every name ends in NUL, the last one too: restic refuses the list otherwise. */
function rawList(paths: readonly string[]): Uint8Array {
  if (paths.length === 0) {
    throw new UmbraError('usage.invalid', 'A backup needs at least one source', {
      hint: 'Name a folder or a file to save.',
    });
  }
  if (paths.some((path) => path.includes('\0'))) {
    throw new UmbraError('usage.invalid', 'A source path holds a NUL character', { hint: 'Correct the path.' });
  }
  return Buffer.concat(paths.map((path) => Buffer.from(`${path}\0`)));
}

/** Gathers what a backup says, from its first line. */
class BackupReading implements Reader {
  readonly #restic: Restic;
  readonly #operation: Operation;
  readonly #unreadable: FailedItems;
  readonly #meter: ProgressMeter;
  #summary: BackupSummary | undefined;

  constructor(restic: Restic, operation: Operation, expected: BackupTotals | undefined) {
    this.#restic = restic;
    this.#operation = operation;
    this.#unreadable = new FailedItems(restic.mask);
    this.#meter = new ProgressMeter('uploading', operation.report, expected);
  }

  started(): void {
    this.#meter.start();
  }

  stdout(line: OutputLine): void {
    const message = decodeJsonLine(line);
    if (message === undefined) return;
    this.#readItem(message);
    this.#summary = decodeBackupSummary(message) ?? this.#summary;
    const status = decodeStatus(message);
    if (status !== undefined) this.#meter.update(status);
  }

  stderr(line: OutputLine, message: JsonObject | undefined): void {
    if (message !== undefined) this.#readItem(message);
    else this.#readText(plainText(line));
  }

  #readItem(message: JsonObject): void {
    const error = decodeItemError(message);
    // What fails only while counting is read all right afterwards, or fails again as `archival`.
    if (error?.during !== 'archival') return;
    const reason = speaksOfDamage(error.reason) ? `the repository seems damaged: ${error.reason}` : error.reason;
    this.#unreadable.add({ path: error.path, reason });
    this.#meter.countErrors(this.#unreadable.count);
  }

  /** Before 0.19 a missing source shows in this line alone: the exit code is 0. */
  #readText(text: string): void {
    const missing = /^(.+) does not exist, skipping$/.exec(text)?.[1];
    if (missing !== undefined) this.#unreadable.add({ path: missing, reason: 'does not exist' });
  }

  async result(ended: Ended): Promise<BackupResult> {
    const summary = this.#summary;
    // A signal that arrives late can turn a finished backup into a cancelled one (0.19): the snapshot exists.
    const isFinished = summary?.snapshot !== undefined && (ended.exit.lost || isCancelled(ended));
    if (!isFinished) this.#restic.throwIfFailed(ended);
    const snapshot = await this.#fullId(summary?.snapshot, ended);
    if (summary !== undefined) this.#reportEnd(summary.stats);
    const isClean = ended.verdict.type === 'ok' || (isFinished && !ended.exit.lost);
    return {
      snapshot,
      // Only --skip-if-unchanged leaves the id out of a summary.
      unchanged: summary !== undefined && !summary.dryRun && summary.snapshot === undefined,
      stats: summary?.stats,
      unreadable: this.#unreadable.items,
      unreadableCount: this.#unreadable.count,
      complete: isClean && summary !== undefined && this.#unreadable.count === 0,
      exitLost: ended.exit.lost,
    };
  }

  async #fullId(id: string | undefined, ended: Ended): Promise<string | undefined> {
    if (id === undefined || ended.features.fullSnapshotId) return id;
    const { fullSnapshotId } = await import('./full-snapshot-id.ts');
    // The id is worth asking for even if the operation was cancelled after the snapshot was saved.
    return await fullSnapshotId(this.#restic, id, { note: this.#operation.note });
  }

  #reportEnd(stats: BackupStats): void {
    this.#meter.finish({ files: stats.filesProcessed, bytes: stats.bytesProcessed });
  }
}

const isCancelled = ({ verdict }: Ended): boolean => verdict.type === 'failed' && verdict.code === 'run.cancelled';
