import type { BlobIndex, BlobType } from '../reading/blob-index.ts';
import { damaged, unsupported } from '../problems.ts';
import { FieldReader } from './fields.ts';

/** Puts what one index file says into the index of the repository. */
export function addIndexFile(what: string, document: unknown, into: BlobIndex): void {
  if (Array.isArray(document)) throw unsupported(`The ${what} has a form from before restic 0.2`);
  for (const pack of new FieldReader(what, document).list('packs')) {
    const fields = new FieldReader(what, pack);
    const id = fields.id('id');
    into.addPack(id);
    for (const blob of fields.list('blobs')) addBlob(what, new FieldReader(what, blob), id, into);
  }
}

function addBlob(what: string, fields: FieldReader, pack: string, into: BlobIndex): void {
  into.add({
    pack,
    id: fields.id('id'),
    type: typeOf(what, fields.text('type')),
    offset: fields.count('offset'),
    length: fields.count('length'),
    plainLength: fields.count('uncompressed_length') || undefined,
  });
}

function typeOf(what: string, type: string): BlobType {
  if (type === 'data' || type === 'tree') return type;
  throw damaged(what, `names a blob of type "${type}"`);
}
