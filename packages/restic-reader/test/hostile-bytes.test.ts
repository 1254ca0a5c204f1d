import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { mangled, mangledBytes, tamed } from '../../../tools/testing/fuzz.ts';
import { times } from '../../../tools/vitest/evidence.ts';
import { SealingKey } from '../src/crypto/sealing-key.ts';
import { parseJson } from '../src/documents/fields.ts';
import { addIndexFile } from '../src/documents/index-file.ts';
import { masterKey, parseKeyFile } from '../src/documents/key-file.ts';
import { openDocument } from '../src/documents/sealed-file.ts';
import { parseSnapshot } from '../src/documents/snapshot.ts';
import { parseReferences } from '../src/documents/tree-references.ts';
import { parseTree } from '../src/documents/tree.ts';
import { treeEntries } from '../src/native/tree-entries.ts';
import { BlobIndex } from '../src/reading/blob-index.ts';

const id = 'a'.repeat(64);
const other = 'b'.repeat(64);
const time = '2026-01-02T03:04:05.678901234+01:00';
const node = { mode: 420, mtime: time, atime: time, ctime: time, uid: 0, gid: 0, user: 'me', inode: 1, device_id: 2 };

const tree = JSON.stringify({
  nodes: [
    { name: 'file', type: 'file', ...node, size: 3, links: 2, content: [id, other] },
    {
      name: 'folder \\u00e4',
      type: 'dir',
      ...node,
      subtree: other,
      extended_attributes: [{ name: 'user.a', value: 'YQ==' }],
    },
    { name: 'link', type: 'symlink', ...node, linktarget: '../x' },
  ],
});
const blob = { id, type: 'data', offset: 0, length: 100, uncompressed_length: 300 };
const index = JSON.stringify({
  supersedes: [other],
  packs: [{ id, blobs: [blob, { ...blob, id: other, type: 'tree' }] }],
});
const snapshot = JSON.stringify({
  time,
  tree: id,
  parent: other,
  paths: ['/srv'],
  hostname: 'host',
  tags: ['umbra-run:r-1'],
  summary: { backup_start: time, backup_end: time, files_new: 1, total_files_processed: 1 },
});
const key = JSON.stringify({ kdf: 'scrypt', N: 2, r: 1, p: 1, salt: 'YWJj', data: 'YWJj', hostname: 'h' });
const master = JSON.stringify({ mac: { k: 'YWJj', r: 'YWJj' }, encrypt: 'YWJj' });

const words = [
  '9'.repeat(17),
  '2'.repeat(20),
  '"inode":',
  '..',
  '"nodes":',
  '"content":null',
  '[[[[[[[[',
  '"type":"dir"',
  '"subtree":',
  '-1',
];
const refusals = /^(repository\.damaged|backend\.unsupported)$/;

const readers: readonly (readonly [string, string, (bytes: Buffer) => unknown])[] = [
  ['a tree', tree, (bytes) => parseTree(id, bytes)],
  ['entries', tree, (bytes) => treeEntries(id, bytes)],
  ['references', tree, (bytes) => parseReferences(id, bytes)],
  ['an index', index, (bytes) => addIndexFile('index', parseJson('index', bytes), new BlobIndex())],
  ['a snapshot', snapshot, (bytes) => parseSnapshot('snapshot', id, parseJson('snapshot', bytes))],
  ['a key', key, (bytes) => parseKeyFile('key', bytes)],
  ['a master key', master, (bytes) => masterKey('key', bytes).wipe()],
];

test.each(readers)('whatever stands for %s is read, or is damage', async (_, sample, read) => {
  await tamed(() => read(Buffer.from(sample)), refusals);
  await fc.assert(
    fc.asyncProperty(fc.oneof(mangled([sample], words), fc.json()), async (text) => {
      await tamed(() => read(Buffer.from(text)), refusals);
    }),
    { numRuns: times(400) },
  );
});

test('no names of a tree lead out of its folder', async () => {
  await fc.assert(
    fc.asyncProperty(mangled([tree], words), async (text) => {
      const outcome = await tamed(() => treeEntries(id, Buffer.from(text)), refusals);
      const names = 'value' in outcome ? outcome.value.map(({ name }) => name) : [];
      expect(names.filter((name) => name === '' || name === '.' || name === '..' || name.includes('/'))).toEqual([]);
    }),
    { numRuns: times(400) },
  );
});

test('of what was sealed nothing is opened that was changed', async () => {
  using sealing = disposable(new SealingKey(Buffer.alloc(64, 7)));
  const sealed = [Buffer.alloc(33), Buffer.alloc(200, 1)];
  await fc.assert(
    fc.asyncProperty(mangledBytes(sealed), async (bytes) => {
      expect(await tamed(() => openDocument('index', sealing.key, bytes), refusals)).toMatchObject({
        refused: 'repository.damaged',
      });
    }),
    { numRuns: times(400) },
  );
});

const disposable = (key: SealingKey) => ({ key, [Symbol.dispose]: () => key.wipe() });
