import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { isTerminal } from '@umbracore/contracts';
import type { RunDocument } from '@umbracore/runtime/documents';
import type { RequestDocument } from '../src/requests/request-document.ts';
import { routes } from '../src/routes/index.ts';
import { openStream, type Answer } from './support/ask.ts';
import { aDrillJob } from '@umbracore/testkit';
import { World } from './support/world.ts';

let world: World;
beforeEach(async () => {
  world = await World.open();
});
afterEach(() => world[Symbol.asyncDispose]());

const requestIn = ({ text }: Answer): RequestDocument => JSON.parse(text) as RequestDocument;
const schemaIn = ({ text }: Answer): string => (JSON.parse(text) as { readonly schema: string }).schema;
const documents = { jobs: ['documents'] };

/** The runs of the history, newest first. */
const history = async (): Promise<readonly RunDocument[]> =>
  (await world.get<{ readonly runs: readonly RunDocument[] }>('/v1/runs')).runs;

const waited = async (run: string): Promise<RunDocument> =>
  (await world.get<{ readonly run: RunDocument }>(`/v1/runs/${run}?wait=true`)).run;

/** A request that has ended, which is a moment after its last run has. */
const settled = async (work: object, key: Record<string, string>): Promise<RequestDocument> => {
  const answer = await vi.waitUntil(
    async () => {
      const again = await world.post('/v1/runs', work, key);
      return again.status === 202 ? undefined : again;
    },
    { timeout: 60_000, interval: 10 },
  );
  expect(answer.status).toBe(200);
  return requestIn(answer);
};

test('a plan of what is forgotten needs a job that forgets', async () => {
  const answer = await world.ask('/v1/forget?job=documents');
  expect([answer.status, answer.text]).toEqual([404, expect.stringContaining('config.no-policy')]);
});

test('what somebody agrees to is named by full ids', async () => {
  const options = { agreedSnapshots: ['latest'] };
  const answer = await world.post('/v1/runs', { jobs: ['documents'], options });
  expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('no full id of a snapshot')]);
});

test('an option that would change nothing about a job is refused', async () => {
  await using own = await World.open({ documents: aDrillJob({ id: 'documents' }) });
  const answer = await own.post('/v1/runs', { ...documents, options: { strategy: 'full' } });
  expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('--strategy is for a backup')]);
});

