import { createHash, randomUUID } from 'node:crypto';
import {
  type BackupResult,
  type BackupSpec,
  type BackupStats,
  countIn,
  decodeJsonLine,
  FailedItems,
  isJsonObject,
  jobOfTags,
  type JsonObject,
  type Operation,
  type OutputLine,
  type ProgramOutput,
  textIn,
  UmbraError,
} from '@umbracore/contracts';
import { checkTags, commentFor, nameFor } from '../archive-identity.ts';
import type { Borg, Ended, Reader } from '../borg.ts';
import type { Call } from '../command.ts';
import { compressionFor, compressionNamed } from '../compression.ts';
import { decodeLog } from '../decode/log-message.ts';
import { verbatim } from '../location.ts';
import { excludeFlags } from '../patterns.ts';
import { ProgressMeter } from '../progress.ts';
import { findArchive } from './archives.ts';

/** Saves the sources. What could not be read is part of the result. */
export async function backup(borg: Borg, spec: BackupSpec, operation: Operation): Promise<BackupResult> {
  // borg compares with what it remembers of the files. That the parent is there is for the caller, who counts on it.
  if (spec.parent !== undefined) await findArchive(borg, spec.parent, operation);
  const reading = new BackupReading(borg, operation);
  return reading.result(await borg.supervise(backupCall(borg, spec), reading, operation));
}

/** Attaches to a backup that was started with the same spool. */
export async function resumeBackup(
  borg: Borg,
  operation: Operation & { readonly spool: string },
): Promise<BackupResult> {
  const engine = await borg.host.processes.find(operation.spool);
  if (engine === undefined) {
    throw new UmbraError('engine.lost', 'No backup was ever started with this spool folder', {
      context: { spool: operation.spool },
    });
  }
  const reading = new BackupReading(borg, operation);
  return reading.result(await borg.follow(engine, 'create', reading, operation));
}

/** Exported for tests. */
export function backupCall(borg: Pick<Borg, 'repository'>, spec: BackupSpec): Call {
  checkTags(spec.tags);
  checkSources(spec.sources);
  const compression = compressionOf(spec.compressionLevel, borg.repository.definition.compression);
  const what = spec.output === undefined ? filesCall(spec) : outputCall(spec.sources, spec.output);
  return {
    ...what,
    name: 'create',
    archive: nameFor(spec.tags, randomUUID()),
    flags: [
      '--json',
      '--progress',
      // New, modified, changed while it was read, and failed.
      '--list',
      '--filter=AMCE',
      `--comment=${verbatim(commentFor(spec.tags, spec.host, spec.sources))}`,
      ...(what.flags ?? []),
      ...(spec.force ? ['--files-cache=rechunk,ctime'] : []),
      ...(spec.dryRun ? ['--dry-run'] : []),
      ...(compression === undefined ? [] : [`--compression=${compression}`]),
    ],
    env: { BORG_FILES_CACHE_SUFFIX: cacheSuffix(spec) },
  };
}

const filesCall = (spec: BackupSpec): Pick<Call, 'flags' | 'operands'> => ({
  flags: [
    ...excludeFlags(spec.excludes),
    ...markFlags(spec.excludeIfPresent),
    ...(spec.excludeCaches ? ['--exclude-caches'] : []),
    ...(spec.oneFileSystem ? ['--one-file-system'] : []),
  ],
  operands: spec.sources,
});

/** borg starts the program itself, without its own descriptors, and makes no archive if it fails. */
function outputCall(
  sources: readonly string[],
  { command, env }: ProgramOutput,
): Pick<Call, 'flags' | 'operands' | 'secretEnv'> {
  const [path = '', ...others] = sources;
  if (others.length > 0) {
    throw new UmbraError('usage.invalid', 'The output of a program is saved as one file', {
      hint: 'Name one path for it.',
    });
  }
  return {
    flags: ['--content-from-command', `--stdin-name=${path.slice(1)}`],
    operands: command,
    secretEnv: env,
  };
}

/** borg forgets a file that twenty backups have not met: each job needs a memory of its own. */
function cacheSuffix({ tags, host, sources }: BackupSpec): string {
  const whose = jobOfTags(tags) ?? [host, ...sources].join('\0');
  return createHash('sha256').update(whose).digest('hex').slice(0, 16);
}

/** The folder and the file that marks it stay, as with restic. */
function markFlags(names: readonly string[]): readonly string[] {
  const withContent = names.find((name) => name.includes(':'));
  if (withContent !== undefined) {
    throw new UmbraError(
      'backend.unsupported',
      `borg cannot look at the content of a marking file ("${withContent}")`,
      {
        hint: 'Name the file alone in excludeIfPresent, or use excludeCaches.',
      },
    );
  }
  return names.length === 0 ? [] : [...names.map((name) => `--exclude-if-present=${name}`), '--keep-exclude-tags'];
}

