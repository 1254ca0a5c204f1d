import { createHash, randomBytes } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Secret, UmbraError } from '@umbracore/contracts';
import type {
  Ability,
  Backend,
  BackendFactory,
  BackendHost,
  RepositoryDefinition,
  Snapshot,
  SnapshotEntry,
  TreeEntry,
} from '@umbracore/contracts';
import { withNativeReading } from '@umbracore/restic-reader/native';
import { FakeClock, recordingLog, type RecordingLog } from '@umbracore/testkit';
import { makeRepository } from '../../../tools/testing/light-key.mjs';
import { gather, password, resticVersions, World } from './restic.ts';

const absent = '0'.repeat(64);

/** Many blobs. */
/** Of many more blobs than are read ahead, however it is cut: the largest have 8 MiB. */
const large = randomBytes(48 * 1024 * 1024);

/** In the place of restic: says that it was asked, and has one snapshot more than there is, so that it shows who answers. */
class Stand {
  readonly asked: string[] = [];
  entries: readonly SnapshotEntry[] = [];
  content: Uint8Array = Buffer.alloc(0);

  readonly backend = {
    snapshots: () => {
      this.asked.push('snapshots');
      return Promise.resolve([{ id: absent } as Snapshot]);
    },
    list: (snapshot: string, path?: string) => this.#list(snapshot, path),
    dump: (snapshot: string, path: string, sink: (chunk: Uint8Array) => void) => {
      this.asked.push(`dump ${snapshot} ${path}`);
      for (let at = 0; at < this.content.length; at += 1000) sink(this.content.subarray(at, at + 1000));
      return Promise.resolve();
    },
    holds: () => Promise.resolve(true),
    supports: new Set<Ability>(['list', 'find']),
    openTrees: () => Promise.reject(new UmbraError('backend.unsupported', 'restic gives no trees')),
  } as unknown as Backend;

  async *#list(snapshot: string, path?: string): AsyncGenerator<SnapshotEntry> {
    this.asked.push(`list ${snapshot} ${path ?? ''}`);
    yield* this.entries;
  }
}

