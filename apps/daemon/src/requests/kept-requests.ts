import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { UmbraError, type Clock, type Instant, type JobId, type Log } from '@umbracore/contracts';
import * as z from 'zod/mini';
import { writeAtomically } from '../place/write-atomically.ts';
import { idempotencyKey, name } from '../routes/inputs.ts';
import type { WantedWork } from './run-request.ts';
import { wantedWork } from './wanted-work.ts';

/** So many may be open. */
const most = 256;

/** Nobody expects any more that one begins which was asked for so long ago. */
const mostAgeMs = 7 * 24 * 60 * 60_000;

const keptRequest = z.strictObject({
  key: idempotencyKey,
  at: z.number(),
  work: wantedWork,
  dropped: z.array(name),
});

/** A request that nobody waits for, as the next daemon finds it. */
export interface KeptRequest {
  readonly key: string;
  /** When it was accepted. */
  readonly at: Instant;
  readonly work: WantedWork;
  /** Jobs of it that were cancelled, and do not begin any more. */
  readonly dropped: readonly JobId[];
}

/**
 * The requests that were left to the daemon and have not ended, a file each, so that what was accepted outlives the daemon that
 * accepted it.
 */
export class KeptRequests {
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #log: Log;

  constructor(stateDir: string, clock: Clock, log: Log) {
    this.#folder = folderIn(stateDir);
    this.#clock = clock;
    this.#log = log;
  }

  /** Throws `state.busy` if there are too many. A state folder that takes no file keeps none: backups come first. */
  keep({ key, work }: Pick<KeptRequest, 'key' | 'work'>): void {
    if (namesIn(this.#folder).length >= most) {
      throw new UmbraError('state.busy', `${most} requests that were left to the daemon have not ended yet`, {
        hint: 'Let some of them end first, or cancel their jobs: umbra status.',
      });
    }
    this.#write({ key, at: this.#clock.now(), work, dropped: [] });
  }

  /** Remembers of a request that a job of it does not begin any more. */
  drop(key: string, job: JobId): void {
    const kept = this.#read(nameOf(key));
    if (kept !== undefined) this.#write({ ...kept, dropped: [...kept.dropped, job] });
  }

  forget(key: string): void {
    this.#remove(nameOf(key));
  }

  /** What an earlier daemon left, oldest first. What is too old is dropped, what cannot be read is set aside. */
  left(): readonly KeptRequest[] {
    const kept = namesIn(this.#folder).flatMap((file) => this.#read(file) ?? []);
    const since = this.#clock.now() - mostAgeMs;
    for (const { key, at, work } of kept.filter((each) => each.at < since)) {
      this.forget(key);
      const fields = { request: key, jobs: work.jobs, at: new Date(at).toISOString() };
      this.#log.warn(fields, 'a request that was left to the daemon is too old to be gone on with');
    }
    return kept.filter(({ at }) => at >= since).sort((one, other) => one.at - other.at);
  }

  #read(file: string): KeptRequest | undefined {
    const path = join(this.#folder, file);
    try {
      return keptRequest.parse(JSON.parse(readFileSync(path, 'utf8')));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      this.#log.warn({ file: path, error: String(error) }, 'a request that was left to the daemon cannot be read');
      this.#setAside(path);
      return undefined;
    }
  }

  #setAside(path: string): void {
    try {
      renameSync(path, `${path}.damaged`);
    } catch {
      // It is said again by the next daemon.
    }
  }

  #write(kept: KeptRequest): void {
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      writeAtomically(join(this.#folder, nameOf(kept.key)), `${JSON.stringify(kept)}\n`);
    } catch (error) {
      const text = 'a request could not be kept: what follows in it ends with this daemon';
      this.#log.warn({ request: kept.key, error: String(error) }, text);
    }
  }

  #remove(file: string): void {
    try {
      rmSync(join(this.#folder, file), { force: true });
    } catch (error) {
      // Gone on with by the next daemon it begins nothing anew: its runs have its key.
      this.#log.warn({ file, error: String(error) }, 'a request that has ended could not be removed');
    }
  }
}

/** How many requests were left to a daemon and have not ended. */
export const countKept = (stateDir: string): number => namesIn(folderIn(stateDir)).length;

const folderIn = (stateDir: string): string => join(stateDir, 'requests');

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((file) => file.endsWith('.json'));
  } catch {
    return [];
  }
}

/** Not the key itself: not every file system tells large letters from small ones. */
const nameOf = (key: string): string => `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.json`;
