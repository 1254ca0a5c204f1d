import { type DumpOperation, type Operation, UmbraError } from '@umbracore/contracts';
import type { Borg } from '../borg.ts';
import { entryOf, entryFormat, type ListedEntry } from '../decode/entry.ts';
import { ListedFields, listEnv } from '../decode/listed-fields.ts';
import { describeFailure } from '../messages.ts';
import { atPath, belowPath } from '../patterns.ts';
import { findArchive } from './archives.ts';

type Sink = (chunk: Uint8Array) => void | Promise<void>;

/** The sink decides how long it takes. */
const longestDumpMs = 24 * 60 * 60_000;

/** Writes the content of one file, or an archive of a folder, as fast as the sink takes it. What the sink throws ends borg and is thrown. */
export async function dump(
  borg: Borg,
  snapshot: string,
  path: string,
  sink: Sink,
  { archive: format, ...operation }: DumpOperation,
): Promise<void> {
  if (format === 'zip') {
    throw new UmbraError('backend.unsupported', 'borg makes no zip archives', { hint: 'Take a tar archive.' });
  }
  const { name } = await findArchive(borg, snapshot, operation);
  if (format === 'tar') {
    if (path !== '/') await lookUp(borg, name, path, operation);
    const call = { name: 'export-tar', archive: name, operands: ['-', ...(path === '/' ? [] : [belowPath(path)])] };
    borg.throwIfFailed(await borg.read(call, { onData: sink, deadlineMs: longestDumpMs }, operation));
    return;
  }
  if (await hasContent(borg, name, path, sink, operation)) return;
  const entry = await lookUp(borg, name, path, operation);
  if (entry.type !== 'file') {
    throw new UmbraError('usage.invalid', `${path} is no file`, { hint: 'Take a folder as an archive.' });
  }
  // borg gives the content of a file under its first name only.
  if (entry.sameAs !== undefined) await hasContent(borg, name, entry.sameAs, sink, operation);
}

/** False if nothing came: the file is empty, or has come under another name, or there is none. */
async function hasContent(
  borg: Borg,
  archive: string,
  path: string,
  sink: Sink,
  operation: Operation,
): Promise<boolean> {
  let bytes = 0;
  const onData = (chunk: Uint8Array): void | Promise<void> => {
    bytes += chunk.byteLength;
    return sink(chunk);
  };
  const call = { name: 'extract', flags: ['--stdout'], archive, operands: [atPath(path)] };
  borg.throwIfFailed(await borg.read(call, { onData, deadlineMs: longestDumpMs }, { ...operation, note: undefined }));
  return bytes > 0;
}

async function lookUp(borg: Borg, archive: string, path: string, operation: Operation): Promise<ListedEntry> {
  const fields: string[] = [];
  const cutter = new ListedFields();
  const onData = (chunk: Uint8Array): void => void fields.push(...cutter.push(chunk));
  const call = { name: 'list', archive, flags: [`--format=${entryFormat}`], operands: [atPath(path)], env: listEnv };
  borg.throwIfFailed(await borg.read(call, { onData }, operation));
  const [numbers, source = '', found = ''] = fields;
  if (numbers !== undefined) return entryOf(numbers, source, found);
  throw describeFailure('snapshot.absent', { what: 'extract', repository: borg.name, text: path });
}