describe.each(resticVersions.slice(-1))('a backend with native reading, beside restic $version', ({ program }) => {
  const world = new World();
  let stand: Stand;
  let log: RecordingLog;
  const clock = new FakeClock();
  let snapshot: string;

  const backendOf = (
    change: Partial<RepositoryDefinition> = {},
    env: Record<string, string> = {},
    secret = password,
  ): Backend => {
    const definition = { name: 'home', location: world.repository, ...change } as RepositoryDefinition;
    const host = { log, env, clock, cacheDir: join(world.folder, 'cache') } as unknown as BackendHost;
    return withNativeReading(() => stand.backend)({ definition, password: secret, env: {} }, host);
  };
  /** Empties all packs when it is told to, and fills them again at the end. */
  function brokenOff(): AsyncDisposable & { readonly breakOff: () => void } {
    const packs = readdirSync(join(world.repository, 'data'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.length > 64)
      .map((name) => join(world.repository, 'data', name));
    const contents = packs.map((pack) => readFileSync(pack));
    return {
      breakOff: () => packs.forEach((pack) => truncateSync(pack)),
      async [Symbol.asyncDispose]() {
        for (const [at, pack] of packs.entries()) writeFileSync(pack, contents[at] ?? '');
      },
    };
  }
  const reasons = (): readonly unknown[] => log.lines.map(({ fields }) => fields['reason']);

  beforeAll(async () => {
    world.prepare();
    for (const folder of ['a', 'b', 'c']) {
      mkdirSync(join(world.sources, folder));
      writeFileSync(join(world.sources, folder, 'file'), folder);
    }
    writeFileSync(join(world.sources, 'large'), large);
    await world.restic(program, 'backup', '--tag', 'one', '--host', 'here', world.sources);
    const [only] = JSON.parse(await world.restic(program, '--json', '--no-lock', 'snapshots'));
    snapshot = only.id;
  });
  afterAll(() => world[Symbol.dispose]());
  beforeEach(() => {
    stand = new Stand();
    log = recordingLog();
  });

  it('answers without restic', async () => {
    const backend = backendOf();
    expect((await backend.snapshots()).map(({ id }) => id)).toEqual([snapshot]);
    expect(await backend.snapshotIds()).toEqual([snapshot]);
    expect(await backend.snapshots({ ids: [snapshot, snapshot] })).toHaveLength(1);
    expect(await backend.snapshots({ ids: [absent] })).toEqual([]);
    expect(await backend.snapshots({ tags: ['one'], host: 'here', path: world.sources })).toHaveLength(1);
    expect(await backend.snapshots({ tags: ['two'] })).toEqual([]);
    expect(await backend.snapshots({ host: 'there' })).toEqual([]);
    expect(await backend.snapshots({ path: '/elsewhere' })).toEqual([]);
    const below = await gather(backend.list(snapshot, join(world.sources, 'b')));
    expect(below.map(({ path, size }) => [path, size])).toEqual([
      [join(world.sources, 'b'), 0],
      [join(world.sources, 'b', 'file'), 1],
    ]);
    expect([stand.asked, log.lines]).toEqual([[], []]);
    expect(await backend.holds(snapshot)).toBe(true);
  });

  it.each<[string, Partial<RepositoryDefinition>, Record<string, string>]>([
    ['native reading is off for this repository', { native: false }, {}],
    ['UMBRA_NATIVE is off', {}, { UMBRA_NATIVE: 'off' }],
    ['the repository is not on this machine', { location: 'sftp:host:/srv' }, {}],
  ])('leaves all to restic where %s', async (reason, change, env) => {
    const backend = backendOf(change, env);
    expect(await backend.snapshots()).toEqual([{ id: absent }]);
    expect(await gather(backend.list(snapshot, '/a'))).toEqual([]);
    expect(stand.asked).toEqual(['snapshots', `list ${snapshot} /a`]);
    expect(reasons()).toEqual([reason, reason]);
    expect(log.lines.every(({ level }) => level === 'debug')).toBe(true);
  });

  it('gives trees where it can, and says so', async () => {
    const backend = backendOf();
    expect([...backend.supports]).toEqual(['list', 'find', 'snapshot-ids', 'trees']);
    await using trees = await backend.openTrees();
    let names: readonly string[] = [];
    let tree: string | undefined = await trees.root(snapshot);
    for (const step of join(world.sources, 'b', 'file').split('/').slice(1)) {
      const entries: readonly TreeEntry[] = await trees.read(tree ?? '');
      const entry = entries.find(({ name }) => name === step);
      [tree, names] = [entry?.subtree, entry?.content ?? []];
    }
    expect(names).toEqual([createHash('sha256').update('b').digest('hex')]);
    expect([await trees.chunkBytes(names[0] ?? ''), await trees.chunkBytes(absent)]).toEqual([1, undefined]);
    await expect(trees.root(absent)).rejects.toMatchObject({ code: 'snapshot.absent' });

    const without = backendOf({ native: false });
    expect([...without.supports]).toEqual(['list', 'find']);
    await expect(without.openTrees()).rejects.toMatchObject({ code: 'backend.unsupported' });
  });

  const dumped = async (path: string, backend: Backend, onChunk = (): void => undefined): Promise<Buffer> => {
    const chunks: Uint8Array[] = [];
    await backend.dump(snapshot, path, (chunk) => {
      chunks.push(chunk);
      onChunk();
    });
    return Buffer.concat(chunks);
  };

  it('reads a file', async () => {
    expect((await dumped(join(world.sources, 'large'), backendOf())).equals(large)).toBe(true);
    expect([stand.asked, log.lines]).toEqual([[], []]);
  });

  it('leaves to restic what is no file, and tells what the taker of a file throws', async () => {
    stand.content = Buffer.from('tar');
    expect(String(await dumped(join(world.sources, 'b'), backendOf()))).toBe('tar');
    expect(String(await dumped(join(world.sources, 'none'), backendOf()))).toBe('tar');
    expect(stand.asked).toHaveLength(2);
    const full = new Error('no room');
    const taken = backendOf().dump(snapshot, join(world.sources, 'large'), () => Promise.reject(full));
    await expect(taken).rejects.toBe(full);
    expect(stand.asked).toHaveLength(2);
  });

  it('lets restic go on where its own reading of a file breaks off', async () => {
    stand.content = large;
    await using broken = brokenOff();
    const whole = await dumped(join(world.sources, 'large'), backendOf(), () => broken.breakOff());
    expect(whole.equals(large)).toBe(true);
    expect([stand.asked.length, reasons().length]).toEqual([1, 1]);
    expect(reasons()[0]).toContain('repository.damaged');
  });

  it('leaves to restic what restic alone understands, and what fails', async () => {
    const backend = backendOf();
    for (const filter of [{ ids: ['latest'] }, { tags: ['a,b'] }]) await backend.snapshots(filter);
    for (const [id, path] of [
      ['latest', undefined],
      [snapshot, 'relative'],
      [snapshot, '/a/../b'],
      [absent, undefined],
    ] as const) {
      await gather(backend.list(id, path));
    }
    expect(stand.asked).toHaveLength(6);
    expect(reasons().at(-1)).toContain('snapshot.absent');
    const elsewhere = backendOf({ location: world.sources });
    await elsewhere.snapshots();
    expect(reasons().at(-1)).toContain('repository.absent');
    expect(log.text()).not.toContain(password.reveal());
  });

  it('stops when it is told to, as restic then says', async () => {
    const stopped = new AbortController();
    const seen: string[] = [];
    stand.entries = [];
    for await (const { path } of backendOf().list(snapshot, undefined, { signal: stopped.signal })) {
      seen.push(path);
      stopped.abort();
    }
    expect(seen.length).toBeLessThan(4);
    expect(stand.asked).toHaveLength(1);
  });

  it('does not start what was stopped before, also when it knows the key', async () => {
    const backend = backendOf();
    await backend.snapshots();
    const signal = AbortSignal.abort();
    await backend.snapshots({}, { signal });
    await gather(backend.list(snapshot, undefined, { signal }));
    expect(stand.asked).toHaveLength(2);
  });

  it('lets restic go on where its own listing breaks off', async () => {
    const whole = await gather(backendOf().list(snapshot));
    stand.entries = whole;
    const seen: SnapshotEntry[] = [];
    await using broken = brokenOff();
    for await (const entry of backendOf().list(snapshot)) {
      seen.push(entry);
      broken.breakOff();
    }
    expect(seen).toEqual(whole);
    expect(stand.asked).toHaveLength(1);
    expect(reasons()[0]).toContain('repository.damaged');
  });

  it('lists a damaged snapshot as restic does: by asking it', async () => {
    const file = join(world.repository, 'snapshots', snapshot);
    const bytes = readFileSync(file);
    chmodSync(file, 0o600);
    appendFileSync(file, 'x');
    expect(await backendOf().snapshots()).toEqual([{ id: absent }]);
    expect(reasons()[0]).toContain('repository.damaged');
    writeFileSync(file, bytes);
  });

  describe('a key that one backend has found', () => {
    /** Opening with the password needs the key files; opening with a key that is known does not. */
    const keys = join(world.repository, 'keys');
    let factory: BackendFactory;
    let keyFile: string;
    let sealed: Buffer;
    const another = (secret = password): Backend => {
      const definition = { name: 'home', location: world.repository } as RepositoryDefinition;
      const host = { log, env: {}, clock, cacheDir: join(world.folder, 'cache') } as unknown as BackendHost;
      return factory({ definition, password: secret, env: {} }, host);
    };
    const spoilKey = () => writeFileSync(keyFile, 'x');

    beforeEach(async () => {
      factory = withNativeReading(() => stand.backend);
      keyFile = join(keys, readdirSync(keys)[0] ?? '');
      sealed = readFileSync(keyFile);
      chmodSync(keyFile, 0o600);
      await another().snapshots();
    });
    afterEach(() => writeFileSync(keyFile, sealed));

    it('serves the next one', async () => {
      spoilKey();
      expect((await another().snapshots()).map(({ id }) => id)).toEqual([snapshot]);
    });

    it('serves nobody with another password, and nobody much later', async () => {
      spoilKey();
      expect(await another(new Secret('another')).snapshots()).toEqual([{ id: absent }]);
      await clock.advance(11 * 60_000);
      expect(await another().snapshots()).toEqual([{ id: absent }]);
    });

    it('serves nobody once its file is gone from the repository', async () => {
      rmSync(keyFile);
      expect(await another().snapshots()).toEqual([{ id: absent }]);
      expect(reasons().at(-1)).toContain('has no keys');
    });
  });

  it('opens what lies at its place now, although it knew another key', async () => {
    const path = join(world.folder, 'replaced');
    makeRepository(path, password.reveal());
    const backend = backendOf({ location: path });
    expect(await backend.snapshots()).toEqual([]);
    rmSync(path, { recursive: true });
    makeRepository(path, password.reveal());
    expect(await backend.snapshots()).toEqual([]);
    expect(readdirSync(path)).toContain('config');
    expect([stand.asked, log.lines]).toEqual([[], []]);
  });
});
