import { FakeProcessTable } from '@umbracore/testkit';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { besideScratch, ownedFolder, tidyOwnedFolders } from './folders-left.ts';

const hour = 3_600_000;
const processTable = new FakeProcessTable();
const dead = { ...processTable.self(), pid: 7 };

let place: string;
beforeEach(() => void (place = mkdtempSync(join(tmpdir(), 'umbra-left-'))));
afterEach(() => rmSync(place, { recursive: true, force: true }));

const scratchDir = (): string => join(place, 'umbra-7');
const tidyAfter = (ms: number): Promise<void> =>
  tidyOwnedFolders({ processTable, clock: { now: () => Date.now() + ms } }, scratchDir());

const kinds = ['scratch', 'withoutState'] as const;

test.each(kinds)('what a killed process left of its folder %s goes a day after the last change in it', async (kind) => {
  const folder = ownedFolder(besideScratch(scratchDir())[kind], dead);
  mkdirSync(join(folder, 'spool', 'r-1'), { recursive: true });
  symlinkSync(place, join(folder, 'spool', 'link'));
  await tidyAfter(23 * hour);
  expect(existsSync(folder)).toBe(true);
  await tidyAfter(25 * hour);
  expect(readdirSync(place)).toEqual([]);
});

const own = (folder: string, owner: unknown): void => writeFileSync(join(folder, 'owner.json'), JSON.stringify(owner));

test.each<[string, (folder: string) => void]>([
  ['whose process lives', (folder) => own(folder, processTable.self())],
  ['whose process cannot be seen', (folder) => own(folder, { ...dead, pids: 'another' })],
  ['of another host', (folder) => own(folder, { ...dead, host: 'another' })],
  ['that does not say whose it is', (folder) => rmSync(join(folder, 'owner.json'))],
  ['that says nonsense', (folder) => writeFileSync(join(folder, 'owner.json'), '{')],
  ['that others may look into', (folder) => chmodSync(folder, 0o755)],
])('one %s stays', async (_, change) => {
  const folder = ownedFolder(besideScratch(scratchDir()).scratch, dead);
  change(folder);
  await tidyAfter(25 * hour);
  expect(existsSync(folder)).toBe(true);
});

test('so does one with another name, and what a link leads to', async () => {
  const folder = ownedFolder(`${scratchDir()}-other`, dead);
  mkdirSync(scratchDir(), { mode: 0o700 });
  own(scratchDir(), dead);
  symlinkSync(folder, `${scratchDir()}-aB3dE6`);
  const before = readdirSync(place);
  await tidyAfter(25 * hour);
  expect(readdirSync(place)).toEqual(before);
});

test('nothing is removed where others could put something else into its place', async () => {
  const folder = ownedFolder(besideScratch(scratchDir()).scratch, dead);
  chmodSync(place, 0o777);
  await tidyAfter(25 * hour);
  expect(existsSync(folder)).toBe(true);
  chmodSync(place, 0o1777);
  await tidyAfter(25 * hour);
  expect(existsSync(folder)).toBe(false);
});

test('what was changed deep inside it is a sign of life, whatever its time of content says', async () => {
  const folder = ownedFolder(besideScratch(scratchDir()).withoutState, dead);
  mkdirSync(join(folder, 'spool'));
  const file = join(folder, 'spool', 'shim.json');
  writeFileSync(file, '');
  utimesSync(file, 0, 0);
  await tidyAfter(23 * hour);
  expect(basename(folder)).toMatch(/^umbra-without-state-/);
  expect(existsSync(folder)).toBe(true);
});

test('links in it are not followed, were it only round and round', async () => {
  const folder = ownedFolder(besideScratch(scratchDir()).scratch, dead);
  for (const name of ['a', 'b']) symlinkSync('.', join(folder, name));
  symlinkSync('/', join(folder, 'c'));
  await tidyAfter(25 * hour);
  expect(readdirSync(place)).toEqual([]);
});

test('without such a place there is nothing to do', async () => {
  rmSync(place, { recursive: true });
  await tidyAfter(0);
  expect(existsSync(place)).toBe(false);
});
