import { jobTag, UmbraError } from '@umbracore/contracts';
import {
  aChain,
  aCheckJob,
  aCopyJob,
  aForgetJob,
  aJob,
  aPolicy,
  aPruneJob,
  aRepository,
  aSnapshot,
} from '@umbracore/testkit';
import type { FakeBackend } from '@umbracore/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { idsIn, made, noon, numbersIn, put, TwoRepositories } from './two-repositories.ts';

let stage: TwoRepositories;
let source: FakeBackend;
let target: FakeBackend;

beforeEach(async () => {
  stage = await TwoRepositories.create();
  ({ source, target } = stage);
});

afterEach(() => stage[Symbol.asyncDispose]());

describe('copy', () => {
  test('brings what is ours and not there, and tells the ids that the copies have', async () => {
    put(source, made(1), made(2), aSnapshot({ id: '3'.padStart(64, '0'), tags: ['foreign'] }));
    put(target, aSnapshot({ ...made(1), id: 'a'.repeat(64), original: made(1).id }));
    const { record, outcome } = await stage.run(aCopyJob());
    const [, copy] = await target.snapshots();
    expect(outcome).toBe('succeeded');
    expect(copy).toMatchObject({ original: made(2).id, tags: made(2).tags });
    expect(record.report).toEqual({
      kind: 'copy',
      copied: [copy?.id],
      passedOver: 0,
      compared: 1,
      different: [],
      upTo: { documents: made(2).time },
    });
    expect(stage.stepsOf(record.id)).toMatchObject([
      { kind: 'copy', stage: 'intent', detail: { snapshots: [made(2).id] } },
      { kind: 'copy', stage: 'done' },
      { kind: 'verify', stage: 'intent' },
      { kind: 'verify', stage: 'done' },
    ]);
    expect(record.verification).toMatchObject({ level: 'metadata', ok: true, check: { read: expect.anything() } });
  });

  test('that finds the other repository damaged afterwards fails, with what mends it', async () => {
    put(source, made(1));
    target.damage('pack 1 is broken');
    const { outcome, record } = await stage.run(aCopyJob());
    expect({ outcome, error: record.error }).toMatchObject({
      outcome: 'failed',
      error: { code: 'verify.damage', hint: expect.stringContaining('umbra repo repair main --read all --from other') },
    });
    expect(record.report).toMatchObject({ kind: 'copy', copied: { length: 1 } });
    expect(await stage.run(aPruneJob())).toMatchObject({ outcome: 'failed', error: { code: 'repository.damaged' } });
  });

  test('is not verified where only the engine can, and a verification that could not be tried is a doubt', async () => {
    put(source, made(1));
    target.failNext('backend.unsupported', { method: 'checkNew' });
    expect(await stage.run(aCopyJob())).toMatchObject({ outcome: 'succeeded', record: { verification: null } });
    put(source, made(2));
    target.failNext('repository.unreachable', { method: 'checkNew' });
    const { outcome, suspicions } = await stage.run(aCopyJob());
    expect([outcome, suspicions]).toEqual(['warning', [expect.stringMatching(/^What was copied was not verified: /)]]);
  });

  test('of nothing is a success, and starts no engine', async () => {
    put(source, made(1));
    await stage.run(aCopyJob());
    const { record, outcome } = await stage.run(aCopyJob());
    expect({ outcome, report: record.report }).toMatchObject({
      outcome: 'succeeded',
      report: { kind: 'copy', copied: [], upTo: { documents: made(1).time } },
    });
    expect(stage.stepsOf(record.id)).toEqual([]);
    expect(await target.snapshots()).toHaveLength(1);
  });

  test('that is dry copies nothing, and reports what it would', async () => {
    put(source, made(1), made(2));
    const { record } = await stage.run(aCopyJob(), { dryRun: true });
    expect(record.report).toEqual({ kind: 'copy', copied: [made(1).id, made(2).id], passedOver: 0 });
    expect(await target.snapshots()).toEqual([]);
  });

  test('takes only the jobs that it is told', async () => {
    put(source, made(1, { job: 'music' }), made(2));
    await stage.run(aCopyJob({ jobs: ['music'] }));
    expect((await target.snapshots()).map(({ tags }) => tags[0])).toEqual([jobTag('music')]);
  });

  test('of thousands has an engine for each part of them, with a spool of its own, also after a lock', async () => {
    put(source, ...Array.from({ length: 5001 }, (_, number) => made(number)));
    const copyFrom = target.copyFrom.bind(target);
    let calls = 0;
    target.copyFrom = (...args) => {
      calls += 1;
      return calls === 2 ? Promise.reject(new UmbraError('repository.locked', 'locked')) : copyFrom(...args);
    };
    const { record, outcome } = await stage.run(aCopyJob());
    expect({ outcome, calls }).toEqual({ outcome: 'succeeded', calls: 3 });
    expect(record.report).toMatchObject({ copied: { length: 5001 } });
    const intents = stage.stepsOf(record.id).filter(({ kind, stage }) => kind === 'copy' && stage === 'intent');
    expect(intents.map(({ detail }) => (detail['snapshots'] as unknown[]).length)).toEqual([5000, 1, 1]);
    expect(new Set(intents.map(({ detail }) => detail['spool'])).size).toBe(3);
  });

  test('compares what both sides have, by their trees, and by what is in them where these say nothing', async () => {
    const sources = [{ path: stage.world.source, required: true }];
    await stage.run(aJob({ sources, repositories: ['other'] }));
    const copyOf = (number: number, tree: string) => ({
      ...aSnapshot({ ...made(number), id: `c${number}`.padEnd(64, '0') }),
      original: made(number).id,
      tree,
    });
    put(source, { ...made(1), tree: 'same' }, { ...made(2), tree: 'one' });
    put(target, copyOf(1, 'same'), copyOf(2, 'other'));
    const listed: string[] = [];
    const list = source.list.bind(source);
    source.list = (...args) => {
      listed.push(args[0]);
      return list(...args);
    };
    const { record } = await stage.run(aCopyJob());
    const saved = (await source.snapshots()).find(({ paths }) => paths[0] === stage.world.source);
    expect(record).toMatchObject({ state: 'succeeded', report: { compared: 3, different: [] } });
    expect(new Set(listed)).toEqual(new Set([made(2).id, saved?.id]));

    const entry = { type: 'file', size: 1, modifiedAt: 0, mode: 0o644, uid: 0, gid: 0 } as const;
    target.list = async function* () {
      yield { path: '/odd', ...entry };
    };
    const odd = await stage.run(aCopyJob());
    expect(odd).toMatchObject({ outcome: 'warning', report: { compared: 2, different: [copyOf(2, '').id] } });
    expect(odd.suspicions).toEqual(['The copy c2000000 holds something else than its original']);
  });

  test('leaves out what the other repository would forget again, and brings the rest', async () => {
    put(source, ...[1, 2, 3, 4].map((number) => made(number)), made(5, { job: 'music' }));
    const forget = aForgetJob({
      id: 'tidy',
      repositories: ['main'],
      jobs: ['documents'],
      policy: aPolicy({ last: 2 }),
    });
    stage.knows(3, 'failed');
    await stage.coordinator.registerBackupJob(forget, [aRepository()]);
    const { record } = await stage.run(aCopyJob());
    // The third is doubtful: it takes no good one's place.
    expect(record.report).toMatchObject({ copied: { length: 4 }, passedOver: 1 });
    expect(await target.snapshots()).toMatchObject([2, 3, 4, 5].map((number) => ({ original: made(number).id })));
    expect((await stage.run(forget)).record.report).toMatchObject({ removed: [] });
    expect((await stage.run(aCopyJob())).record.report).toMatchObject({ copied: [], passedOver: 1 });
  });

  test('is a step of a chain like any other: saved, copied, forgotten', async () => {
    const sources = [{ path: stage.world.source, required: true }];
    const jobs = [
      aJob({ id: 'save', sources, repositories: ['other'] }),
      aCopyJob({ id: 'copy' }),
      aForgetJob({ id: 'tidy', repositories: ['main'], policy: aPolicy({ last: 1 }) }),
    ];
    for (const job of jobs)
      await stage.coordinator.registerBackupJob(job, [aRepository(), aRepository({ name: 'other' })]);
    const chain = aChain(['save -changed-> copy', 'copy -changed-> tidy']);
    expect(await stage.run(chain)).toMatchObject({ outcome: 'succeeded', report: { nodes: { length: 3 } } });
    stage.world.clock.pass(60_000);
    const { report } = await stage.run(chain);
    expect(report).toMatchObject({ nodes: [{ outcome: 'succeeded' }, { outcome: 'skipped' }, { outcome: 'skipped' }] });
    expect(await target.snapshots()).toHaveLength(1);
  });

  test('that brought less than it should is no success', async () => {
    put(source, made(1));
    target.copyFrom = () => Promise.resolve();
    expect(await stage.run(aCopyJob())).toMatchObject({ outcome: 'failed', error: { code: 'snapshot.absent' } });
  });
});