describe('a run that is asked for', () => {
  test('is told as soon as it has begun, and can be waited for', async () => {
    const held = world.backend.holdNext('backup');
    const answer = await world.post('/v1/runs', documents);
    expect(answer.status).toBe(202);
    const { runs, exitCode, key } = requestIn(answer);
    expect({ exitCode, key, runs }).toMatchObject({ exitCode: null, key: null, runs: [{ job: 'documents' }] });
    await held.reached;
    held.release();
    const run = await waited(runs[0]?.id ?? '');
    expect(run).toMatchObject({ state: 'succeeded', trigger: 'api', slot: null, exitCode: 0 });
  });

  test('is the same however often it is sent with its key', async () => {
    const held = world.backend.holdNext('backup');
    const key = { 'idempotency-key': 'nightly:2026-01-05' };
    const answers = await Promise.all([1, 2, 3].map(() => world.post('/v1/runs', documents, key)));
    const ids = answers.map((answer) => requestIn(answer).runs.map(({ id }) => id));
    expect(new Set(ids.flat()).size).toBe(1);
    held.release();
    await waited(ids[0]?.[0] ?? '');
    expect(await settled(documents, key)).toMatchObject({ exitCode: 0, runs: [{ id: ids[0]?.[0] }] });
    expect(await history()).toHaveLength(1);
    const other = await world.post('/v1/runs', { ...documents, options: { force: true } }, key);
    expect([other.status, other.text]).toEqual([400, expect.stringContaining('another request')]);
  });

  test('is another one with another key, or with none', async () => {
    for (const key of ['a', 'b', undefined]) {
      const headers = key === undefined ? {} : { 'idempotency-key': key };
      const { runs } = requestIn(await world.post('/v1/runs', documents, headers));
      await waited(runs[0]?.id ?? '');
    }
    expect(await history()).toHaveLength(3);
  });

  test('streams its own events to the end, and how all went', async () => {
    const question = { method: 'POST', path: '/v1/runs', headers: { accept: 'text/event-stream' } };
    const stream = await openStream(world.socket, {
      ...question,
      body: JSON.stringify({ jobs: ['documents', 'nobody'] }),
    });
    const text = await stream.ended;
    expect(text).toContain('usage.unknown-job');
    const both = await openStream(world.socket, {
      ...question,
      body: JSON.stringify({ jobs: ['photos', 'documents'] }),
    });
    const told = await both.ended;
    const types = [...told.matchAll(/"type":"(run\.\w+)"/g)].map(([, type]) => type);
    expect(types.filter((type) => type === 'run.finished')).toHaveLength(2);
    expect(types[0]).toBe('run.queued');
    expect(told).toMatch(/event: end\ndata: .*"exitCode":0.*\n\n$/);
    const ids = [...told.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
    expect(ids).toEqual([...ids].sort((one, other) => one - other));
  });

  test('that is refused says why: nothing else came of it', async () => {
    const held = world.backend.holdNext('backup');
    const first = requestIn(await world.post('/v1/runs', documents));
    await held.reached;
    const second = await world.post('/v1/runs', documents);
    expect(second.status).toBe(409);
    expect(second.text).toContain(first.runs[0]?.id);
    expect((await world.post('/v1/runs', { jobs: ['nobody'] })).status).toBe(404);
    held.release();
    await waited(first.runs[0]?.id ?? '');
  });

  test('can be cancelled: the run under way ends, no further one begins', async () => {
    world.backend.hang('backup');
    const key = { 'idempotency-key': 'k' };
    const both = { jobs: ['documents', 'photos'] };
    const { runs } = requestIn(await world.post('/v1/runs', both, key));
    expect((await world.post('/v1/requests/k/cancel', { reason: 'enough' })).status).toBe(202);
    const run = await waited(runs[0]?.id ?? '');
    expect(run).toMatchObject({ state: 'cancelled', error: { message: expect.stringContaining('enough') } });
    expect(await settled(both, key)).toMatchObject({ exitCode: 130, runs: [{ id: run.id }] });
    expect(await history()).toHaveLength(1);
    expect((await world.post('/v1/requests/other/cancel')).status).toBe(404);
  });
});

test('a run is cancelled by its id', async () => {
  world.backend.hang('backup');
  const { runs } = requestIn(await world.post('/v1/runs', documents));
  const id = runs[0]?.id ?? '';
  expect((await world.post(`/v1/runs/${id}/cancel`)).status).toBe(202);
  expect((await waited(id)).state).toBe('cancelled');
  expect(isTerminal((await history())[0]?.state ?? 'queued')).toBe(true);
});

describe('events', () => {
  const eventsFrom = (id?: string) =>
    openStream(world.socket, { path: '/v1/events', ...(id === undefined ? {} : { headers: { 'last-event-id': id } }) });
  const runOnce = async (): Promise<void> => {
    const { runs } = requestIn(await world.post('/v1/runs', documents));
    await waited(runs[0]?.id ?? '');
  };
  const idsIn = (text: string): readonly string[] => [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => id ?? '');

  test('come from the moment on at which somebody listens', async () => {
    await runOnce();
    const stream = await eventsFrom();
    await runOnce();
    const text = await stream.holds('run.finished');
    stream.close();
    expect(text.match(/run\.queued/g)).toHaveLength(1);
  });

  test('resume behind the last one that a reader had', async () => {
    const first = await eventsFrom();
    await runOnce();
    const early = await first.holds('run.queued');
    first.close();
    const [last = ''] = idsIn(early);
    await runOnce();
    const second = await eventsFrom(last);
    const text = await second.holds('run.finished');
    second.close();
    expect(Number(idsIn(text)[0])).toBeGreaterThan(Number(last));
    expect(text).not.toContain(`id: ${last}\n`);
    expect(text).not.toContain('event: gap');
  });

  test('that are lost are told as lost', async () => {
    await runOnce();
    const stream = await eventsFrom('7');
    const text = await stream.holds('run.finished');
    stream.close();
    expect(text).toMatch(/^event: gap\ndata: {"schema":"umbra.gap\/1","after":7,"oldest":\d+}\n\n/);
    expect(text).toContain('run.queued');
  });

  test('can be those of one run or job', async () => {
    const other = await openStream(world.socket, { path: '/v1/events?job=photos' });
    await runOnce();
    await world.post('/v1/runs', { jobs: ['photos'] });
    const text = await other.holds('run.finished');
    other.close();
    expect(text).not.toContain('"job":"documents"');
  });

  test('end with the daemon', async () => {
    const stream = await eventsFrom();
    world.stop();
    expect(await stream.ended).toBe('');
  });
});

test('a restore test runs the drill of a repository, or one of its own', async () => {
  const { runs: saved } = requestIn(await world.post('/v1/runs', documents));
  await waited(saved[0]?.id ?? '');
  const answer = await world.post('/v1/restore-tests', { repository: 'main', job: 'documents', files: 3 });
  expect(answer.status).toBe(202);
  const [begun] = requestIn(answer).runs;
  expect(await waited(begun?.id ?? '')).toMatchObject({
    job: 'restore-test-main',
    kind: 'drill',
    state: 'succeeded',
    report: { files: 1, bySource: 1, failures: [] },
  });
  for (const body of [{ repository: 'nowhere' }, { repository: 'main', job: 'nobody' }]) {
    expect((await world.post('/v1/restore-tests', body)).status).toBe(404);
  }
  expect((await world.post('/v1/restore-tests', { repository: 'main', files: 0 })).status).toBe(400);
});

test('metrics are what Prometheus reads', async () => {
  const { runs } = requestIn(await world.post('/v1/runs', documents));
  await waited(runs[0]?.id ?? '');
  await world.backend.checkNew({ read: 'all' });
  await world.runtime.coordinator.registerBackupJob(aDrillJob());
  await world.runtime.coordinator.runBackupJob('drill');
  const { text, headers } = await world.ask('/metrics');
  expect(headers['content-type']).toContain('text/plain; version=0.0.4');
  const samples = new Map<string, number>();
  for (const line of text.split('\n').filter(Boolean)) {
    if (/^# (?:HELP|TYPE) umbra_\w+ .+$/.test(line)) continue;
    const { name, value } = /^(?<name>umbra_\w+(?:\{(?:\w+="[^"]*",?)+\})?) (?<value>\S+)$/.exec(line)?.groups ?? {};
    expect([line, Number.isFinite(Number(value))]).toEqual([line, true]);
    samples.set(name ?? '', Number(value));
  }
  expect(samples.get('umbra_info{version="1.2.3"}')).toBe(1);
  expect(samples.get('umbra_runs_total{job="documents",outcome="succeeded"}')).toBe(1);
  expect(samples.get('umbra_runs_total{job="photos",outcome="failed"}')).toBe(0);
  expect(samples.get('umbra_runs_open{state="queued"}')).toBe(0);
  expect(samples.get('umbra_config_refused')).toBe(0);
  const success = samples.get('umbra_job_last_success_timestamp_seconds{job="documents",repository="main"}') ?? 0;
  expect(Math.abs(success * 1000 - Date.now())).toBeLessThan(60_000);
  const ofDocuments = (name: string) => samples.get(`umbra_job_${name}{job="documents",repository="main"}`);
  expect([ofDocuments('drill_proven_files'), ofDocuments('drill_failed')]).toEqual([1, 0]);
  expect(ofDocuments('drill_timestamp_seconds')).toBeGreaterThanOrEqual(success);
  const ofMain = (name: string) => samples.get(`umbra_repository_${name}{repository="main"}`);
  expect([ofMain('damaged'), ofMain('read_ratio'), ofMain('unread_ratio')]).toEqual([0, 1, 0]);
  expect(ofMain('oldest_read_timestamp_seconds')).toBeGreaterThan(success - 60);
  const protection = [...samples].filter(([name]) => name.startsWith('umbra_job_protection{job="documents"'));
  expect(protection.reduce((sum, [, value]) => sum + value, 0)).toBe(1);
});

test('the description of the API is made of its routes', async () => {
  const { openapi, paths } = await world.get<{
    readonly openapi: string;
    readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly parameters?: readonly unknown[] }>>>>;
  }>('/openapi.json');
  expect(openapi).toBe('3.1.0');
  const described = Object.entries(paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method} ${path}`),
  );
  expect(described.sort()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).sort());
  expect(paths['/v1/runs/{run}']?.['get']?.parameters).toHaveLength(2);
});

test.each([
  ['/health', 'health'],
  ['/v1/status', 'status'],
  ['/v1/status?job=documents&job=photos', 'status'],
  ['/v1/jobs', 'jobs'],
  ['/v1/jobs/documents', 'job'],
  ['/v1/jobs/documents/explain', 'explain'],
  ['/v1/jobs/documents/explain?at=2026-01-05T02:00:00Z', 'explain'],
  ['/v1/chains', 'chains'],
  ['/v1/forecast?hours=24&job=documents', 'forecast'],
  ['/v1/coverage', 'coverage'],
  ['/v1/coverage?repository=main', 'coverage'],
  ['/v1/runs?limit=5&state=failed&state=succeeded&since=2026-01-01T00:00:00Z', 'history'],
])('%s answers with %s', async (path, name) => {
  const answer = await world.ask(path);
  expect([answer.status, answer.headers['cache-control']]).toEqual([200, 'no-store']);
  expect(schemaIn(answer)).toBe(`umbra.${name}/1`);
});

test.each([
  ['/v1/status?job=nobody', 404],
  // This one was not told how to put it.
  ['/v1/status/shown?outColour=true&errColour=true&unicode=true', 404],
  ['/v1/status/shown?outColour=maybe', 400],
  ['/v1/jobs/nobody', 404],
  ['/v1/chains/documents', 400],
  ['/v1/coverage?repository=nowhere', 404],
  ['/v1/runs/r-0000000000000000', 404],
  ['/v1/runs/nonsense', 400],
  ['/v1/runs?limit=0', 400],
  ['/v1/runs?since=yesterday', 400],
  ['/v1/forecast?hours=100000', 400],
])('%s is refused with %d', async (path, status) => {
  const answer = await world.ask(path);
  expect([answer.status, schemaIn(answer)]).toEqual([status, 'umbra.error/1']);
});

test('health tells what is under way and how far it is, and nothing of what has ended', async () => {
  type Health = { readonly runs: readonly unknown[]; readonly residentBytes: number; readonly socket: string };
  const held = world.backend.holdNext('backup');
  const { runs } = requestIn(await world.post('/v1/runs', documents));
  await held.reached;
  const run = runs[0]?.id ?? '';
  const heard = { run, job: 'documents', repository: 'main', state: 'running' };
  expect((await world.get<Health>('/health')).runs).toMatchObject([heard]);
  const progress = {
    phase: 'uploading',
    percentage: 41.26,
    filesProcessed: 4,
    filesTotal: 9,
    bytesProcessed: 4,
    bytesTotal: 9,
    currentFiles: [],
    errorCount: 0,
    bytesPerSecond: undefined,
    etaSeconds: undefined,
  } as const;
  const { events, clock } = world.runtime;
  events.publish({ type: 'run.progress', time: clock.now(), run, job: 'documents', repository: 'main', progress });
  const health = await world.get<Health>('/health');
  expect(health.runs).toMatchObject([{ ...heard, phase: 'uploading', percentage: 41.3 }]);
  expect(health.residentBytes).toBeGreaterThan(1_000_000);
  expect(world.socket).toEqual({ socketPath: health.socket });
  held.release();
  await waited(run);
  expect((await world.get<Health>('/health')).runs).toEqual([]);
});

test('reload puts a configuration into force', async () => {
  const answer = await world.post('/v1/reload');
  expect([answer.status, JSON.parse(answer.text)]).toMatchObject([200, { schema: 'umbra.health/1', ok: true }]);
});

test('a forecast that would keep the daemon from its work is refused', async () => {
  const schedules = [{ recurrence: { type: 'interval', everyMs: 1000 }, zone: 'UTC', text: 'every second' }] as const;
  await using busy = await World.open({ documents: { schedules } });
  expect((await busy.ask('/v1/forecast?hours=1')).status).toBe(200);
  const answer = await busy.ask('/v1/forecast?hours=744');
  expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('fewer hours')]);
});
