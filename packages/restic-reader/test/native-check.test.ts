import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type {
  Backend,
  BackendHost,
  Clock,
  Operation,
  Progress,
  RepositoryAccess,
  RepositoryDefinition,
} from '@umbracore/contracts';
import { withNativeReading } from '@umbracore/restic-reader/native';
import { aBackupSpec, FakeBackend, FakeClock, recordingLog } from '@umbracore/testkit';
import { flipIn } from '../../../tools/faults/injectors/harms.ts';
import { Dice } from '../../../tools/testing/random-tree.ts';
import { checkAt } from '../src/native/native-check.ts';
import { damaged } from '../src/problems.ts';
import { password, resticVersions, World } from './restic.ts';
import { bundled } from '../../../tools/testing/bundled.mjs';
import { checkProcess } from '../../../tools/vitest/programs.mjs';

const month = 30 * 86_400_000;

interface Parts {
  readonly engine: Backend;
  readonly clock: Clock;
  readonly access: RepositoryAccess;
}

describe.each(resticVersions.slice(-1))('a backend that checks what is new, beside restic $version', ({ program }) => {
  const world = new World();
  const memoryDir = join(world.folder, 'verified');
  let now: number;
  let backend: Backend;

  const backendOf = (change: Partial<RepositoryDefinition> = {}, parts: Partial<Parts> = {}): Backend => {
    const definition = { name: 'home', location: world.repository, ...change } as RepositoryDefinition;
    const host = {
      log: recordingLog(),
      env: {},
      memoryDir,
      cacheDir: join(world.folder, 'cache'),
      clock: parts.clock ?? { now: () => now, monotonicMs: () => 0 },
    } as unknown as BackendHost;
    const restic = parts.engine ?? new FakeBackend({ supports: ['list'] });
    return withNativeReading(() => restic)({ definition, password, env: {}, access: parts.access }, host);
  };
  const packs = (): readonly string[] =>
    readdirSync(join(world.repository, 'data'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name));
  beforeEach(async () => {
    rmSync(world.repository, { recursive: true, force: true });
    rmSync(memoryDir, { recursive: true, force: true });
    world.prepare();
    writeFileSync(join(world.sources, 'file'), new Dice('native check').bytes(500_000));
    await world.restic(program, 'backup', world.sources);
    now = Date.now();
    backend = backendOf();
  });
  afterAll(() => world[Symbol.dispose]());

  it('takes a repository that goes away while it is read for no damaged one', async () => {
    const place = { name: 'home', path: world.repository, memoryDir, cacheDir: join(world.folder, 'cache') };
    const look = (before: () => void) =>
      checkAt(
        place,
        () => (before(), Promise.reject(damaged('key 1', 'is not there'))),
        { read: 'new' },
        {},
        () => now,
      );
    expect(await look(() => undefined)).toMatchObject({ sound: false, problems: ['The key 1 is not there'] });
    await expect(look(() => rmSync(world.repository, { recursive: true }))).rejects.toMatchObject({
      code: 'repository.absent',
    });
  });

  it('proves what a backup wrote, and remembers it for any process that asks', async () => {
    expect(await backend.coverage(month)).toMatchObject({ soundAt: null, packs: 0 });
    const seen: Progress[] = [];
    const report = (progress: Progress): void => void seen.push(progress);
    const first = await backend.checkNew({ read: 'new', since: now - 60_000 }, { report });
    expect(first).toMatchObject({ sound: true, problems: [], snapshots: 1, coverage: { outlook: null } });
    expect(first.read.packs).toBe(packs().length);
    expect(seen.map(({ phase }) => phase)).toContain('verifying');
    const [place = ''] = readdirSync(join(world.folder, 'cache', 'index'));
    expect(readdirSync(join(world.folder, 'cache', 'index', place))).toEqual(
      readdirSync(join(world.repository, 'index')),
    );
    const again = await backendOf().checkNew({ read: 'new' });
    expect(again).toMatchObject({ sound: true, read: { trees: 0, packs: 0, bytes: 0 } });
    now = Date.now() + 1;
    expect(await backendOf().coverage(month)).toEqual({ ...again.coverage, withinMs: month });
    expect(again.coverage.freshBytes).toBe(again.coverage.bytes);
  });

  it('finds damage as a report: of a pack, and where the repository cannot even be opened', async () => {
    flipIn(packs()[0] ?? '', 10);
    const pack = await backend.checkNew({ read: 'all' });
    expect(pack.sound).toBe(false);
    expect(pack.problems.join()).toMatch(/does not have the content that its name stands for/);
    expect(pack.advice).toContainEqual(expect.stringMatching(/`umbra restic (?!NAME)\S+ -- check --read-data`/));
    flipIn(join(world.repository, 'config'), 10);
    expect(await backend.checkNew({ read: 'new' })).toMatchObject({ sound: false, problems: [expect.any(String)] });
  });

  it('finds its key while the engine of a backup works, if what that saves is checked next', async () => {
    const clock = new FakeClock(now);
    const asked: unknown[] = [];
    const opened: string[] = [];
    const access: RepositoryAccess = {
      opener: (own) => Promise.resolve({ password: own, keyHint: undefined }).finally(() => asked.push(own)),
      opened: (id) => Promise.resolve(void opened.push(id)),
    };
    const engine = new FakeBackend({ clock, supports: ['list'] });
    const native = backendOf({}, { engine, clock, access });
    const save = async (meanwhileMs: number, operation: Operation, keys: number): Promise<void> => {
      const held = engine.holdNext('backup');
      const backup = native.backup(aBackupSpec({ sources: [world.sources] }), operation);
      await held.reached;
      await clock.advance(meanwhileMs);
      await vi.waitUntil(() => opened.length === keys, { timeout: 60_000 });
      held.release();
      await backup;
    };
    await save(60_000, {}, 0);
    await save(149, { checkedNext: true }, 0);
    expect(asked).toEqual([]);
    await save(150, { checkedNext: true }, 1);
    expect(await native.checkNew({ read: 'new' })).toMatchObject({ sound: true });
    expect([asked.length, opened.length]).toEqual([1, 1]);
  });

  it('says whether a pace can be kept', async () => {
    const pace = { withinMs: month, everyMs: month / 30 };
    const enough = await backend.checkNew({ read: { ...pace, atMostBytes: 10 ** 9 } });
    expect(enough).toMatchObject({ sound: true, coverage: { outlook: { keeps: true, overdueBytes: 0 } } });
    const little = await backend.checkNew({ read: { ...pace, atMostBytes: 1000 } });
    expect(little.coverage.outlook).toMatchObject({ keeps: false });
    expect(little.coverage.outlook?.neededBytes).toBeGreaterThan(1000);
    now = Date.now() + 1;
    const known = await backendOf().coverage({ ...pace, atMostBytes: 1000 });
    expect(known.outlook).toEqual(little.coverage.outlook);
  });

  it('tells of errors as its own: nothing is there', async () => {
    rmSync(world.repository, { recursive: true });
    await expect(backend.checkNew({ read: 'new' })).rejects.toMatchObject({ code: 'repository.absent' });
  });

  it('ends soon when it is cancelled, and keeps what it learned', async () => {
    const stop = new AbortController();
    const check = backend.checkNew({ read: 'all' }, { signal: stop.signal, report: () => stop.abort() });
    await expect(check).rejects.toMatchObject({ code: 'run.cancelled' });
    await expect(backend.checkNew({ read: 'all' }, { signal: stop.signal })).rejects.toMatchObject({
      code: 'run.cancelled',
    });
  });

  it('ends by itself, without a word, when nobody listens any more', async () => {
    const child = spawn(process.execPath, ['--no-warnings', bundled(checkProcess)], { env: {} });
    let words = '';
    child.stderr.on('data', (chunk: Buffer) => (words += chunk.toString()));
    // What a killed daemon leaves: ends of pipes that nobody holds.
    child.stdout.destroy();
    const task = {
      path: world.repository,
      masterKey: '{}',
      memory: join(memoryDir, 'x'),
      indexDir: join(memoryDir, 'y'),
      scope: { read: 'all' },
    };
    child.stdin.end(`${JSON.stringify(task)}\n`);
    expect([await once(child, 'close'), words]).toEqual([[0, null], '']);
  });

  it('is not offered where restic alone can read, or nothing can be remembered', async () => {
    for (const other of [backendOf({ native: false }), backendOf({ location: 'sftp:host:/x' }), withoutMemory()]) {
      expect(other.supports.has('check-new')).toBe(false);
      await expect(other.checkNew({ read: 'new' })).rejects.toMatchObject({ code: 'backend.unsupported' });
      await expect(other.coverage(month)).rejects.toMatchObject({ code: 'backend.unsupported' });
    }
    expect(backend.supports.has('check-new')).toBe(true);
  });

  function withoutMemory(): Backend {
    const definition = { name: 'home', location: world.repository } as RepositoryDefinition;
    const host = {
      log: recordingLog(),
      env: {},
      cacheDir: join(world.folder, 'cache'),
      clock: new FakeClock(),
    } as unknown as BackendHost;
    return withNativeReading(() => new FakeBackend({ supports: [] }))({ definition, password, env: {} }, host);
  }
});
