import { chmodSync, chownSync, lchownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { exposedFiles, exposedText } from './exposed-files.ts';
import { readConfiguration } from './read-configuration.ts';

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

test.runIf(process.getuid?.() === 0)('who may change a folder above puts another file there', () => {
  const inner = join(folder, 'inner');
  mkdirSync(inner);
  const file = join(inner, 'umbra.yaml');
  writeFileSync(file, '', { mode: 0o600 });
  expect(exposedFiles([file])).toEqual([]);
  chmodSync(inner, 0o777);
  expect(exposedFiles([file])).toEqual([{ file, place: inner, who: 'everybody', fix: `chmod go-w ${inner}` }]);
  // As it is with /tmp: nobody replaces what is not theirs.
  chmodSync(inner, 0o1777);
  expect(exposedFiles([file])).toEqual([]);
  chownSync(inner, 1000, 0);
  expect(exposedFiles([file]).map(exposedText)).toEqual([
    `${file} can be replaced by user 1000, who may change ${inner}, and what it says is done as root`,
  ]);
});

test.runIf(process.getuid?.() === 0)('a program that others may change is not even loaded', async () => {
  const file = join(folder, 'umbra.config.ts');
  writeFileSync(file, 'globalThis.loaded = true; export default {};\n');
  chmodSync(file, 0o666);
  const options = { configFile: file, env: {}, cwd: folder, home: folder, refuseUnsafe: true };
  await expect(readConfiguration(options)).rejects.toMatchObject({ code: 'config.unsafe' });
  expect(globalThis).not.toHaveProperty('loaded');
});
