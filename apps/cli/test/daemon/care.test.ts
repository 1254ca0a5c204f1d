import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Finding } from '@umbracore/contracts';
import { makeRepository } from '../../../../tools/testing/light-key.mjs';
import { lightRestic } from '../../../../tools/testing/light-restic.mjs';
import { problemsOf } from '../support/conforms.ts';
import { Daemon } from '../support/daemon.ts';
import { password, resticProgram, until, World, type Outcome } from '../support/world.ts';

let world: World;
let daemon: Daemon;
beforeAll(async () => {
  world = new World();
  world.write('a.txt', 'a'.repeat(10_000));
  const other = world.addRepository('other', 'another horse');
  writeFileSync(
    world.config,
    `repositories:
  home: { url: ${world.repository}, password: 'file:${world.at('password')}' }
  other: { url: ${other}, password: 'file:${world.at('other-password')}' }
jobs:
  documents: { sources: ${world.source}, repository: home }
  mirror: { copy: { from: home, to: other } }
`,
  );
  writeFileSync(world.at('other-password'), 'another horse\n', { mode: 0o600 });
  const { code, stderr } = await world.umbra('run', 'documents');
  if (code !== 0) throw new Error(stderr);
  daemon = await Daemon.start(world, { UMBRA_RESTIC: holdingCheck() });
});
/** With light keys, and with a check that begins while there is a file `hold`: it makes a file `held`, and ends when `hold` is gone. */
function holdingCheck(): string {
  const file = world.at('restic');
  const lines = [
    '#!/bin/sh',
    `case " $* " in *" check "*) [ ! -e ${world.at('hold')} ] || {`,
    "  trap 'exit 130' INT TERM",
    `  : > ${world.at('held')}`,
    `  while [ -e ${world.at('hold')} ]; do sleep 0.1; done`,
    '  exit 1',
    '};; esac',
    `exec ${lightRestic(world.makeFolder('light'), resticProgram())} "$@"`,
  ];
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o700 });
  return file;
}

afterAll(async () => {
  await daemon.stop();
  world[Symbol.dispose]();
});

interface Work {
  readonly id: string;
  readonly state: string;
  readonly result: object | null;
  readonly error: object | null;
}

/** A work that is begun, and how it ended. */
async function worked(path: string, body: object): Promise<Work> {
  const begun = (await daemon.post(path, body)) as Work;
  const work = (await daemon.endedWork(begun.id)) as Work;
  expect(problemsOf('repository-work', work)).toEqual([]);
  return work;
}

const snapshotsOf = (repository: string, file: string): readonly { readonly id: string }[] =>
  JSON.parse(
    execFileSync(resticProgram(), ['-r', repository, '--no-cache', '--no-lock', '-p', file, 'snapshots', '--json'], {
      encoding: 'utf8',
      stdio: 'pipe',
    }),
  );

test('a single snapshot is copied and read back', async () => {
  const id = world.snapshots()[0]?.id ?? '';
  const { state, result } = await worked('/v1/repositories/other/copies', { from: 'home', snapshots: [id] });
  expect(problemsOf('snapshot-copies', result)).toEqual([]);
  const copy = snapshotsOf(world.at('other'), world.at('other-password'))[0]?.id;
  expect({ state, result }).toMatchObject({
    state: 'done',
    result: { copies: [{ original: id, copy }], check: { sound: true, read: { packs: 2 } } },
  });
  const absent = await worked('/v1/repositories/other/copies', { from: 'home', snapshots: ['0'.repeat(64)] });
  expect(absent).toMatchObject({ state: 'failed', result: null, error: { code: 'snapshot.absent' } });
});

