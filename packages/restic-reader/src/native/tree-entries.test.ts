import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isUmbraError } from '@umbracore/contracts';
import { parseTree } from '../documents/tree.ts';
import { asTreeEntry } from './contract-forms.ts';
import { treeEntries } from './tree-entries.ts';

const id = 'a'.repeat(64);
const bytesOf = (nodes: unknown): Buffer => Buffer.from(JSON.stringify({ nodes }));

/** What somebody may find where restic has written something else. */
const odd = fc.constantFrom<unknown>(null, -1, 1.5, 2 ** 60, 'x', [], {}, true);

const plain = fc.record({
  name: fc.constantFrom('a', 'Übung', 'photo 1.jpg', '\ufffd', 'a\\xffb', 'line\\n', '🙂'),
  type: fc.constantFrom('file', 'dir', 'symlink', 'fifo', 'something new'),
  mode: fc.constantFrom(0, 0o644, 0o755 + 2 ** 31, 0o755 + 2 ** 23, 0o1777 + 2 ** 20),
  mtime: fc.constantFrom('2026-01-02T03:04:05.678901234+01:00', '1969-12-31T23:59:59Z'),
  uid: fc.nat(),
  gid: fc.nat(),
  size: fc.constantFrom(0, 1, 2 ** 52),
  content: fc.constantFrom(null, [], ['b'.repeat(64)]),
});
const withTree = plain.map((node) => (node.type === 'dir' ? { ...node, subtree: 'c'.repeat(64) } : node));
const field = fc.constantFrom('name', 'type', 'mode', 'mtime', 'uid', 'gid', 'size', 'content', 'subtree');
const changed = fc.tuple(withTree, field, odd).map(([node, name, value]) => ({ ...node, [name]: value }));
const lacking = fc.tuple(withTree, field).map(([node, name]) => ({ ...node, [name]: undefined }));

function outcome(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return isUmbraError(error) ? error.code : error;
  }
}

const trees = [
  ['as restic writes it', fc.array(withTree, { maxLength: 4 })],
  ['with something odd in it', fc.array(fc.oneof(withTree, changed, lacking), { maxLength: 3 })],
] as const;

describe('treeEntries', () => {
  it.each(trees)('gives of a tree %s what the whole of it is, or refuses it alike', (_, nodes) => {
    fc.assert(
      fc.property(nodes, (some) => {
        const slow = outcome(() => parseTree(id, bytesOf(some)).map(asTreeEntry));
        expect(outcome(() => treeEntries(id, bytesOf(some)))).toEqual(slow);
      }),
      { numRuns: 300, seed: 5 },
    );
  });

  it('says of what is no tree that it is damaged', () => {
    for (const text of ['{', '[]', '{"nodes":1}', '{"nodes":[null]}', '{"nodes":[{"name":"..","type":"file"}]}'])
      expect(outcome(() => treeEntries(id, Buffer.from(text)))).toBe('repository.damaged');
  });
});
