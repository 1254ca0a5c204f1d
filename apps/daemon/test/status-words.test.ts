import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeClock } from '@umbracore/testkit';
import type { Daemon } from '../src/daemon.ts';
import type { Screen } from '../src/show-status.ts';
import { StatusWords } from '../src/status-words.ts';
import type { Standings } from '../src/standings.ts';
import { World } from './support/world.ts';

const screen: Screen = {
  stdout: { columns: 80, colour: true },
  stderr: { columns: undefined, colour: false },
  unicode: true,
};

let world: World;
let daemon: Daemon;
let clock: FakeClock;
let found: Standings[];
let words: StatusWords;
beforeEach(async () => {
  world = await World.open();
  clock = new FakeClock(Date.now());
  daemon = { ...world.daemon, runtime: { ...world.daemon.runtime, clock } };
  found = [];
  words = new StatusWords((standings) => {
    found.push(standings);
    return Promise.resolve({ stdout: `answer ${found.length}`, stderr: '', exitCode: 0 });
  });
  settle();
});
afterEach(() => world[Symbol.asyncDispose]());

const inState = (name: string): string => join(world.runtime.paths.stateDir, name);

/** As if all that is written down had been for a while. */
function settle(at = Date.now() / 1000 - 60): void {
  for (const name of ['state.db', 'state.db-wal', 'damage', 'sizes'].map(inState)) {
    if (existsSync(name)) utimesSync(name, at, at);
  }
}

const said = async (asked = screen): Promise<string> => (await words.of(daemon, asked)).stdout;

test('while nothing happens, what was said is said again, for half a minute', async () => {
  expect([await said(), await said()]).toEqual(['answer 1', 'answer 1']);
  await clock.advance(29_999);
  expect(await said()).toBe('answer 1');
  await clock.advance(1);
  expect(await said()).toBe('answer 2');
});

test('a clock that was set back makes nothing last longer', async () => {
  await said();
  clock.setWall(clock.now() - 1);
  expect(await said()).toBe('answer 2');
});

test('on another screen it is another answer', async () => {
  await said();
  expect(await said({ ...screen, unicode: false })).toBe('answer 2');
});

test('a run that was recorded is told at once', async () => {
  await said();
  const { text } = await world.post('/v1/runs', { jobs: ['documents'] });
  const { runs } = JSON.parse(text) as { readonly runs: readonly [{ readonly id: string }] };
  await world.get(`/v1/runs/${runs[0].id}?wait=true`);
  expect(await said()).toBe('answer 2');
  expect(found.at(-1)?.jobs.find(({ job }) => job === 'documents')?.lastAttempt?.id).toBe(runs[0].id);
});

test.each(['damage', 'sizes'])('so is what somebody else found out: %s', async (folder) => {
  await said();
  mkdirSync(inState(folder));
  writeFileSync(join(inState(folder), 'main.json'), '{}');
  expect(await said()).toBe('answer 2');
});

test('a change of the configuration is told at once', async () => {
  await said();
  const { current } = daemon.live;
  const live = { current: { ...current }, refusal: undefined } as Daemon['live'];
  expect((await words.of({ ...daemon, live }, screen)).stdout).toBe('answer 2');
});

test('nothing is kept that was found in the moment of a change', async () => {
  settle(Date.now() / 1000 + 60);
  expect([await said(), await said()]).toEqual(['answer 1', 'answer 2']);
});

test('nothing is kept while a run is under way: nobody writes down that its process was killed', async () => {
  const held = world.backend.holdNext('backup');
  await world.post('/v1/runs', { jobs: ['documents'] });
  await held.reached;
  settle();
  expect([await said(), await said()]).toEqual(['answer 1', 'answer 2']);
  held.release();
});
