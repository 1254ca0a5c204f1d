import { existsSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RestoreDocument } from '@umbracore/runtime/documents';
import { openStream } from './support/ask.ts';
import { World } from './support/world.ts';

let world: World;
let snapshot: string;
const inSource = (name: string): string => join(world.folder, 'source', name);

beforeEach(async () => {
  world = await World.open();
  writeFileSync(inSource('gone.txt'), 'gone');
  const { text } = await world.post('/v1/runs', { jobs: ['documents'] });
  const [{ id = '' } = {}] = (JSON.parse(text) as { readonly runs: readonly { readonly id?: string }[] }).runs;
  const { run } = await world.get<{ readonly run: { readonly snapshot: string } }>(`/v1/runs/${id}?wait=true`);
  snapshot = run.snapshot;
});
afterEach(() => world[Symbol.asyncDispose]());

const wanted = (changes: object = {}) => ({ repository: 'main', snapshot, target: null, ...changes });

interface Plan {
  readonly digest: string;
  readonly counts: object;
  readonly entries: readonly object[];
}

async function posted<T>(path: string, body: object = {}, status = 200): Promise<T> {
  const answer = await world.post(path, body);
  expect([answer.status, answer.text]).toEqual([status, expect.any(String)]);
  return JSON.parse(answer.text) as T;
}

const ended = (id: string): Promise<RestoreDocument> =>
  vi.waitUntil(async () => {
    const restore = await world.get<RestoreDocument>(`/v1/restores/${id}`);
    return ['staging', 'moving'].includes(restore.state) ? undefined : restore;
  });

test('in place: nothing without the plan, or by one that has become another; then done, and taken back', async () => {
  rmSync(inSource('gone.txt'));
  const plan = await posted<Plan>('/v1/restores/plan?limit=1', wanted());
  expect(plan).toMatchObject({ counts: { create: 1, unchanged: 1 }, undoable: true, entriesTotal: 2 });
  expect(plan.entries).toHaveLength(1);
  for (const agreed of [undefined, 'another']) {
    expect(await posted('/v1/restores', wanted({ agreed }), 400)).toMatchObject({ code: 'usage.confirmation-needed' });
  }
  writeFileSync(inSource('a.txt'), 'aa');
  utimesSync(inSource('a.txt'), 1000, 1000);
  expect(await posted('/v1/restores', wanted({ agreed: plan.digest }), 400)).toMatchObject({
    message: expect.stringContaining('another one by now'),
  });
  const { digest } = await posted<Plan>('/v1/restores/plan', wanted());
  const events = await openStream(world.socket, { path: '/v1/events' });
  const { id } = await posted<RestoreDocument>('/v1/restores', wanted({ agreed: digest }), 202);
  expect(await ended(id)).toMatchObject({ state: 'finished', outcome: { counts: { create: 1, replace: 1 } } });
  const told = await events.holds('restore.finished');
  expect(told).toContain('restore.begun');
  events.close();
  expect(readFileSync(inSource('a.txt'), 'utf8')).toBe('a');
  expect(await posted(`/v1/restores/${id}/undo`)).toMatchObject({ putBack: 1, removed: 1, leftCount: 0 });
  expect([readFileSync(inSource('a.txt'), 'utf8'), existsSync(inSource('gone.txt'))]).toEqual(['aa', false]);
});

test('what the snapshot does not have is in the plan, and goes only in the number that was said', async () => {
  writeFileSync(inSource('mine.txt'), 'mine');
  const more = { delete: true, maxDelete: 0 };
  const { digest, ...plan } = await posted<Plan>('/v1/restores/plan', wanted(more));
  expect(plan).toMatchObject({
    counts: { remove: 1 },
    removesAtMost: 0,
    removals: [{ path: inSource('mine.txt'), size: 4, files: 1 }],
    spared: [],
  });
  const refused = await posted<{ message: string }>('/v1/restores', wanted({ ...more, agreed: digest }), 400);
  expect(refused.message).toContain('1 file would be removed');
  expect(existsSync(inSource('mine.txt'))).toBe(true);
  const { id } = await posted<RestoreDocument>('/v1/restores', wanted({ delete: true, agreed: digest }), 202);
  expect(await ended(id)).toMatchObject({ state: 'finished', delete: true, outcome: { counts: { remove: 1 } } });
  expect(existsSync(inSource('mine.txt'))).toBe(false);
  expect(await posted(`/v1/restores/${id}/undo`)).toMatchObject({ putBack: 1, leftCount: 0 });
  expect(readFileSync(inSource('mine.txt'), 'utf8')).toBe('mine');
});

test('one that is cancelled stays as far as it came, and is gone on with', async () => {
  const held = world.backend.holdNext('restore');
  const target = join(world.folder, 'new');
  const { id } = await posted<RestoreDocument>('/v1/restores', wanted({ target }), 202);
  await held.reached;
  await posted(`/v1/restores/${id}/cancel`, {}, 202);
  await vi.waitUntil(async () => (await world.post(`/v1/restores/${id}/cancel`, {})).status === 400);
  expect(await world.get(`/v1/restores/${id}`)).toMatchObject({ state: 'staging' });
  expect(existsSync(target)).toBe(false);
  await posted(`/v1/restores/${id}/resume`, {}, 202);
  expect(await ended(id)).toMatchObject({ state: 'finished', undoUntil: null });
  expect(readFileSync(join(target, inSource('gone.txt')), 'utf8')).toBe('gone');
  const { restores } = await world.get<{ readonly restores: readonly RestoreDocument[] }>('/v1/restores');
  expect(restores.map((restore) => restore.id)).toEqual([id]);
});

test('what is given up is gone; what is unknown is said', async () => {
  world.backend.failNext('repository.unreachable', { method: 'restore' });
  const { id } = await posted<RestoreDocument>('/v1/restores', wanted({ target: join(world.folder, 'new') }), 202);
  await vi.waitUntil(async () => (await world.post(`/v1/restores/${id}/discard`, {})).status === 200);
  expect(await world.get(`/v1/restores/${id}`)).toMatchObject({ state: 'discarded' });
  expect((await world.post(`/v1/restores/${id}/resume`, {})).status).toBe(400);
  expect((await world.ask('/v1/restores/x-0000000000000000')).status).toBe(404);
  expect((await world.ask('/v1/restores/..%2f..%2fetc')).status).toBe(400);
  expect((await world.post('/v1/restores/plan', wanted({ target: 'relative' }))).status).toBe(400);
  expect((await world.post('/v1/restores/plan', wanted({ paths: ['/nothing'] }))).status).toBe(404);
});

test('a dump is the bytes, as a file to be kept', async () => {
  const at = `/v1/repositories/main/snapshots/${snapshot}/dump`;
  const file = await world.ask(`${at}?path=${encodeURIComponent(inSource('gone.txt'))}`);
  expect([file.status, file.text]).toEqual([200, 'gone']);
  expect(file.headers).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-disposition': "attachment; filename*=UTF-8''gone.txt",
  });
  const folder = await world.ask(`${at}?path=${encodeURIComponent(join(world.folder, 'source'))}`);
  expect(folder.headers['content-disposition']).toContain('source.tar');
  expect(folder.text).toContain('gone.txt');
  const absent = await world.ask(`${at}?path=/nothing`);
  expect([absent.status, absent.text]).toEqual([404, expect.stringContaining('snapshot.absent')]);
});