test('it is verified and counted, and all is told', async () => {
  const told = await daemon.follow();
  const { result } = await worked('/v1/repositories/home/verify', { read: 100 });
  expect(problemsOf('verify', result)).toEqual([]);
  expect(result).toMatchObject({ sound: true, exitCode: 0, read: 100, check: { read: { packs: 2 } } });
  const counted = await worked('/v1/repositories/home/statistics', {});
  expect(problemsOf('repository-statistics', counted.result)).toEqual([]);
  expect(counted.result).toMatchObject({ snapshots: 1, unusedBytes: expect.any(Number) });
  await until('the end is told', () => told().split('"work.finished"').length === 3);
  const events = (told().match(/(?<=^data: ).*"work\..*$/gm) ?? []).map((line) => JSON.parse(line) as { type: string });
  expect(events.flatMap((event) => problemsOf('event', event))).toEqual([]);
  expect(new Set(events.map(({ type }) => type))).toEqual(new Set(['work.begun', 'work.progress', 'work.finished']));
});

/** What the daemon carried out, newest first. */
const works = async (): Promise<readonly { readonly kind: string }[]> => {
  const document = await daemon.get('/v1/repository-works');
  expect(problemsOf('repository-works', document)).toEqual([]);
  return (document as { readonly works: readonly { readonly kind: string }[] }).works;
};

test('the command line lets the daemon look and count, and tells what it would tell itself', async () => {
  const alone = { UMBRA_STATE_DIR: world.makeFolder('alone') };
  const here = (args: readonly string[]) => world.start([...args, '-q'], { env: alone }).ended;
  // As it was told to the daemon before: folders are read once.
  await here(['verify', 'home', '--read', 'all']);
  for (const args of [
    ['verify', 'documents', '--read', 'all'],
    ['repo', 'stats', 'home', '--unused'],
  ]) {
    expect([args, await world.umbra(...args, '-q')]).toEqual([args, await here(args)]);
  }
  expect((await works()).slice(0, 2).map(({ kind }) => kind)).toEqual(['statistics', 'verify']);
  const { stdout, stderr } = await world.umbra('verify', 'home', '--json', '--progress', 'json');
  const lines = [stdout, ...stderr.trim().split('\n')].map((line) => JSON.parse(line) as { readonly type: string });
  expect(lines.flatMap((line) => problemsOf('event', line))).toEqual([]);
  expect(new Set(lines.map(({ type }) => type))).toEqual(new Set(['verify.finished', 'run.progress']));
});

test('the daemon looks for what is in its own way, if it is asked to', async () => {
  const { result } = await worked('/v1/doctor', {});
  expect(problemsOf('doctor', result)).toEqual([]);
  const ours = (await world.json('doctor')) as { readonly findings: readonly Finding[] };
  const its = (await world.json('doctor', '--by-daemon')) as { readonly findings: readonly Finding[] };
  expect(problemsOf('doctor', its)).toEqual([]);
  expect(its).toEqual(result);
  // It was started with a restic of its own.
  const elsewhere = ({ area }: Finding): boolean => area !== 'restic';
  expect(its.findings.filter(elsewhere)).toEqual(ours.findings.filter(elsewhere));
  expect(its.findings.find(({ area }) => area === 'restic')?.text).toContain(world.at('restic'));
  const shown = await world.umbra('doctor', '--by-daemon', '--only', 'clock');
  expect([shown.code, shown.stdout]).toEqual([0, expect.stringMatching(/^✔ clock +zone /)]);
  const alone = await world.start(['doctor', '--by-daemon'], { env: { UMBRA_STATE_DIR: world.makeFolder('nobody') } })
    .ended;
  expect([alone.code, alone.stderr]).toEqual([30, expect.stringContaining('no daemon answers')]);
});

test('Ctrl-C cancels what the daemon does, and a daemon that is gone leaves it to the call', async () => {
  writeFileSync(world.at('hold'), '');
  const verify = world.start(['verify', 'home', '--structure-only']);
  await until('the check runs', () => existsSync(world.at('held')));
  verify.child.kill('SIGINT');
  const { code, stderr } = await verify.ended;
  expect([code, stderr]).toEqual([130, expect.stringContaining('interrupted from the keyboard')]);
  expect((await works())[0]).toMatchObject({
    kind: 'verify',
    state: 'cancelled',
    error: { message: 'it was cancelled: interrupted' },
  });
  rmSync(world.at('held'));
  const again = world.start(['verify', 'home', '--structure-only', '-v']);
  await until('the check runs', () => existsSync(world.at('held')));
  await daemon.kill();
  rmSync(world.at('hold'));
  expect(await again.ended).toMatchObject({
    code: 0,
    stdout: '✔ home  structure is sound; no data was read\n',
    stderr: expect.stringContaining('The daemon has ended, and this with it: beginning anew here.'),
  });
  daemon = await Daemon.start(world, { UMBRA_RESTIC: lightRestic(world.makeFolder('light'), resticProgram()) });
});

test('catalogs are filled and deleted, and what is in repositories comes into the history', async () => {
  await worked('/v1/repositories/home/catalog/update', {});
  const filled = await worked('/v1/repositories/home/catalog/update', { rebuild: true });
  expect(problemsOf('catalog-update', filled.result)).toEqual([]);
  expect(filled).toMatchObject({
    result: { catalogs: [{ repository: 'home', added: 1 }] },
    progress: { phase: 'done', filesProcessed: 1, filesTotal: 1 },
  });
  for (const path of ['/v1/repositories/home/catalog/drop', '/v1/catalogs/drop']) {
    const dropped = await daemon.post(path);
    expect(problemsOf('catalog', dropped)).toEqual([]);
    expect((dropped as { readonly catalogs: object[] }).catalogs[0]).toMatchObject({ repository: 'home', asOf: null });
  }
  const adopted = await worked('/v1/repositories/other/adopt', {});
  expect(problemsOf('repository', adopted.result)).toEqual([]);
  expect(adopted).toMatchObject({ state: 'done', result: { name: 'other', snapshots: 1 } });
  expect(await worked('/v1/repositories/home/create', {})).toMatchObject({ error: { code: 'repository.exists' } });
  appendFileSync(world.config, `  fresh: { sources: ${world.source}, repository: fresh }\n`);
  writeFileSync(
    world.config,
    readFileSync(world.config, 'utf8').replace('jobs:', `  fresh: { url: ${world.at('fresh')} }\njobs:`),
  );
  const { result } = await worked('/v1/repositories/fresh/create', {});
  expect(problemsOf('repository', result)).toEqual([]);
  const file = world.at('state', 'secrets', 'fresh.password');
  expect(result).toMatchObject({ name: 'fresh', passwordFile: file, format: 2 });
  expect(snapshotsOf(world.at('fresh'), file)).toEqual([]);
});

test('what is known of repositories, as the command line tells it', async () => {
  for (const [name, path, args] of [
    ['repositories', '/v1/repositories', ['repo', 'list']],
    ['repository', '/v1/repositories/home', ['repo', 'show', 'home']],
    ['unlock', '/v1/repositories/home/unlock', ['repo', 'unlock', 'home']],
    ['catalog', '/v1/catalogs', ['catalog', 'status']],
    ['kit', '/v1/repositories/home/kit', ['repo', 'kit', 'home']],
  ] as const) {
    const answer = path.endsWith('/unlock') ? daemon.post(path) : daemon.get(path);
    const document = (await answer) as { readonly madeAt?: string };
    expect([name, problemsOf(name, document)]).toEqual([name, []]);
    const { madeAt, ...same } = document;
    expect(await world.json(...args)).toMatchObject(same);
    expect(madeAt === undefined).toBe(name !== 'kit');
  }
});

test('a damaged repository is mended step by step, as far as that was agreed to', async () => {
  const data = join(world.repository, 'data');
  const packs = readdirSync(data, { recursive: true, encoding: 'utf8' }).map((name) => join(data, name));
  for (const pack of packs.filter((name) => statSync(name).isFile())) rmSync(pack);
  const looked = await worked('/v1/repositories/home/repair', {});
  expect(problemsOf('repair', looked.result)).toEqual([]);
  expect(looked).toMatchObject({ state: 'done', result: { sound: false, steps: [], next: { type: 'index' } } });
  const alone = { UMBRA_STATE_DIR: world.makeFolder('mends-alone') };
  const dry = ['repo', 'repair', 'home', '--from', 'other', '--dry-run', '-q'];
  const itself = await world.start(dry, { env: alone }).ended;
  // restic tells of what is damaged in any order.
  const said = ({ code, stdout }: Outcome) => ({ code, lines: stdout.split('\n').toSorted() });
  expect(said(await world.umbra(...dry))).toEqual(said(itself));
  const some = await worked('/v1/repositories/home/repair', { from: 'other', agree: ['index'] });
  expect(some.result).toMatchObject({ sound: false, steps: [{ type: 'index' }], next: { type: 'bring' } });
  const { code, stdout } = await world.umbra('repo', 'repair', 'home', '--from', 'other', '-y');
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(
      /next: bring 1 snapshot back from other\n✔ home is sound again, by repairing: (?:index, )?bring\n/,
    ),
  ]);
  expect((await world.umbra('verify', 'home', '--read', 'all')).code).toBe(0);
  expect((await works()).slice(0, 5).map(({ kind }) => kind)).toEqual(['verify', ...Array(4).fill('repair')]);
});

