import { describe, expect, it } from 'vitest';
import { parseTree } from './tree.ts';

const id = 'a'.repeat(64);
const time = '2026-01-02T03:04:05.678901234+01:00';
const node = { name: 'file', type: 'file', mtime: time, atime: time, ctime: time, uid: 0, gid: 0, content: null };
const parse = (nodes: unknown): ReturnType<typeof parseTree> => parseTree(id, Buffer.from(JSON.stringify({ nodes })));

describe('parseTree', () => {
  it('gives numbers that do not fit into a double to the last digit', () => {
    const text = JSON.stringify({ nodes: [{ ...node, inode: 1, device_id: 2, links: 3 }] })
      .replace('"inode":1', '"inode":18446744073709551615')
      .replace('"device_id":2', '"device_id":9007199254740993');
    expect(parseTree(id, Buffer.from(text))).toMatchObject([
      { inode: 18_446_744_073_709_551_615n, deviceId: 9_007_199_254_740_993n, links: 3 },
    ]);
  });

  it('leaves alone what looks like such a number in a text', () => {
    const name = 'x,\\"inode\\":18446744073709551615,';
    expect(parse([{ ...node, name }])[0]?.name.text).toBe('x,"inode":18446744073709551615,');
  });

  it('tells the bits above the permissions as Unix does', () => {
    const goBits = 0o755 + 2 ** 23 + 2 ** 20;
    expect(parse([{ ...node, mode: goBits }])[0]?.mode).toBe(0o5755);
  });

  it('prefers the raw target of a link', () => {
    const raw = Buffer.of(0x2e, 0x2e, 0x2f, 0xff);
    const [link] = parse([
      { ...node, type: 'symlink', linktarget: '../\uFFFD', linktarget_raw: raw.toString('base64') },
    ]);
    expect(link?.linkTarget).toEqual(raw);
  });

  it.each([
    ['no nodes', 1],
    ['a node that is none', [null]],
    ['a name that leads out', [{ ...node, name: '..' }]],
    ['a name with a slash', [{ ...node, name: 'a/b' }]],
    ['a name with a hidden slash', [{ ...node, name: 'a\\x2fb' }]],
    ['no name', [{ ...node, name: '' }]],
    ['a name that is not quoted well', [{ ...node, name: '\\' }]],
    ['no type', [{ ...node, type: '' }]],
    ['a folder without a tree', [{ ...node, type: 'dir' }]],
    ['a tree whose id is none', [{ ...node, type: 'dir', subtree: 'abc' }]],
    ['a negative size', [{ ...node, size: -1 }]],
    ['a time that is none', [{ ...node, mtime: 7 }]],
  ])('refuses %s and names the tree', (_, nodes) => {
    expect(() => parse(nodes)).toThrow(expect.objectContaining({ code: 'repository.damaged' }));
    expect(() => parse(nodes)).toThrow(id);
  });

  it('refuses what is no JSON', () => {
    expect(() => parseTree(id, Buffer.from('{'))).toThrow(expect.objectContaining({ code: 'repository.damaged' }));
  });
});
