import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { RunDocument } from '@umbracore/runtime/documents';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engineAtWork, expectNothingLeft, identityOf, slowDown, speedUp } from '../faults/aftermath.ts';
import { Daemon } from '../support/daemon.ts';
import { umbraProgram, until, World, type Outcome } from '../support/world.ts';

/** What is another one each time: ids, times, lengths of time and numbers that follow from them. */
const timeless = (text: string): string =>
  text
    .replaceAll(/r-[0-9A-Z]{16}/g, 'RUN')
    .replaceAll(/\b[0-9a-f]{64}\b/g, 'SNAPSHOT')
    .replaceAll(/snapshot [0-9a-f]{8}/g, 'snapshot SNAPSHOT')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d/g, 'TIME')
    .replaceAll(/"(?:duration|bytesPerSecond|eta)":(?:null|[\d.]+)/g, '"length":0')
    // Times have more or fewer digits.
    .replaceAll(/"bytes(?:Added|Stored)":\d+/g, '"bytes":0')
    // The folders above the sources are saved too, and others write there.
    .replaceAll(/"(?:packs|trees|bytes|freshBytes)":\d+/g, '"stored":0')
    .replaceAll(/sound, (?:nothing was new|\d+ packs? .* read)$/gm, 'sound, SOME read')
    .replaceAll(/\d+ (pack|folder)s?\b/g, 'SOME $1')
    .replaceAll(/\([\d.]+ (?:B|KiB)\)/g, '(BYTES)')
    .replaceAll(/, (?:\d+ ms|[\d.]+ s)$/gm, ', LENGTH')
    // A minute may go by between the two; columns are as wide as what is in them.
    .replaceAll(/just now|\d+ min ago/g, 'LATELY')
    .replaceAll(/ {2,}/g, '  ');

/** Without what tells one world from the other. */
const shown = ({ folder }: World, { code, stdout, stderr }: Outcome) => ({
  code,
  stdout: timeless(stdout.replaceAll(folder, 'WORLD')),
  stderr: timeless(stderr.replaceAll(folder, 'WORLD')),
});

/** How often progress is told is a matter of chance; that it is, and everything else, is not. */
const withoutProgress = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !line.includes('"run.progress"'))
    .join('\n');

function aWorld(): World {
  const world = new World();
  world.write('a.txt', 'a');
  return world;
}

