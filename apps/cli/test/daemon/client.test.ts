import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { engineAtWork, expectNothingLeft, identityOf, slowDown, speedUp } from '../faults/aftermath.ts';
import { Daemon } from '../support/daemon.ts';
import { until, World, type Outcome } from '../support/world.ts';

let world: World;
beforeEach(() => {
  world = new World();
  world.write('a.txt', 'a');
});
afterEach(() => world[Symbol.dispose]());

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
    .replaceAll(/, (?:\d+ ms|[\d.]+ s)$/gm, ', LENGTH');

const shown = ({ code, stdout, stderr }: Outcome) => ({ code, stdout: timeless(stdout), stderr: timeless(stderr) });

/** How often progress is told is a matter of chance; that it is, and everything else, is not. */
const withoutProgress = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !line.includes('"run.progress"'))
    .join('\n');

describe('a call says the same by the daemon as without it', () => {
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
    ['a cancel of nothing', ['cancel', 'documents']],
    ['a cancel of nobody', ['cancel', 'nobody']],
  ])('%s', async (_, args) => {
    // The first backup differs from the second one.
    expect((await world.umbra('run', 'documents', '--quiet')).code).toBe(0);
    const without = shown(await world.umbra(...args));
    const daemon = await Daemon.start(world);
    const by = shown(await world.umbra(...args));
    await daemon.stop();
    // Only one of them knows of a daemon.
    const known = by.stdout.replace(/"daemon":\{[^}]*\}/, '"daemon":null');
    expect({ ...by, stdout: withoutProgress(known) }).toEqual({ ...without, stdout: withoutProgress(without.stdout) });
    expect(by.stdout.includes('"run.progress"')).toBe(without.stdout.includes('"run.progress"'));
  });

  test('a failure, with its exit code and its hint', async () => {
    world.configure('', { location: world.at('nowhere') });
    const without = shown(await world.umbra('run', 'documents', '--no-retry'));
    const daemon = await Daemon.start(world);
    const by = shown(await world.umbra('run', 'documents', '--no-retry'));
    await daemon.stop();
    expect(without.code).toBe(10);
    expect(by).toEqual(without);
  });
});

test('status --watch goes on looking, and tells what the daemon does', async () => {
  const daemon = await Daemon.start(world);
  const watching = world.start(['status', '--watch']);
  await until('the first look', () => watching.stdout().includes('never ran'));
  expect((await world.umbra('run', 'documents', '--quiet')).code).toBe(0);
  await until('the change', () => watching.stdout().includes('last run succeeded'));
  watching.child.kill('SIGINT');
  expect((await watching.ended).signal).toBe('SIGINT');
  await daemon.stop();
});

test('the journal is the same', async () => {
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

test('another configuration, or none of the daemon: the call does it itself, and says so to who asks', async () => {
  const daemon = await Daemon.start(world);
  const other = world.at('other.yaml');
  writeFileSync(
    other,
    `repositories: { home: ${JSON.stringify({ url: world.repository, password: `file:${world.at('password')}` })} }
jobs: { documents: { sources: ${JSON.stringify(world.source)} } }\n`,
  );
  const { code, stderr } = await world.umbra('run', 'documents', '-v', '--config', other);
  expect([code, stderr]).toEqual([0, expect.stringContaining(`the daemon works with ${world.config}`)]);
  const [run] = await expectRuns(1);
  await daemon.stop();
  expect(run).toMatchObject({ outcome: 'succeeded', trigger: 'manual' });
});

async function expectRuns(count: number): Promise<readonly { readonly id: string; readonly outcome: string }[]> {
  const { runs } = (await world.json('history')) as { readonly runs: readonly { id: string; outcome: string }[] };
  expect(runs).toHaveLength(count);
  return runs;
}

describe('signals to a call that follows the daemon', () => {
  let daemon: Daemon;
  beforeEach(async () => {
    slowDown(world, 6);
    daemon = await Daemon.start(world);
  });

  test('Ctrl-C once cancels the run: 130', async () => {
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
    const run = world.start(['run', 'documents']);
    const engine = await engineAtWork(world);
    process.kill(engine, 'SIGSTOP');
    run.child.kill('SIGINT');
    await until('the first one is told', () => run.stderr().includes('Ctrl-C once more'));
    run.child.kill('SIGINT');
    expect((await run.ended).code).toBe(130);
    process.kill(engine, 'SIGCONT');
    await until('the run has ended', () => identityOf(world, 'engine') === undefined);
    await daemon.stop();
    expect(await expectNothingLeft(world)).toMatchObject([{ outcome: 'cancelled' }]);
  });

  test('a call that is killed takes nothing with it', async () => {
    const run = world.start(['run', 'documents']);
    await engineAtWork(world);
    run.child.kill('SIGKILL');
    await run.ended;
    await until('the run has ended', () => identityOf(world, 'engine') === undefined);
    await daemon.stop();
    expect(await expectNothingLeft(world)).toMatchObject([{ outcome: 'succeeded' }]);
  });

  test('umbra cancel ends it, and waits until it has ended', async () => {
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
