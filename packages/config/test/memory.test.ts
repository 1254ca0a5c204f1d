import { chmodSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Configuration } from '@umbracore/contracts';
import { configurationFiles, emptyConfiguration } from '../src/index.ts';
import { isRecalled, recall, remember, type MemoryPlace } from '../src/memory/index.ts';
import { Folder } from './loading.ts';

const everything = readFileSync(new URL('fixtures/everything.yaml', import.meta.url), 'utf8');
/** Without what may change by itself. */
const allInOneText = everything.replace(/^plugins:\n(?:[ ].*\n)+/m, '').replace(/^include:.*\n/m, '');
const short = 'repositories: { main: /mnt/backup }\njobs: { documents: { sources: /data } }\n';
const zone = 'timezone: Europe/London\n';

/** What one process remembered in a folder, and what the next one knows. */
class Remembering extends Folder {
  readonly place: MemoryPlace = { file: join(this.path, 'cache', 'configuration.json'), for: 'build 1' };

  async remember(text: string, name = 'umbra.yaml'): Promise<Configuration> {
    const file = this.write(name, text);
    const configuration = await this.load(file);
    remember(this.place, configuration);
    return configuration;
  }

  recall({ TZ = 'Europe/London', name = 'umbra.yaml', build = 'build 1' } = {}): Configuration | undefined {
    const place = { ...this.place, for: build };
    return recall(place, join(this.path, name), { cwd: this.path, env: { TZ } });
  }
}

test('what is remembered is the configuration, down to what has no value', async () => {
  using folder = new Remembering();
  const known = await folder.remember(allInOneText);
  const again = folder.recall();
  expect(again).toStrictEqual(known);
  expect(again && [isRecalled(again), isRecalled(known), configurationFiles(again)]).toEqual([
    true,
    false,
    configurationFiles(known),
  ]);
});

test('it is for this user alone', async () => {
  using folder = new Remembering();
  await folder.remember(short);
  expect(statSync(folder.place.file).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder.path, 'cache')).mode & 0o777).toBe(0o700);
});

describe('nothing is remembered', () => {
  test.each<[string, (folder: Remembering) => unknown]>([
    ['one byte changed', ({ path }) => writeFileSync(join(path, 'umbra.yaml'), short.replace('data', 'date'))],
    ['the file went', ({ path }) => rmSync(join(path, 'umbra.yaml'))],
    ['it was cut', ({ place }) => writeFileSync(place.file, readFileSync(place.file, 'utf8').slice(0, -9))],
    ['others can write it', ({ place }) => chmodSync(place.file, 0o620)],
    ['others can read it', ({ place }) => chmodSync(place.file, 0o604)],
  ])('if %s', async (_, change) => {
    using folder = new Remembering();
    await folder.remember(short);
    expect(folder.recall()).toBeDefined();
    change(folder);
    expect(folder.recall()).toBeUndefined();
  });

  test('if a link leads to it', async () => {
    using folder = new Remembering();
    await folder.remember(short);
    const link = join(folder.path, 'link');
    symlinkSync(folder.place.file, link);
    expect(recall({ ...folder.place, file: link }, join(folder.path, 'umbra.yaml'), { cwd: '/', env: {} })).toBe(
      undefined,
    );
  });

  test('for another build, another file and another zone of the system', async () => {
    using folder = new Remembering();
    await folder.remember(short);
    folder.write('other.yaml', short);
    expect(folder.recall({ build: 'build 2' })).toBeUndefined();
    expect(folder.recall({ name: 'other.yaml' })).toBeUndefined();
    expect(folder.recall({ TZ: 'Asia/Tokyo' })).toBeUndefined();
    await folder.remember(zone + short);
    expect(folder.recall({ TZ: 'Asia/Tokyo' })).toMatchObject({ timezone: 'Europe/London' });
  });

  test('if an included file changed', async () => {
    using folder = new Remembering();
    folder.write('more.yaml', 'jobs: { pictures: { sources: /pictures } }\n');
    await folder.remember(`include: [more.yaml]\n${short}`);
    expect([...(folder.recall()?.jobs.keys() ?? [])]).toEqual(['documents', 'pictures']);
    folder.write('more.yaml', 'jobs: { music: { sources: /music } }\n');
    expect(folder.recall()).toBeUndefined();
  });

  test('of a pattern that a new file may fit, of a program, of plug-ins, and of what no file says', async () => {
    using folder = new Remembering();
    await folder.remember(`include: ['more/*.yaml']\n${short}`);
    expect(folder.recall()).toBeUndefined();
    await folder.remember(`plugins: [./mine.ts]\n${short}`);
    expect(folder.recall()).toBeUndefined();
    const text = `export default { repositories: { main: '/mnt' }, jobs: { a: { sources: '/data' } } };`;
    await folder.remember(text, 'umbra.config.mjs');
    expect(folder.recall({ name: 'umbra.config.mjs' })).toBeUndefined();
    remember(folder.place, emptyConfiguration('UTC'));
    expect(folder.recall()).toBeUndefined();
  });
});