describe('forget', () => {
  test('removes exactly what the policy does not name, and writes down why', async () => {
    put(target, made(1), made(2), made(3), aSnapshot({ id: 'f'.repeat(64), tags: ['foreign'] }));
    const { record, outcome } = await stage.run(aForgetJob({ policy: aPolicy({ last: 2 }) }));
    expect({ outcome, report: record.report }).toEqual({
      outcome: 'succeeded',
      report: { kind: 'forget', removed: [made(1).id], kept: 2 },
    });
    expect(await idsIn(target)).toEqual(expect.arrayContaining([made(2).id, made(3).id, 'f'.repeat(64)]));
    expect(await idsIn(target)).toHaveLength(3);
    const log = await stage.logOf(record.id);
    expect(log).toMatch(/Remove 00000000 of documents, 2026-01-04T12:00:00.001Z: no rule keeps it/);
    expect(log).toContain(': snapshot 1\n');
  });

  test('lets no doubtful snapshot take the place of a good one', async () => {
    put(target, made(1), made(2), made(3), made(4));
    stage.knows(1, 'succeeded');
    stage.knows(2, 'succeeded');
    stage.knows(3, 'warning');
    stage.knows(4, 'failed');
    await stage.run(aForgetJob({ policy: aPolicy({ last: 1 }) }));
    expect(await numbersIn(target)).toEqual([2, 4]);
  });

  test('leaves the snapshot of a run that is still open', async () => {
    put(target, made(1), made(2));
    stage.knows(1, 'running');
    await stage.run(aForgetJob({ policy: aPolicy({ last: 1 }) }));
    expect(await numbersIn(target)).toEqual([1, 2]);
  });

  test('refuses a plan that relies on a snapshot from the future', async () => {
    put(target, made(1), made(2), made(3, { time: noon + 2 * 3_600_000 }));
    const { outcome, error } = await stage.run(aForgetJob());
    expect({ outcome, code: error?.code, message: error?.message }).toEqual({
      outcome: 'failed',
      code: 'forget.refused',
      message: expect.stringContaining('no newer snapshot of documents that stays is as good as 00000000'),
    });
    expect(await numbersIn(target)).toEqual([1, 2, 3]);
  });

  test('holds back what belongs to a job whose last good snapshot is missing, and tells of it', async () => {
    put(target, made(1), made(2), made(3, { job: 'music' }), made(4, { job: 'music' }));
    const sources = [{ path: stage.world.source, required: true }];
    const backup = await stage.run(aJob({ sources }));
    await target.forget([backup.record.snapshot ?? '']);
    const { record, error } = await stage.run(aForgetJob({ policy: aPolicy({ last: 1 }) }));
    expect(error).toMatchObject({ code: 'forget.refused', message: expect.stringMatching(/^1 of 2 were not removed/) });
    expect(record.report).toEqual({ kind: 'forget', removed: [made(3).id], kept: 3, held: 1 });
    expect(await numbersIn(target)).toEqual([1, 2, 4]);
    expect(await stage.logOf(record.id)).toMatch(/Hold back 00000000 of documents/);
  });

  test('beyond the rail goes only as far as somebody agreed', async () => {
    put(target, made(1), made(2), made(3), made(4));
    const job = aForgetJob({ policy: aPolicy({ last: 1, rail: 0.2 }) });
    expect(await stage.run(job)).toMatchObject({ outcome: 'failed', error: { code: 'forget.refused' } });
    expect(await numbersIn(target)).toEqual([1, 2, 3, 4]);
    const { removable } = await stage.coordinator.retention.preview(job.id, 'main');
    expect(removable).toEqual([]);
    const agreedSnapshots = [made(1).id, made(2).id];
    expect(await stage.run(job, { agreedSnapshots })).toMatchObject({ outcome: 'succeeded' });
    expect(await numbersIn(target)).toEqual([3, 4]);
  });

  test('shows before what it does, for some jobs alone if need be', async () => {
    put(target, made(1), made(2), made(3, { job: 'music' }), made(4, { job: 'music' }));
    const job = aForgetJob({ policy: aPolicy({ last: 1 }) });
    await stage.coordinator.registerBackupJob(job, [aRepository()]);
    const all = await stage.coordinator.retention.preview(job.id, 'main');
    const some = await stage.coordinator.retention.preview(job.id, 'main', { only: ['music'] });
    expect(all).toMatchObject({ removable: [made(1).id, made(3).id], objections: [], untouched: 0 });
    expect(some).toMatchObject({ removable: [made(3).id], plan: { length: 2 }, untouched: 2 });
    const { record } = await stage.run(job);
    expect(record.report).toMatchObject({ removed: all.removable });
  });

  test('marks first where that is wanted, can be taken back, and removes when the time has passed', async () => {
    put(target, made(1), made(2));
    const job = aForgetJob({ policy: aPolicy({ last: 1, undoMs: 7 * 86_400_000 }) });
    const first = await stage.run(job);
    const [marked = ''] = first.record.report?.kind === 'forget' ? (first.record.report.marked ?? []) : [];
    expect(first.record.report).toEqual({ kind: 'forget', removed: [], kept: 1, marked: [marked] });
    expect(await idsIn(target)).toEqual(expect.arrayContaining([marked, made(2).id]));
    // Nothing more to do meanwhile, also for a copy.
    expect((await stage.run(job)).record.report).toEqual({ kind: 'forget', removed: [], kept: 2 });

    const { snapshots } = await stage.coordinator.retention.takeBack(job.id, 'main');
    expect([...snapshots.keys()]).toEqual([marked]);
    const [back = ''] = snapshots.values();
    const again = await stage.run(job);
    expect(again.record.report).toMatchObject({ removed: [], marked: [expect.not.stringMatching(back)] });

    stage.world.clock.pass(7 * 86_400_000);
    expect((await stage.run(job)).record.report).toMatchObject({ removed: [expect.any(String)], kept: 1 });
    expect(await idsIn(target)).toEqual([made(2).id]);
    expect((await stage.coordinator.retention.takeBack(job.id, 'main')).snapshots.size).toBe(0);
  });

  test('that is dry removes nothing, and reports what it would', async () => {
    put(target, made(1), made(2));
    const { record } = await stage.run(aForgetJob({ policy: aPolicy({ last: 1 }) }), { dryRun: true });
    expect(record.report).toEqual({ kind: 'forget', removed: [made(1).id], kept: 1 });
    expect(await numbersIn(target)).toEqual([1, 2]);
    expect(await stage.logOf(record.id)).toContain('Remove ');
  });
});

