import { expect, test } from 'vitest';
import type { EngineProcesses } from '@umbracore/contracts';
import { aRun, FakeClock, recordingEvents } from '@umbracore/testkit';
import { Readiness } from './readiness.ts';

const minute = 60_000;

function aReadiness() {
  const done: string[] = [];
  const processes: Pick<EngineProcesses, 'prepare' | 'dismiss'> = {
    prepare: () => void done.push('prepare'),
    dismiss: () => void done.push('dismiss'),
  };
  const clock = new FakeClock();
  const events = recordingEvents();
  const readiness = new Readiness(processes as EngineProcesses, clock, events);
  return { done, clock, events, readiness };
}

test('a shim is ready from the first sign on, until nothing was run for ten minutes', async () => {
  const { done, clock, events, readiness } = aReadiness();
  expect(done).toEqual([]);
  readiness.awake();
  await clock.advance(9 * minute);
  events.publish({ type: 'run.queued', time: 0, run: 'r-1', job: 'a', repository: 'b' });
  await clock.advance(9 * minute);
  expect(done).toEqual(['prepare', 'prepare']);
  await clock.advance(minute);
  expect(done).toEqual(['prepare', 'prepare', 'dismiss']);
});

test('the end of a run is told before the next shim starts', async () => {
  const { done, clock, events } = aReadiness();
  const record = aRun({ state: 'succeeded' });
  events.publish({ type: 'run.finished', time: 0, run: record.id, job: record.job, repository: 'b', record });
  await clock.advance(299);
  expect(done).toEqual([]);
  await clock.advance(1);
  expect(done).toEqual(['prepare']);
});

test('it goes with the daemon', async () => {
  const { done, clock, readiness } = aReadiness();
  readiness.awake();
  readiness[Symbol.dispose]();
  await clock.advance(20 * minute);
  expect(done).toEqual(['prepare', 'dismiss']);
});
