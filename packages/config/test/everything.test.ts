import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { JobDefinition } from '@umbracore/contracts';
import { explainConfiguration } from '../src/index.ts';
import { loadConfiguration } from '../src/load.ts';
import { calendar } from './loading.ts';

const file = fileURLToPath(new URL('fixtures/everything.yaml', import.meta.url));
const options = { path: file, cwd: '/', env: {}, home: '/home/me', calendar, stateDir: '/state', systemScope: false };

const configuration = await loadConfiguration(options);

const job = (id: string): JobDefinition | undefined => configuration.jobs.get(id);

const secret = (target: string) => ({ scheme: 'file', target });
const minute = 60_000;
const hour = 60 * minute;

test('what runs share, and the daemon', () => {
  expect([...configuration.resources]).toEqual([
    ['uplink', 1],
    ['home-disk', 2],
    ['repository:home', 2],
    ['repository:offsite', 1],
  ]);
  expect(configuration.daemon).toEqual({
    concurrency: 3,
    socket: '/run/umbra/umbra.sock',
    listen: { host: '127.0.0.1', port: 8970 },
    settleMs: 30_000,
  });
});

test('who is told of what', () => {
  const { channels, rules } = configuration.notifications;
  expect(channels).toEqual([
    {
      name: 'phone',
      kind: 'ntfy',
      settings: {
        url: 'https://ntfy.example.net/backups',
        token: { from: { scheme: 'env', target: 'NTFY_TOKEN' } },
      },
    },
    {
      name: 'program',
      kind: 'command',
      settings: {
        run: ['tell', 'me'],
        env: { map: { TOKEN: { from: { scheme: 'command', target: ['pass', 'show', 'tell'] } } } },
      },
    },
  ]);
  expect(rules).toMatchObject([
    { on: ['failed', 'recovered'], channels: ['phone', 'program'], repeatEveryMs: 86_400_000, digest: undefined },
    { on: [], severity: 'info', jobs: ['documents'], tags: ['important'], digest: { text: 'weekly on Mon at 08:00' } },
  ]);
  expect(rules[0]?.quietHours?.blackouts).toHaveLength(1);
});

test('hooks in all their forms', () => {
  const hooks = job('mount')?.hooks;
  const usual = { env: {}, secrets: {}, cwd: undefined, timeoutMs: 300_000, tries: 1, delayMs: 10_000 };
  expect(hooks?.before).toEqual([{ ...usual, run: ['test', '-e', '/dev/disk/by-label/vault'], onFailure: 'fail' }]);
  expect(hooks?.after).toEqual([]);
  expect(hooks?.onError.map(({ run, use, timeoutMs }) => [...run, use, timeoutMs])).toEqual([
    ['logger', 'the vault is not there', undefined, 300_000],
    [{ kind: 'beep', options: { times: 3 } }, 300_000],
    ['sh', '-c', 'echo "$UMBRA_ERROR" | mail -s vault me', undefined, 60_000],
  ]);
  expect(hooks?.finally).toMatchObject([
    { run: [expect.stringMatching(/\/tidy\.sh$/)], tries: 3, secrets: { TOKEN: { scheme: 'store', target: 'vault' } } },
  ]);
});

test('kinds of jobs and what they work on', () => {
  const kinds = [...configuration.jobs.values()].map(({ id, kind, repositories }) =>
    [id, kind, ...repositories].join(' '),
  );
  expect(kinds).toEqual([
    'documents backup home offsite',
    'dump command',
    'database backup home',
    'system backup home',
    'mirror copy offsite',
    'usb backup home',
    'tidy-home forget home',
    'tidy-offsite forget offsite',
    'free-space prune home offsite',
    'check-home check home',
    'mount command',
    'unmount command',
    'nightly chain',
    'vault chain',
  ]);
});