function compressionOf(level: number | undefined, word: string | undefined): string | undefined {
  if (level !== undefined) return compressionFor(level);
  return word === undefined ? undefined : compressionNamed(word);
}

function checkSources(paths: readonly string[]): void {
  if (paths.length === 0) {
    throw new UmbraError('usage.invalid', 'A backup needs at least one source', {
      hint: 'Name a folder or a file to save.',
    });
  }
  if (paths.some((path) => path.includes('\0'))) {
    throw new UmbraError('usage.invalid', 'A source path holds a NUL character', { hint: 'Correct the path.' });
  }
}

/** Warnings that are not about what is missing. */
const harmless = /: file changed while we backed it up$|^The files cache |^Continuing without files cache/;

/** Gathers what a backup says, from its first line. */
class BackupReading implements Reader {
  readonly #borg: Borg;
  readonly #unreadable: FailedItems;
  readonly #meter: ProgressMeter;
  readonly #document: string[] = [];
  readonly #counts = { A: 0, M: 0, C: 0 };
  #unexplained = 0;

  constructor(borg: Borg, operation: Operation) {
    this.#borg = borg;
    this.#unreadable = new FailedItems(borg.mask);
    this.#meter = new ProgressMeter('uploading', operation.report);
    this.#meter.start();
  }

  stdout(line: OutputLine): void {
    this.#document.push(line);
  }

  log(message: JsonObject): void {
    const log = decodeLog(message);
    if (log?.level === 'warning') this.#readWarning(log.text);
    if (message['type'] === 'file_status') this.#readStatus(message);
    this.#meter.read(message);
  }

  #readStatus(message: JsonObject): void {
    const status = textIn(message, 'status');
    if (status === 'A' || status === 'M' || status === 'C') this.#counts[status] += 1;
  }

  /** `/path: reason`. A file that is written to while it is read is saved, as it is by any other engine. */
  #readWarning(text: string): void {
    if (harmless.test(text)) return;
    const [, path, reason] = /^(\/.*?): ([a-z_]+: .*|\[Errno.*|[^:]*)$/s.exec(text) ?? [];
    if (path === undefined || reason === undefined) {
      this.#unexplained += 1;
      return;
    }
    this.#unreadable.add({ path, reason });
    this.#meter.countErrors(this.#unreadable.count);
  }

  result(ended: Ended): BackupResult {
    const document = decodeJsonLine(this.#document.join('\n')) ?? {};
    const archive = isJsonObject(document['archive']) ? document['archive'] : undefined;
    const snapshot = archive === undefined ? undefined : textIn(archive, 'id');
    // A signal that arrives late can turn a finished backup into a cancelled one: the snapshot exists.
    const isFinished = snapshot !== undefined && (ended.exit.lost || isCancelled(ended));
    if (!isFinished) this.#borg.throwIfFailed(ended);
    const stats = archive === undefined ? undefined : this.#statsOf(archive);
    if (stats !== undefined) this.#meter.finish({ files: stats.filesProcessed, bytes: stats.bytesProcessed });
    // With 0 borg says that nothing of the files is missing, whatever it warned of beside.
    const isWhole = this.#unreadable.count === 0 && (ended.verdict.type === 'ok' || this.#unexplained === 0);
    return {
      snapshot,
      stats,
      unreadable: this.#unreadable.items,
      unreadableCount: this.#unreadable.count,
      complete: isWhole && ended.verdict.type !== 'failed',
      exitLost: ended.exit.lost,
    };
  }

  /** What was added borg counts as it is stored: it does not tell how much that was before it was compressed. */
  #statsOf(archive: JsonObject): BackupStats {
    const stats = isJsonObject(archive['stats']) ? archive['stats'] : {};
    const [files, added] = [countIn(stats, 'nfiles'), countIn(stats, 'deduplicated_size')];
    const changed = this.#counts.M + this.#counts.C;
    return {
      filesNew: this.#counts.A,
      filesChanged: changed,
      filesUnmodified: Math.max(0, files - this.#counts.A - changed),
      filesProcessed: files,
      bytesProcessed: countIn(stats, 'original_size'),
      bytesAdded: added,
      bytesStored: added,
      durationMs: Math.round(countIn(archive, 'duration') * 1000),
    };
  }
}

const isCancelled = ({ verdict }: Ended): boolean => verdict.type === 'failed' && verdict.code === 'run.cancelled';
