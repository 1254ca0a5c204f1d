import type { BlobIndex, IndexedBlob } from '../reading/blob-index.ts';
import { damaged, unsupported } from '../problems.ts';
import { FieldReader, isFields, isId } from './fields.ts';

/** Puts what one index file says into the index of the repository, or where a part of it is gathered. */
export function addIndexFile(what: string, document: unknown, into: Pick<BlobIndex, 'addPack' | 'add'>): void {
  if (Array.isArray(document)) throw unsupported(`The ${what} has a form from before restic 0.2`);
  for (const pack of new FieldReader(what, document).list('packs')) {
    const fields = new FieldReader(what, pack);
    const id = fields.id('id');
    into.addPack(id);
    for (const blob of fields.list('blobs')) into.add(quickBlob(blob, id) ?? blobIn(what, blob, id));
  }
}

/** There may be millions, and all of them look so; undefined for any that does not. */
function quickBlob(blob: unknown, pack: string): IndexedBlob | undefined {
  if (!isFields(blob)) return undefined;
  const { id, type, offset, length, uncompressed_length: plainLength = 0 } = blob;
  if (typeof id !== 'string' || !isId(id) || (type !== 'data' && type !== 'tree')) return undefined;
  if (!isCount(offset) || !isCount(length) || !isCount(plainLength)) return undefined;
  return { id, type, pack, offset, length, plainLength: plainLength === 0 ? undefined : plainLength };
}

/** What restic holds in 32 bits. */
const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 32;

/** The same, and says what is wrong. */
function blobIn(what: string, blob: unknown, pack: string): IndexedBlob {
  const fields = new FieldReader(what, blob);
  const type = fields.text('type');
  if (type !== 'data' && type !== 'tree') throw damaged(what, `names a blob of type "${type}"`);
  const counts = [fields.count('offset'), fields.count('length'), fields.count('uncompressed_length')];
  if (!counts.every(isCount)) throw damaged(what, 'names a blob that is larger than a pack can be');
  const [offset = 0, length = 0, plainLength = 0] = counts;
  return { id: fields.id('id'), type, pack, offset, length, plainLength: plainLength || undefined };
}
