import { readRemembered, writeRemembered } from '../storage/remembered-file.ts';
import { rowBytes, type TreeRows } from './tree-places.ts';

const form = Buffer.from('umbra trees 1\n');
const packBytes = 32;

interface Head {
  readonly repository: string;
  readonly files: readonly { readonly id: string; readonly packs: number; readonly rows: number }[];
}

/** What index files say of trees, by their ids. A file that is absent, damaged or about another repository holds nothing. */
export async function readTreeMemory(file: string, repository: string): Promise<ReadonlyMap<string, TreeRows>> {
  const body = await readRemembered(file, form).catch(() => undefined);
  if (body === undefined) return new Map();
  const headEnd = 4 + body.readUInt32LE(0);
  // Nobody but us writes what has the right sum.
  const head = JSON.parse(body.toString('utf8', 4, headEnd)) as Head;
  if (head.repository !== repository) return new Map();
  let at = headEnd;
  const take = (bytes: number): Buffer => body.subarray(at, (at += bytes));
  return new Map(
    head.files.map(({ id, packs, rows }) => [id, { packs: take(packs * packBytes), rows: take(rows * rowBytes) }]),
  );
}

export async function writeTreeMemory(
  file: string,
  repository: string,
  known: ReadonlyMap<string, TreeRows>,
): Promise<void> {
  const files = [...known].map(([id, { packs, rows }]) => ({
    id,
    packs: packs.length / packBytes,
    rows: rows.length / rowBytes,
  }));
  const text = Buffer.from(JSON.stringify({ repository, files } satisfies Head));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  const parts = [...known.values()].flatMap(({ packs, rows }) => [packs, rows]);
  await writeRemembered(file, form, Buffer.concat([length, text, ...parts]));
}
