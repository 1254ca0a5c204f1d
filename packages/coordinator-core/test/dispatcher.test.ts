import { UmbraError } from '@umbracore/contracts';
import type { BackupJobDefinition, JobDefinition, RunRecord, Timetable, Timetables } from '@umbracore/contracts';
import { aJob, aNewRun, aPlan, aRepository, fakeTimetables } from '@umbracore/testkit';
import { describe, expect, test, vi } from 'vitest';
import { DispatchWorld } from './dispatching.ts';
import type { Course } from './dispatching.ts';
import { catchUp, daily, every, intervalCalendar } from './interval-calendar.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
/** Noon. */
const noon = Date.UTC(2026, 0, 5, 12);

const retry = { type: 'fixed', maxAttempts: 9, delayMs: 5 * minute } as const;

const job = (change: Partial<BackupJobDefinition> = {}): JobDefinition => {
  const id = change.id ?? 'a';
  return aJob({ id, repositories: [id], schedules: [every(hour)], retry, ...change });
};

/** A world in which a dispatcher has just begun to work, a minute after noon. */
async function world(...jobs: readonly JobDefinition[]): Promise<DispatchWorld> {
  const made = new DispatchWorld({ start: noon + minute });
  made.jobs = jobs;
  made.boot();
  await made.clock.advance(second);
  return made;
}

/** Which slots were started when, in seconds after the slot. */
const started = ({ starts }: DispatchWorld) =>
  starts.map(({ run, at }) => `${run.job} ${hoursOf(run.slotAt)} +${(at - (run.slotAt ?? at)) / second}`);

/** What became of every slot. */
const told = (made: DispatchWorld) =>
  made
    .runs()
    .toSorted((one, other) => (one.slotAt ?? 0) - (other.slotAt ?? 0))
    .map(
      (run) => `${run.job} ${hoursOf(run.slotAt)} ${run.state}${run.because === null ? '' : ` ${run.because.code}`}`,
    );

const hoursOf = (at: number | null): string => `${((at ?? 0) - noon) / hour}`;

/** A job on the same repository that is due a second after `a`. */
const later = job({ id: 'b', repositories: ['a'], schedules: [every(hour, { jitterMs: second })] });

/** Somebody asks for a run of `a` in another process, and it goes well. */
async function byHand({ store, clock }: DispatchWorld, id: string): Promise<void> {
  const owner = { pid: 1, startTime: '1', bootId: 'boot', host: 'elsewhere' };
  const now = clock.now();
  await store.enqueue(
    aNewRun({
      id,
      slot: null,
      slotAt: null,
      queuedAt: now,
      plan: aPlan({ job: aJob({ id: 'a' }), repository: aRepository({ name: 'a' }) }),
    }),
  );
  const claim = await store.claim(id, { owner, now, ttlMs: minute });
  if (claim.granted) await store.update(claim.lease, 1, { state: 'succeeded', startedAt: now, finishedAt: now });
}

const takes =
  (takesMs: number, outcome: Course['outcome'] = 'succeeded') =>
  () => ({ takesMs, outcome });