describe('a call says the same by the daemon as without it', () => {
  // The same is done in both, so that what is to be told stays the same.
  let without: World;
  let by: World;
  let daemon: Daemon;
  const inBoth = async (...args: readonly string[]) => {
    const [one, other] = await Promise.all([without.umbra(...args), by.umbra(...args)]);
    return { without: shown(without, one), by: shown(by, other) };
  };
  beforeAll(async () => {
    [without, by] = [aWorld(), aWorld()];
    daemon = await Daemon.start(by);
    // The first backup differs from the second one.
    const first = await inBoth('run', 'documents', '--quiet');
    if (first.without.code !== 0 || first.by.code !== 0) throw new Error(first.without.stderr + first.by.stderr);
  });
  afterAll(async () => {
    await daemon.stop();
    for (const world of [without, by]) world[Symbol.dispose]();
  });

  test.each([
    ['a run', ['run', 'documents']],
    ['a run of what is meant, as little as can be said', ['run', '--quiet']],
    ['a dry run', ['run', 'documents', '--dry-run', '--no-verify']],
    ['a run of nobody', ['run', 'nobody']],
    ['a run that makes no sense', ['run', 'documents', '--all']],
    ['a run by a tag that nothing has', ['run', '--tag', 'none']],
    ['a run as JSON', ['run', 'documents', '--json']],
    ['a refusal as JSON', ['run', 'nobody', '--json']],
    ['a status', ['status']],
    ['a status of one job, plain', ['status', 'documents', '--plain']],
    ['a status as JSON', ['status', '--json']],
    ['a check', ['status', '--check', '--quiet', '--max-age', '1h']],
    ['snapshots as JSON', ['snapshots', 'documents', '--json']],
    ['snapshots that nothing fits', ['snapshots', '--tag', 'none', '--tag', 'no', '--host', 'a b', '--latest', '2']],
    ['snapshots of nobody', ['snapshots', 'nobody']],
    ['snapshots nowhere', ['snapshots', '--repo=none', '--json']],
    ['a cancel of nothing', ['cancel', 'documents']],
    ['a cancel of nobody', ['cancel', 'nobody']],
  ])('%s', async (_, args) => {
    const told = await inBoth(...args);
    // Only one of them knows of a daemon.
    const known = told.by.stdout.replace(/"daemon":\{[^}]*\}/, '"daemon":null');
    expect({ ...told.by, stdout: withoutProgress(known) }).toEqual({
      ...told.without,
      stdout: withoutProgress(told.without.stdout),
    });
    expect(told.by.stdout.includes('"run.progress"')).toBe(told.without.stdout.includes('"run.progress"'));
  });

  test('a status in colour, and in what this terminal can print', async () => {
    const coloured = { NO_COLOR: '', FORCE_COLOR: '1' };
    for (const env of [coloured, { LANG: 'C' }]) {
      const [one, other] = await Promise.all([without, by].map((world) => world.start(['status'], { env }).ended));
      expect(other && shown(by, other)).toEqual(one && shown(without, one));
      expect(other?.stdout.includes('\u001b[')).toBe(env === coloured);
    }
  });

  test('a failure, with its exit code and its hint', async () => {
    for (const world of [without, by]) world.configure('', { location: world.at('nowhere') });
    await daemon.post('/v1/reload');
    const told = await inBoth('run', 'documents', '--no-retry');
    expect(told.without.code).toBe(10);
    expect(told.by).toEqual(told.without);
  });
});

test.concurrent('status --watch goes on looking, and tells what the daemon does', async () => {
  using world = aWorld();
  const daemon = await Daemon.start(world);
  const watching = world.start(['status', '--watch']);
  await until('the first look', () => watching.stdout().includes('never ran'));
  expect((await world.umbra('run', 'documents', '--quiet')).code).toBe(0);
  await until('the change', () => watching.stdout().includes('last run succeeded'));
  watching.child.kill('SIGINT');
  expect((await watching.ended).signal).toBe('SIGINT');
  await daemon.stop();
});

test.concurrent('the journal is the same', async () => {
  using world = aWorld();
  await world.umbra('run', 'documents', '--quiet');
  await world.umbra('run', 'documents', '--quiet', '--verify=full', '--compression-level', '3');
  const daemon = await Daemon.start(world);
  await world.umbra('run', 'documents', '--quiet', '--verify=full', '--compression-level', '3');
  await daemon.stop();
  const [by, without] = await expectNothingLeft(world);
  const recordOf = async (id = ''): Promise<unknown> => {
    const { run, steps } = (await world.json('show', id)) as {
      readonly run: object;
      readonly steps: readonly object[];
    };
    const text = timeless(JSON.stringify({ run, steps }))
      .replaceAll(/"spool":"[^"]*"/g, '"spool":""')
      .replaceAll(/"engine":\{[^}]*\}/g, '"engine":{}');
    return JSON.parse(text.replaceAll('"length":0,', ''));
  };
  expect(await recordOf(by?.id)).toEqual(await recordOf(without?.id));
});

test.concurrent(
  'another configuration, or none of the daemon: the call does it itself, and says so to who asks',
  async () => {
    using world = aWorld();
    const daemon = await Daemon.start(world);
    const other = world.at('other.yaml');
    writeFileSync(
      other,
      `repositories: { home: ${JSON.stringify({ url: world.repository, password: `file:${world.at('password')}` })} }
jobs: { documents: { sources: ${JSON.stringify(world.source)} } }\n`,
    );
    const { code, stderr } = await world.umbra('run', 'documents', '-v', '--config', other);
    expect([code, stderr]).toEqual([0, expect.stringContaining(`the daemon works with ${world.config}`)]);
    const [run] = await expectRuns(world, 1);
    await daemon.stop();
    expect(run).toMatchObject({ outcome: 'succeeded', trigger: 'manual' });
  },
);