describe('prune', () => {
  test('frees what no snapshot needs', async () => {
    const { record, outcome } = await stage.run(aPruneJob());
    expect({ outcome, report: record.report }).toEqual({ outcome: 'succeeded', report: { kind: 'prune' } });
    expect(target.calls.filter(({ method }) => method === 'prune')).toHaveLength(1);
    expect(stage.stepsOf(record.id).map(({ kind, stage }) => `${kind} ${stage}`)).toEqual([
      'prune intent',
      'prune done',
    ]);
  });

  test('is not done for a dry run', async () => {
    const { record, outcome } = await stage.run(aPruneJob(), { dryRun: true });
    expect(outcome).toBe('succeeded');
    expect(await stage.logOf(record.id)).toContain('Would free what no snapshot needs');
    expect(target.calls.filter(({ method }) => method === 'prune')).toEqual([]);
  });
});

describe('check', () => {
  const scopes = () => target.calls.filter(({ method }) => method === 'check').map(({ args }) => args[0]);

  test('reads the next part each time, and the same one again after damage', async () => {
    const job = aCheckJob({ readPercent: 40 });
    target.failNext('backend.unsupported', { method: 'checkNew', times: 4 });
    expect((await stage.run(job)).record.report).toEqual({
      kind: 'check',
      sound: true,
      problems: [],
      advice: [],
      part: { part: 1, of: 3 },
    });
    await stage.run(job);
    target.damage('pack 1 is broken');
    expect(await stage.run(job)).toMatchObject({
      outcome: 'failed',
      error: { code: 'repository.damaged', message: 'The repository main is damaged: pack 1 is broken' },
      record: { report: { sound: false, problems: ['pack 1 is broken'], part: { part: 3, of: 3 } } },
    });
    await stage.run(job);
    expect(scopes()).toMatchObject([1, 2, 3, 3].map((part) => ({ type: 'part', part, of: 3 })));
  });

  test('of what cannot be repaired hands on what its backend advises', async () => {
    const supports = new Set([...target.supports].filter((each) => each !== 'repair'));
    const found = { sound: false, problems: ['pack 1 is broken'], advice: ['Let borg mend it.'], repairs: [] };
    Object.assign(target, { supports, check: () => Promise.resolve(found) });
    expect(await stage.run(aCheckJob())).toMatchObject({
      error: { hint: 'Remove nothing from the repository before it is mended. Let borg mend it.' },
    });
  });

  test('of the structure alone reads no part, but what is new', async () => {
    put(target, made(1));
    const { record } = await stage.run(aCheckJob());
    expect(record.report).toMatchObject({ sound: true, part: null, engine: true, check: { read: { packs: 1 } } });
    expect(scopes()).toEqual([{ type: 'structure' }]);
    expect(asked()).toEqual([{ read: 'new' }]);
  });

  const day = 86_400_000;
  const readAll = { withinMs: 30 * day, bytesPerDay: 1000, engineEveryMs: 7 * day };
  const asked = () => target.calls.filter(({ method }) => method === 'checkNew').map(({ args }) => args[0]);

  test('at a pace has the engine look only so often, and after damage', async () => {
    const job = aCheckJob({ readPercent: 50, readAll });
    for (let run = 0; run < 3; run += 1) await stage.run(job);
    expect(asked()).toHaveLength(3);
    expect(asked()[0]).toEqual({ read: { withinMs: 30 * day, atMostBytes: 1000, everyMs: day } });
    expect(scopes()).toMatchObject([{ part: 1, of: 2 }]);
    target.damage('pack 1 is broken');
    const damaged = await stage.run(job);
    expect(damaged).toMatchObject({ outcome: 'failed', record: { report: { sound: false, engine: false } } });
    target.mend();
    await stage.run(job);
    expect(scopes()).toMatchObject([{ part: 1 }, { part: 2 }]);
  });

  test('that cannot keep its pace ends with a warning before anything is late', async () => {
    target.newCheck.outlook = { keeps: false, overdueBytes: 0, neededBytes: 3000 };
    const { outcome, record } = await stage.run(aCheckJob({ readAll }));
    expect({ outcome, code: record.error?.code, sound: record.report }).toMatchObject({
      outcome: 'warning',
      code: 'verify.behind',
      sound: { sound: true },
    });
    expect(record.error?.message).toContain('1000 B a day are not enough to read everything within 30 days');
  });

  test('at a pace where the engine alone can read has it read parts that are small enough', async () => {
    target.failNext('backend.unsupported', { method: 'checkNew', times: 2 });
    put(target, made(1));
    await stage.run(aCheckJob({ readAll }));
    await stage.run(aCheckJob({ readAll }));
    expect(scopes()).toMatchObject([
      { part: 1, of: 29 },
      { part: 2, of: 29 },
    ]);
  });
});

test('nothing is removed from a repository that was found damaged, until a check finds it sound', async () => {
  put(target, made(1), made(2));
  target.damage('pack 1 is broken');
  await stage.run(aCheckJob());
  const hint = 'Mend it with `umbra repo repair main --read all`, or let `umbra run check` find it sound.';
  expect(await stage.run(aForgetJob())).toMatchObject({ outcome: 'failed', error: { code: 'forget.refused', hint } });
  expect(await stage.run(aPruneJob())).toMatchObject({
    outcome: 'failed',
    error: { code: 'repository.damaged', hint },
  });
  expect(await numbersIn(target)).toEqual([1, 2]);
  target.mend();
  await stage.run(aCheckJob());
  expect(await stage.run(aForgetJob())).toMatchObject({ outcome: 'succeeded' });
  expect(await stage.run(aPruneJob())).toMatchObject({ outcome: 'succeeded' });
});
