import { aJob } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { DispatchWorld } from './dispatching.ts';
import { every } from './interval-calendar.ts';

const minute = 60_000;
const hour = 60 * minute;

test('a job follows a run during which more slots were passed over than are looked at', async () => {
  const world = new DispatchWorld();
  world.course = ({ job }) => ({ takesMs: job === 'long' ? 3 * hour : minute, outcome: 'succeeded' });
  world.jobs = [
    aJob({ id: 'long', repositories: ['main'], schedules: [every(minute)] }),
    aJob({ id: 'next', repositories: ['other'], after: [{ job: 'long', on: 'success', withinMs: undefined }] }),
  ];
  world.boot();
  await world.clock.advance(3 * hour + 10 * minute);
  expect(world.starts.map(({ run }) => run.job)).toEqual(['long', 'long', 'next']);
});

const follower = aJob({ id: 'next', schedules: [], after: [{ job: 'long', on: 'success', withinMs: undefined }] });

test('a job that is seen for the first time owes nothing to ends from before, whoever looks again', async () => {
  const world = new DispatchWorld();
  world.course = () => ({ takesMs: minute, outcome: 'succeeded' });
  const long = aJob({ id: 'long', repositories: ['main'], schedules: [every(hour)] });
  world.jobs = [long];
  world.boot();
  await world.clock.advance(hour + 2 * minute);
  expect(world.starts.map(({ run }) => run.job)).toEqual(['long']);
  world.jobs = [long, { ...follower, repositories: ['other'] }];
  for (let count = 0; count < 2; count += 1) {
    for (const process of world.processes) process.kill();
    world.boot();
    await world.clock.advance(minute);
  }
  expect(world.starts.map(({ run }) => run.job)).toEqual(['long']);
  await world.clock.advance(hour);
  expect(world.starts.map(({ run }) => run.job)).toEqual(['long', 'long', 'next']);
});

test('a clock that was wrong when a job was first seen does not keep it from following', async () => {
  const world = new DispatchWorld();
  world.jobs = [
    aJob({ id: 'long', repositories: ['main'], schedules: [every(hour)] }),
    { ...follower, repositories: ['other'] },
  ];
  const right = world.clock.now();
  world.clock.setWall(right + 365 * 24 * hour);
  world.boot();
  await world.clock.advance(minute);
  world.clock.setWall(right + minute);
  await world.clock.advance(3 * hour);
  expect(world.starts.map(({ run }) => run.job)).toContain('next');
});

test('a job that wants a good run in each of its repositories gets one in each', async () => {
  const world = new DispatchWorld();
  world.jobs = [aJob({ id: 'both', repositories: ['main', 'other'], schedules: [], atLeastEveryMs: 24 * hour })];
  world.boot();
  await world.clock.advance(2 * hour);
  expect(world.starts.map(({ run }) => run.repository).toSorted()).toEqual(['main', 'other']);
  expect(world.runs().map(({ state }) => state)).toEqual(['succeeded', 'succeeded']);
});
