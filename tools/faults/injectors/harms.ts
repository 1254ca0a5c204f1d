import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { everywhere } from './injector.ts';

/** A copy with one bit that is wrong. */
export function flipped(bytes: Uint8Array, at: number, bit = 4): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(at) ^ (1 << bit), at);
  return copy;
}

/** Also where its mode says that nobody may. */
export function overwrite(file: string, change: (bytes: Buffer) => Uint8Array): void {
  const changed = change(readFileSync(file));
  chmodSync(file, 0o600);
  writeFileSync(file, changed);
}

export const flipIn = (file: string, at: number, bit?: number): void =>
  overwrite(file, (bytes) => flipped(bytes, at, bit));

export interface Harm {
  readonly fault: string;
  /** `other` is a file of the same kind, in this repository; `foreign` one in another. */
  readonly harm: (file: string, other: string, foreign: string) => void;
}

/** What can happen to one file. */
export const harms: readonly Harm[] = [
  { fault: 'a flipped bit at the start', harm: (file) => flipIn(file, 0) },
  {
    fault: 'a flipped bit in the middle',
    harm: (file) => overwrite(file, (bytes) => flipped(bytes, Math.floor(bytes.length / 2))),
  },
  { fault: 'a flipped bit at the end', harm: (file) => overwrite(file, (bytes) => flipped(bytes, bytes.length - 1)) },
  { fault: 'a byte too many', harm: (file) => overwrite(file, (bytes) => Buffer.concat([bytes, Buffer.of(0)])) },
  { fault: 'a byte too few', harm: (file) => overwrite(file, (bytes) => bytes.subarray(0, -1)) },
  { fault: 'half of it gone', harm: (file) => overwrite(file, (bytes) => bytes.subarray(0, bytes.length / 2)) },
  { fault: 'nothing in it', harm: (file) => overwrite(file, () => Buffer.alloc(0)) },
  { fault: 'deletion', harm: (file) => rmSync(file) },
  { fault: 'the content of another one', harm: (file, other) => overwrite(file, () => readFileSync(other)) },
  { fault: 'the content of one elsewhere', harm: (file, _, foreign) => overwrite(file, () => readFileSync(foreign)) },
  {
    fault: 'its place taken by another one',
    harm(file, other) {
      renameSync(other, `${other}.aside`);
      renameSync(file, other);
      renameSync(`${other}.aside`, file);
    },
  },
  { fault: 'a folder in its place', harm: (file) => (rmSync(file), mkdirSync(file)) },
];

export const fileHarms = everywhere(
  'harmed files',
  'a file of the state or of a repository is flipped, cut, emptied or gone',
);
