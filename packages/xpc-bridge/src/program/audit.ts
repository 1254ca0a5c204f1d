import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, fsyncSync, openSync, readSync, renameSync, writeSync } from 'node:fs';
import { UmbraError, type Clock } from '@umbracore/contracts';
import type { Peer } from './proof.ts';

/** What was asked, by whom, and what was answered. Names and ids only. */
export interface AuditEntry {
  readonly event: 'accepted' | 'done' | 'failed' | 'refused';
  readonly verb: string;
  readonly peer: Peer | undefined;
  readonly about?: Readonly<Record<string, string>>;
  readonly why?: string;
}

/** So long is the file before it is put aside; one older one is kept. */
const turnBytes = 16 * 1024 * 1024;

/** Refusals may be a flood: beyond so many in a minute they are counted instead of written. */
const refusalsPerMinute = 120;

/**
 * Who had what done. A record is on the disk before anything is done, or nothing is. Each carries the hash of the one before, so
 * that none can be taken out unseen.
 */
export class AuditTrail {
  readonly #path: string;
  readonly #clock: Clock;
  #last: string;
  #minute = 0;
  #refusals = 0;
  #unwritten = 0;

  constructor(path: string, clock: Clock) {
    this.#path = path;
    this.#clock = clock;
    this.#last = lastHash(path);
  }

  /** Durable when it returns. Throws `state.full` if it cannot be written: then nothing may be done. */
  record(entry: AuditEntry): void {
    try {
      if (entry.event === 'refused' && this.#isFlood()) return;
      this.#append(entry);
    } catch (cause) {
      throw new UmbraError('state.full', `What is asked cannot be written to ${this.#path}`, {
        hint: 'Free some space: nothing is done that is not written down first.',
        cause,
      });
    }
  }

  #isFlood(): boolean {
    const minute = Math.floor(this.#clock.monotonicMs() / 60_000);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#refusals = 0;
    }
    this.#refusals += 1;
    if (this.#refusals <= refusalsPerMinute) return false;
    this.#unwritten += 1;
    return true;
  }

  #append({ event, verb, peer, about, why }: AuditEntry): void {
    const unwritten = this.#unwritten === 0 ? {} : { unwrittenRefusals: this.#unwritten };
    const time = new Date(this.#clock.now()).toISOString();
    const record = { time, event, verb, uid: peer?.uid ?? null, gid: peer?.gid ?? null, ...about, why, ...unwritten };
    const hash = createHash('sha256')
      .update(`${this.#last}${JSON.stringify(record)}`)
      .digest('hex');
    const file = openSync(this.#path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT, 0o600);
    try {
      writeSync(file, `${JSON.stringify({ ...record, before: this.#last, hash })}\n`);
      fsyncSync(file);
      this.#last = hash;
      this.#unwritten = 0;
      if (fstatSync(file).size > turnBytes) renameSync(this.#path, `${this.#path}.1`);
    } finally {
      closeSync(file);
    }
  }
}

/** Of the last whole record; the beginning of all if there is none. */
function lastHash(path: string): string {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const { size } = fstatSync(file);
    const tail = Buffer.alloc(Math.min(size, 16_384));
    readSync(file, tail, 0, tail.length, size - tail.length);
    return /"hash":"([0-9a-f]{64})"\}\n[^\n]*$/.exec(tail.toString('utf8'))?.[1] ?? '';
  } catch {
    return '';
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
