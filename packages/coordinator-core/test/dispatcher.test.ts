import type { BackupJobDefinition } from '@umbracore/contracts';
import { aJob } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { DispatchWorld } from './dispatching.ts';
import { every } from './interval-calendar.ts';

const minute = 60_000;
const hour = 60 * minute;

const jobs = (...all: Partial<BackupJobDefinition>[]) =>
  all.map((job) => aJob({ repositories: [job.id ?? 'x'], ...job }));

test('what is due is started on time, and once', async () => {
  const world = new DispatchWorld();
  world.jobs = jobs({ id: 'a', schedules: [every(hour)] }, { id: 'b', schedules: [every(2 * hour)] });
  world.boot();
  await world.clock.advance(4 * hour + minute);
  expect(world.starts.map(({ run, at }) => [run.job, run.slotAt, at])).toEqual([]);
});
