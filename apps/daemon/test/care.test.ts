import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { unknownProgress, type UmbraEvent } from '@umbracore/contracts';
import { aSnapshot } from '@umbracore/testkit';
import { World } from './support/world.ts';

let world: World;
beforeEach(async () => {
  world = await World.open();
});
afterEach(() => world[Symbol.asyncDispose]());

interface Work {
  readonly id: string;
  readonly state: string;
}

const repair = async (): Promise<Work> =>
  JSON.parse((await world.post('/v1/repositories/main/repair', {})).text) as Work;

/** How a work ended. */
const endOf = (id: string): Promise<Work & { readonly result?: unknown }> =>
  vi.waitUntil(async () => {
    const work = await world.get<Work>(`/v1/repository-works/${id}`);
    return work.state === 'running' ? undefined : work;
  });

test('one thing at a time is done to a repository; it tells how far it is, and can be cancelled', async () => {
  const held = world.backend.holdNext('check');
  const { id, state } = await repair();
  expect(state).toBe('running');
  await held.reached;
  const second = await world.post('/v1/repositories/main/upgrade');
  expect([second.status, second.text]).toEqual([409, expect.stringContaining(`a repair of main is under way: ${id}`)]);
  expect((await world.post(`/v1/repository-works/${id}/cancel`, { reason: 'not now' })).status).toBe(202);
  expect(await endOf(id)).toMatchObject({ state: 'cancelled', error: { code: 'run.cancelled' } });
  expect((await world.post('/v1/repositories/main/upgrade')).status).toBe(202);
});

test('an examination is one as well, beside what is done to a repository, and can be cancelled', async () => {
  const held = world.backend.holdNext('check');
  await repair();
  await held.reached;
  const opening = world.backend.holdNext('open');
  const { text } = await world.post('/v1/doctor', { only: 'repository' });
  const { id } = JSON.parse(text) as Work;
  expect(JSON.parse(text)).toMatchObject({ kind: 'doctor', repository: null, state: 'running' });
  await opening.reached;
  const { progress } = await world.get(`/v1/repository-works/${id}`);
  expect(progress).toMatchObject({ phase: 'examining', filesTotal: 2 });
  const second = await world.post('/v1/doctor');
  expect([second.status, second.text]).toEqual([409, expect.stringContaining(`an examination is under way: ${id}`)]);
  await world.post(`/v1/repository-works/${id}/cancel`);
  expect(await endOf(id)).toMatchObject({ state: 'cancelled', result: null });

  const again = JSON.parse((await world.post('/v1/doctor')).text) as Work;
  const { state, result } = await endOf(again.id);
  expect([state, result]).toMatchObject(['done', { schema: 'umbra.doctor/1', bundle: null }]);
  const subjects = (result as { findings: readonly { area: string; subject: string }[] }).findings.map(
    ({ area, subject }) => `${area} ${subject}`,
  );
  expect(subjects).toEqual(
    expect.arrayContaining(['engine fake', 'state state', 'repository main', 'source documents']),
  );
});

/** What a reader of the events gets who comes now. */
async function toldSince(id: number): Promise<readonly UmbraEvent[]> {
  const told: UmbraEvent[] = [];
  for (let at = id; ;) {
    const next = await world.daemon.feed.next(at, AbortSignal.abort());
    if (next?.type !== 'event') return told;
    told.push(next.sent.event);
    at = next.sent.id;
  }
}

test('what is long is told of by events, from its beginning to its end', async () => {
  const { works, feed } = world.daemon;
  const before = feed.newest;
  const about = { kind: 'repair', repository: 'main' };
  const held = world.backend.holdNext('check');
  const { id } = works.begin('repair', 'main', async ({ report, signal }) => {
    for (const percentage of [10, 40]) report?.({ ...unknownProgress, percentage });
    await world.backend.check({ type: 'structure' }, { signal });
    return {};
  });
  await held.reached;
  // Of progress the newest is enough.
  expect(await toldSince(before)).toMatchObject([
    { type: 'work.begun', work: id, ...about },
    { type: 'work.progress', work: id, ...about, progress: { percentage: 40 } },
  ]);
  expect(await world.get(`/v1/repository-works/${id}`)).toMatchObject({ progress: { percentage: 40 } });
  works.cancel(id, 'not now');
  await vi.waitUntil(() => works.get(id).state !== 'running');
  expect(await toldSince(before)).toMatchObject([
    { type: 'work.begun' },
    { type: 'work.finished', work: id, ...about, outcome: 'cancelled', error: { code: 'run.cancelled' } },
  ]);
});

