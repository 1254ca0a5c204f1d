import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { canServe, serverKinds, startRest, type PortServer } from '../../../../tools/testing/servers/start.ts';
import { putDown } from '../../../../tools/vitest/evidence.ts';
import { password, resticProgram, World } from '../support/world.ts';
import { expectRefusal } from './aftermath.ts';

const rest = serverKinds.find(({ kind }) => kind === 'rest');
const isHere = rest !== undefined && canServe(rest);

/** A client's world, and a server that takes additions to its repository and nothing else. */
class Client implements AsyncDisposable {
  readonly world: World;
  readonly #server: PortServer;
  readonly #place: string;

  private constructor(world: World, server: PortServer, place: string) {
    this.world = world;
    this.#server = server;
    this.#place = place;
  }

  static async start(jobs: string): Promise<Client> {
    const world = new World();
    // The server is no process of the world, and must not look like one.
    const place = mkdtempSync(join(tmpdir(), 'umbra-server-'));
    symlinkSync(world.folder, join(place, 'data'));
    const client = new Client(world, await startRest(join(place, 'data'), place, '--append-only'), place);
    world.configure(jobs, { location: client.location });
    return client;
  }

  get location(): string {
    return this.#server.locationOf('repository');
  }

  /** What somebody can do who has everything that the client has. */
  restic(...args: readonly string[]): number | null {
    return spawnSync(resticProgram(), ['--repo', this.location, '--no-cache', ...args], {
      env: { PATH: process.env['PATH'], RESTIC_PASSWORD: password },
      stdio: 'ignore',
    }).status;
  }

  /** The status with which the server answers. */
  ask(method: string, path: string, body = ''): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      request(`${this.location.replace(/^rest:/, '')}${path}`, { method }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end(body);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stop();
    this.world[Symbol.dispose]();
    rmSync(this.#place, { recursive: true, force: true });
  }
}

const idsOf = (world: World): readonly string[] => world.snapshots().map(({ id }) => id);

/** As the server names them. */
const filesOf = (world: World): readonly string[] =>
  readdirSync(world.repository, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(world.repository, name)).isFile())
    .map((name) => name.replace(/^data\/..\//, 'data/'))
    .filter((name) => !name.startsWith('locks/'))
    .toSorted();

/** Jobs that thin out what `documents` saves, as far as the policy lets them. */
const thinning = `  tidy: { forget: { last: 1, minimum: 1, rail: 100% }, repository: home }
  mark: { forget: { last: 1, minimum: 1, rail: 100%, undoWithin: 7d }, repository: home }
  free: { prune: {}, repository: home }
`;

test.runIf(isHere)(
  'who has taken over a client destroys nothing where the server takes additions only (needs restic-rest-server)',
  async () => {
    await using client = await Client.start(thinning);
    const { world } = client;
    for (const content of ['first', 'second', 'third']) {
      world.write('file', content);
      const run = await world.umbra('run', 'documents', '--quiet');
      expect(run.code, run.stderr).toBe(0);
    }
    const [good, files] = [idsOf(world), filesOf(world)];
    expect(good).toHaveLength(3);

    // What the product does for them says that it cannot, and why. Marking makes one copy before it knows.
    expectRefusal(await world.umbra('run', 'tidy'), 1, 'repository.permission', '403', 'takes additions only');
    expectRefusal(await world.umbra('run', 'mark'), 1, 'repository.permission', '403', 'allows deleting');
    expect(idsOf(world)).toHaveLength(good.length + 1);
    // What restic does, and what the server is asked without it.
    const attempts = ['forget --keep-last 1 --prune', 'forget --unsafe-allow-remove-all --tag umbra-job:documents'];
    for (const attempt of attempts) expect(client.restic(...attempt.split(' '))).not.toBe(0);
    for (const file of files) {
      expect(await client.ask('DELETE', file)).toBe(403);
      expect(await client.ask('POST', file, 'nothing')).toBe(403);
    }

    expect(idsOf(world)).toEqual(expect.arrayContaining([...good]));
    expect(filesOf(world)).toEqual(expect.arrayContaining([...files]));
    expect(world.restic('check', '--read-data')).toContain('no errors were found');
    for (const [at, content] of ['first', 'second', 'third'].entries()) {
      expect(world.restic('dump', good[at] ?? '', join(world.source, 'file'))).toBe(content);
    }
    putDown({ unit: 'files attacked', count: files.length });
  },
);
