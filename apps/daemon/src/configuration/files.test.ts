import { mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Configuration, JobDefinition } from '@umbracore/contracts';
import { calendar, emptyConfiguration } from '@umbracore/runtime';
import { aChain, aJob, aRepository } from '@umbracore/testkit';
import { keepLastGood, lastGood } from './last-good.ts';
import { WatchedFiles } from './watched-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'umbra-files-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a file that was edited, replaced, removed or made is a change, once', () => {
  const [file, other] = [join(folder, 'a'), join(folder, 'b')];
  writeFileSync(file, 'one');
  const files = new WatchedFiles();
  files.watch([file, other]);
  const change = (act: () => void): readonly boolean[] => {
    act();
    const seen = files.haveChanged();
    files.look();
    return [seen, files.haveChanged()];
  };
  expect(files.haveChanged()).toBe(false);
  expect(change(() => writeFileSync(file, 'longer'))).toEqual([true, false]);
  writeFileSync(`${file}.new`, 'longer');
  expect(change(() => renameSync(`${file}.new`, file))).toEqual([true, false]);
  expect(change(() => rmSync(file))).toEqual([true, false]);
  expect(change(() => writeFileSync(other, 'new'))).toEqual([true, false]);
});

test('what changed between reading and watching is not lost', () => {
  const file = join(folder, 'a');
  writeFileSync(file, 'one');
  const files = new WatchedFiles();
  files.watch([file]);
  files.look();
  writeFileSync(file, 'changed while it was read');
  files.watch([file]);
  expect(files.haveChanged()).toBe(true);
});

test('the last good configuration comes back as it was, for the same file only', () => {
  const configuration: Configuration = {
    ...emptyConfiguration('Europe/Berlin'),
    file: '/etc/umbra.yaml',
    repositories: new Map([['main', aRepository({ limits: { uploadBytesPerSecond: 5 } })]]),
    jobs: new Map<string, JobDefinition>([
      ['documents', aJob({ schedules: [calendar.parse('daily at 02:00', 'Europe/Berlin')] })],
      ['nightly', aChain(['documents -> photos'])],
    ]),
    resources: new Map([['uplink', 2]]),
  };
  keepLastGood(folder, configuration);
  const kept = lastGood(folder, '/etc/umbra.yaml');
  const plain = (text: unknown): unknown => JSON.parse(JSON.stringify(text));
  expect(kept && [...kept.jobs]).toEqual(plain([...configuration.jobs]));
  expect(kept && [...kept.repositories]).toEqual(plain([...configuration.repositories]));
  expect(kept && [...kept.resources]).toEqual([['uplink', 2]]);
  expect(kept).toMatchObject({ timezone: 'Europe/Berlin', daemon: plain(configuration.daemon) });
  expect(lastGood(folder, '/etc/other.yaml')).toBeUndefined();
  expect(statSync(join(folder, 'last-good-configuration.json')).mode & 0o777).toBe(0o600);
  writeFileSync(join(folder, 'last-good-configuration.json'), '{"half":');
  expect(lastGood(folder, '/etc/umbra.yaml')).toBeUndefined();
});
