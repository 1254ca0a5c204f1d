import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { engineAtWork, slowDown, speedUp } from './faults/aftermath.ts';
import { problemsOf } from './support/conforms.ts';
import { NearWorld } from './support/near-world.ts';
import type { World, Outcome } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = new NearWorld();
  world.configure('    schedule: daily at 02:00\nchains:\n  nightly: { steps: [documents] }\n');
  world.write('a.txt', 'a');
  const { code, stderr } = await world.umbra('run', 'nightly', '--verify');
  if (code !== 0) throw new Error(stderr);
  world.makeFolder('photos');
});
afterAll(() => world[Symbol.dispose]());

/** The schemas that real output was held against here; the others' turn comes in the tests of a first day and of the daemon. */
const elsewhere = [
  'diff error event find growth forget forget-undone ls pin run snapshots status history',
  'password passwords repair repository-statistics',
  'notify notify-preview notify-test secret secrets secret-removed secrets-rotated',
  'plugins plugin-check plugin-new plugin-added plugin-removed',
  'notify notify-test notify-preview',
  'dump restore restore-plan restore-undone restores',
].join(' ');
const ofDaemon =
  'health shown request gap forecast daemon-token daemon-started daemon-stopped units units-removed repository-work repository-works snapshot-copies verify';
const ofHelper = 'helper helper-restore helper-volume';
const seen = new Set([elsewhere, ofDaemon, ofHelper].flatMap((names) => names.split(' ')));

function expectDocument(name: string, { stdout, stderr }: Outcome): unknown {
  expect(stderr).toBe('');
  const document = JSON.parse(stdout) as { readonly schema: string };
  expect([document.schema, problemsOf(name, document)]).toEqual([`umbra.${name}/1`, []]);
  seen.add(name);
  return document;
}

// In this order: some of them change what the next ones show.
test.each<readonly [string, ...(readonly string[])]>([
  ['version', 'version'],
  ['explain', 'explain', 'documents'],
  ['throttle', 'throttle', 'show'],
  ['schedule-check', 'schedule', 'check', 'weekdays at 02:00'],
  ['schedule-check', 'schedule', 'check', '22:00-06:00'],
  ['schedule-preview', 'schedule', 'preview', '--days', '3'],
  ['simulation', 'simulate', '--days', '3'],
  ['simulation', 'simulate', '--seed', '1'],
  ['jobs', 'job', 'list'],
  ['job', 'job', 'show', 'documents'],
  ['job', 'job', 'add', 'photos', 'photos', '--tag', 'pictures'],
  ['chains', 'chain', 'list'],
  ['chain', 'chain', 'show', 'nightly'],
  ['chain-graph', 'chain', 'graph', 'nightly', '--format', 'dot'],
  ['job-removed', 'job', 'remove', 'photos', '-y'],
  ['repositories', 'repo', 'list'],
  ['repository', 'repo', 'show', 'home'],
  ['repository', 'repo', 'adopt', 'home'],
  ['coverage', 'verify', '--status'],
  ['unlock', 'repo', 'unlock', 'home'],
  ['catalog-update', 'catalog', 'update'],
  ['catalog', 'catalog', 'status'],
  ['catalog', 'catalog', 'drop', 'home'],
  ['kit', 'repo', 'kit', 'home'],
  ['helper-policy', 'helper', 'policy'],
  ['machine-key', 'repo', 'machine-key', 'add', 'home'],
  ['machine-key', 'repo', 'machine-key', 'show', 'home'],
  ['machine-key', 'repo', 'machine-key', 'remove', 'home'],
  ['secret', 'secret', 'set', 'made', '--generate'],
  ['secrets', 'secret', 'list'],
  ['secret-check', 'secret', 'check'],
  ['secrets-rotated', 'secret', 'rotate'],
  ['secret-removed', 'secret', 'remove', 'made'],
  ['config', 'config', 'show', '--origin'],
  ['config-path', 'config', 'path'],
  ['config-check', 'config', 'check'],
  ['doctor', 'doctor'],
  ['log', 'logs', 'documents'],
  ['history', 'history', '--text', 'DOCUMENTS'],
  ['statistics', 'history', '--stats', '--since', '3d'],
])('%s: umbra %s %s', async (name, ...args) => {
  expectDocument(name, await world.umbra(...args, '--json'));
});

test('repository: one that is not there, and one that was just made', async () => {
  world.configure('', { location: world.at('later') });
  expect(expectDocument('repository', await world.umbra('repo', 'show', 'home', '--json'))).toMatchObject({
    state: 'absent',
    id: null,
  });
  const { passwordFile } = expectDocument('repository', await world.umbra('repo', 'create', 'home', '--json')) as {
    passwordFile: unknown;
  };
  expect(passwordFile).toBeNull();
  world.configure();
});

test('cancel', async () => {
  slowDown(world, 8);
  const run = world.start(['run', 'documents', '--quiet']);
  await engineAtWork(world);
  const document = expectDocument('cancel', await world.umbra('cancel', 'documents', '--json'));
  expect(document).toMatchObject({ runs: [{ outcome: 'cancelled', dryRun: false }] });
  expect((await run.ended).code).toBe(130);
  speedUp(world);
});

test('init', async () => {
  const config = world.at('fresh', 'umbra.yaml');
  const args = ['init', world.at('fresh-repository'), '--source', world.source, '--config', config, '--json', '-y'];
  expectDocument('init', await world.start(args, { env: { UMBRA_CONFIG: '' } }).ended);
});

test('every schema that is shipped has met real output', () => {
  const shipped = readdirSync(new URL('../schemas', import.meta.url)).map((file) => file.replace('.json', ''));
  expect(shipped.filter((name) => !seen.has(name))).toEqual([]);
});
