import { mkdir, readdir } from 'node:fs/promises';
import {
  FailedItems,
  reasonOf,
  UmbraError,
  type JsonObject,
  type Operation,
  type RestoreResult,
  type RestoreSpec,
} from '@umbracore/contracts';
import type { Borg, Ended, Reader } from '../borg.ts';
import { decodeLog } from '../decode/log-message.ts';
import { absolutePath } from '../decode/values.ts';
import { shortText } from '../messages.ts';
import { belowPath, excludeFlags } from '../patterns.ts';
import { ProgressMeter } from '../progress.ts';
import { findArchive } from './archives.ts';
import { lookAtRestored, type Restored } from './look-at-restored.ts';

/** Writes a snapshot, or parts of it, below the target. Items that failed are part of the result. */
export async function restore(borg: Borg, spec: RestoreSpec, operation: Operation): Promise<RestoreResult> {
  const archive = await findArchive(borg, spec.snapshot, operation);
  await prepareTarget(spec);
  const reading = new RestoreReading(borg, operation);
  const call = {
    name: 'extract',
    flags: ['--progress', ...excludeFlags(spec.exclude)],
    archive: archive.name,
    operands: spec.include.map(belowPath),
    cwd: spec.target,
  };
  const ended = await borg.supervise(call, reading, operation);
  throwIfTargetFailed(ended, spec.target);
  borg.throwIfFailed(ended);
  return reading.result(await lookAtRestored(borg, archive.name, spec, operation));
}

/** borg replaces what is there without asking, so that a choice can be kept only where nothing is. */
async function prepareTarget({ target, overwrite }: RestoreSpec): Promise<void> {
  const isEmpty = await makeFolder(target);
  if (isEmpty || overwrite === 'always') return;
  throw new UmbraError('backend.unsupported', `borg replaces everything that it restores, and ${target} is not empty`, {
    hint: 'Choose an empty or absent folder, or let what is there be overwritten.',
  });
}

async function makeFolder(target: string): Promise<boolean> {
  try {
    await mkdir(target, { recursive: true });
    return (await readdir(target)).length === 0;
  } catch (error) {
    throw new UmbraError('restore.target', `Cannot restore into ${target}: ${reasonOf(error)}`, {
      hint: 'Choose a folder that can be written.',
      cause: error,
    });
  }
}

/** What the system says of the target is not about the repository. */
function throwIfTargetFailed({ verdict }: Ended, target: string): void {
  if (verdict.type !== 'failed' || !['repository.full', 'repository.permission'].includes(verdict.code)) return;
  throw new UmbraError('restore.target', `Cannot restore into ${target}: ${shortText(verdict.text)}`, {
    hint: 'Choose a folder that can be written and has room.',
  });
}

class RestoreReading implements Reader {
  readonly #failed: FailedItems;
  readonly #meter: ProgressMeter;

  constructor(borg: Borg, operation: Operation) {
    this.#failed = new FailedItems(borg.mask);
    this.#meter = new ProgressMeter('restoring', operation.report, 'extract');
    this.#meter.start();
  }

  log(message: JsonObject): void {
    const log = decodeLog(message);
    // `path: reason`, without the first slash. That a path is not in the archive is not about an item.
    const [, path, reason] = /^([^/].*?): ([a-z_]+: .*|\[Errno.*)$/s.exec(log?.text ?? '') ?? [];
    if (log?.level === 'warning' && path !== undefined && reason !== undefined) this.#add(absolutePath(path), reason);
    this.#meter.read(message);
  }

  #add(path: string, reason: string): void {
    this.#failed.add({ path, reason });
    this.#meter.countErrors(this.#failed.count);
  }

  result({ files, bytes, different }: Restored): RestoreResult {
    for (const path of different) this.#add(path, 'what was written is not what the repository has');
    this.#meter.finish({ files, bytes });
    return {
      filesRestored: Math.max(0, files - this.#failed.count),
      bytesRestored: bytes,
      filesSkipped: 0,
      failed: this.#failed.items,
      failedCount: this.#failed.count,
    };
  }
}
