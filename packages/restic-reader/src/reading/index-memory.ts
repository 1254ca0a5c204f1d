import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readRemembered, writeRemembered } from '../storage/remembered-file.ts';
import type { IndexRows } from './blob-index.ts';

const form = Buffer.from('umbra index 1\n');
const idBytes = 32;
const fieldBytes = 4 * 4;

/**
 * What index files say, each in a file of this machine with the same name. An index file never changes, for its name is the hash of
 * its content: who has looked that it still has that hash need not decrypt and parse it again. What is absent, damaged or cannot be
 * kept is found out again.
 */
export class IndexMemory {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  async read(id: string): Promise<IndexRows | undefined> {
    const body = await readRemembered(join(this.#dir, id), form).catch(() => undefined);
    return body && decode(body);
  }

  async write(id: string, rows: IndexRows): Promise<void> {
    await writeRemembered(join(this.#dir, id), form, encode(rows), { isQuick: true }).catch(() => undefined);
  }

  /** Forgets all others. */
  async keepOnly(ids: readonly string[]): Promise<void> {
    const present = new Set(ids);
    const names = await readdir(this.#dir).catch(() => []);
    for (const name of names) if (!present.has(name)) await rm(join(this.#dir, name), { force: true });
  }
}

function encode({ packs, ids, fields, types }: IndexRows): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt32LE(packs.length);
  const bytesOf = ({ buffer, byteOffset, byteLength }: Uint32Array): Buffer =>
    Buffer.from(buffer, byteOffset, byteLength);
  return Buffer.concat([head, Buffer.from(packs.join(''), 'hex'), bytesOf(ids), bytesOf(fields), types]);
}

/** Nobody but us writes what has the right sum. */
function decode(body: Buffer): IndexRows {
  const packs = body.readUInt32LE(0);
  let at = 4;
  const take = (bytes: number): Buffer => body.subarray(at, (at += bytes));
  const packIds = take(packs * idBytes).toString('hex');
  const count = (body.length - at) / (idBytes + fieldBytes + 1);
  // Copied, for words have to begin at a multiple of four.
  const words = (bytes: number): Uint32Array => new Uint32Array(new Uint8Array(take(bytes)).buffer);
  return {
    packs: Array.from({ length: packs }, (_, pack) => packIds.slice(pack * 64, (pack + 1) * 64)),
    ids: words(count * idBytes),
    fields: words(count * fieldBytes),
    types: take(count),
  };
}
