import { describe, expect, it } from 'vitest';
import { BlobIndex } from '../reading/blob-index.ts';
import { addIndexFile } from './index-file.ts';

const id = 'a'.repeat(64);
const other = 'b'.repeat(64);
const blob = { id, type: 'data', offset: 0, length: 100 };
const read = (document: unknown): BlobIndex => {
  const index = new BlobIndex();
  addIndexFile('index 1', document, index);
  return index;
};

describe('addIndexFile', () => {
  it('reads packs and their blobs, and knows those without any', () => {
    const index = read({
      packs: [
        { id, blobs: [blob, { ...blob, id: other, type: 'tree', offset: 100, uncompressed_length: 300 }] },
        { id: other, blobs: null },
      ],
    });
    expect(index.places('data', id)).toEqual([{ pack: id, offset: 0, length: 100, plainLength: undefined }]);
    expect(index.places('tree', other)).toEqual([{ pack: id, offset: 100, length: 100, plainLength: 300 }]);
    expect(index.places('data', other)).toEqual([]);
    expect(index.packs).toEqual([id, other]);
  });

  it.each([
    ['no document', 7],
    ['a pack without an id', { packs: [{ blobs: [] }] }],
    ['a pack whose id leads elsewhere', { packs: [{ id: '../../etc/passwd', blobs: [] }] }],
    ['a blob that is none', { packs: [{ id, blobs: ['blob'] }] }],
    ['a blob of another type', { packs: [{ id, blobs: [{ ...blob, type: 'invalid' }] }] }],
    ['a blob without an id', { packs: [{ id, blobs: [{ ...blob, id: undefined }] }] }],
    ['a blob whose id is none', { packs: [{ id, blobs: [{ ...blob, id: id.slice(1) }] }] }],
    ['a negative offset', { packs: [{ id, blobs: [{ ...blob, offset: -1 }] }] }],
    ['a length that is text', { packs: [{ id, blobs: [{ ...blob, length: '100' }] }] }],
    ['a length beyond 32 bits', { packs: [{ id, blobs: [{ ...blob, length: 2 ** 32 }] }] }],
  ])('refuses %s and names the file', (_, document) => {
    expect(() => read(document)).toThrow(expect.objectContaining({ code: 'repository.damaged' }));
    expect(() => read(document)).toThrow('index 1');
  });

  it('leaves the form of the first years to restic', () => {
    expect(() => read([])).toThrow(expect.objectContaining({ code: 'backend.unsupported' }));
  });
});
