import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { TcpProxy } from '../../../../tools/faults/injectors/tcp-proxy.ts';
import {
  canServe,
  serverKinds,
  startRest,
  startSftp,
  type PortServer,
} from '../../../../tools/testing/servers/start.ts';
import { putDown, times } from '../../../../tools/vitest/evidence.ts';
import { until, World } from '../support/world.ts';
import { engineAtWork, expectNextRunWorks, expectNothingLeft, expectRefusal } from './aftermath.ts';

// Waiting is most of it, so they wait together.
const limitMs = 180_000;

/** What takes half a minute of waiting is done by the long suites only. */
const isLong = times(1) > 1;

/** A world whose repository lies behind a server, on a way that can be disturbed. */
class Far implements AsyncDisposable {
  readonly world: World;
  readonly proxy: TcpProxy;
  readonly #server: PortServer;
  readonly #place: string;

  private constructor(world: World, proxy: TcpProxy, server: PortServer, place: string) {
    this.world = world;
    this.proxy = proxy;
    this.#server = server;
    this.#place = place;
  }

  /** With something to send. `jobLines` say how it is sent. */
  static async behind(start: typeof startRest, jobLines: string): Promise<Far> {
    const world = new World();
    world.write('large', randomBytes(1_500_000));
    // The server is no process of the world, and must not look like one.
    const place = mkdtempSync(join(tmpdir(), 'umbra-server-'));
    symlinkSync(world.folder, join(place, 'data'));
    const server = await start(join(place, 'data'), place);
    const proxy = await TcpProxy.to(server.port);
    const far = new Far(world, proxy, server, place);
    far.configure(jobLines);
    return far;
  }

  configure(jobLines = ''): void {
    const way = this.#server.through(this.proxy.port);
    const repositoryLines = `    options: ${JSON.stringify(way.options)}\n`;
    this.world.configure(`    verify: { afterBackup: none }\n${jobLines}`, {
      location: way.locationOf('repository'),
      repositoryLines,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.proxy[Symbol.asyncDispose]();
    await this.#server.stop();
    this.world[Symbol.dispose]();
    rmSync(this.#place, { recursive: true, force: true });
  }
}

/** One run, one snapshot, nothing left behind but what restic itself knows to be dead, and a sound repository. */
async function expectMadeAllTheSame({ world }: Far): Promise<readonly (string | null)[]> {
  world.restic('unlock');
  const [record, ...more] = await expectNothingLeft(world);
  expect(more).toEqual([]);
  expect(['succeeded', 'warning']).toContain(record?.outcome);
  expect(world.snapshots()).toHaveLength(1);
  expect(world.restic('check', '--read-data')).toContain('no errors were found');
  putDown({ unit: 'disturbances', count: 1 });
  return (record?.attempts ?? []).map(({ error }) => error?.code ?? null);
}

const kinds = [
  { kind: 'rest', start: startRest },
  { kind: 'sftp', start: startSftp },
].map((each) => ({ ...each, isHere: serverKinds.some((known) => known.kind === each.kind && canServe(known)) }));

/** What was wrong with the first attempt of a run whose way is mended when that has been noticed. */
async function mendedOnceStalled(far: Far): Promise<string | null | undefined> {
  const run = far.world.start(['run', 'documents']);
  await until('the attempt has ended', () => run.stderr().includes('Nothing moved for 3 s'), limitMs);
  far.proxy.weather = 'open';
  far.configure();
  const { code, stderr } = await run.ended;
  expect([0, 3], stderr).toContain(code);
  return (await expectMadeAllTheSame(far))[0];
}

/** Slow enough to be met in the middle. */
const slowly = '    limits: { upload: 512KiB/s }\n';

describe.concurrent.each(kinds)('a repository behind $kind (needs its server)', ({ kind, start, isHere }) => {
  test.runIf(isHere && (kind === 'rest' || isLong))(
    'the connection is cut in the middle: the run makes its snapshot all the same',
    { timeout: limitMs },
    async () => {
      await using far = await Far.behind(start, slowly);
      const run = far.world.start(['run', 'documents']);
      await far.proxy.after(400_000);
      far.proxy.cut();
      const { code, stderr } = await run.ended;
      expect(code, stderr).toBe(0);
      for (const error of await expectMadeAllTheSame(far)) expect([null, 'repository.unreachable']).toContain(error);
    },
  );

  test.runIf(isHere && (kind === 'rest' || isLong))(
    'the connection is half open: the attempt ends in bounded time, and the next one makes the snapshot',
    { timeout: limitMs },
    async () => {
      await using far = await Far.behind(start, '    stallTimeout: 3s\n');
      far.proxy.weather = 'deaf';
      expect(await mendedOnceStalled(far)).toBe('engine.stalled');
    },
  );

  // An engine that has begun to send is given time to end in order, which it spends waiting for an answer.
  test.runIf(isHere && isLong)(
    'the connection falls silent in the middle: the attempt ends in bounded time, and the next one makes the snapshot',
    { timeout: limitMs },
    async () => {
      await using far = await Far.behind(start, '    stallTimeout: 3s\n');
      void far.proxy.after(200_000).then(() => (far.proxy.weather = 'mute'));
      expect(await mendedOnceStalled(far)).toBe('engine.stalled');
    },
  );

  test.runIf(isHere && (kind === 'sftp' || isLong))(
    'nobody is there at first: the run is made once somebody is',
    { timeout: limitMs },
    async () => {
      await using far = await Far.behind(start, '');
      far.proxy.weather = 'refuse';
      const run = far.world.start(['run', 'documents']);
      await until('it was refused', () => far.proxy.connections > 0);
      far.proxy.weather = 'open';
      const { code, stderr } = await run.ended;
      expect(code, stderr).toBe(0);
      await expectMadeAllTheSame(far);
    },
  );
});

describe.concurrent('a repository behind a server', () => {
  test.runIf(kinds[0]?.isHere)(
    'answers are wrong: the run fails in bounded time, and harms nothing',
    { timeout: limitMs },
    async () => {
      await using far = await Far.behind(startRest, '    stallTimeout: 3s\n');
      far.proxy.weather = 'corrupt';
      expectRefusal(await far.world.umbra('run', 'documents', '--no-retry'), 75, 'hint');
      far.proxy.weather = 'open';
      far.configure();
      await expectNextRunWorks(far.world);
    },
  );

  test.runIf(kinds[1]?.isHere)('a killed ssh is made up for in the same run', { timeout: limitMs }, async () => {
    await using far = await Far.behind(startSftp, slowly);
    const run = far.world.start(['run', 'documents']);
    const engine = await engineAtWork(far.world);
    process.kill(await until('its ssh', () => helperOf(engine, 'ssh')), 'SIGKILL');
    const { code, stderr } = await run.ended;
    expect(code, stderr).toBe(0);
    expect(await expectMadeAllTheSame(far)).toEqual(['repository.unreachable', null]);
  });
});

/** The process of this name that an engine has started. */
function helperOf(engine: number, name: string): number | undefined {
  const pids = readdirSync('/proc').filter((each) => /^\d+$/.test(each));
  return pids.map(Number).find((pid) => {
    const [, comm, parent] = /\((.*)\) \S (\d+)/.exec(readIfThere(`/proc/${pid}/stat`)) ?? [];
    return comm === name && Number(parent) === engine;
  });
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
