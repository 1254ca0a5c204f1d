import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { unreadableLimit, type Operation, type RestoreSpec } from '@umbracore/contracts';
import type { Borg } from '../borg.ts';
import { bytesOf, ListedFields, listEnv, probe } from '../decode/listed-fields.ts';
import { absolutePath } from '../decode/values.ts';
import { belowPath, excludeFlags } from '../patterns.ts';

/** What a restore has brought, by the archive. */
export interface Restored {
  readonly files: number;
  readonly bytes: number;
  /** Files that are not there, or have another content; as many as are kept of those that failed. */
  readonly different: readonly string[];
}

const longestMs = 24 * 60 * 60_000;
const counted = `${probe}{mode} {size}{NUL}{NUL}{bpath}{NUL}`;
/** borg reads each file anew for it. */
const hashed = `${probe}{mode} {size}{NUL}{sha256}{NUL}{bpath}{NUL}`;

/** borg does not tell what it has restored: the archive is asked for it, and with `verify` for what each file has to hold. */
export async function lookAtRestored(
  borg: Borg,
  archive: string,
  spec: RestoreSpec,
  operation: Operation,
): Promise<Restored> {
  const look = new Look(spec);
  const call = {
    name: 'list',
    archive,
    flags: [`--format=${spec.verify ? hashed : counted}`, ...excludeFlags(spec.exclude)],
    operands: spec.include.map(belowPath),
    env: listEnv,
  };
  const onData = (chunk: Uint8Array): Promise<void> => look.take(chunk);
  const { note, signal } = operation;
  borg.throwIfFailed(await borg.read(call, { onData, deadlineMs: longestMs }, { note, signal }));
  return look;
}

class Look implements Restored {
  readonly #spec: RestoreSpec;
  readonly #fields = new ListedFields();
  readonly different: string[] = [];
  files = 0;
  bytes = 0;
  #pending: string[] = [];

  constructor(spec: RestoreSpec) {
    this.#spec = spec;
  }

  async take(chunk: Uint8Array): Promise<void> {
    for (const field of this.#fields.push(chunk)) {
      this.#pending.push(field);
      if (this.#pending.length < 3) continue;
      const [numbers = '', hash = '', path = ''] = this.#pending;
      this.#pending = [];
      await this.#look(numbers.slice(probe.length), hash, path);
    }
  }

  async #look(numbers: string, hash: string, path: string): Promise<void> {
    if (numbers.startsWith('d')) return;
    this.files += 1;
    // Further names of a file have neither size nor hash of their own.
    if (!numbers.startsWith('-')) return;
    this.bytes += Number(numbers.split(' ')[1] ?? 0);
    // A name is bytes, and those that are no UTF-8 have to be found too.
    const file = Buffer.concat([Buffer.from(`${this.#spec.target}/`), bytesOf(path)]);
    if (!this.#spec.verify || (await hashOf(file)) === hash) return;
    if (this.different.length < unreadableLimit) this.different.push(absolutePath(path));
  }
}

async function hashOf(file: Buffer): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(file), hash);
    return hash.digest('hex');
  } catch {
    return undefined;
  }
}
