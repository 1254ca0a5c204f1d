import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import type { RunDocument } from '@umbracore/runtime/documents';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Journal } from './faults/accounts.ts';
import { expectNothingLeft } from './faults/aftermath.ts';
import { problemsOf } from './support/conforms.ts';
import { Daemon } from './support/daemon.ts';
import { NearWorld } from './support/near-world.ts';
import { nodesOf } from './support/nodes-of.ts';
import { password, until, type World } from './support/world.ts';
import { makeRepository } from '../../../tools/testing/light-key.mjs';

/** A world with the chain. */
function chained(): World {
  const world = new NearWorld();
  makeRepository(world.at('offsite'), password);
  configure(world);
  world.write('a.txt', 'a');
  return world;
}

/** A database is dumped, two folders are saved at the same time, and the repository is copied. */
function configure(world: World): void {
  const secret = `password: file:${world.at('password')}`;
  const unlessHeld = `while [ -e ${JSON.stringify(held(world))} ]; do sleep 0.05; done`;
  const dump = `echo dumped > ${JSON.stringify(world.at('source', 'dump'))}; sleep 0.3`;
  writeFileSync(
    world.config,
    `repositories:
  home: { url: ${JSON.stringify(world.repository)}, ${secret} }
  offsite: { url: ${JSON.stringify(world.at('offsite'))}, ${secret} }
defaults: { repository: home, retry: { type: none }, verify: { afterBackup: none } }
jobs:
  mount: { command: ['true'] }
  database: { command: [sh, -c, ${JSON.stringify(dump)}] }
  documents: { sources: ${JSON.stringify(world.source)} }
  system: { sources: ${JSON.stringify(world.at('system'))} }
  mirror: { copy: { from: home, to: offsite } }
  umount: { command: [sh, -c, ${JSON.stringify(unlessHeld)}] }
chains:
  nightly:
    steps:
      - mount
      - database
      - { parallel: [documents, system] }
      - { job: mirror, on: success }
      - { job: umount, closes: mount }
`,
  );
}

/** While this is there the chain does not come to its end, so that whoever is to be killed in it is not too quick. */
const held = (world: World): string => world.at('held');

type Standing = 'whole' | 'broken';

/** With a middle node that works, or that fails. */
function make(world: World, state: Standing): void {
  if (state === 'broken') return rmSync(world.at('system'), { recursive: true, force: true });
  mkdirSync(world.at('system'), { recursive: true });
  writeFileSync(world.at('system', 'fstab'), 'none');
}

const ends: Readonly<Record<Standing, Readonly<Record<string, string>>>> = {
  whole: {
    mount: 'succeeded',
    database: 'succeeded',
    documents: 'succeeded',
    system: 'succeeded',
    mirror: 'succeeded',
    umount: 'succeeded',
  },
  broken: {
    mount: 'succeeded',
    database: 'succeeded',
    documents: 'succeeded',
    system: 'failed',
    mirror: 'skipped',
    umount: 'succeeded',
  },
};

const ofChain = (all: readonly RunDocument[]): readonly RunDocument[] => all.filter(({ job }) => job === 'nightly');

/** The newest run of the chain, once it is known that each of its nodes has one run, and each that saved one snapshot. */
function lastChainRun(world: World, all: readonly RunDocument[], state: Standing): RunDocument {
  const [last] = ofChain(all);
  if (last === undefined) throw new Error('the chain has no run');
  const nodes = nodesOf(last);
  const errors = JSON.stringify(all.map(({ job, error, attempts }) => [job, error, attempts]));
  expect(Object.fromEntries(nodes.map(({ node, outcome }) => [node, outcome])), errors).toEqual(ends[state]);
  const ofIt = all.filter(({ parent }) => parent === last.id);
  expect(ofIt.map(({ id }) => id).toSorted()).toEqual(nodes.flatMap((node) => node.runs).toSorted());
  expect(ofIt.map(({ job }) => job).toSorted()).toEqual(Object.keys(ends[state]).toSorted());
  const snapshots = world.snapshots();
  for (const { id, job, outcome } of ofIt) {
    const saved = snapshots.filter(({ tags = [] }) => tags.includes(`umbra-run:${id}`));
    const saves = (job === 'documents' || job === 'system') && outcome === 'succeeded';
    expect([job, saved.length]).toEqual([job, saves ? 1 : 0]);
  }
  return last;
}

