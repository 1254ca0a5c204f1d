import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JobDefinition, Finding } from '@umbracore/contracts';
import { aCommandJob, aJob, aRepository, FakeClock } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { examineSources, type Look } from './examine-sources.ts';

const configured = (...jobs: readonly JobDefinition[]) => ({
  jobs: new Map(jobs.map((job) => [job.id, job])),
  repositories: new Map([['main', aRepository({ location: '/disk/backup' })]]),
});

const backupOf = (id: string, ...sources: readonly (readonly [path: string, required: boolean])[]) =>
  aJob({ id, sources: sources.map(([path, required]) => ({ path, required })) });

async function all(findings: AsyncIterable<Finding>): Promise<readonly string[]> {
  const texts: string[] = [];
  for await (const { subject, standing, text, fix } of findings) {
    expect(fix).toEqual(standing === 'good' ? undefined : (expect.any(String) as string));
    texts.push(`${subject} ${standing}: ${text}`);
  }
  return texts;
}

/** Time stands still, unless `waitMs` are to pass: what really looks at the disk takes as long as it takes. */
async function told(jobs: readonly JobDefinition[], look?: Look, waitMs = 0): Promise<readonly string[]> {
  const clock = new FakeClock();
  const { signal } = new AbortController();
  const texts = all(examineSources(configured(...jobs), clock, { signal, look }));
  if (waitMs > 0) await clock.advance(waitMs);
  return await texts;
}

test('sources on a dead file server are told of, all of them after the same wait, and keep nobody from the others', async () => {
  const never = new Promise<undefined>(() => {});
  const looks: string[] = [];
  const look: Look = (path) => {
    looks.push(path);
    return path.startsWith('/dead') ? never : Promise.resolve(undefined);
  };
  const jobs = [
    backupOf('a', ['/dead/1', true], ['/dead/2', false], ['/well', true]),
    backupOf('b', ['/dead/1', true]),
  ];
  expect(await told(jobs, look, 10_000)).toEqual([
    'a bad: /dead/1: source does not answer (not within 10 s)',
    'a attention: /dead/2: source does not answer (not within 10 s)',
    'a good: /well is there and can be read',
    'b bad: /dead/1: source does not answer (not within 10 s)',
  ]);
  expect(looks).toEqual(['/dead/1', '/dead/2', '/well']);
});

test('what is there, what is not, and what holds its own repository', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'umbra-doctor-'));
  const missing = join(folder, 'missing');
  const jobs = [backupOf('a', [folder, true], [missing, true], [missing, false]), aCommandJob({ id: 'c' })];
  expect(await told(jobs)).toEqual([
    `a good: ${folder} is there and can be read`,
    `a bad: ${missing} is not there`,
    `a attention: ${missing} is not there`,
  ]);
  rmSync(folder, { recursive: true });
  expect(await told([backupOf('a', ['/disk', true])], () => Promise.resolve(undefined))).toEqual([
    'a attention: /disk holds its own repository /disk/backup',
  ]);
});

test('of what a program writes only a program with a path can be looked for', async () => {
  const written = (id: string, name: string) =>
    aJob({ id, sources: [{ path: '/app.sql', required: true, program: { command: [name], env: {} } }] });
  expect(await told([written('a', 'pg_dump'), written('b', '/bin/sh'), written('c', '/nowhere/dump')])).toEqual([
    'a good: what pg_dump writes is saved as app.sql',
    'b good: what /bin/sh writes is saved as app.sql',
    'c bad: /nowhere/dump is not there',
  ]);
});
