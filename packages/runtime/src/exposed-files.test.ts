import { chmodSync, chownSync, lchownSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { exposedFiles, othersWho } from './exposed-files.ts';
import { readConfiguration } from './read-configuration.ts';

test.each([
  [{ uid: 0, gid: 0, mode: 0o100_644 }, undefined],
  [{ uid: 0, gid: 0, mode: 0o100_664 }, undefined],
  [{ uid: 0, gid: 50, mode: 0o100_644 }, undefined],
  [{ uid: 0, gid: 50, mode: 0o100_664 }, 'group 50'],
  [{ uid: 0, gid: 0, mode: 0o100_646 }, 'everybody'],
  [{ uid: 1000, gid: 0, mode: 0o100_400 }, 'user 1000'],
])('%j: %s', (rights, who) => expect(othersWho(rights)?.who).toBe(who));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'umbra-exposed-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const main = (): string => join(folder, 'umbra.yaml');
const read = (refuseUnsafe: boolean) =>
  readConfiguration({ configFile: main(), env: {}, cwd: folder, home: folder, refuseUnsafe });

test('files that are not there, and users who are not root', () => {
  expect(exposedFiles([main()], 0)).toEqual([]);
  writeFileSync(main(), '');
  chmodSync(main(), 0o666);
  expect(exposedFiles([main()], 1000)).toEqual([]);
});

test.runIf(process.getuid?.() === 0)('root is refused what others may change, in any of its files', async () => {
  const other = join(folder, 'other.yaml');
  writeFileSync(main(), 'include: [other.yaml]\n', { mode: 0o600 });
  writeFileSync(other, 'jobs: { tidy: { command: ["true"] } }\n', { mode: 0o600 });
  await expect(read(true)).resolves.toMatchObject({ file: main() });
  chownSync(other, 1000, 0);
  await expect(read(false)).resolves.toMatchObject({ file: main() });
  await expect(read(true)).rejects.toMatchObject({
    code: 'config.unsafe',
    message: `${other} can be changed by user 1000, and what it says is done as root`,
    hint: `Let nobody but root change it: \`chown root ${other}\`.`,
  });
});

test.runIf(process.getuid?.() === 0)('a link of somebody else leads where that one wants', () => {
  writeFileSync(join(folder, 'real.yaml'), '', { mode: 0o600 });
  symlinkSync(join(folder, 'real.yaml'), main());
  expect(exposedFiles([main()])).toEqual([]);
  lchownSync(main(), 1000, 0);
  expect(exposedFiles([main()])).toMatchObject([{ who: 'user 1000' }]);
});

test.runIf(process.getuid?.() === 0)('a program that others may change is not even loaded', async () => {
  const file = join(folder, 'umbra.config.ts');
  writeFileSync(file, 'globalThis.loaded = true; export default {};\n');
  chmodSync(file, 0o666);
  const options = { configFile: file, env: {}, cwd: folder, home: folder, refuseUnsafe: true };
  await expect(readConfiguration(options)).rejects.toMatchObject({ code: 'config.unsafe' });
  expect(globalThis).not.toHaveProperty('loaded');
});
