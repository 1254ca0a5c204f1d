import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nobodysPid, plantLock } from '../../../tools/faults/injectors/stale-locks.ts';
import { problemsOf } from './support/conforms.ts';
import { NearWorld } from './support/near-world.ts';
import { unzip } from './support/unzip.ts';
import { password, type World, type Outcome } from './support/world.ts';

let world: World;
beforeAll(() => {
  world = new NearWorld();
});
afterAll(() => world[Symbol.dispose]());

/** Found in an address, by `env:`, by `file:`, and in the folder of secrets, to which nothing refers. */
const canaries = {
  url: 'canary in a url 4',
  env: 'canary in the env 1',
  file: 'canary/in+a file"2',
  kept: 'canary-that-is-kept-3',
};

const partNames = [
  'contents.json',
  'versions.json',
  'doctor.json',
  'config.json',
  'status.json',
  'history.json',
  'plugins.json',
  'state.json',
  'umbra.log',
];

interface Contents {
  readonly parts: readonly { readonly name: string; readonly problem: string | null }[];
  readonly secretsKnown: number;
  readonly secretsUnknown: readonly string[];
}

/** The files of a bundle, of which none holds a canary, but for those of the named ones a mask. */
function opened(file: string): ReadonlyMap<string, string> {
  const files = new Map(
    [...(unzip(readFileSync(file)) ?? [])].map(([name, content]) => [
      name.replace('umbra-doctor/', ''),
      content.toString(),
    ]),
  );
  expect([...files.keys()]).toEqual(partNames);
  for (const [name, content] of files)
    for (const canary of [password, ...Object.values(canaries)])
      for (const form of [canary, encodeURIComponent(canary), Buffer.from(canary).toString('base64').slice(0, -4)])
        expect(content.includes(form), `${form} in ${name}`).toBe(false);
  return files;
}

const bundle = (name: string, ...args: readonly string[]): Promise<Outcome> =>
  world.start(['doctor', '--bundle', name, ...args], { env: { CANARY: canaries.env } }).ended;

const parsed = (text: string | undefined): unknown => JSON.parse(text ?? '');

test('a bundle has all that is known, without the secrets, and replaces nothing', async () => {
  writeFileSync(world.at('canary'), canaries.file, { mode: 0o600 });
  const lines = `    env: { ONE: "env:CANARY", TWO: "file:${world.at('canary')}", THREE: "command:false" }\n`;
  const url = `rest:http://me:${encodeURIComponent(canaries.url)}@127.0.0.1:1/x`;
  const other = `  away: { url: ${JSON.stringify(url)}, password: "command:false" }\n`;
  world.configure(`    repository: home\n    tags: [${JSON.stringify(canaries.kept)}]\n`, {
    repositoryLines: lines + other,
  });
  world.makeFolder('state', 'secrets');
  writeFileSync(world.at('state', 'secrets', 'old.password'), `${canaries.kept}\n`, { mode: 0o600 });
  world.makeFolder('state', 'logs');
  const told = Object.values(canaries).map((canary) =>
    JSON.stringify({ msg: `${canary} ${encodeURIComponent(canary)}` }),
  );
  const log = [...told, JSON.stringify({ auth: Buffer.from(`u:${password}`).toString('base64') })];
  const logFile = world.at('state', 'logs', 'umbra.log');
  world.tells(logFile);
  writeFileSync(logFile, `${log.join('\n')}\n`);

  const made = await bundle('report.zip', '--json');
  expect(made.stderr).toBe('');
  const report = JSON.parse(made.stdout) as {
    readonly bundle: Contents & { readonly file: string; readonly bytes: number };
  };
  expect(problemsOf('doctor', report)).toEqual([]);
  expect(report.bundle).toMatchObject({
    file: world.at('report.zip'),
    bytes: statSync(world.at('report.zip')).size,
    secretsUnknown: ['command:false: finding it may ask somebody'],
  });
  expect(report.bundle.parts.map(({ name }) => name)).toEqual(partNames);
  expect(report.bundle.parts.filter(({ problem }) => problem !== null)).toEqual([]);
  expect(statSync(report.bundle.file).mode & 0o777).toBe(0o600);
  // Nothing is left of what came before it.
  expect(readdirSync(world.folder).filter((name) => name.includes('report'))).toEqual(['report.zip']);

  const files = opened(report.bundle.file);
  for (const name of ['doctor', 'config', 'status', 'history', 'plugins'])
    expect([name, problemsOf(name, parsed(files.get(`${name}.json`)))]).toEqual([name, []]);
  expect(files.get('umbra.log')?.match(/\[secret\]/g)).toHaveLength(9);
  expect(files.get('config.json')).toContain('[secret]');
  expect(files.get('versions.json')).toContain(process.version);
  expect(parsed(files.get('state.json'))).toMatchObject({ mode: 'durable', alarms: [] });

  const again = await bundle('report.zip');
  expect([again.code, again.stdout]).toEqual([2, '']);
  expect(again.stderr).toMatch(/report\.zip exists already[^]*Choose another file/);
});