test('the schedule of a backup, and what it says for its job', () => {
  expect(job('documents')).toMatchObject({
    schedules: [
      {
        text: 'daily at 02:00',
        zone: 'Europe/London',
        windows: [{ from: '01:00-06:00' }],
        blackouts: [{ from: '2026-12-24/2026-12-26' }, { from: 'Sat,Sun 03:00-04:00' }],
        jitterMs: 10 * minute,
        catchUp: { policy: 'run-once', withinMs: undefined },
      },
    ],
    staleAfterMs: 36 * hour,
    maxRuntimeMs: 4 * hour,
    overlap: 'queue',
    limits: { uploadBytesPerSecond: 10 * 1024 ** 2 },
    uses: [{ resource: 'uplink', units: 1 }],
    conditions: {
      all: [
        { kind: 'power', options: 'ac' },
        { kind: 'minBattery', options: '40%' },
        { kind: 'metered', options: false },
      ],
      otherwise: 'wait',
      waitForMs: 6 * hour,
    },
  });
  expect(job('database')).toMatchObject({
    overlap: 'skip',
    schedules: [
      { text: 'every 6h', catchUp: { policy: 'run-all', atMost: 2, withinMs: 24 * hour } },
      { text: 'cron: 30 23 * * 5', zone: 'America/New_York' },
    ],
  });
  expect(job('database')?.schedules[1]).not.toHaveProperty('catchUp');
  expect(job('system')).toMatchObject({ atLeastEveryMs: 14 * 24 * hour, uses: [{ resource: 'home-disk', units: 2 }] });
  expect(job('usb')?.conditions).toEqual({
    all: [
      { kind: 'mounted', options: '/mnt/backup' },
      { kind: 'freeSpace', options: { '/mnt/backup': '20GiB' } },
    ],
    otherwise: 'skip',
    waitForMs: undefined,
  });
});

test('jobs that are no backups', () => {
  expect(job('dump')).toMatchObject({
    command: ['pg_dump', '--format=custom', '--file=/var/backups/app.pgdump', 'app'],
    env: { PGPASSWORD: secret('/etc/umbra/pg.pass') },
    cwd: '/var/backups',
    warningCodes: [3],
    maxRuntimeMs: hour,
  });
  expect(job('mount')).toMatchObject({ env: {}, cwd: undefined, warningCodes: [] });
  expect(job('mirror')).toMatchObject({
    from: 'home',
    jobs: ['documents', 'database'],
    after: [{ job: 'documents', on: 'success', withinMs: 2 * hour }],
  });
  const kept = { last: 0, hourly: 0, daily: 7, weekly: 4, monthly: 12, yearly: 3, minimum: 3, zone: 'Europe/London' };
  expect(job('tidy-home')).toMatchObject({ policy: { ...kept, withinMs: undefined, tags: [], rail: 0.2 }, jobs: [] });
  expect(job('tidy-offsite')).toMatchObject({
    policy: { ...kept, withinMs: 30 * 24 * hour, tags: ['important'] },
    jobs: ['documents'],
  });
  expect(job('free-space')?.after).toEqual([
    { job: 'tidy-home', on: 'success', withinMs: undefined },
    { job: 'tidy-home', on: 'warning', withinMs: undefined },
    { job: 'tidy-offsite', on: 'changed', withinMs: undefined },
  ]);
  const readAll = { withinMs: 30 * 24 * hour, bytesPerDay: 2 * 1024 ** 3, engineEveryMs: 14 * 24 * hour };
  expect(job('check-home')).toMatchObject({ readPercent: 5, readAll });
});

test('a chain of steps', () => {
  expect(job('nightly')).toMatchObject({
    repositories: [],
    retry: { type: 'none' },
    onFailure: 'stop',
    conditions: { otherwise: 'skip' },
    nodes: [
      { id: 'dump', job: 'dump', join: 'all', closes: undefined, deadlineMs: undefined },
      { id: 'database' },
      { id: 'system', deadlineMs: 2 * hour },
      { id: 'check-home' },
    ],
    edges: [
      { from: 'dump', to: 'database', on: 'success' },
      { from: 'dump', to: 'database', on: 'warning' },
      { from: 'dump', to: 'system', on: 'success' },
      { from: 'dump', to: 'system', on: 'warning' },
      { from: 'database', to: 'check-home', on: 'success' },
      { from: 'system', to: 'check-home', on: 'success' },
    ],
  });
});