async function expectRuns(world: World, count: number): Promise<readonly RunDocument[]> {
  const runs = await world.history();
  expect(runs).toHaveLength(count);
  return runs;
}

describe.concurrent('signals to a call that follows the daemon', () => {
  /** A world with a daemon and a backup that takes so long. */
  const aSlowWorld = async (seconds: number) => {
    const world = aWorld();
    slowDown(world, seconds);
    return { world, daemon: await Daemon.start(world), [Symbol.dispose]: () => world[Symbol.dispose]() };
  };

  test('Ctrl-C once cancels the run: 130', async () => {
    using slow = await aSlowWorld(6);
    const { world, daemon } = slow;
    const run = world.start(['run', 'documents']);
    await engineAtWork(world);
    run.child.kill('SIGINT');
    const { code, stderr } = await run.ended;
    expect([code, stderr]).toEqual([130, expect.stringContaining('Ctrl-C once more leaves')]);
    expect(stderr).toContain('cancelled; nothing is left behind');
    await daemon.stop();
    expect(await expectNothingLeft(world)).toMatchObject([{ outcome: 'cancelled', exitCode: 130 }]);
  });

  test('Ctrl-C twice leaves at once; the run is cancelled all the same', async () => {
    using slow = await aSlowWorld(6);
    const { world, daemon } = slow;
    const run = world.start(['run', 'documents']);
    const engine = await engineAtWork(world);
    process.kill(engine, 'SIGSTOP');
    run.child.kill('SIGINT');
    await until('the first one is told', () => run.stderr().includes('Ctrl-C once more'));
    run.child.kill('SIGINT');
    expect((await run.ended).code).toBe(130);
    await until('the run has ended', () => identityOf(world, 'engine') === undefined);
    await daemon.stop();
    expect(await expectNothingLeft(world)).toMatchObject([{ outcome: 'cancelled' }]);
  });

  test('a call that is killed takes nothing with it', async () => {
    using slow = await aSlowWorld(2);
    const { world, daemon } = slow;
    const run = world.start(['run', 'documents']);
    await engineAtWork(world);
    run.child.kill('SIGKILL');
    await run.ended;
    await until('the run has ended', () => identityOf(world, 'engine') === undefined);
    await daemon.stop();
    expect(await expectNothingLeft(world)).toMatchObject([{ outcome: 'succeeded' }]);
  });

  test('umbra cancel ends it, and waits until it has ended', async () => {
    using slow = await aSlowWorld(10);
    const { world, daemon } = slow;
    const run = world.start(['run', 'documents']);
    await engineAtWork(world);
    const { code, stdout } = await world.umbra('cancel', 'documents');
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^r-\w+ {2}cancelled\n$/)]);
    expect((await run.ended).code).toBe(130);
    speedUp(world);
    expect((await world.umbra('run', 'documents', '--quiet')).code).toBe(0);
    await daemon.stop();
    await expectNothingLeft(world);
  });
});

test('how very many jobs stand arrives whole, however late somebody reads it', async () => {
  using world = new World();
  const names = Array.from({ length: 1000 }, (_, index) => `job-${index}`);
  world.configure(names.map((name) => `  ${name}: { sources: /nowhere }\n`).join(''));
  const daemon = await Daemon.start(world);
  // More than a pipe holds.
  const line = `"$0" "$1" status 2>/dev/null | { sleep 1; cat; }`;
  const options = { env: world.env, cwd: world.folder };
  const { stdout } = await promisify(execFile)('/bin/sh', ['-c', line, process.execPath, umbraProgram], options);
  expect(stdout.length).toBeGreaterThan(65_536);
  expect(names.filter((name) => !stdout.includes(` ${name} `))).toEqual([]);
  await daemon.stop();
});