test('a secret that no mask sees is in no bundle, and neither is anything else', async () => {
  const logFile = world.at('state', 'logs', 'umbra.log');
  const before = readFileSync(logFile);
  writeFileSync(logFile, `${Buffer.from(canaries.kept).toString('hex').toUpperCase()}\n`);
  const { code, stderr } = await bundle('exposed.zip');
  writeFileSync(logFile, before);
  expect([code, stderr]).toEqual([1, expect.stringContaining('still a secret in umbra.log')]);
  expect(readdirSync(world.folder).filter((name) => name.includes('exposed'))).toEqual([]);
});

test('with a broken configuration there is a bundle all the same, and what is not in it is said', async () => {
  const good = readFileSync(world.config, 'utf8');
  writeFileSync(world.config, good.replace('sources:', 'souces:'));
  const { code, stdout, stderr } = await bundle('broken.zip');
  writeFileSync(world.config, good);
  expect(code).toBe(4);
  expect(stdout).toMatch(/✔ bundle +\S*broken\.zip, .*mode 0600/);
  expect(stdout).toMatch(/✘ config\.json +\S+ \S+ +not made: .*souces/);
  expect(stderr).toContain('names of folders, jobs and hosts');
  expect(stderr).toContain('unzip -l ');
  const files = opened(world.at('broken.zip'));
  const { parts } = parsed(files.get('contents.json')) as Contents;
  const failed = parts.filter(({ problem }) => problem !== null).map(({ name }) => name);
  expect(failed).toEqual(['config.json', 'status.json', 'plugins.json']);
  for (const name of failed) expect(parsed(files.get(name))).toMatchObject({ schema: 'umbra.error/1', exitCode: 4 });
  expect(files.get('umbra.log')).toContain('[secret]');
});

test('one area alone, and a slip in its name', async () => {
  const { findings } = (await world.json('doctor', '--only', 'clock')) as { findings: readonly { area: string }[] };
  expect(findings.map(({ area }) => area)).toEqual(['clock']);
  const slip = await world.umbra('doctor', '--only', 'clok');
  expect([slip.code, slip.stderr]).toEqual([2, expect.stringContaining('Did you mean clock?')]);
  const both = await world.umbra('doctor', '--only', 'clock', '--bundle', 'clock.zip');
  expect([both.code, existsSync(world.at('clock.zip'))]).toEqual([2, false]);
});

test('locks of nobody are removed if asked for, and others stay', async () => {
  // Its secret is not there: nobody knows of its locks, and that is said.
  expect((await world.umbra('doctor', '--only', 'lock')).stdout).toContain('✘ repository home');
  world.configure();
  for (const pid of [nobodysPid, nobodysPid + 1, process.pid])
    plantLock(world.repository, world.master, { pid, exclusive: false });
  const looked = await world.umbra('doctor', '--only', 'lock');
  expect([looked.code, world.locks().length]).toEqual([1, 3]);
  const mended = (await world.json('doctor', '--only', 'lock', '--fix')) as { findings: readonly object[] };
  const gone = { area: 'lock', subject: 'home', standing: 'good', text: '2 locks removed', fix: null, code: null };
  expect(mended.findings).toHaveLength(2);
  expect(mended.findings).toEqual(expect.arrayContaining([gone, expect.objectContaining({ standing: 'attention' })]));
  expect(world.locks()).toHaveLength(1);
});

test.skipIf(process.getuid?.() === 0)('a folder that takes nothing (not as root)', async () => {
  const closed = world.makeFolder('closed');
  chmodSync(closed, 0o500);
  const { code, stderr } = await bundle(`${closed}/report.zip`);
  expect([code, stderr]).toEqual([2, expect.stringContaining('cannot be written: EACCES')]);
});
