// What a process wrote to a folder, as strace saw it, and the states in which a power cut could have left the disk.
import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** One thing that was asked of the disk, or one line that was told to the world meanwhile. */
export type DiskEvent =
  | { readonly kind: 'create' | 'remove'; readonly path: string }
  | { readonly kind: 'sync'; readonly path: string }
  | { readonly kind: 'write'; readonly path: string; readonly at: number; readonly bytes: Buffer }
  | { readonly kind: 'truncate'; readonly path: string; readonly size: number }
  | { readonly kind: 'told'; readonly text: string };

const calls = 'openat,pwrite64,write,ftruncate,fsync,fdatasync,unlink,rename,renameat2,fallocate';

/** Runs the program and gives what its first thread did below the folder, and what it wrote to its standard output. */
export function record(strace: string, program: readonly string[], folder: string, scratch: string): DiskEvent[] {
  mkdirSync(scratch);
  // -y names files, -xx leaves no character to guess; a file for each thread keeps calls whole.
  const flags = ['-ff', '-y', '-xx', '-s', '10000000', '-o', join(scratch, 'calls'), '-e', `trace=${calls}`];
  const { status, stderr, pid } = spawnSync(strace, [...flags, ...program], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (status !== 0) throw new Error(`strace ended with ${status}: ${stderr}`);
  const main = globSync(join(scratch, 'calls.*')).toSorted(byThread)[0];
  if (main === undefined) throw new Error(`strace ${pid} recorded nothing`);
  return readFileSync(main, 'latin1')
    .split('\n')
    .flatMap((line) => eventOf(line, folder));
}

const byThread = (one: string, other: string): number => threadOf(one) - threadOf(other);
const threadOf = (file: string): number => Number(file.slice(file.lastIndexOf('.') + 1));

function eventOf(line: string, folder: string): readonly DiskEvent[] {
  const [, call = '', rest = ''] = /^(\w+)\((.*)\) += (?!-1)/.exec(line) ?? [];
  const [first, second] = texts(rest).map((text) => text.toString());
  const path = first ?? '';
  if (call === 'write')
    return rest.startsWith('1<') ? [{ kind: 'told', text: second ?? '' }] : refuseInside(path, folder);
  if (call === 'openat') {
    const opened = line.slice(line.lastIndexOf('<'));
    const [target] = texts(opened).map((text) => text.toString());
    const isNew = rest.includes('O_CREAT') && target?.startsWith(`${folder}/`);
    return isNew && target !== undefined ? [{ kind: 'create', path: target }] : [];
  }
  if (path !== folder && !path.startsWith(`${folder}/`)) return [];
  switch (call) {
    case 'pwrite64': {
      const [, bytes = Buffer.alloc(0)] = texts(rest);
      return [{ kind: 'write', path, at: Number(rest.slice(rest.lastIndexOf(',') + 1)), bytes }];
    }
    case 'ftruncate':
      return [{ kind: 'truncate', path, size: Number(rest.slice(rest.lastIndexOf(',') + 1)) }];
    case 'fsync':
    case 'fdatasync':
      return [{ kind: 'sync', path }];
    case 'unlink':
      return [{ kind: 'remove', path }];
    case '':
      return [];
    default:
      throw new Error(`${call} of ${path} has no model`);
  }
}

function refuseInside(path: string, folder: string): readonly DiskEvent[] {
  if (path.startsWith(folder)) throw new Error(`write to ${path} has no model`);
  return [];
}

/** What stands between quotation marks or angle brackets, in which each byte is written as `\x2f`. */
const texts = (text: string): readonly Buffer[] =>
  [...text.matchAll(/["<]((?:\\x[0-9a-f]{2})*)[">]/g)].map(([, hex = '']) =>
    Buffer.from(hex.replaceAll('\\x', ''), 'hex'),
  );

/** What happened to a file since it, or its folder, was synced. */
type Pending = Exclude<DiskEvent, { readonly kind: 'told' | 'sync' }>;

interface FileState {
  durable: Buffer | undefined;
  pending: Pending[];
}

/**
 * A disk on which what was synced is there for good. Of the rest a power cut may leave each write, lose it or stop it at a sector,
 * and a file that was made or removed may be as it was before.
 */
export class RecordedDisk {
  readonly #files = new Map<string, FileState>();

  take(event: DiskEvent): void {
    if (event.kind === 'told') return;
    if (event.kind === 'sync') this.#sync(event.path);
    else this.#file(event.path).pending.push(event);
  }

  /** What a power cut at this moment may leave, by the path of the file. */
  image(chance: (below: number) => number): ReadonlyMap<string, Buffer> {
    const image = new Map<string, Buffer>();
    for (const [path, { durable, pending }] of this.#files) {
      const copy = durable === undefined ? undefined : Buffer.from(durable);
      const content = pending.flatMap((event) => fateOf(event, chance)).reduce(applied, copy);
      if (content !== undefined) image.set(path, content);
    }
    return image;
  }

  #file(path: string): FileState {
    const file = this.#files.get(path) ?? { durable: undefined, pending: [] };
    this.#files.set(path, file);
    return file;
  }

  /** The sync of a file makes it durable whole, that of a folder what was made and removed in it. */
  #sync(path: string): void {
    const file = this.#files.get(path);
    if (file !== undefined) {
      file.durable = file.pending.reduce(applied, file.durable ?? Buffer.alloc(0));
      file.pending = [];
      return;
    }
    for (const [name, inside] of this.#files) {
      if (dirname(name) === path) settleName(inside);
    }
  }
}

function settleName(file: FileState): void {
  const removed = file.pending.findLastIndex(({ kind }) => kind === 'remove');
  if (removed !== -1) file.durable = undefined;
  const since = file.pending.slice(removed + 1);
  if (since.some(({ kind }) => kind === 'create')) file.durable ??= Buffer.alloc(0);
  file.pending = since.filter(({ kind }) => kind !== 'create');
}

/** May change the content that it is given, where that has the room. */
function applied(content: Buffer | undefined, event: Pending): Buffer | undefined {
  switch (event.kind) {
    case 'create':
      return content ?? Buffer.alloc(0);
    case 'write':
      return written(content ?? Buffer.alloc(0), event.at, event.bytes);
    case 'truncate':
      return resized(content ?? Buffer.alloc(0), event.size);
    case 'remove':
      return undefined;
  }
}

const sector = 512;

function fateOf(event: Pending, chance: (below: number) => number): readonly Pending[] {
  const fate = chance(4);
  if (fate === 0) return [];
  if (event.kind !== 'write' || fate > 1) return [event];
  const sectors = Math.ceil(event.bytes.length / sector);
  return [{ ...event, bytes: event.bytes.subarray(0, sector * chance(sectors + 1)) }];
}

function written(content: Buffer, at: number, bytes: Buffer): Buffer {
  const next = at + bytes.length > content.length ? resized(content, at + bytes.length) : content;
  bytes.copy(next, at);
  return next;
}

function resized(content: Buffer, size: number): Buffer {
  const next = Buffer.alloc(size);
  content.copy(next);
  return next;
}

/** Puts the files of an image into an empty folder. */
export function layOut(image: ReadonlyMap<string, Buffer>, folder: string): void {
  mkdirSync(folder, { mode: 0o700 });
  for (const [path, content] of image) writeFileSync(join(folder, basename(path)), content, { mode: 0o600 });
}
