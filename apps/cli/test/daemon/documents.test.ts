import { afterAll, beforeAll, expect, test } from 'vitest';
import { problemsOf } from '../support/conforms.ts';
import { Daemon } from '../support/daemon.ts';
import { until, World, type Outcome } from '../support/world.ts';

let world: World;
let daemon: Daemon;
beforeAll(async () => {
  world = new World();
  world.configure(
    '    schedule: daily at 02:00\n  photos: { sources: /nowhere }\nchains:\n  nightly: { steps: [documents] }\n',
  );
  world.write('a.txt', 'a');
  daemon = await Daemon.start(world);
});
afterAll(async () => {
  await daemon.ended;
  world[Symbol.dispose]();
});

function expectDocument(name: string, document: unknown): void {
  const { schema } = document as { readonly schema: string };
  expect([schema, problemsOf(name, document)]).toEqual([`umbra.${name}/1`, []]);
}

const printed = ({ stdout, stderr }: Outcome): unknown => {
  expect(stderr).toBe('');
  return JSON.parse(stdout);
};

test('of the API', async () => {
  const post = (jobs: readonly string[]): Promise<unknown> =>
    daemon.post('/v1/runs', { jobs }, { 'idempotency-key': 'k' });
  expectDocument('request', await post(['documents', 'documents']));
  const { runs } = (await post(['documents', 'documents'])) as { readonly runs: readonly [{ readonly id: string }] };
  expectDocument('run', await daemon.get(`/v1/runs/${runs[0].id}?wait=true`));
  expectDocument('request', await post(['documents', 'documents']));
  expectDocument('request', await daemon.post('/v1/requests/k/cancel'));
  expectDocument('error', await daemon.post('/v1/runs', { jobs: ['nobody'] }));
  for (const [name, path] of [
    ['health', '/health'],
    ['status', '/v1/status'],
    ['shown', '/v1/status/shown?outColour=true&errColour=false&unicode=true&outColumns=80'],
    ['jobs', '/v1/jobs'],
    ['job', '/v1/jobs/documents'],
    ['explain', '/v1/jobs/photos/explain'],
    ['chains', '/v1/chains'],
    ['chain', '/v1/chains/nightly'],
    ['forecast', '/v1/forecast?hours=72'],
    ['history', '/v1/runs'],
    ['log', `/v1/runs/${runs[0].id}/log`],
  ] as const)
    expectDocument(name, await daemon.get(path));
});

test('of restores', async () => {
  const [snapshot] = world.snapshots();
  const told = await daemon.follow();
  const wanted = { repository: 'home', snapshot: snapshot?.id, target: world.at('restored'), verify: true };
  expectDocument('restore-plan', await daemon.post('/v1/restores/plan', wanted));
  const restore = (await daemon.post('/v1/restores', wanted)) as { readonly id: string };
  expectDocument('restore', restore);
  await until('the restore has ended', () => told().includes('restore.finished'));
  const lines = told().match(/(?<=^data: ).*restore\..*$/gm) ?? [];
  for (const line of lines) expectDocument('event', JSON.parse(line));
  expectDocument('restores', await daemon.get('/v1/restores'));
  expectDocument('restore', await daemon.post(`/v1/restores/${restore.id}/discard`));
});

test('of the events', async () => {
  const told = await daemon.follow({ 'last-event-id': '1' });
  expect((await world.umbra('run', 'nightly', '--quiet')).code).toBe(0);
  const blocks = told()
    .split('\n\n')
    .filter((block) => block.includes('data: '));
  const documents = blocks.map((block) => JSON.parse(block.slice(block.indexOf('data: ') + 'data: '.length)));
  for (const [index, document] of documents.entries()) expectDocument(index === 0 ? 'gap' : 'event', document);
  expect(documents.length).toBeGreaterThan(4);
});

test('of umbra daemon', async () => {
  expectDocument('health', printed(await world.umbra('daemon', 'status', '--json')));
  expectDocument('health', printed(await world.umbra('daemon', 'reload', '--json')));
  expectDocument('units', printed(await world.umbra('daemon', 'install', '--user', '--dry-run', '--json')));
  expectDocument('units-removed', printed(await world.umbra('schedule', 'uninstall', '--user', '--json')));
  expectDocument('daemon-token', printed(await world.umbra('daemon', 'token', '--json')));
  expectDocument('daemon-stopped', printed(await world.umbra('daemon', 'stop', '--json')));
  expectDocument('daemon-started', printed(await world.umbra('daemon', 'start', '--json')));
  expectDocument('daemon-stopped', printed(await world.umbra('daemon', 'stop', '--json')));
});
