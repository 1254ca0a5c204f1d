import { readRemembered, writeRemembered } from '../storage/remembered-file.ts';
import { IdSet } from './id-set.ts';
import { nothingRemembered, type KnownPack, type Remembered } from './remembered.ts';

const form = Buffer.from('umbra verified 1\n');
const idBytes = 32;
/** An id and four numbers. */
const packBytes = idBytes + 4 * 8;

/** What is neither packs nor trees: little, and readable by people. */
interface Head {
  /** Which repository it is about: another one may lie in the same place now. */
  readonly repository: string;
  readonly soundAt: number | null;
  /** Files from before it was kept have none. */
  readonly damagedAt?: number | undefined;
  readonly packs: number;
  readonly indexFiles: readonly string[];
  readonly snapshots: readonly string[];
  /** Files from before it was kept have none. */
  readonly snapshotFiles?: readonly (readonly [file: string, first: string])[] | undefined;
  readonly rereadBytes: readonly (readonly [day: number, bytes: number])[];
}

/** A file that is absent, damaged or about another repository holds nothing: what it knew is found out again. */
export async function readMemory(file: string, repository?: string): Promise<Remembered> {
  const found = decode(await readRemembered(file, form));
  const isOther = repository !== undefined && found?.repository !== repository;
  return found === undefined || isOther ? nothingRemembered : found.remembered;
}

/** The same without the trees, which are most of it, of whatever repository it is about. */
export async function readKnownPacks(file: string): Promise<Remembered> {
  return decode(await readRemembered(file, form), false)?.remembered ?? nothingRemembered;
}

/** Whole or not at all, whatever happens meanwhile. */
export const writeMemory = (file: string, repository: string, remembered: Remembered): Promise<void> =>
  writeRemembered(file, form, encode(repository, remembered));

function encode(repository: string, remembered: Remembered): Buffer {
  const { soundAt, damagedAt, packs, trees, indexFiles, snapshots, snapshotFiles, rereadBytes } = remembered;
  const head: Head = {
    repository,
    soundAt: soundAt ?? null,
    damagedAt,
    packs: packs.size,
    indexFiles,
    snapshots,
    snapshotFiles: [...snapshotFiles],
    rereadBytes: [...rereadBytes],
  };
  const text = Buffer.from(JSON.stringify(head));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  return Buffer.concat([length, text, encodePacks(packs), trees.bytes]);
}

interface Decoded {
  readonly repository: string;
  readonly remembered: Remembered;
}

function decode(body: Buffer | undefined, withTrees = true): Decoded | undefined {
  if (body === undefined) return undefined;
  const headEnd = 4 + body.readUInt32LE(0);
  // Nobody but us writes what has the right sum.
  const head = JSON.parse(body.toString('utf8', 4, headEnd)) as Head;
  const packsEnd = headEnd + head.packs * packBytes;
  const remembered: Remembered = {
    soundAt: head.soundAt ?? undefined,
    damagedAt: head.damagedAt,
    packs: decodePacks(body.subarray(headEnd, packsEnd)),
    trees: withTrees ? IdSet.from(body.subarray(packsEnd)) : new IdSet(),
    indexFiles: head.indexFiles,
    snapshots: head.snapshots,
    snapshotFiles: new Map(head.snapshotFiles),
    rereadBytes: new Map(head.rereadBytes),
  };
  return { repository: head.repository, remembered };
}

function encodePacks(packs: ReadonlyMap<string, KnownPack>): Buffer {
  const bytes = Buffer.alloc(packs.size * packBytes);
  let at = 0;
  for (const [id, { bytes: size, changedAt, knownSince, readAt }] of packs) {
    bytes.write(id, at, idBytes, 'hex');
    const numbers = [size, changedAt, knownSince, readAt ?? Number.NaN];
    for (const [place, number] of numbers.entries()) bytes.writeDoubleLE(number, at + idBytes + place * 8);
    at += packBytes;
  }
  return bytes;
}

function decodePacks(bytes: Buffer): ReadonlyMap<string, KnownPack> {
  const packs = new Map<string, KnownPack>();
  for (let at = 0; at < bytes.length; at += packBytes) {
    const number = (place: number): number => bytes.readDoubleLE(at + idBytes + place * 8);
    const readAt = number(3);
    packs.set(bytes.toString('hex', at, at + idBytes), {
      bytes: number(0),
      changedAt: number(1),
      knownSince: number(2),
      readAt: Number.isNaN(readAt) ? undefined : readAt,
    });
  }
  return packs;
}
