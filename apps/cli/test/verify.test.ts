import { chmodSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { problemsOf } from './support/conforms.ts';
import { NearWorld } from './support/near-world.ts';
import type { World } from './support/world.ts';

let world: World;
let damagedPack: string;
let whole: Buffer;
beforeAll(async () => {
  world = new NearWorld();
  world.configure(`    schedule: daily at 02:00
  again:
    check: { readAll: { within: 30d, perDay: 1GiB } }
    repository: home
    schedule: daily at 06:00
  tidy: { forget: { last: 1, minimum: 1 }, repository: home }
  free: { prune: true, repository: home }
`);
  world.write('a.txt', 'a'.repeat(100_000));
  const { code, stderr } = await world.umbra('run', 'documents');
  if (code !== 0) throw new Error(stderr);
});
afterAll(() => world[Symbol.dispose]());

function somePack(): string {
  const data = join(world.repository, 'data');
  const [pack = ''] = readdirSync(data, { recursive: true, encoding: 'utf8' }).filter((name) => name.length > 60);
  chmodSync(join(data, pack), 0o600);
  return join(data, pack);
}

interface Known {
  readonly repositories: readonly { readonly coverage: { readonly bytes: number; readonly freshBytes: number } }[];
}

test('verify --status tells how much was read, and whether the check job can keep its deadline', async () => {
  const { code, stdout } = await world.umbra('verify', '--status');
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(/^✔ home {2}100% of [\d.]+ \w+ read in the last 30 days, the oldest just now\n/),
  ]);
  expect(stdout).toMatch(/again: everything within 30 days, 1\.0 GiB a day at most: [\d.]+ \w+ a day are needed/);
  const known = (await world.json('verify', '--status', 'home')) as Known & object;
  expect(problemsOf('coverage', known)).toEqual([]);
  expect(known.repositories).toMatchObject([
    { repository: 'home', wanted: { job: 'again' }, coverage: { unreadBytes: 0, outlook: { keeps: true } } },
  ]);
  expect((await world.umbra('verify', '--status', 'latest')).code).toBe(2);
  expect((await world.umbra('repo', 'show', 'home')).stdout).toMatch(/read +100% of /);
});

test('a deadline that cannot be kept is told before it has passed', async () => {
  const ample = readFileSync(world.config, 'utf8');
  writeFileSync(world.config, ample.replace('perDay: 1GiB', 'perDay: 1B'));
  const { code, stdout } = await world.umbra('verify', '--status');
  expect([code, stdout]).toEqual([
    3,
    expect.stringMatching(/everything within 30 days, 1 B a day at most cannot be kept/),
  ]);
  const run = await world.umbra('run', 'again');
  expect([run.code, run.stdout]).toEqual([
    3,
    expect.stringContaining('1 B a day are not enough to read everything within 30 days'),
  ]);
  expect((await world.umbra('status', 'again')).stdout).toMatch(/1 B a day are not enough/);
  writeFileSync(world.config, ample);
});

test('verify does not call lost what umbra forgot', async () => {
  const ids = (): readonly string[] => world.snapshots().map(({ id }) => id);
  const before = ids();
  expect((await world.umbra('run', 'documents')).code).toBe(0);
  const forgot = await world.umbra('forget', 'tidy', '-y');
  const [first = ''] = before.filter((id) => !ids().includes(id));
  expect([forgot.code, first]).toEqual([0, expect.stringMatching(/^[0-9a-f]{64}$/)]);
  const { code, stdout } = await world.umbra('verify', '--read', '1');
  expect([code, stdout]).toEqual([
    0,
    expect.stringContaining(`Forgotten by umbra since the last check: snapshot ${first.slice(0, 8)}\n`),
  ]);
});

