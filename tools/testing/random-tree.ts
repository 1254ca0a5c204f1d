import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';

/** Numbers that look random and are the same for the same seed. */
export class Dice {
  readonly #seed: string;
  #count = 0;

  constructor(seed: string) {
    this.#seed = seed;
  }

  bytes(length: number): Buffer {
    const parts: Buffer[] = [];
    for (let size = 0; size < length; size += 32) {
      this.#count += 1;
      parts.push(createHash('sha256').update(`${this.#seed}/${this.#count}`).digest());
    }
    return Buffer.concat(parts).subarray(0, length);
  }

  below(limit: number): number {
    return this.bytes(4).readUInt32LE(0) % limit;
  }

  of<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new RangeError('nothing to choose from');
    return item;
  }
}

const oddNames: readonly Buffer[] = [
  'line\nbreak',
  'tab\t"quoted"',
  "it's \\x41",
  '-dash',
  'emoji 🙂 漢',
  ' ',
  '\u0001\u007f',
  '\u00a0\u200b',
  '{"a":1}',
  '.hidden',
  'A',
  'a',
  'ä',
  '&<>\u2028',
  'back\\slash\\',
  '$HOME',
  '\r',
  'name',
].map((name) => Buffer.from(name, 'utf8'));

/** No UTF-8: single bytes, sequences that break off, one that is too long, half of a pair. */
const rawNames: readonly Buffer[] = [
  Buffer.of(0xff, 0xfe),
  Buffer.of(0x61, 0xe2, 0x82),
  Buffer.of(0xf0, 0x9f, 0x99, 0x62),
  Buffer.of(0xc0, 0xaf),
  Buffer.of(0xed, 0xa0, 0x80),
];

type Change = (folder: Buffer, dice: Dice) => void;

const pathOf = (folder: Buffer, name: Buffer): Buffer => Buffer.concat([folder, Buffer.from('/'), name]);

function freshName(dice: Dice): Buffer {
  const kind = dice.below(4);
  if (kind === 0) return dice.of(oddNames);
  if (kind === 1) return Buffer.concat([dice.of(rawNames), dice.of(oddNames)]);
  return Buffer.from(`file-${dice.below(40)}`);
}

function newPath(folder: Buffer, dice: Dice): Buffer {
  const path = pathOf(folder, freshName(dice));
  rmSync(path, { recursive: true, force: true });
  return path;
}

function content(dice: Dice): Buffer {
  const length = dice.of([0, 1, 100, 5000, 300_000]);
  return dice.below(2) === 0 ? dice.bytes(length) : Buffer.alloc(length, 'same old story ');
}

const setTime = (path: Buffer, dice: Dice): void =>
  utimesSync(path, 1_700_000_000, dice.of([0, 1.5, 1_000_000_000.123456, 1_900_000_000]));

const changes: readonly Change[] = [
  (folder, dice) => writeFileSync(newPath(folder, dice), content(dice)),
  (folder, dice) => writeFileSync(newPath(folder, dice), content(dice)),
  (folder, dice) => {
    const path = newPath(folder, dice);
    writeFileSync(path, 'sparse');
    truncateSync(path, 3_000_000);
  },
  (folder, dice) => {
    const path = newPath(folder, dice);
    mkdirSync(path);
    for (let count = dice.below(6); count > 0; count -= 1) dice.of(changes)(path, dice);
  },
  (folder, dice) => symlinkSync(dice.of([Buffer.from('../some where'), dice.of(rawNames)]), newPath(folder, dice)),
  (folder) => execFileSync('mkfifo', [Buffer.concat([folder, Buffer.from('/pipe')]).toString('latin1')], quiet),
  (folder, dice) => {
    const old = someEntry(folder, dice);
    if (old !== undefined && lstatSync(old).isFile()) linkSync(old, uncollided(newPath(folder, dice), old, dice));
  },
  (folder, dice) => {
    const old = someEntry(folder, dice);
    if (old !== undefined) renameSync(old, uncollided(newPath(folder, dice), old, dice));
  },
  (folder, dice) =>
    rmSync(someEntry(folder, dice) ?? pathOf(folder, Buffer.from('none')), { recursive: true, force: true }),
  (folder, dice) => {
    const path = someEntry(folder, dice);
    if (path !== undefined && !lstatSync(path).isSymbolicLink())
      chmodSync(path, dice.of([0o755, 0o4711, 0o2750, 0o1777]));
  },
  (folder, dice) => {
    const path = someEntry(folder, dice);
    if (path !== undefined && !lstatSync(path).isSymbolicLink()) setTime(path, dice);
  },
];

const quiet = { stdio: 'ignore' } as const;

/** `newPath` removes what is at the new place: another one if that was the old place. */
function uncollided(path: Buffer, old: Buffer, dice: Dice): Buffer {
  return Buffer.compare(path, old) === 0 ? Buffer.concat([old, Buffer.from(String(dice.below(1000)))]) : path;
}

function someEntry(folder: Buffer, dice: Dice): Buffer | undefined {
  const names = readdirSync(folder, { encoding: 'buffer' }).sort((a, b) => Buffer.compare(a, b));
  return names.length === 0 ? undefined : pathOf(folder, dice.of(names));
}

/** Changes a folder at random, at any depth. */
export function changeTree(folder: string, dice: Dice, count: number): void {
  for (let change = 0; change < count; change += 1) {
    let place: Buffer = Buffer.from(folder);
    for (let depth = dice.below(3); depth > 0; depth -= 1) {
      const inner = someEntry(place, dice);
      if (inner !== undefined && lstatSync(inner).isDirectory()) place = inner;
    }
    tryTo(() => dice.of(changes)(place, dice));
  }
}

/** Some changes undo what they stand on. */
function tryTo(work: () => void): void {
  try {
    work();
  } catch {
    // Another one follows.
  }
}

/** Every path below a folder, as bytes. */
export function pathsBelow(folder: Buffer): readonly Buffer[] {
  return readdirSync(folder, { encoding: 'buffer' }).flatMap((name) => {
    const path = pathOf(folder, name);
    return lstatSync(path).isDirectory() ? [path, ...pathsBelow(path)] : [path];
  });
}
