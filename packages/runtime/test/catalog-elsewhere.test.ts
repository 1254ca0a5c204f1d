import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SnapshotEntry } from '@umbracore/contracts';
import { defineRepository, openRuntime, type Runtime } from '../src/index.ts';
import { makeRepository } from '../../../tools/testing/light-key.mjs';
import { changeTree, Dice } from '../../../tools/testing/random-tree.ts';
import { canServe, restKind, type Server } from '../../../tools/testing/servers/start.ts';

const password = 'correct horse';
const program = process.env['UMBRA_TEST_RESTIC_0_19_1'];

describe.skipIf(program === undefined || !canServe(restKind))('the catalog of a repository on a REST server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'umbra-elsewhere-'));
  const at = (name: string): string => join(folder, name);
  const dice = new Dice('elsewhere');
  let runtime: Runtime;
  let server: Server;

  const repository = () =>
    defineRepository({
      name: 'away',
      location: server.locationOf('repository'),
      password: `file:${at('password')}` as `file:/${string}`,
    });
  const restic = (...args: readonly string[]): string =>
    execFileSync(program ?? '', ['-r', join(at('data'), 'repository'), '--no-cache', ...args], {
      env: { PATH: process.env['PATH'], RESTIC_PASSWORD: password },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  const backUp = (): string => {
    changeTree(at('sources'), dice, 12);
    restic('backup', '--host', 'machine', '--tag', 'umbra-job:one', '--quiet', at('sources'));
    const [{ id } = { id: '' }] = JSON.parse(restic('--json', '--no-lock', 'snapshots', '--latest', '1')) as {
      readonly id: string;
    }[];
    return id;
  };
  /** Brings it up to date, and gives what restic was asked for. */
  const asked = async (): Promise<readonly string[]> => {
    rmSync(at('asked'), { force: true });
    await runtime.catalogs.catchUp(repository());
    const lines = readFileSync(at('asked'), 'utf8').trimEnd().split('\n');
    const commands = /\b(?<command>snapshots|ls|diff|find)\b(?:.* (?<id>[0-9a-f]{64})\b)?/;
    return lines.flatMap((line) => {
      const { command, id } = commands.exec(line)?.groups ?? {};
      return command === undefined ? [] : [id === undefined ? command : `${command} ${id}`];
    });
  };

  beforeAll(async () => {
    for (const name of ['data', 'own', 'sources']) mkdirSync(at(name));
    makeRepository(join(at('data'), 'repository'), password);
    writeFileSync(at('password'), password, { mode: 0o600 });
    // Tells what it is asked for.
    writeFileSync(at('restic'), `#!/bin/sh\necho "$*" >>'${at('asked')}'\nexec '${program}' "$@"\n`);
    chmodSync(at('restic'), 0o755);
    server = await restKind.start(at('data'), at('own'));
    runtime = await openRuntime({
      stateDir: at('state'),
      env: { ...process.env, XDG_CACHE_HOME: at('cache'), UMBRA_RESTIC: at('restic') },
    });
  });
  afterAll(async () => {
    await runtime[Symbol.asyncDispose]();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('costs a list of each snapshot that is new, once', async () => {
    const first = backUp();
    expect(await asked()).toEqual(['snapshots', `ls ${first}`]);
    const second = backUp();
    expect(await asked()).toEqual(['snapshots', `ls ${second}`]);
    expect(await asked()).toEqual(['snapshots']);
    // A pin makes another snapshot of the same content.
    restic('tag', '--add', 'umbra-pin', first);
    expect(await asked()).toEqual(['snapshots']);
  });

  it('holds what the server has', async () => {
    const backend = await runtime.repositories.backend(repository());
    const catalog = runtime.catalogs.find(repository());
    for (const { id } of await backend.snapshots()) {
      const listed: SnapshotEntry[] = [];
      for await (const entry of backend.list(id)) listed.push(entry);
      const known = [...(catalog?.list(id) ?? [])];
      expect(known.map(asLine).toSorted()).toEqual(listed.map(asLine).toSorted());
    }
  });
});

const asLine = (entry: SnapshotEntry): string => JSON.stringify(entry);