test('verify reads what is new without restic, too, and names the pack that is damaged', async () => {
  const sound = await world.umbra('verify', '--read', 'all');
  expect([sound.code, sound.stdout]).toEqual([
    0,
    expect.stringMatching(/all data was read and is sound; without restic: \d packs/),
  ]);
  damagedPack = somePack();
  whole = readFileSync(damagedPack);
  writeFileSync(damagedPack, 'x', { flag: 'r+' });
  const damaged = await world.umbra('verify', '--json');
  const [event] = damaged.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  expect([damaged.code, problemsOf('event', event)]).toEqual([20, []]);
  expect(event).toMatchObject({ sound: false, problems: [expect.stringContaining(basename(damagedPack))] });
  const known = await world.umbra('verify', '--status');
  expect([known.code, known.stdout]).toEqual([
    20,
    expect.stringMatching(/^✘ home .*\n {4}damage was found: just now; is it mended\? umbra verify home\n/),
  ]);
  const document = JSON.parse((await world.umbra('verify', '--status', '--json')).stdout) as object;
  expect(problemsOf('coverage', document)).toEqual([]);
  expect(document).toMatchObject({ repositories: [{ damagedAt: expect.any(String) }] });
  expect((await world.umbra('verify')).stdout).toContain('to mend it: umbra repo repair home --read all\n');
});

test('damage that was found by hand is told wherever somebody looks, until it is found mended', async () => {
  const mend = 'umbra repo repair home --read all';
  const status = await world.umbra('status', 'documents');
  expect(status.stdout).toContain('a check of the repository found damage');
  expect(await world.json('status', 'documents')).toMatchObject({
    jobs: [{ protection: 'at-risk', reasons: expect.arrayContaining([expect.objectContaining({ remedy: mend })]) }],
  });
  expect((await world.umbra('status', '--check', 'documents')).code).toBe(21);
  const shown = await world.umbra('repo', 'show', 'home');
  expect([shown.code, shown.stdout]).toEqual([20, expect.stringMatching(/^✘ home [^]*to mend it: umbra repo repair/)]);
  const document = JSON.parse((await world.umbra('repo', 'show', 'home', '--json')).stdout) as object;
  expect(problemsOf('repository', document)).toEqual([]);
  expect(document).toMatchObject({ damagedAt: expect.any(String) });
  expect((await world.umbra('doctor')).stdout).toMatch(/home +a check found damage on [^]*umbra repo repair home/);

  writeFileSync(damagedPack, whole);
  expect((await world.umbra('verify')).code).toBe(0);
  expect((await world.umbra('status', 'documents')).stdout).not.toContain('damage');
  expect((await world.umbra('repo', 'show', 'home')).stdout).toMatch(/^✔ home /);
});

test('nothing is removed while damage is known, whoever found it, and it goes on after a mend by hand', async () => {
  const mend = 'umbra repo repair home --read all';
  expect((await world.umbra('run', 'documents', '--no-verify')).code).toBe(0);
  const heldBack = async (who: RegExp): Promise<void> => {
    const forget = await world.umbra('run', 'tidy');
    expect([forget.code, forget.stderr]).toEqual([1, expect.stringMatching(who)]);
    expect(forget.stderr).toContain(mend);
    const { stdout } = await world.umbra('forget', 'tidy', '--dry-run', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ plans: [{ hold: 1, objections: [{ code: 'damaged' }] }] });
    const prune = await world.umbra('run', 'free');
    expect([prune.code, prune.stderr]).toEqual([20, expect.stringMatching(who)]);
    expect(prune.stderr).toContain(mend);
    expect(world.snapshots()).toHaveLength(2);
  };
  truncateSync(damagedPack, whole.length - 1);
  expect((await world.umbra('verify', '--structure-only')).code).toBe(20);
  await heldBack(/a check found home damaged on /);
  writeFileSync(damagedPack, whole);
  expect((await world.umbra('verify', '--structure-only')).code).toBe(0);

  truncateSync(damagedPack, whole.length - 1);
  expect((await world.umbra('run', 'again')).code).toBe(20);
  await heldBack(/check r-\w+ of again found home damaged/);
  writeFileSync(damagedPack, whole);
  // As deep as what the check job did: all that is new, without restic, and the structure by restic.
  expect((await world.umbra('verify')).code).toBe(0);
  expect((await world.umbra('status', 'documents')).stdout).not.toContain('damage');
  expect((await world.umbra('run', 'free')).code).toBe(0);
  expect((await world.umbra('run', 'tidy')).code).toBe(0);
  expect(world.snapshots()).toHaveLength(1);
});

test('a repair reads all data where the check without restic has found the damage', async () => {
  writeFileSync(somePack(), 'x', { flag: 'r+' });
  expect((await world.umbra('verify')).code).toBe(20);
  const look = await world.umbra('repo', 'repair', 'home', '--dry-run');
  expect([look.code, look.stdout]).toEqual([20, expect.stringContaining('next: save what is whole in 1 damaged pack')]);
});