test('whoever waits for one has its events and at last how it ended, also when it is cancelled meanwhile', async () => {
  const held = world.backend.holdNext('check');
  const { id } = await repair();
  await held.reached;
  const headers = { accept: 'text/event-stream' };
  const told = world.ask({ path: `/v1/repository-works/${id}`, headers });
  await world.post(`/v1/repository-works/${id}/cancel`, { reason: 'not now' });
  const again = await world.ask({ path: `/v1/repository-works/${id}`, headers });
  for (const { text } of [await told, again]) {
    const [, end = ''] = /^event: end\ndata: (.*)$/m.exec(text) ?? [];
    expect(JSON.parse(end)).toMatchObject({ id, state: 'cancelled', error: { code: 'run.cancelled' } });
  }
  expect((await told).text).toMatch(/^data: .*"work.finished".*"outcome":"cancelled"/m);
  expect((await world.ask({ path: '/v1/repository-works/w-1-1', headers })).status).toBe(404);
});

/** How a work on the repository ended. */
async function ended(path: string, body = {}): Promise<unknown> {
  return await endOf((JSON.parse((await world.post(`/v1/repositories/main/${path}`, body)).text) as Work).id);
}

test('it is made once, and what is in it comes into the history', async () => {
  const exists = { kind: 'create', state: 'failed', error: { code: 'repository.exists' } };
  expect(await ended('create')).toMatchObject(exists);
  expect(await ended('create', { sameChunkerAs: 'nobody' })).toMatchObject({
    error: { code: 'usage.unknown-repository' },
  });
  world.backend.putSnapshot(aSnapshot({ tags: ['theirs'] }));
  const before = world.daemon.feed.newest;
  const adopted = { name: 'main', snapshots: 1, adopted: 1 };
  expect(await ended('adopt')).toMatchObject({
    kind: 'adopt',
    state: 'done',
    result: adopted,
    progress: { phase: 'done', filesProcessed: 1, filesTotal: 1 },
  });
  expect(await toldSince(before)).toMatchObject([{ type: 'work.begun' }, { type: 'work.finished', outcome: 'done' }]);
  expect(await ended('adopt')).toMatchObject({ result: { snapshots: 1, adopted: 0 } });
  expect(await world.get('/v1/runs')).toMatchObject({ runs: [{ job: 'adopted', trigger: 'adopted' }] });
});

test('a repository is verified and counted', async () => {
  const sound = { schema: 'umbra.verify/1', repository: 'main', sound: true, exitCode: 0 };
  expect(await ended('verify')).toMatchObject({ state: 'done', result: { ...sound, read: 2.5 } });
  expect(await ended('verify', { read: 0 })).toMatchObject({ result: { ...sound, read: 0, check: null } });
  expect(await ended('verify', { read: 100 })).toMatchObject({ result: { ...sound, read: 100 } });
  const counted = { schema: 'umbra.repository-statistics/1', repository: 'main', snapshots: 0 };
  expect(await ended('statistics')).toMatchObject({ kind: 'statistics', state: 'done', result: counted });
  world.backend.failNext('repository.unreachable', { method: 'check' });
  expect(await ended('verify')).toMatchObject({ state: 'failed', error: { code: 'repository.unreachable' } });
});

test.each([
  ['GET', '/v1/repository-works/w-1-1', undefined, 404],
  ['POST', '/v1/doctor', { only: 'everything' }, 400],
  ['POST', '/v1/repositories/nobody/repair', {}, 404],
  ['POST', '/v1/repositories/nobody/verify', {}, 404],
  ['POST', '/v1/repositories/main/verify', { read: 101 }, 400],
  ['POST', '/v1/repositories/nobody/create', {}, 404],
  ['POST', '/v1/repositories/main/create', { sameChunkerAs: '' }, 400],
  ['POST', '/v1/repositories/nobody/adopt', {}, 404],
  ['POST', '/v1/repositories/nobody/catalog/update', {}, 404],
  ['POST', '/v1/repositories/main/catalog/update', { rebuild: 'yes' }, 400],
  ['POST', '/v1/repositories/nobody/catalog/drop', {}, 404],
  ['GET', '/v1/repositories/nobody/kit', undefined, 404],
  ['POST', '/v1/repositories/main/repair', { agree: ['everything'] }, 400],
  ['POST', '/v1/repositories/main/copies', { from: 'main', snapshots: ['latest'] }, 400],
  ['POST', '/v1/repositories/main/passwords', { password: 'in the clear' }, 400],
  ['POST', '/v1/repositories/main/passwords', { from: 'relative' }, 400],
  ['POST', '/v1/repositories/main/passwords/remove', { key: 'latest' }, 400],
] as const)('%s %s with %j is refused', async (method, path, body, status) => {
  const answer = method === 'GET' ? await world.ask(path) : await world.post(path, body);
  expect([answer.status, answer.text]).toEqual([status, expect.not.stringContaining('in the clear')]);
});
