import { chmodSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NearWorld } from './support/near-world.ts';
import type { World, Outcome } from './support/world.ts';

const off = { UMBRA_NATIVE: 'off', UMBRA_LOG: 'debug' };

/** Every answer is the same, whoever reads the repository; here of whole programs. */
describe.each(['0.14.0', '0.19.1'] as const)('with and without native reading, restic %s', (version) => {
  let world: World;
  const restic = (...args: string[]): Promise<Outcome> => world.start(args, { env: off }).ended;

  beforeAll(async () => {
    world = new NearWorld(version);
    for (const name of ['plain', 'new\nline', 'deep/er/quote"', 'naïve 🙂', 'empty']) {
      world.write(name, name === 'empty' ? '' : name);
    }
    await world.umbra('run');
    world.write('later', 'later');
    writeFileSync(Buffer.concat([Buffer.from(`${world.source}/raw-`), Buffer.from([0xff])]), 'raw');
    await world.umbra('run');
    world.restic('backup', '--host', 'elsewhere', '--tag', 'foreign', world.source);
  }, 60_000);
  afterAll(() => world[Symbol.dispose]());

  test.each([
    'snapshots --json',
    'snapshots documents --json',
    'snapshots --host elsewhere --tag foreign --json',
    'ls documents@latest --json',
    'ls documents@-1 -R --json',
    'ls documents@latest:deep -R --json',
    'ls documents@latest:nothing --json',
    'ls documents@latest:raw-\uFFFD --json',
    'dump documents@latest:raw-\uFFFD --json',
  ])('umbra %s', async (line) => {
    const args = line.split(' ');
    const [native, plain] = await Promise.all([world.umbra(...args), restic(...args)]);
    expect(native).toEqual(plain);
  });

  test('a name that is no UTF-8 is restored by the way it is listed, and a dump says why it is not', async () => {
    const ref = 'documents@latest:raw-\uFFFD';
    expect(await world.umbra('restore', ref, '--to', world.at('raw'), '-y')).toMatchObject({ code: 0 });
    const [name] = readdirSync(Buffer.from(world.at('raw') + world.source), { encoding: 'buffer' });
    expect(name).toEqual(Buffer.concat([Buffer.from('raw-'), Buffer.from([0xff])]));
    expect((await world.umbra('dump', ref)).stderr).toMatch(/^error\[backend\.unsupported\].* is no UTF-8/);
  });

  test('the debug log says when restic was asked, and why', async () => {
    const log = (): string => readFileSync(world.at('state', 'logs', 'umbra.log'), 'utf8');
    await restic('snapshots');
    const before = log().length;
    expect(log()).toContain('left to restic: UMBRA_NATIVE is off');
    const debug = { env: { UMBRA_LOG: 'debug' } };
    await world.start(['snapshots'], debug).ended;
    expect(log().slice(before)).not.toContain('left to restic');
    world.configure('', { repositoryLines: '    native: false\n' });
    await world.start(['snapshots'], debug).ended;
    expect(log().slice(before)).toContain('left to restic: native reading is off for this repository');
    world.configure();
  });

  test('a snapshot that cannot be read is told of, and the others are listed', async () => {
    const { snapshots } = JSON.parse((await world.umbra('snapshots', '--json')).stdout);
    const file = world.at('repository', 'snapshots', snapshots[0].id);
    chmodSync(file, 0o600);
    truncateSync(file, 100);
    rmSync(world.at('cache'), { recursive: true });
    const [native, plain] = await Promise.all([world.umbra('snapshots', '--plain'), restic('snapshots', '--plain')]);
    expect(native).toEqual(plain);
    expect(native.stdout.trimEnd().split('\n')).toHaveLength(snapshots.length - 1);
    expect(native.stderr).toMatch(/^WARN not everything of .* could be read:\nerror\[repository\.damaged\]/);
    expect(native.code).toBe(20);
  });
});