describe('a chain', () => {
  let world: World;
  beforeAll(() => {
    world = chained();
  });
  afterAll(() => world[Symbol.dispose]());

  test('a chain runs its jobs one after the other and at the same time', async () => {
    make(world, 'whole');
    const { code, stderr } = await world.umbra('run', 'nightly');
    expect([code, stderr.includes('failed')]).toEqual([0, false]);
    const all = await world.history();
    expect(lastChainRun(world, all, 'whole')).toMatchObject({
      outcome: 'succeeded',
      exitCode: 0,
      trigger: 'manual',
      parent: null,
    });
    expect(all.find(({ job }) => job === 'mirror')?.report).toMatchObject({ copied: { length: 2 } });
  });

  test('a middle step that fails keeps the next one from starting, not the one that closes', async () => {
    make(world, 'broken');
    const { code, stderr } = await world.umbra('chain', 'run', 'nightly');
    expect(code).toBe(1);
    expect(stderr).toContain('"system" failed');
    const all = await world.history();
    lastChainRun(world, all, 'broken');
    expect(all.find(({ job }) => job === 'mirror')?.because).toEqual({
      code: 'chain',
      text: '"system" failed, but success was wanted',
      alsoStandsFor: null,
    });
    const { stdout } = await world.umbra('chain', 'show', 'nightly');
    expect(stdout).toMatch(/mirror .*documents \(success\) and system \(success\).*skipped/);
    expect(stdout).toMatch(/umount .*closes mount.*ok/);
    // A dry run changes nothing about how the chain stands.
    await world.umbra('chain', 'run', 'nightly', '--dry-run');
    expect((await world.umbra('chain', 'show', 'nightly')).stdout).toBe(stdout);
  });

  test('the events of a chain and of its nodes are events like others', async () => {
    make(world, 'broken');
    const { code, stdout } = await world.umbra('run', 'nightly', '--json');
    expect(code).toBe(1);
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; job: string });
    expect(events.flatMap((event) => problemsOf('event', event))).toEqual([]);
    const finished = events.filter(({ type }) => type === 'run.finished').map(({ job }) => job);
    expect(finished.toSorted()).toEqual([...Object.keys(ends.broken), 'nightly'].toSorted());
    expect(finished.at(-1)).toBe('nightly');
  });

  test('interrupted, a chain closes what it opened', async () => {
    make(world, 'whole');
    const started = world.start(['run', 'nightly', '--json']);
    await until('the database is dumped', () => started.stdout().includes('"job":"database"'));
    started.child.kill('SIGINT');
    expect((await started.ended).code).toBe(130);
    const [last] = ofChain(await world.history());
    expect(last).toMatchObject({ outcome: 'cancelled', exitCode: 130 });
    const nodes = Object.fromEntries(
      (last === undefined ? [] : nodesOf(last)).map(({ node, outcome }) => [node, outcome]),
    );
    expect(nodes).toMatchObject({ mount: 'succeeded', documents: 'skipped', mirror: 'skipped', umount: 'succeeded' });
    await expectNothingLeft(world);
  });

  test('what cannot be a chain is refused, and what is none is told', async () => {
    expect((await world.umbra('chain', 'show', 'documents')).stderr).toContain(
      '"documents" is no chain but a backup job',
    );
    expect(await world.umbra('chain', 'run', 'nightyl')).toMatchObject({ code: 2 });
    const removal = await world.umbra('job', 'remove', 'mount', '-y');
    expect([removal.code, removal.stderr]).toEqual([2, expect.stringContaining('mount is named by nightly')]);
    expect((await world.umbra('config', 'check')).code).toBe(0);
  });

  test.each([
    ['chain', 'list'],
    ['chain', 'show', 'nightly'],
    ['chain', 'graph', 'nightly'],
    ['schedule', 'preview'],
    ['simulate', '-v'],
    ['explain', 'documents'],
    ['status'],
    ['history'],
    ['show', 'nightly'],
    ['job', 'list'],
    ['config', 'show'],
  ])('in colour nothing of a colour can be read: umbra %s %s', async (...args) => {
    const { stdout, stderr } = await world.start([...args, '--color', 'always'], { env: { NO_COLOR: '' } }).ended;
    expect(stdout).not.toBe('');
    expect(stdout + stderr).not.toContain('\\x1b');
  });
});

/** Whether what was told so far has the start of a job. */
const hasStarted = (told: string, job: string): boolean =>
  told.split('\n').some((line) => line.includes('"type":"run.started"') && line.includes(`"job":"${job}"`));

describe.concurrent('killed', () => {
  test.each<readonly [Standing, string]>([
    ['whole', 'database'],
    ['whole', 'documents'],
    ['whole', 'mirror'],
    ['broken', 'mount'],
    ['broken', 'system'],
    ['broken', 'umount'],
  ])('in a chain that is %s, when %s starts: the next call brings it to its end', async (state, job) => {
    using own = chained();
    make(own, state);
    writeFileSync(held(own), '');
    const started = own.start(['run', 'nightly', '--json']);
    await until(`${job} starts`, () => hasStarted(started.stdout(), job));
    started.child.kill('SIGKILL');
    expect((await started.ended).signal).toBe('SIGKILL');
    expect((await own.umbra('chain', 'show', 'nightly')).stdout).toMatch(/last run +– interrupted, /);
    expect(await own.json('chain', 'show', 'nightly')).toMatchObject({
      lastRun: { state: 'running', leftBehind: true },
    });
    const { stdout: shown } = await own.umbra('show', 'nightly');
    expect(shown).toContain('its runs');
    expect(shown).not.toMatch(/ running(?: |$)/m);
    rmSync(held(own));
    expect((await own.umbra('run', '--due')).code).toBe(0);
    await expectEndedOnce(own, state);
  });

  test.each<readonly [Standing, string]>([
    ['whole', 'documents'],
    ['broken', 'system'],
  ])('a daemon in a chain that is %s, when %s starts: it leaves it to the next one', async (state, job) => {
    using own = chained();
    make(own, state);
    writeFileSync(held(own), '');
    const first = await Daemon.start(own);
    const told = await first.follow();
    const asked = own.start(['run', 'nightly', '--quiet']);
    await until(`${job} starts`, () => hasStarted(told(), job));
    asked.child.kill('SIGKILL');
    await first.kill();
    rmSync(held(own));
    const next = await Daemon.start(own);
    await until('the chain has ended', () => new Journal(own).open() === 0);
    expect((await next.stop()).code).toBe(0);
    await expectEndedOnce(own, state);
  });
});

/** One run of the chain, to the end that it would have come to. */
async function expectEndedOnce(world: World, state: Standing): Promise<void> {
  const all = await world.history();
  expect(ofChain(all)).toHaveLength(1);
  expect(lastChainRun(world, all, state)).toMatchObject({ outcome: state === 'whole' ? 'succeeded' : 'failed' });
  await expectNothingLeft(world);
}
