import type { Backend } from '@umbracore/contracts';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import {
  type BackendCase,
  type BackendSubject,
  FakeBackend,
  type Fault,
  aRepository,
  backendCases,
  faults,
  faulty,
  runCases,
} from './index.ts';

const wrongAs = {
  'hides its engine': 'engine tells the name',
  'opens what is absent': 'opening and reading reject',
  'opens as another repository': 'a created repository opens',
  'creates over a repository': 'creating again rejects',
  'forgets although it was cancelled': 'an operation that is cancelled',
  'invents the id of a snapshot': 'a backup gives the full id',
  'drops tags': 'a backup gives the full id',
  'counts every file as new': 'a backup counts the files',
  'chooses another parent': 'a backup with a parent',
  'skips without a word': 'a backup that may be skipped',
  'starts a program without what it is given': 'what a program writes',
  'saves what a failed program wrote': 'a program that fails',
  'fails for an unreadable file': 'a file that cannot be read',
  'hides unreadable files': 'a file that cannot be read',
  'reports falling percentages': 'the percentage stays',
  'believes what it expects': 'the percentage that goes by an earlier run',
  'reports after it settled': 'the last report comes',
  'ignores cancelling': 'a backup that is cancelled while it works',
  "rejects with the signal's own reason": 'a backup that is cancelled before it starts',
  'leaves its lock when cancelled': 'a backup that is cancelled while it works',
  'writes in a dry run': 'a dry run makes no snapshot',
  'resumes another backup': 'resuming gives the result',
  'resumes what never started': 'resuming rejects with engine.lost',
  'does nothing instead of refusing': 'what is not in supports',
  'denies what it holds': 'holds is true',
  'holds everything': 'holds is false',
  'ignores the tags asked for': 'snapshots gives those that carry all the tags',
  'matches tags by their beginning': 'snapshots gives those that carry all the tags',
  'ignores the host asked for': 'snapshots can be chosen',
  'lists the newest snapshot first': 'snapshots come oldest first',
  'hides the id of the newest': 'snapshotIds gives',
  'changes listed paths': 'list gives every entry',
  'lists everything always': 'list gives only what is below',
  'lists no file by its own path': 'list gives a file by its own path',
  'hides the first entry of a folder': 'openTrees gives what list',
  'finds everything': 'find gives the matching',
  'sees no difference': 'diff tells added',
  'restores other bytes': 'restore gives back the same bytes',
  'restores everything': 'restore writes only what is included',
  'overwrites always': 'restore with overwrite never',
  'cuts what it dumps': 'dump gives the bytes',
  'leaves out half of an archive': 'dump with archive',
  'forgets more than it should': 'forget removes exactly',
  'forgets all if none is listed': 'forgetting nothing',
  'forgets when it prunes': 'prune keeps every snapshot',
  'finds damage everywhere': 'check finds a fresh repository sound',
  'finds damage in a part': 'check of the data',
  'remembers no check': 'checkNew finds',
  'keeps the old id of a tagged snapshot': 'tag adds and removes',
  'copies twice': 'copyFrom brings',
  'counts no snapshots': 'statistics counts',
  'opens with no key': 'keys names',
  'leaves a lock after each backup': 'no lock is left',
} as const satisfies Readonly<Record<Fault, string>>;

async function subjectWith(wrap: (backend: Backend) => Backend): Promise<BackendSubject> {
  const folder = await mkdtemp(join(tmpdir(), 'umbra-cases-'));
  const other = new FakeBackend({ exists: false });
  const fake = new FakeBackend({ exists: false, others: new Map([['/other', other]]) });
  return {
    backend: wrap(fake),
    folder,
    other: {
      backend: other,
      repository: { definition: aRepository({ location: '/other' }), password: undefined, env: {} },
    },
    async makeUnreadable(path) {
      fake.makeUnreadable(path);
    },
    async slowSource() {
      fake.hang('backup');
      const path = join(folder, 'slow');
      await writeFile(path, 'never read');
      return path;
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

const clock = {
  now: Date.now,
  monotonicMs: () => performance.now(),
  sleep: (delayMs: number, signal?: AbortSignal) => delay(delayMs, undefined, signal && { signal }),
  every: () => ({ [Symbol.dispose]() {} }),
};

const outcomesOf = (cases: readonly BackendCase[], wrap: (backend: Backend) => Backend, deadlineMs?: number) =>
  runCases(cases, { open: () => subjectWith(wrap), supports: ({ backend }) => backend.supports, clock, deadlineMs });

test.each(backendCases)('the fake: $name', async (one) => {
  expect(await outcomesOf([one], (backend) => backend)).toEqual([{ name: one.name, outcome: 'passed' }]);
});

test('the fake without any extra ability passes what still applies', async () => {
  const bare = () => subjectWith(() => new FakeBackend({ exists: false, supports: [] }));
  const cases = backendCases.filter((one) => !one.name.includes('while it works') && one.wants === undefined);
  const results = await runCases(cases, { open: bare, supports: ({ backend }) => backend.supports });
  expect(results.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
  const skipped = cases.filter(({ needs = [] }) => needs.length > 0).map(({ name }) => name);
  expect(results.filter(({ outcome }) => outcome === 'skipped').map(({ name }) => name)).toEqual(skipped);
});

describe('a backend that', () => {
  test.each(Object.entries(wrongAs) as [Fault, string][])('%s fails: %s …', async (fault, beginning) => {
    const cases = backendCases.filter(({ name }) => name.startsWith(beginning));
    const [result, ...more] = await outcomesOf(cases, (backend) => faulty(backend, fault), 1000);
    expect(more).toEqual([]);
    expect(result?.outcome).toBe('failed');
  });
});

test('every case can fail: a fault is planted for each', () => {
  const planted: readonly string[] = Object.values(wrongAs);
  const safe = backendCases.filter(({ name }) => !planted.some((beginning) => name.startsWith(beginning)));
  expect(safe.map(({ name }) => name)).toEqual([]);
  expect(Object.keys(wrongAs)).toEqual(Object.keys(faults));
});
