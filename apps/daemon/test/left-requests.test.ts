import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Finding } from '@umbracore/contracts';
import { aJob, aRepository, FakeClock, recordingLog } from '@umbracore/testkit';
import { examine } from '@umbracore/runtime';
import type { RunDocument } from '@umbracore/runtime/documents';
import { KeptRequests } from '../src/requests/kept-requests.ts';
import type { RequestDocument } from '../src/requests/request-document.ts';
import type { Answer } from './support/ask.ts';
import { World } from './support/world.ts';

let world: World;
beforeEach(async () => {
  world = await World.open({
    documents: { repositories: ['main', 'away'] },
    also: (folder) => {
      const sources = [{ path: join(folder, 'source'), required: true }];
      const both = aJob({ id: 'documents', sources, repositories: ['main', 'away'] });
      return {
        repositories: new Map(['main', 'away'].map((name) => [name, aRepository({ name })])),
        jobs: new Map([both, aJob({ id: 'photos', sources })].map((job) => [job.id, { ...job, enabled: false }])),
      };
    },
  });
});
afterEach(() => world[Symbol.asyncDispose]());

const requestIn = ({ text }: Answer): RequestDocument => JSON.parse(text) as RequestDocument;
const places = (list: readonly Pick<RunDocument, 'job' | 'repository'>[]) =>
  list.map(({ job, repository }) => `${job} ${repository ?? ''}`);

const history = async (): Promise<readonly RunDocument[]> =>
  (await world.get<{ readonly runs: readonly RunDocument[] }>('/v1/runs')).runs;

const leave = async (jobs: readonly string[], also: object = {}): Promise<RequestDocument> =>
  requestIn(await world.post('/v1/runs', { jobs, ...also }, { 'idempotency-key': crypto.randomUUID() }));

/** Resolves when there were so many runs and all have ended. */
const ended = (count: number): Promise<unknown> =>
  vi.waitUntil(
    async () => {
      const runs = await history();
      return runs.length === count && runs.every(({ outcome }) => outcome !== null) ? true : undefined;
    },
    { timeout: 30_000, interval: 20 },
  );

const keptFiles = (): readonly string[] => readdirSync(join(world.folder, 'state', 'requests'));

test('what waits for its turn is among what follows', async () => {
  const held = world.backend.holdNext('backup');
  const first = await leave(['documents'], { repository: 'main' });
  await held.reached;
  const second = await leave(['documents'], { wait: true });
  expect([places(first.runs), second.runs, places(second.follow)]).toEqual([
    ['documents main'],
    [],
    ['documents main', 'documents away'],
  ]);
  held.release();
  await ended(3);
});

test('what was said to follow lets the run in its way end first', async () => {
  const documents = world.backend.holdNext('backup');
  await leave(['documents'], { repository: 'main' });
  await documents.reached;
  const photos = world.backend.holdNext('backup');
  expect(places((await leave(['photos', 'documents'], {})).follow)).toEqual(['documents main', 'documents away']);
  await photos.reached;
  photos.release();
  await vi.waitUntil(async () => (await history()).some(({ job, outcome }) => job === 'photos' && outcome !== null));
  await new Promise((resolve) => setTimeout(resolve, 100));
  documents.release();
  await ended(4);
  expect((await history()).every(({ outcome }) => outcome === 'succeeded')).toBe(true);
});

test('to cancel a job drops what follows of it; to cancel a run tells what follows', async () => {
  const documents = world.backend.holdNext('backup');
  const { runs } = await leave(['documents', 'photos']);
  await documents.reached;
  const one = JSON.parse((await world.post(`/v1/runs/${runs[0]?.id ?? ''}/cancel`)).text);
  expect(places(one.follow)).toEqual(['documents away', 'photos main']);
  documents.release();
  await ended(3);

  const again = world.backend.holdNext('backup');
  await leave(['documents', 'photos']);
  await again.reached;
  const whole = JSON.parse((await world.post('/v1/jobs/documents/cancel')).text);
  expect([places(whole.runs), places(whole.dropped), places(whole.follow)]).toEqual([
    ['documents main'],
    ['documents away'],
    ['photos main'],
  ]);
  again.release();
  await ended(5);
  expect(places((await history()).slice(0, 2))).toEqual(['photos main', 'documents main']);

  const last = world.backend.holdNext('backup');
  await leave(['photos', 'documents']);
  await last.reached;
  const following = JSON.parse((await world.post('/v1/jobs/documents/cancel')).text);
  expect([following.runs, places(following.dropped)]).toEqual([[], ['documents main', 'documents away']]);
  last.release();
  await ended(6);
  expect((await world.post('/v1/jobs/documents/cancel')).status).toBe(404);
});

test('it is kept until it has ended, for its owner alone', async () => {
  const held = world.backend.holdNext('backup');
  await leave(['photos']);
  await held.reached;
  const [file = ''] = keptFiles();
  expect(statSync(join(world.folder, 'state', 'requests', file)).mode & 0o777).toBe(0o600);
  held.release();
  await vi.waitUntil(() => keptFiles().length === 0);
});

test('one that was left to an earlier daemon begins with this one, but for what was dropped of it', async () => {
  const { clock, log, paths } = world.runtime;
  const work = { jobs: ['documents', 'photos'], all: false, tags: [], trigger: 'manual', options: {} } as const;
  const earlier = new KeptRequests(paths.stateDir, clock, log);
  earlier.keep({ key: 'k', work });
  earlier.drop('k', 'photos');
  world.daemon.requests.goOn();
  await ended(2);
  expect(places(await history())).toEqual(['documents away', 'documents main']);
  await vi.waitUntil(() => keptFiles().length === 0);
  // The runs of a request are given once, whoever goes on with it.
  earlier.keep({ key: 'again', work });
  world.daemon.requests.goOn();
  await ended(5);
});

test('what is too old is dropped, what is damaged is set aside, and both are said', async () => {
  const clock = new FakeClock();
  const log = recordingLog();
  const kept = new KeptRequests(world.folder, clock, log);
  const work = { jobs: ['documents'], all: false, tags: [], trigger: 'manual', options: {} } as const;
  kept.keep({ key: 'old', work });
  await clock.advance(8 * 24 * 60 * 60_000);
  kept.keep({ key: 'new', work });
  mkdirSync(join(world.folder, 'requests'), { recursive: true });
  writeFileSync(join(world.folder, 'requests', 'x.json'), '{"key":');
  expect(kept.left().map(({ key }) => key)).toEqual(['new']);
  expect(log.lines.map(({ level }) => level)).toEqual(['warn', 'warn']);
  expect(readdirSync(join(world.folder, 'requests')).filter((file) => file.endsWith('.damaged'))).toEqual([
    'x.json.damaged',
  ]);
  const { runtime } = world;
  const paths = { ...runtime.paths, stateDir: world.folder };
  const found: Finding[] = [];
  for await (const finding of examine({ ...runtime, paths }, { version: '1', only: 'state' })) found.push(finding);
  expect(found.filter(({ standing }) => standing !== 'good')).toMatchObject([
    { standing: 'attention', text: expect.stringContaining(join(world.folder, 'requests', 'x.json.damaged')) },
  ]);
  expect(kept.left()).toHaveLength(1);
  for (let count = 1; count < 256; count++) kept.keep({ key: `k${count}`, work });
  expect(() => kept.keep({ key: 'more', work })).toThrow('have not ended');
});
