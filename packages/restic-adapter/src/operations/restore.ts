import { lstat, readdir } from 'node:fs/promises';
import {
  countIn,
  decodeJsonLine,
  FailedItems,
  reasonOf,
  UmbraError,
  type JsonObject,
  type Operation,
  type OutputLine,
  type PrivilegedEngines,
  type RestoreResult,
  type RestoreSpec,
} from '@umbracore/contracts';
import type { Call } from '../command.ts';
import { decodeItemError } from '../decode/item-error.ts';
import { plainText } from '../decode/plain-text.ts';
import { decodeStatus } from '../decode/status.ts';
import { featuresOf, type Features } from '../features.ts';
import { verbatimPattern } from '../glob.ts';
import { lockHindrance } from '../local-repository.ts';
import { shortText, speaksOfLock } from '../messages.ts';
import { ProgressMeter } from '../progress.ts';
import { withFlag, type Ended, type Reader, type Restic } from '../restic.ts';
import { privilegedStart } from './privileged-start.ts';

/** Writes a snapshot, or parts of it, below the target. Items that failed are part of the result. */
export async function restore(restic: Restic, spec: RestoreSpec, operation: Operation): Promise<RestoreResult> {
  if (operation.privileged !== undefined) return await privilegedRestore(restic, spec, operation, operation.privileged);
  const program = await restic.program(operation);
  const { features } = program;
  if (!features.restoreOverExisting) await checkEmpty(spec.target);
  const call: Call = { ...restoreCall(spec, features), program };
  const unlocked = withFlag(call, '--no-lock');
  const takesLocks = (await lockHindrance(restic.location)) === undefined;
  let reading = new RestoreReading(restic, operation);
  let ended = await restic.supervise(takesLocks ? call : unlocked, reading, operation);
  // The folder of traces of a run is for one engine.
  if (operation.spool === undefined && tookNoLock(ended)) {
    reading = new RestoreReading(restic, operation);
    ended = await restic.supervise(unlocked, reading, operation);
  }
  throwIfTargetFailed(ended, spec.target);
  const written = features.restoreLines ? undefined : await countFiles(spec.target);
  return reading.result(ended, written);
}

/** Its folder is new and belongs to whoever has the rights: it is not looked into from here. */
async function privilegedRestore(
  restic: Restic,
  spec: RestoreSpec,
  operation: Operation,
  engines: PrivilegedEngines,
): Promise<RestoreResult> {
  const start = privilegedStart(restic.repository.definition, operation);
  const reading = new RestoreReading(restic, operation);
  const { engine, version, target } = await engines.restore(spec, start, operation.signal);
  const running = { engine, command: 'restore', features: featuresOf(version) };
  const ended = await restic.followStarted(running, reading, { ...operation, spool: start.spool });
  throwIfTargetFailed(ended, target);
  return { ...reading.result(ended, undefined), target };
}

export const restoreCall = (spec: RestoreSpec, features: Features): Call => ({
  name: 'restore',
  flags: restoreFlags(spec, features),
  operands: [spec.snapshot],
});

/** Exported for tests. */
export function restoreFlags(spec: RestoreSpec, features: Features): readonly string[] {
  if (spec.include.length > 0 && spec.exclude.length > 0) {
    throw new UmbraError('backend.unsupported', 'restic cannot include and exclude in the same restore', {
      hint: 'Use either include or exclude.',
    });
  }
  return [
    `--target=${spec.target}`,
    ...spec.include.map((path) => `--include=${verbatimPattern(path)}`),
    ...spec.exclude.map((pattern) => `--exclude=${pattern}`),
    ...(spec.verify ? ['--verify'] : []),
    ...(features.restoreOverExisting ? [`--overwrite=${spec.overwrite}`] : []),
  ];
}

/** 0.14 overwrites without asking, writes through links to folders, and loses hard links the second time. */
async function checkEmpty(target: string): Promise<void> {
  const names = await readdir(target).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw new UmbraError('restore.target', `Cannot restore into ${target}: ${reasonOf(error)}`, {
      hint: 'Choose a folder that can be written.',
      cause: error,
    });
  });
  if (names.length === 0) return;
  throw new UmbraError(
    'backend.unsupported',
    `This restic restores only into an empty folder, and ${target} is not empty`,
    {
      hint: 'Choose an empty or absent folder, or install restic 0.17 or newer.',
    },
  );
}

