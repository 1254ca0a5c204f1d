import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pinTags, type CheckScope, type MendStep, type RepairStory, type Snapshot } from '@umbracore/contracts';
import { defineRepository } from '@umbracore/coordinator-core';
import { aCopyJob, aJob } from '@umbracore/testkit';
import { openRuntime, type Runtime } from '../src/index.ts';
import { makeRepository } from '../../../tools/testing/light-key.mjs';

const password = 'correct horse';

const versions = ['0.14.0', '0.19.1'].flatMap((version) => {
  const program = process.env[`UMBRA_TEST_RESTIC_${version.replaceAll('.', '_')}`];
  return program === undefined ? [] : [{ version, program }];
});

describe.each(versions)(
  'a repository that another one has copies of, with restic $version',
  { timeout: 90_000 },
  (restic) => {
    const folder = mkdtempSync(join(tmpdir(), 'umbra-mend-'));
    const at = (...names: readonly string[]): string => join(folder, ...names);
    const [main, second] = ['main', 'second'].map((name) =>
      defineRepository({ name, location: at(name), password: { scheme: 'file', target: at('password') } }),
    );
    if (main === undefined || second === undefined) throw new Error('there are two');
    const env = { PATH: process.env['PATH'], HOME: folder, XDG_CACHE_HOME: at('cache'), UMBRA_RESTIC: restic.program };
    const isNewest = restic.version === '0.19.1';
    const job = aJob({ sources: [{ path: at('documents'), required: true }], shrinkLimit: 0 });
    let umbra: Runtime;

    beforeAll(async () => {
      mkdirSync(at('documents'));
      writeFileSync(at('password'), password, { mode: 0o600 });
      for (const name of ['main', 'second']) makeRepository(at(name), password);
      umbra = await openRuntime({ stateDir: at('state'), home: folder, env, logLevel: 'silent' });
      await umbra.coordinator.registerBackupJob(job, [main]);
      await umbra.coordinator.registerBackupJob(aCopyJob({ from: 'main', repositories: ['second'] }), [main, second]);
      for (const bytes of [300_000, 200_000]) await save(bytes);
      await umbra.coordinator.runBackupJob('copy');
      // A pin that the copy does not have.
      const backend = await umbra.repositories.backend(main);
      await backend.tag([(await listed())[0]?.id ?? ''], pinTags('precious'), []);
    });
    afterAll(async () => {
      await umbra[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    });

    async function save(bytes: number): Promise<void> {
      rmSync(at('documents', 'letter'), { force: true });
      writeFileSync(at('documents', 'letter'), randomBytes(bytes));
      await umbra.coordinator.runBackupJob(job.id);
    }

    const listed = async (): Promise<readonly Snapshot[]> => await (await umbra.repositories.backend(main)).snapshots();

    /** What has to be the same whatever is mended. */
    const identities = async () =>
      (await listed()).map(({ id, original, tags, tree }) => ({ first: original ?? id, tags: tags.toSorted(), tree }));

    const packs = (): readonly string[] =>
      readdirSync(at('main', 'data'), { recursive: true, encoding: 'utf8' })
        .map((name) => at('main', 'data', name))
        .filter((name) => statSync(name).isFile())
        .toSorted((a, b) => statSync(b).size - statSync(a).size);

    const mend = async (
      scope: CheckScope,
      agree: (step: MendStep) => boolean = () => true,
    ): Promise<RepairStory & { readonly steps: readonly string[] }> => {
      const options = { scope, agree: (step: MendStep) => Promise.resolve(agree(step)), from: second };
      const story = await umbra.repositories.repair(main, options);
      return { ...story, steps: story.done.map(({ step }) => step.type) };
    };

    const isSound = async (): Promise<boolean> =>
      (await (await umbra.repositories.backend(main)).check({ type: 'all' })).sound;

    it('gets back files of data and of folders that are gone', async () => {
      const before = await identities();
      // 0.14 tries for most of a minute to read each folder that is gone.
      for (const place of isNewest ? [0, -1] : [0]) rmSync(packs().at(place) ?? '');
      const story = await mend({ type: 'structure' });
      expect({ sound: story.last.sound, steps: story.steps }).toEqual({ sound: true, steps: ['index', 'bring'] });
      expect(story.done.at(-1)?.step).toMatchObject({ from: 'second', lost: [] });
      expect(await identities()).toEqual(before);
      expect(await isSound()).toBe(true);
    });

    it.runIf(isNewest)('gets back what a flipped bit has spoiled', async () => {
      const before = await identities();
      const pack = packs()[0] ?? '';
      chmodSync(pack, 0o600);
      const file = openSync(pack, 'r+');
      writeSync(file, 'XXXX', 5000);
      closeSync(file);
      const story = await mend({ type: 'all' });
      expect({ sound: story.last.sound, steps: story.steps }).toEqual({
        sound: true,
        steps: ['packs', 'index', 'bring'],
      });
      expect(await identities()).toEqual(before);
      expect(await isSound()).toBe(true);
    });

    it.runIf(isNewest)('is finished by the next repair if one broke off', async () => {
      const before = await identities();
      const backend = await umbra.repositories.backend(main);
      await backend.tag([(await listed())[0]?.id ?? ''], ['umbra-damaged'], []);
      expect(await mend({ type: 'structure' })).toMatchObject({ last: { sound: true }, steps: ['bring'] });
      expect(await identities()).toEqual(before);
      expect((await mend({ type: 'structure' })).steps).toEqual([]);
    });

    it.runIf(isNewest)('is told what nobody has, and asked before that is given up', async () => {
      await save(400_000);
      for (const pack of packs().slice(0, 2)) rmSync(pack);
      const newest = (await listed()).at(-1)?.id;
      const story = await mend({ type: 'structure' }, ({ type }) => type !== 'snapshots');
      expect(story).toMatchObject({
        last: { sound: false },
        steps: ['index', 'bring'],
        declined: { type: 'snapshots' },
      });
      expect(story.done.at(-1)?.step).toMatchObject({ snapshots: { length: 1 }, lost: [newest] });
      // What is still in the folders comes back by a backup.
      await umbra.coordinator.runBackupJob(job.id);
      expect((await mend({ type: 'structure' })).last.sound).toBe(true);
    });
  },
);
