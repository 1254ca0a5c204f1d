import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { problemsOf } from './support/conforms.ts';
import { Daemon } from './support/daemon.ts';
import { NearWorld } from './support/near-world.ts';
import type { World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = new NearWorld();
  world.write('a.txt', 'content');
  const password = `password: 'file:${world.at('password')}'`;
  writeFileSync(
    world.config,
    `repositories:
  home: { url: ${world.repository}, ${password} }
  other: { url: ${world.at('nowhere')}, ${password} }
defaults: { retry: { type: none } }
jobs:
  documents: { sources: ${world.source}, repository: home, verify: { afterBackup: none } }
  letters: { sources: ${world.source}, repository: other, verify: { afterBackup: none } }
`,
  );
  for (const args of [['documents'], ['letters'], ['documents', '--dry-run'], ['documents']]) {
    await world.umbra('run', ...args, '--quiet');
  }
});
afterAll(() => world[Symbol.dispose]());

const jobsIn = async (...args: readonly string[]): Promise<readonly string[]> => {
  const { runs } = (await world.json('history', ...args)) as { runs: readonly { job: string }[] };
  return runs.map(({ job }) => job);
};

test.each([
  ['--text Documents', ['documents', 'documents', 'documents']],
  ['--text repository.absent', ['letters']],
  ['--outcome failed', ['letters']],
  ['--repo home', ['documents', 'documents', 'documents']],
  ['--repository other', ['letters']],
  ['--since 1h --limit 2', ['documents', 'documents']],
  ['--until 1h', []],
  ['letters --text documents', []],
])('history %s', async (flags, expected) => {
  expect(await jobsIn(...flags.split(' '))).toEqual(expected);
});

test('nothing that fits is not the same as nothing at all', async () => {
  const nothing = { code: 0, stderr: 'No such runs.\n' };
  expect(await world.umbra('history', '--text', 'elsewhere')).toMatchObject(nothing);
  expect(await world.umbra('history', 'letters', '--repo', 'home')).toMatchObject(nothing);
});

test('what runs come to', async () => {
  const { code, stdout } = await world.umbra('history', '--stats');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^job +runs +ok +failed +success +half within +95 % within +new data\n/);
  expect(stdout).toMatch(/^documents +2 +2 +100 % /m);
  expect(stdout).toMatch(/^letters +1 +1 +0 % +— +— /m);
  expect(stdout).toMatch(/^all +3 +2 +1 +66\.6 % /m);
  const document = (await world.json('history', 'documents', '--stats')) as object;
  expect(problemsOf('statistics', document)).toEqual([]);
  expect(document).toMatchObject({ jobs: [{ job: 'documents', runs: 2, successRate: 1 }], total: { runs: 2 } });
});

test('all of it for other programs', async () => {
  const csv = (await world.umbra('history', '--export', 'csv')).stdout.trimEnd().split('\r\n');
  expect(csv).toHaveLength(5);
  expect(csv[0]).toMatch(/^id,job,kind,/);
  expect(csv[3]).toMatch(/,letters,backup,other,manual,failed,false,.*,repository\.absent,/);
  const lines = (await world.umbra('history', '--export', 'jsonl', '--limit', '3')).stdout.trimEnd().split('\n');
  expect(lines).toHaveLength(3);
  expect(lines.flatMap((line) => problemsOf('history', JSON.parse(line)))).toEqual([]);
  const both = await world.umbra('history', '--stats', '--export', 'csv');
  expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('--stats and --export exclude each other')]);
});

test('the same over the API of a daemon', async () => {
  const daemon = await Daemon.start(world);
  const found = (await daemon.get('/v1/runs?text=REPOSITORY.ABSENT')) as { runs: readonly { id: string }[] };
  expect(found).toMatchObject({ runs: [{ job: 'letters' }] });
  const next = (await daemon.get(`/v1/runs?after=${found.runs[0]?.id}`)) as object;
  expect(next).toMatchObject({ runs: [{ job: 'documents' }] });
  const statistics = (await daemon.get('/v1/statistics?job=documents')) as object;
  expect(problemsOf('statistics', statistics)).toEqual([]);
  expect(statistics).toMatchObject({ total: { runs: 2 } });
  expect(await daemon.get('/v1/export?state=failed')).toMatchObject({ runs: [{ job: 'letters' }] });
  await daemon.stop();
});
