import { chmodSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { addJob, editConfigurationFile, starterConfiguration } from '../src/index.ts';
import { Folder, sourcesOf } from './loading.ts';

test('the text is replaced, the mode stays, and nothing else is left behind', async () => {
  using folder = new Folder();
  const file = folder.write('umbra.yaml', '\uFEFFa: 1\r\n');
  chmodSync(file, 0o640);
  expect(await editConfigurationFile(file, (text) => `${text}b: 2\r\n`)).toBe('\uFEFFa: 1\r\nb: 2\r\n');
  expect(readFileSync(file, 'utf8')).toBe('\uFEFFa: 1\r\nb: 2\r\n');
  expect(statSync(file).mode & 0o777).toBe(0o640);
  expect(readdirSync(folder.path)).toEqual(['umbra.yaml']);
});

test('a file that somebody else changed meanwhile is left as they made it', async () => {
  using folder = new Folder();
  const file = folder.write('umbra.yaml', 'a: 1\n');
  const edit = editConfigurationFile(file, (text) => {
    writeFileSync(file, 'a: 3\n');
    return `${text}b: 2\n`;
  });
  await expect(edit).rejects.toMatchObject({ code: 'config.changed-meanwhile' });
  expect(readFileSync(file, 'utf8')).toBe('a: 3\n');
  expect(readdirSync(folder.path)).toEqual(['umbra.yaml']);
});

test('an edit that fails or changes nothing does not touch the file', async () => {
  using folder = new Folder();
  const file = folder.write('umbra.yaml', 'a: 1\n');
  const { ino } = statSync(file);
  await expect(
    editConfigurationFile(file, (text) => addJob(`${text}[`, { id: 'a', sources: 'x' })),
  ).rejects.toMatchObject({
    code: 'config.syntax',
  });
  await editConfigurationFile(file, (text) => text);
  expect(statSync(file).ino).toBe(ino);
});

test('a link stays a link', async () => {
  using folder = new Folder();
  const file = folder.write('dotfiles/umbra.yaml', 'a: 1\n');
  const link = join(folder.path, 'umbra.yaml');
  symlinkSync(file, link);
  await editConfigurationFile(link, () => 'a: 2\n');
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(readFileSync(file, 'utf8')).toBe('a: 2\n');
});

test('other formats and absent files are refused', async () => {
  using folder = new Folder();
  const toml = folder.write('umbra.toml', 'a = 1\n');
  await expect(editConfigurationFile(toml, () => '')).rejects.toMatchObject({
    code: 'config.invalid-value',
    hint: 'edit it by hand',
  });
  const absent = join(folder.path, 'gone.yaml');
  await expect(editConfigurationFile(absent, () => '')).rejects.toMatchObject({ code: 'config.unreadable' });
});

test.each([
  { location: '/mnt/backup', sources: ['~/Documents'], schedule: 'daily at 02:00' },
  { location: '/mnt/my backup # 1', sources: ["it's: here", '- a', '*.x'], schedule: undefined },
  { location: 's3:https://s3.example.net/b', sources: ['~/a', '~/b'], password: 'file:/run/secrets/b' },
])('a first configuration is valid and says what it was told: %j', async (told) => {
  using folder = new Folder();
  const text = starterConfiguration({ repository: 'main', job: 'documents', ...told });
  folder.write('umbra.yaml', text);
  const { jobs, repositories } = await folder.load();
  expect(sourcesOf(jobs.get('documents')).map(({ path }) => path)).toEqual(
    told.sources.map((path) => (path.startsWith('~/') ? `/home/me/${path.slice(2)}` : join(folder.path, path))),
  );
  expect(jobs.get('documents')?.schedules.map(({ text }) => text)).toEqual([told.schedule ?? 'manual']);
  expect(repositories.get('main')).toMatchObject({ location: told.location });
  expect(text.split('\n').length).toBeLessThan(12);
  expect(
    await editConfigurationFile(join(folder.path, 'umbra.yaml'), (text) =>
      addJob(text, { id: 'more', sources: '/srv' }),
    ),
  ).toContain('  more:\n    sources: /srv\n');
  expect((await folder.load()).jobs.size).toBe(2);
});