test('a chain of nodes', () => {
  const vault = job('vault');
  expect(vault).toMatchObject({
    onFailure: 'continue',
    after: [
      { job: 'nightly', on: 'success' },
      { job: 'nightly', on: 'warning' },
    ],
    nodes: [
      { id: 'open', job: 'mount' },
      { id: 'documents', job: 'documents' },
      { id: 'usb', deadlineMs: 3 * hour },
      { id: 'report', job: 'check-home', join: 'any' },
      { id: 'rescue', job: 'dump' },
      { id: 'close', job: 'unmount', closes: 'open' },
    ],
  });
  const into = (node: string) =>
    vault?.kind === 'chain' ? vault.edges.filter(({ to }) => to === node).map(({ from, on }) => `${from} ${on}`) : [];
  expect(into('report')).toEqual(['documents success', 'documents warning', 'usb success', 'usb warning']);
  expect(into('rescue')).toEqual(['usb failure']);
  expect(into('close')).toEqual(['report always', 'rescue always']);
});

/** The line of the file that says this, from 1. */
const lineOf = (words: string): number =>
  readFileSync(file, 'utf8')
    .split('\n')
    .findIndex((line) => line.includes(words)) + 1;

const explained = async (id: string): Promise<Map<string, readonly [unknown, string, number | undefined]>> =>
  new Map(
    (await explainConfiguration({ ...options, job: id })).map(({ path, value, layer, line }) => [
      path,
      [value, layer, line],
    ]),
  );

test('each value of a job of any kind is explained, and only those that it has', async () => {
  const documents = await explained('documents');
  expect(documents.get('staleAfter')).toEqual(['36h', 'job', lineOf('staleAfter: 36h')]);
  expect(documents.get('overlap')).toEqual(['queue', 'built-in', undefined]);
  expect(documents.get('conditions.power')).toEqual(['ac', 'profile laptop', lineOf('power: ac, minBattery')]);
  expect(documents.get('uses')).toEqual([[{ resource: 'uplink', units: 1 }], 'profile polite', lineOf('uses: uplink')]);
  expect((await explained('database')).get('schedule')?.[1]).toBe('job');

  const mirror = await explained('mirror');
  expect(mirror.get('copy.from')).toEqual(['home', 'job', lineOf('copy: {')]);
  expect(mirror.get('after')).toEqual([
    [{ job: 'documents', on: ['success'], within: '2h' }],
    'job',
    lineOf('after: { job: documents'),
  ]);
  expect(mirror.has('repository')).toBe(false);
  expect(mirror.has('excludes')).toBe(false);

  const tidy = await explained('tidy-offsite');
  expect(tidy.get('forget.daily')).toEqual([7, 'profile keep', lineOf('daily: 7')]);
  expect(tidy.get('forget.within')).toEqual(['30d', 'job', lineOf('within: 30d')]);
  expect(tidy.get('repository')).toEqual([['offsite'], 'job', lineOf('within: 30d') + 1]);

  const dump = await explained('dump');
  expect(dump.get('command.env.PGPASSWORD')).toEqual(['file:/etc/umbra/pg.pass', 'job', lineOf('PGPASSWORD')]);
  expect(dump.has('repository')).toBe(false);

  const nightly = await explained('nightly');
  expect(nightly.get('onFailure')).toEqual(['stop', 'chain', lineOf('onFailure: stop')]);
  expect(nightly.get('schedule')).toEqual([['daily at 01:30'], 'chain', lineOf('daily at 01:30')]);
  expect(nightly.get('overlap')).toEqual(['queue', 'built-in', undefined]);
  expect(nightly.has('retry.type')).toBe(false);
  expect((await explained('vault')).get('nodes.usb.deadline')).toEqual(['3h', 'chain', lineOf('deadline: 3h')]);
});
