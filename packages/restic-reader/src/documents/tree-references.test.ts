import { describe, expect, it } from 'vitest';
import { parseReferences } from './tree-references.ts';

const [one, other] = ['1'.repeat(64), '2'.repeat(64)];
const parse = (document: unknown) => parseReferences('t', Buffer.from(JSON.stringify(document)));

describe('what a tree refers to', () => {
  it('is the blobs of its files and the trees of its folders', () => {
    const nodes = [
      { name: 'a', type: 'file', content: [one, other] },
      { name: 'b', type: 'file', content: null },
      { name: 'c', type: 'dir', subtree: one },
      { name: 'd', type: 'symlink' },
    ];
    expect(parse({ nodes })).toEqual([
      { name: 'a', content: [one, other], subtree: undefined },
      { name: 'b', content: [], subtree: undefined },
      { name: 'c', content: [], subtree: one },
      { name: 'd', content: [], subtree: undefined },
    ]);
    expect(parse({ nodes: null })).toEqual([]);
  });

  it.each([
    ['no document', []],
    ['no list', { nodes: {} }],
    ['no node', { nodes: ['a'] }],
    ['no name', { nodes: [{ type: 'file' }] }],
    ['no type', { nodes: [{ name: 'a' }] }],
    ['a folder without a tree', { nodes: [{ name: 'a', type: 'dir' }] }],
    ['a tree that is no id', { nodes: [{ name: 'a', type: 'dir', subtree: 'x' }] }],
    ['a tree that is no text', { nodes: [{ name: 'a', type: 'dir', subtree: 7 }] }],
    ['a blob that is no id', { nodes: [{ name: 'a', type: 'file', content: ['x'] }] }],
    ['blobs that are no list', { nodes: [{ name: 'a', type: 'file', content: 'x' }] }],
  ])('is damage if there is %s', (_, document) => {
    expect(() => parse(document)).toThrow(expect.objectContaining({ code: 'repository.damaged' }));
  });
});
