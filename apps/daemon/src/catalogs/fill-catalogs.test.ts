import { aJob, aPlan, aRepository, aRun, FakeClock, recordingEvents, recordingLog } from '@umbracore/testkit';
import type { RepositoryDefinition, RunOptions } from '@umbracore/contracts';
import { expect, test } from 'vitest';
import { fillCatalogs } from './fill-catalogs.ts';

interface World {
  readonly clock: FakeClock;
  readonly log: ReturnType<typeof recordingLog>;
  readonly filled: string[];
  readonly finish: (repository: Partial<RepositoryDefinition>, options?: Partial<RunOptions>) => void;
}

function world(work: (repository: string) => Promise<void> = async () => {}): World & Disposable {
  const [clock, log, events] = [new FakeClock(), recordingLog(), recordingEvents()];
  const filled: string[] = [];
  const filling = fillCatalogs({
    events,
    clock,
    log,
    fill: (repository) => {
      filled.push(repository);
      return work(repository);
    },
  });
  const finish: World['finish'] = (repository, options = {}) => {
    const plan = aPlan({ job: aJob(), repository: aRepository({ catalogBytes: 1, ...repository }), options });
    const record = aRun({ state: 'succeeded', plan });
    const facts = { time: clock.now(), run: record.id, job: record.job, repository: 'home' };
    events.publish({ type: 'run.finished', ...facts, record });
  };
  return { clock, log, filled, finish, [Symbol.dispose]: () => filling[Symbol.dispose]() };
}

test('a group of runs has each catalog filled once, some time later', async () => {
  using here = world();
  for (const name of ['home', 'away', 'home']) here.finish({ name });
  await here.clock.advance(9000);
  expect(here.filled).toEqual([]);
  await here.clock.advance(2000);
  expect(here.filled).toEqual(['home', 'away']);
  here.finish({ name: 'home' });
  await here.clock.advance(20_000);
  expect(here.filled).toEqual(['home', 'away', 'home']);
});

test('what ends while one is filled is not forgotten, and none is filled beside another', async () => {
  let release = (): void => {};
  using here = world(() => new Promise((resolve) => (release = resolve)));
  here.finish({ name: 'home' });
  await here.clock.advance(11_000);
  here.finish({ name: 'home' });
  await here.clock.advance(60_000);
  expect(here.filled).toEqual(['home']);
  release();
  await here.clock.advance(11_000);
  expect(here.filled).toEqual(['home', 'home']);
});

test('one that fails is told of in the log, and the next ones have their turn', async () => {
  using here = world((name) => (name === 'away' ? Promise.reject(new Error('no disk')) : Promise.resolve()));
  here.finish({ name: 'away' });
  here.finish({ name: 'home' });
  await here.clock.advance(11_000);
  expect(here.filled).toEqual(['away', 'home']);
  expect(here.log.lines).toEqual([expect.objectContaining({ level: 'warn' })]);
});

test('a dry run, a repository without a catalog, and a daemon that has ended fill nothing', async () => {
  const here = world();
  here.finish({ name: 'home' }, { dryRun: true });
  here.finish({ name: 'none', catalogBytes: 0 });
  await here.clock.advance(11_000);
  here.finish({ name: 'home' });
  here[Symbol.dispose]();
  here.finish({ name: 'home' });
  await here.clock.advance(60_000);
  expect(here.filled).toEqual([]);
});