test('a repository of format 1 is upgraded by the daemon, when that was agreed to here', async () => {
  makeRepository(world.at('old'), 'an old horse', 1);
  writeFileSync(world.at('old-password'), 'an old horse\n', { mode: 0o600 });
  const line = `  old: { url: ${world.at('old')}, password: 'file:${world.at('old-password')}' }\n`;
  const configured = readFileSync(world.config, 'utf8');
  writeFileSync(world.config, configured.replace('jobs:\n', `${line}jobs:\n`));
  const upgrade = await world.umbra('repo', 'upgrade', 'old', '-y');
  writeFileSync(world.config, configured);
  expect(upgrade).toMatchObject({ code: 0, stdout: '✔ old has format 2 now, was 1\n' });
  expect(upgrade.stderr).toMatch(/^upgrading old\n/);
  expect((await works())[0]).toMatchObject({ kind: 'upgrade', state: 'done', result: { format: 2 } });
});

test('passwords come, change and go, and none is ever told', async () => {
  const told = await daemon.follow();
  const answers: unknown[] = [];
  const post = async (path: string, body: object): Promise<{ readonly added: string }> => {
    const answer = await daemon.post(`/v1/repositories/home/passwords${path}`, body);
    answers.push(answer);
    expect(problemsOf('password', answer)).toEqual([]);
    return answer as { readonly added: string };
  };
  writeFileSync(world.at('second'), 'the second horse\n', { mode: 0o600 });
  const { added } = await post('', { from: world.at('second') });
  await post('', { output: world.at('third') });
  expect(snapshotsOf(world.repository, world.at('third'))).toHaveLength(1);
  await post('/remove', { key: added });
  expect(() => snapshotsOf(world.repository, world.at('second'))).toThrow(/wrong password/);
  await post('/rotate', {});
  const next = readFileSync(world.at('password'), 'utf8').trim();
  expect(next).not.toBe(password);
  expect(snapshotsOf(world.repository, world.at('password'))).toHaveLength(1);
  const refused = await daemon.post('/v1/repositories/home/passwords/remove', { key: '0'.repeat(8) });
  expect(refused).toMatchObject({ code: 'usage.invalid' });

  const logs = readdirSync(world.at('state', 'logs')).map((file) =>
    readFileSync(world.at('state', 'logs', file), 'utf8'),
  );
  const everything = [JSON.stringify(answers), told(), ...logs].join('\n');
  const secrets = [password, 'the second horse', next, readFileSync(world.at('third'), 'utf8').trim()];
  for (const secret of secrets) expect(everything).not.toContain(secret);
});
