import { copyFileSync, mkdirSync, readdirSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IndexedBlob } from '@umbracore/restic-reader';
import { addSnapshot, makeRepository } from '../../../tools/testing/light-key.mjs';
import { gather, password, resticVersions, World } from './restic.ts';

describe.each(resticVersions.slice(-1))('blobs that lie in two packs, with restic $version', ({ program }) => {
  const world = new World();
  const master = makeRepository(world.repository, password.reveal());
  const packOf = (id: string): string => join(world.repository, 'data', id.slice(0, 2), id);
  const copyName = (pack: string): string => pack.split('').reverse().join('');
  let packs: readonly string[] = [];

  /** Every pack once more, under another name and in an index of its own, as an interrupted prune may leave them. */
  beforeAll(async () => {
    writeFileSync(join(world.sources, 'file'), 'content');
    await world.restic(program, 'backup', world.sources);
    await using repository = await world.open();
    const { blobs } = await repository.index();
    packs = [...blobs.packs];
    const documents = packs.map((pack) => ({ id: copyName(pack), blobs: [...blobs.blobs()].filter(inPack(pack)) }));
    for (const { id } of documents) {
      mkdirSync(join(packOf(id), '..'), { recursive: true });
      copyFileSync(packOf(copyName(id)), packOf(id));
    }
    const sealed = addSnapshot(world.repository, master, { packs: documents.map(indexed) });
    renameSync(join(world.repository, 'snapshots', sealed), join(world.repository, 'index', sealed));
  });
  afterAll(() => world[Symbol.dispose]());

  const contentNow = async (): Promise<string> => {
    await using repository = await world.open();
    const [snapshot] = await repository.snapshots();
    const nodes = await gather(repository.ls(snapshot?.id ?? '', { below: join(world.sources, 'file') }));
    return (await repository.blob('data', nodes[0]?.node.content[0] ?? '')).toString();
  };

  it('are read from the one that is whole', async () => {
    expect(readdirSync(join(world.repository, 'index'))).toHaveLength(2);
    expect(await contentNow()).toBe('content');
    for (const pack of packs) truncateSync(packOf(pack));
    expect(await contentNow()).toBe('content');
    for (const pack of packs) rmSync(packOf(pack));
    expect(await contentNow()).toBe('content');
  });

  it('are damaged if both are', async () => {
    for (const pack of packs) truncateSync(packOf(copyName(pack)), 100);
    await expect(contentNow()).rejects.toMatchObject({ code: 'repository.damaged' });
  });
});

const inPack =
  (pack: string) =>
  (blob: IndexedBlob): boolean =>
    blob.pack === pack;

/** As restic writes it. */
const indexed = ({ id, blobs }: { readonly id: string; readonly blobs: readonly IndexedBlob[] }): object => ({
  id,
  blobs: blobs.map(({ id: blob, type, offset, length, plainLength }) => ({
    id: blob,
    type,
    offset,
    length,
    ...(plainLength !== undefined && { uncompressed_length: plainLength }),
  })),
});