describe('while the machine is awake', () => {
  test('what is due is started on time, and once', async () => {
    const made = await world(job(), job({ id: 'b', schedules: [every(2 * hour)] }));
    await made.clock.advance(4 * hour);
    expect(started(made).toSorted()).toEqual(['a 1 +0', 'a 2 +0', 'a 3 +0', 'a 4 +0', 'b 2 +0', 'b 4 +0']);
    expect(made.of('run.queued')).toHaveLength(6);
    expect(made.log.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('a job that is seen for the first time owes nothing', async () => {
    const made = await world(job());
    await made.clock.advance(30 * minute);
    expect(made.runs()).toEqual([]);
    expect((await made.store.cursors()).get('a')).toBe(noon + minute);
  });

  test('a run for each repository', async () => {
    const made = await world(job({ repositories: ['x', 'y'] }));
    await made.clock.advance(hour);
    expect(made.runs().map(({ repository, slotAt }) => [repository, slotAt])).toEqual([
      ['x', noon + hour],
      ['y', noon + hour],
    ]);
  });

  test('windows: it starts inside of one, and what comes again before does not start', async () => {
    const made = await world(job({ schedules: [every(hour, { windows: [daily(15, 16)] })] }));
    await made.clock.advance(5 * hour);
    expect(started(made)).toEqual(['a 3 +0']);
    expect(told(made)).toEqual(['a 2 missed window', 'a 3 succeeded']);
    expect(made.runs().find(({ state }) => state === 'missed')?.because?.alsoStandsFor).toEqual({
      count: 1,
      first: noon + hour,
    });
  });

  test('jitter holds a run back, also one that was accounted for before', async () => {
    const made = await world(job({ schedules: [every(hour, { jitterMs: 10 * minute })] }));
    await made.clock.advance(hour - minute + 5 * minute);
    const second = made.boot();
    await made.clock.advance(10 * minute);
    expect(started(made)).toEqual(['a 1 +600']);
    second.kill();
  });

  test('a failed attempt is repeated when it is due, and does not hold its place meanwhile', async () => {
    const made = await world(job(), later);
    made.course = (run) => ({
      takesMs: minute,
      outcome: run.job === 'a' && made.starts.length < 2 ? 'retry' : 'succeeded',
    });
    await made.clock.advance(hour + 10 * minute);
    expect(started(made)).toEqual(['a 1 +0', 'b 1 +60', 'a 1 +360']);
  });

  test('limits: no more runs at once than there may be, the oldest first', async () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
    const made = await world(...ids.map((id) => job({ id })));
    await made.clock.advance(hour + 10 * minute);
    expect(started(made).map((text) => text.slice(4))).toEqual([
      ...Array(4).fill('+0'),
      ...Array(4).fill('+60'),
      '+120',
    ]);
  });
});

describe('overlap', () => {
  const long = takes(150 * minute);

  test('queue: the newest of those that waited is started when the one under way ends', async () => {
    const made = await world(job());
    made.course = long;
    await made.clock.advance(4 * hour);
    expect(started(made)).toEqual(['a 1 +0', 'a 3 +1800']);
    expect(told(made)).toEqual(['a 1 succeeded', 'a 2 skipped superseded', 'a 3 running', 'a 4 queued']);
  });

  test('skip', async () => {
    const made = await world(job({ overlap: 'skip' }));
    made.course = long;
    await made.clock.advance(4 * hour);
    expect(told(made)).toEqual(['a 1 succeeded', 'a 2 skipped overlap', 'a 3 skipped overlap', 'a 4 running']);
  });

  test('cancel', async () => {
    const made = await world(job({ overlap: 'cancel' }));
    made.course = long;
    await made.clock.advance(3 * hour);
    expect(told(made)).toEqual(['a 1 cancelled', 'a 2 cancelled', 'a 3 running']);
  });

  test('a job that catches up with all keeps as many waiting', async () => {
    const made = await world(job({ schedules: [every(hour, catchUp('run-all', 2))] }));
    made.course = takes(5 * hour);
    await made.clock.advance(5 * hour);
    expect(told(made)).toEqual([
      'a 1 running',
      'a 2 skipped superseded',
      'a 3 skipped superseded',
      'a 4 queued',
      'a 5 queued',
    ]);
  });
});

describe('conditions', () => {
  const rule = { kind: 'power', options: {} };
  const waits = (change: Partial<BackupJobDefinition['conditions']> = {}) =>
    job({ schedules: [every(day)], conditions: { all: [rule], otherwise: 'wait', waitForMs: undefined, ...change } });

  test('a run waits until they are met, and they are looked at no more than every half minute', async () => {
    const made = await world(waits());
    made.conditions.block('power');
    await made.clock.advance(12 * hour + 10 * minute);
    expect(made.starts).toEqual([]);
    expect(made.conditions.looks.length).toBeLessThanOrEqual(23);
    made.conditions.release('power');
    await made.clock.advance(31 * second);
    expect(started(made)).toHaveLength(1);
  });

  test('nobody looks at them while nothing waits for them', async () => {
    const made = await world(waits());
    await made.clock.advance(11 * hour);
    expect(made.conditions.looks).toEqual([]);
  });

  test('it is skipped when it has waited too long', async () => {
    const made = await world(waits({ waitForMs: hour }));
    made.conditions.block('power', 'on battery');
    await made.clock.advance(13 * hour);
    expect(told(made)).toEqual(['a 12 skipped condition']);
    const [run] = made.runs();
    expect(run?.because?.text).toBe('power: on battery');
    expect(run?.finishedAt).toBe(noon + 13 * hour);
  });

  test('or at once', async () => {
    const made = await world(waits({ otherwise: 'skip' }));
    made.conditions.block('power');
    await made.clock.advance(12 * hour);
    expect(told(made)).toEqual(['a 12 skipped condition']);
    expect(made.of('run.finished')).toHaveLength(1);
  });
});

describe('sleep and clock', () => {
  test('after a sleep it waits until the network is back, then catches up once', async () => {
    const made = await world(job());
    made.sleep(5 * hour);
    await made.clock.advance(29 * second);
    expect(made.starts).toEqual([]);
    await made.clock.advance(31 * second);
    expect(started(made)).toEqual(['a 5 +120']);
    expect(told(made)).toEqual(['a 4 missed catch-up', 'a 5 running']);
    expect(made.of('clock.jumped').map(({ byMs }) => byMs)).toEqual([5 * hour]);
  });

  test('a clock that is set back a little: no slot comes twice, and the next one is late by no more', async () => {
    const made = await world(job());
    await made.clock.advance(2 * hour);
    made.clock.setWall(made.clock.now() - 30 * minute);
    await made.clock.advance(2 * hour);
    expect(started(made)).toEqual(['a 1 +0', 'a 2 +0', 'a 3 +0']);
  });

  test('a clock that is set back a year: slots come again as other ones, and none is later than an interval', async () => {
    const made = await world(job());
    await made.clock.advance(2 * day);
    const before = made.starts.length;
    made.clock.setWall(made.clock.now() - day - 30 * minute);
    await made.clock.advance(day);
    const again = made.starts.slice(before);
    expect(again).toHaveLength(24);
    expect(again.every(({ run, at }) => at - (run.slotAt ?? 0) < minute)).toBe(true);
    expect(new Set(again.map(({ run }) => run.slot)).size).toBe(24);
    expect(again[0]?.run.slot).toMatch(/~2$/);
  });

  test('a clock that was wrong for a moment leaves nothing behind', async () => {
    const made = await world(job());
    made.clock.setWall(made.clock.now() + 10 * 365 * day);
    await made.clock.advance(20 * second);
    made.clock.setWall(made.clock.now() - 10 * 365 * day);
    await made.clock.advance(2 * hour);
    expect(told(made)).toEqual(['a 1 succeeded', 'a 2 succeeded']);
  });

  test('a run is not tried again if somebody has done its work since it began', async () => {
    const made = await world(job());
    made.course = () => ({ takesMs: minute, outcome: 'retry' });
    await made.clock.advance(hour + minute);
    expect(told(made)).toEqual(['a 1 retrying']);
    await byHand(made, 'r-asked');
    await made.clock.advance(minute);
    expect(told(made).at(-1)).toBe('a 1 skipped due');
    await made.clock.advance(10 * minute);
    expect(made.starts).toHaveLength(1);
  });

  test('a retry that a wrong clock put off for years is made when the clock is right again', async () => {
    const made = await world(job());
    made.course = () => ({ takesMs: minute, outcome: made.starts.length < 2 ? 'retry' : 'succeeded' });
    await made.clock.advance(hour + 30 * second);
    expect(told(made)).toEqual(['a 1 retrying']);
    made.clock.setWall(made.clock.now() - 365 * day);
    await made.clock.advance(3 * minute);
    expect(told(made)).toEqual(['a 1 succeeded']);
  });
});

describe('other jobs', () => {
  const after = (on: 'success' | 'failure' | 'always', withinMs?: number) =>
    job({ id: 'b', schedules: [], after: [{ job: 'a', on, withinMs }] });

  test('after the end of another one, once', async () => {
    const made = await world(job(), after('success'));
    await made.clock.advance(2 * hour + 10 * minute);
    expect(started(made).map((text) => text.slice(0, 2))).toEqual(['a ', 'b ', 'a ', 'b ']);
    const [first] = made.runs().filter((run) => run.job === 'b');
    expect(first?.slot).toBe(`after/${made.runs().find((run) => run.job === 'a')?.id}`);
    expect(first).toMatchObject({ trigger: 'chain', parent: null, slotAt: noon + hour + minute });
  });

  test('not after an end that it does not want', async () => {
    const made = await world(job(), after('failure'));
    await made.clock.advance(3 * hour);
    expect(made.runs().filter((run) => run.job === 'b')).toEqual([]);
  });

  test('an end that nobody saw is found in the store', async () => {
    const made = await world(job(), after('always'));
    const [first] = await Promise.all([
      new Promise<RunRecord>((resolve) => (made.onStart = resolve)),
      made.clock.advance(hour),
    ]);
    const alive = [...made.processes];
    for (const process of alive) process.kill();
    made.endOf(first.id, 'succeeded');
    made.boot();
    await made.clock.advance(2 * minute);
    expect(told(made)).toEqual(['a 1 succeeded', expect.stringMatching(/^b 1.* (running|succeeded)$/)]);
  });

  test('too late is missed', async () => {
    const made = await world(job({ schedules: [every(day)] }), after('always', hour));
    made.course = takes(30 * minute);
    await made.clock.advance(12 * hour);
    for (const process of made.processes) process.kill();
    made.endOf(made.runs()[0]?.id ?? '', 'failed');
    await made.clock.advance(2 * hour);
    made.boot();
    await made.clock.advance(minute);
    expect(told(made)[1]).toMatch(/missed after$/);
  });

  test('a good run at least every so often', async () => {
    const made = await world(job({ schedules: [], atLeastEveryMs: 3 * hour }));
    made.course = takes(minute);
    await made.clock.advance(7 * hour);
    const ends = made.starts.map(({ at }) => (at - noon) / minute);
    expect(ends.map(Math.round)).toEqual([1, 182, 363]);
    expect(made.runs()[0]?.slot).toMatch(/^at-least\/2026-01-05T12:01/);
  });

  test('a good run of its schedule puts it off, a failed one does not', async () => {
    const made = await world(job({ schedules: [every(2 * hour)], atLeastEveryMs: 3 * hour }));
    await made.clock.advance(9 * hour);
    expect(made.runs().filter(({ slot }) => slot?.startsWith('at-least'))).toHaveLength(1);
    made.course = takes(minute, 'failed');
    await made.clock.advance(7 * hour);
    expect(made.runs().filter(({ slot }) => slot?.startsWith('at-least')).length).toBeGreaterThan(1);
  });
});

describe('changes of the configuration', () => {
  test('a new schedule owes nothing for the time before', async () => {
    const made = await world(job({ schedules: [every(day)] }));
    await made.clock.advance(5 * hour);
    made.jobs = [job()];
    await Promise.all([...made.processes].map((process) => process.replace()));
    await made.clock.advance(2 * hour);
    expect(told(made)).toEqual(['a 6 succeeded', 'a 7 succeeded']);
  });

  test('a store that refuses just then: the old ones stay in force, and no slot of theirs is lost', async () => {
    const made = await world(job());
    await made.clock.advance(59 * minute - 2 * second);
    made.trouble = new UmbraError('state.full', 'The disk is full');
    await made.clock.advance(30 * second);
    made.jobs = [job({ schedules: [every(3 * hour)] })];
    const replace = () => Promise.all([...made.processes].map((process) => process.replace()));
    await expect(replace()).rejects.toMatchObject({ code: 'state.full' });
    made.trouble = undefined;
    await replace();
    await made.clock.advance(3 * hour);
    expect(told(made)).toEqual(['a 1 succeeded', 'a 3 succeeded']);
  });

  test('a job that is disabled or gone: what waits for it is skipped, and its slots go by', async () => {
    const made = await world(job(), job({ id: 'b' }));
    made.course = takes(90 * minute);
    await made.clock.advance(2 * hour);
    made.jobs = [job({ enabled: false })];
    await Promise.all([...made.processes].map((process) => process.replace()));
    await made.clock.advance(3 * hour);
    expect(told(made)).toEqual(['a 1 succeeded', 'b 1 succeeded', 'a 2 skipped enabled', 'b 2 skipped enabled']);
    made.jobs = [job()];
    await Promise.all([...made.processes].map((process) => process.replace()));
    await made.clock.advance(hour);
    expect(told(made).slice(4)).toEqual(['a 6 running']);
  });
});

describe('crashes', () => {
  test('a run of a dead process is adopted within seconds, and a queued one is started', async () => {
    const made = await world(job(), later);
    made.course = takes(20 * minute);
    await made.clock.advance(hour);
    for (const process of made.processes) process.kill();
    await made.clock.advance(minute);
    made.boot();
    await made.clock.advance(10 * second);
    expect(told(made)).toEqual(['a 1 running', 'b 1 queued']);
    await made.clock.advance(21 * minute);
    expect(told(made)).toEqual(['a 1 succeeded', 'b 1 running']);
    expect(made.starts.map(({ run }) => run.job)).toEqual(['a', 'a', 'b']);
  });

  test('two on one store start every slot once', async () => {
    const made = await world(job(), job({ id: 'b' }), job({ id: 'c', schedules: [every(10 * minute)] }));
    made.boot();
    await made.clock.advance(6 * hour);
    const keys = made.starts.map(({ run }) => `${run.job} ${run.slot}`);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys).toHaveLength(6 + 6 + 36);
  });

  test('a store that refuses for a while costs nothing but time', async () => {
    const made = await world(job());
    await made.clock.advance(30 * minute);
    made.trouble = new UmbraError('state.full', 'The disk is full');
    await made.clock.advance(2 * hour);
    expect(made.starts).toEqual([]);
    expect(made.of('state.alarm').length).toBeGreaterThan(0);
    made.trouble = undefined;
    await made.clock.advance(10 * second);
    expect(told(made)).toEqual(['a 1 missed catch-up', 'a 2 running']);
  });
});

test('an idle dispatcher keeps one timer, and asks the store no more than every half minute', async () => {
  const jobs = Array.from({ length: 1000 }, (_, index) => job({ id: `j${index}`, schedules: [every(3 * day)] }));
  const made = await world(...jobs);
  await made.clock.advance(minute);
  expect(made.clock.sleeping).toBe(1);
  made.calls.length = 0;
  await made.clock.advance(10 * minute);
  expect(made.calls.length).toBeLessThanOrEqual(20);
  expect(new Set(made.calls)).toEqual(new Set(['open']));
});

test('a slot that may never start has its record too', async () => {
  const never = every(hour, { windows: [daily(3, 4)], blackouts: [daily(0, 12), daily(12, 0)] });
  const made = await world(job({ schedules: [never] }));
  await made.clock.advance(13 * hour);
  expect(told(made).every((text) => text.endsWith('missed window'))).toBe(true);
  const slots = made.runs().map(({ because }) => 1 + (because?.alsoStandsFor?.count ?? 0));
  expect(slots.reduce((sum, count) => sum + count, 0)).toBe(12);
});

test('a job that names no repository there is keeps nobody else from running, and is told of once', async () => {
  const made = await world(job(), job({ id: 'b' }));
  const [process] = made.processes;
  process?.registry.addJob(job({ id: 'c', repositories: ['nowhere'] }));
  process?.dispatcher.noteJobs();
  await made.clock.advance(3 * hour);
  expect(started(made)).toHaveLength(6);
  expect(made.log.lines.filter(({ level }) => level === 'error')).toMatchObject([{ fields: { job: 'c' } }]);
});

test('a job that the timetable has lost is found, planned again and told of within a minute', async () => {
  const lossy = fakeTimetables(intervalCalendar);
  const tables: Timetable[] = [];
  const timetables: Timetables = {
    create: (host) => {
      const table = lossy.create(host);
      tables.push(table);
      return table;
    },
  };
  const made = new DispatchWorld({ start: noon + minute, timetables });
  made.jobs = [job(), job({ id: 'b' })];
  made.boot();
  await made.clock.advance(second);
  tables.at(-1)?.delete('a');
  await made.clock.advance(61 * second);
  expect(made.of('schedule.repaired').map((event) => event.job)).toEqual(['a']);
  await made.clock.advance(hour);
  expect(started(made).toSorted()).toEqual(['a 1 +0', 'b 1 +0']);
});

test('what cannot be accounted for does not keep what waits from being started', async () => {
  const made = await world(job(), later);
  made.course = takes(10 * minute);
  await made.clock.advance(hour);
  expect(told(made)).toEqual(['a 1 running', 'b 1 queued']);
  made.failing.add('account');
  await made.clock.advance(11 * minute);
  expect(told(made)).toEqual(['a 1 succeeded', 'b 1 running']);
});

test('what the history no longer needs goes once a day, with the logs', async () => {
  const made = new DispatchWorld({ start: noon, history: { keepMs: 30 * day, runs: 1000 } });
  made.jobs = [job({ schedules: [every(12 * hour)] })];
  made.boot();
  await made.clock.advance(31 * day + hour);
  const oldest = () => made.runs().reduce((least, run) => Math.min(least, run.queuedAt), Infinity);
  // Removing a log takes real time.
  await vi.waitFor(() => expect(oldest()).toBe(noon + day), 10_000);
  expect(made.calls.filter((call) => call === 'trim')).toHaveLength(32);
});
