import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UmbraError, type Backend, type CheckReport, type CheckScope } from '@umbracore/contracts';
import { aRepository, FakeBackend, FakeClock, recordingLog } from '@umbracore/testkit';
import { damageOfAll } from '../status/mend-command.ts';
import { damageNoted } from './damage-noted.ts';
import { damageRecord, foundDamage, noteLook } from './found-damage.ts';

let stateDir: string;
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'umbra-damage-'));
});
afterEach(() => rmSync(stateDir, { recursive: true }));

const main = aRepository({ name: 'main' });
const sound: CheckReport = { sound: true, problems: [], advice: [] };
const damaged: CheckReport = { sound: false, problems: ['pack 1'], advice: [] };

/** One check that comes to this end, of everything that is new if there is no scope. */
async function look(scope: CheckScope | undefined, end: CheckReport | UmbraError): Promise<void> {
  const clock = new FakeClock();
  const answer = (): Promise<never> =>
    end instanceof UmbraError ? Promise.reject(end) : Promise.resolve(end as never);
  const inner: Backend = Object.assign(new FakeBackend({ clock }), { check: answer, checkNew: answer });
  const backend = damageNoted({ stateDir, clock, log: recordingLog() })(inner, main);
  const checked = scope === undefined ? backend.checkNew({ read: 'new' }) : backend.check(scope);
  await checked.catch((thrown: unknown) => {
    if (thrown !== end) throw thrown;
  });
}

const isKnown = async (): Promise<boolean> => (await foundDamage(stateDir, main)) !== undefined;

const all: CheckScope = { type: 'all' };
const structure: CheckScope = { type: 'structure' };
const some: CheckScope = { type: 'percent', percent: 3 };
const part = (number: number, of = 4): CheckScope => ({ type: 'part', part: number, of });

test.each<[string, CheckScope | undefined, CheckScope | undefined, boolean]>([
  ['what is new, by the same', undefined, undefined, true],
  ['what is new, by a part of restic', undefined, some, false],
  ['what is new, by all of restic', undefined, all, true],
  ['the structure, by the same', structure, structure, true],
  ['the structure, by any part', structure, part(1), true],
  ['the structure, by what is new', structure, undefined, false],
  ['a part, by the same', part(2), part(2), true],
  ['a part, by another', part(2), part(3), false],
  ['a part of random choice, by another', some, some, false],
  ['a part of random choice, by all', some, { type: 'percent', percent: 100 }, true],
  ['all, by the structure', all, structure, false],
  ['all, by the only part', all, part(1, 1), true],
])('damage in %s is mended: %s, %s, %s', async (_, found, later, isMended) => {
  await look(found, damaged);
  expect(await isKnown()).toBe(true);
  await look(later, sound);
  expect(await isKnown()).toBe(!isMended);
});

test('an engine that has no parts reads all by its checksums: that counts, and mends no more than it saw', async () => {
  const looks = async () => (await damageRecord(stateDir, main)).mended.map((each) => each.look);
  await look(some, { ...sound, readsAll: true });
  expect(await looks()).toEqual(['checksums']);
  await look(some, { ...damaged, readsAll: true });
  await look(structure, sound);
  expect(await isKnown()).toBe(true);
  await look(part(1), { ...sound, readsAll: true });
  expect(await isKnown()).toBe(false);
  await look(all, { ...damaged, readsAll: true });
  await look(some, { ...sound, readsAll: true });
  expect(await isKnown()).toBe(true);
});

test('what a part found is not mended because the structure was damaged as well, and is sound again', async () => {
  await look(all, damaged);
  await look(structure, damaged);
  await look(structure, sound);
  expect(await isKnown()).toBe(true);
  await noteLook(stateDir, main, { look: 'all', at: 2 }, true);
  expect(await isKnown()).toBe(false);
});

test('what several looks found is mended one by one, and what mends it is kept', async () => {
  const open = async () => (await damageRecord(stateDir, main)).found.map((found) => found.look);
  await look(part(2), damaged);
  await look(undefined, damaged);
  await look(part(2), sound);
  expect(await open()).toEqual(['new']);
  await look(undefined, sound);
  const { found, mended } = await damageRecord(stateDir, main);
  expect([found, mended.map((each) => each.look)]).toEqual([[], ['part 2 of 4', 'new']]);
  await look(all, sound);
  expect((await damageRecord(stateDir, main)).mended.map((each) => each.look)).toEqual(['all']);
});

test('an error that says damage is damage, and no other one is', async () => {
  await look(some, new UmbraError('repository.unreachable', 'gone'));
  await look(some, sound);
  expect(readdirSync(stateDir)).toEqual([]);
  await look(some, new UmbraError('repository.damaged', 'broken'));
  expect(await isKnown()).toBe(true);
});

test('a repository elsewhere that has the name now is another one', async () => {
  await look(structure, damaged);
  const damage = async (location: string) => {
    const configuration = {
      jobs: new Map(),
      repositories: new Map([['main', { ...main, backend: 'restic', location }]]),
    };
    return (await damageOfAll({ configuration, paths: { stateDir } })).get('main');
  };
  expect((await damage(main.location))?.mend).toBe('umbra repo repair main --read all');
  expect((await damage('/elsewhere'))?.mend).toBeUndefined();
});