/** A disk that is full, read-only or of somebody else can be read, and may be all that is left. */
const tookNoLock = ({ verdict }: Ended): boolean =>
  verdict.type === 'failed' &&
  (verdict.code === 'repository.full' || verdict.code === 'repository.permission') &&
  speaksOfLock(verdict.last);

/** What the system says of the target is not about the repository. */
function throwIfTargetFailed({ verdict }: Ended, target: string): void {
  if (verdict.type !== 'failed' || verdict.code === 'run.cancelled') return;
  if (!verdict.last.includes(target) && !/cannot create target directory/.test(verdict.last)) return;
  throw new UmbraError('restore.target', `Cannot restore into ${target}: ${shortText(verdict.last)}`, {
    hint: 'Choose a folder that can be written and has room.',
  });
}

interface Written {
  readonly files: number;
  readonly bytes: number;
}

/** 0.14 does not tell what it restored, but the folder was empty before. Names are bytes: not all are UTF-8. */
async function countFiles(folder: string): Promise<Written> {
  let files = 0;
  let bytes = 0;
  const folders: Buffer[] = [Buffer.from(folder)];
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    for (const name of await readdir(next, { encoding: 'buffer' })) {
      const path = Buffer.concat([next, Buffer.from('/'), name]);
      const found = await lstat(path);
      if (found.isDirectory()) folders.push(path);
      else files += 1;
      if (found.isFile()) bytes += found.size;
    }
  }
  return { files, bytes };
}

class RestoreReading implements Reader {
  readonly #restic: Restic;
  readonly #failed: FailedItems;
  readonly #meter: ProgressMeter;
  #summary: JsonObject | undefined;

  constructor(restic: Restic, operation: Operation) {
    this.#restic = restic;
    this.#failed = new FailedItems(restic.mask);
    this.#meter = new ProgressMeter('restoring', operation.report);
    this.#meter.start();
  }

  stdout(line: OutputLine): void {
    const message = decodeJsonLine(line);
    if (message === undefined) return;
    if (message['message_type'] === 'summary') this.#summary = message;
    const status = decodeStatus(message);
    if (status !== undefined) this.#meter.update(status);
  }

  stderr(line: OutputLine, message: JsonObject | undefined): void {
    const error = message === undefined ? textError(plainText(line)) : decodeItemError(message);
    if (error === undefined) return;
    this.#failed.add(error);
    this.#meter.countErrors(this.#failed.count);
  }

  result(ended: Ended, written: Written | undefined): RestoreResult {
    // With failed items restic ends with 1 and "There were N errors", after it has restored all the rest.
    const isPartial =
      this.#failed.count > 0 && ended.verdict.type === 'failed' && /There were \d+ errors/.test(ended.verdict.last);
    if (!isPartial) this.#restic.throwIfFailed(ended);
    const totals = written ?? totalsOf(this.#summary ?? {});
    this.#meter.finish(totals);
    return {
      filesRestored: totals.files,
      bytesRestored: totals.bytes,
      filesSkipped: countIn(this.#summary ?? {}, 'files_skipped'),
      failed: this.#failed.items,
      failedCount: this.#failed.count,
    };
  }
}

/** With an include filter restic counts folders on the way as restored, but not in the total. */
function totalsOf(summary: JsonObject): Written {
  const files = Math.min(countIn(summary, 'files_restored'), countIn(summary, 'total_files'));
  return { files, bytes: countIn(summary, 'bytes_restored') };
}

/** Before 0.16 a failed item is a sentence. */
function textError(text: string): { readonly path: string; readonly reason: string } | undefined {
  const match = /^ignoring error for (\/.*?): (.+)$/.exec(text);
  return match?.[1] === undefined ? undefined : { path: match[1], reason: match[2] ?? '' };
}
