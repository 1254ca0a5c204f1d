import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JobDefinition } from '@umbracore/contracts';
import type { Staleness } from '@umbracore/runtime/history';
import { aJob, aRun, FakeClock, recordingEvents, recordingLog } from '@umbracore/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { watchStaleness } from './watch-staleness.ts';

const second = 1000;
const minute = 60 * second;

let stateDir: string;
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'umbra-stale-'));
});
afterEach(() => rmSync(stateDir, { recursive: true }));

interface Line {
  readonly job?: Partial<JobDefinition>;
  readonly stale: boolean;
  readonly repository?: string;
  readonly succeededAt?: number;
}

const statusOf = ({ job, stale, repository = 'home', succeededAt }: Line): Staleness => ({
  job: { ...aJob(), ...job } as JobDefinition,
  repository,
  lastSuccess: succeededAt === undefined ? undefined : aRun({ state: 'succeeded', finishedAt: succeededAt }),
  stale,
});

/** One life of a daemon. */
class Life {
  readonly clock: FakeClock;
  readonly events = recordingEvents();
  readonly log = recordingLog();
  lines: readonly Line[];
  looks = 0;
  #watching: Disposable;

  constructor(lines: readonly Line[], start?: number) {
    this.lines = lines;
    this.clock = new FakeClock(start);
    this.#watching = watchStaleness({
      stateDir,
      events: this.events,
      clock: this.clock,
      log: this.log,
      look: () => {
        this.looks += 1;
        return Promise.resolve(this.lines.map(statusOf));
      },
    });
  }

  get told(): readonly (readonly string[])[] {
    return this.events.events.flatMap((event) =>
      event.type === 'job.stale' || event.type === 'job.recovered' ? [[event.type, event.job, event.text]] : [],
    );
  }

  runEnds(): void {
    const record = aRun({ state: 'succeeded' });
    this.events.publish({
      type: 'run.finished',
      time: this.clock.now(),
      run: record.id,
      job: record.job,
      repository: record.repository,
      record,
    });
  }

  end(): void {
    this.#watching[Symbol.dispose]();
  }
}

/** Longer than from one look to the next. */
const aLook = 6 * minute;
const stale = ['job.stale', 'documents', 'never succeeded'];

test('a job that becomes stale is told of once, on the stream and in the log', async () => {
  const life = new Life([{ stale: false }]);
  await life.clock.advance(aLook);
  expect(life.told).toEqual([]);
  life.lines = [{ stale: true }];
  await life.clock.advance(aLook);
  expect(life.told).toEqual([stale]);
  expect(life.log.lines).toEqual([
    { level: 'warn', fields: { job: 'documents', event: 'job.stale' }, message: 'never succeeded' },
  ]);
});

test('it has recovered as soon as its run ends, and that is told once', async () => {
  const life = new Life([{ stale: true }]);
  await life.clock.advance(2 * second);
  life.lines = [{ stale: false, succeededAt: life.clock.now() }];
  life.runEnds();
  await life.clock.advance(2 * second);
  await life.clock.advance(aLook);
  expect(life.told).toEqual([stale, ['job.recovered', 'documents', 'has succeeded again']]);
});

test('more that was allowed to it is no success', async () => {
  const life = new Life([{ stale: true, succeededAt: 5 }]);
  await life.clock.advance(2 * second);
  life.lines = [{ stale: false, succeededAt: 5 }];
  await life.clock.advance(aLook);
  expect(life.told.at(-1)).toEqual(['job.recovered', 'documents', 'is not stale any more']);
});

test('the next daemon tells only what is new to it', async () => {
  const first = new Life([{ stale: true }]);
  await first.clock.advance(aLook);
  first.end();
  const second = new Life([{ stale: true }], first.clock.now());
  await second.clock.advance(aLook);
  expect(second.told).toEqual([]);
  second.end();
  const third = new Life([{ stale: false, succeededAt: second.clock.now() }], second.clock.now());
  await third.clock.advance(aLook);
  expect(third.told).toEqual([['job.recovered', 'documents', 'has succeeded again']]);
});

test('what an earlier daemon told and cannot be read is told once more', async () => {
  writeFileSync(join(stateDir, 'stale.json'), '{"documents"');
  const life = new Life([{ stale: true }]);
  await life.clock.advance(aLook);
  expect(life.told).toEqual([stale]);
});

test('a job that was disabled, or is gone, has not recovered; when it comes back stale that is news', async () => {
  for (const without of [[{ stale: false, job: { enabled: false } }], []]) {
    const life = new Life([{ stale: true }]);
    await life.clock.advance(aLook);
    life.lines = without;
    await life.clock.advance(aLook);
    life.lines = [{ stale: true }];
    await life.clock.advance(aLook);
    expect(life.told).toEqual([stale, stale]);
    life.end();
    rmSync(join(stateDir, 'stale.json'));
  }
});

test('a job is stale if it is so at one of its repositories, which is named', async () => {
  const life = new Life([{ stale: false }, { stale: true, repository: 'offsite' }]);
  await life.clock.advance(aLook);
  life.lines = [{ stale: true }, { stale: true, repository: 'offsite' }];
  await life.clock.advance(aLook);
  expect(life.told).toEqual([['job.stale', 'documents', 'never succeeded: offsite']]);
});

test('runs that end together are looked at together, and nothing is looked at after the end', async () => {
  const life = new Life([{ stale: false }]);
  await life.clock.advance(2 * second);
  for (let count = 0; count < 100; count += 1) life.runEnds();
  await life.clock.advance(2 * second);
  expect(life.looks).toBe(2);
  life.runEnds();
  life.end();
  await life.clock.advance(2 * aLook);
  expect(life.looks).toBe(2);
});
