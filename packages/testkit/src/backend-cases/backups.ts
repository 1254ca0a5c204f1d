import { Secret, type Backend, type ProgramOutput, type Progress } from '@umbracore/contracts';
import { deepEqual, equal, ok } from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { aBackupSpec } from '../builders.ts';
import {
  type BackendCase,
  type BackendSubject,
  awkwardFiles,
  backUp,
  newSpool,
  refuses,
  sourceWith,
  withBackup,
} from '../backend-subject.ts';

async function noTraces(backend: Backend): Promise<void> {
  equal((await backend.snapshots()).length, 0, 'a snapshot is left');
  if (backend.supports.has('locks')) equal((await backend.locks()).length, 0, 'a lock is left');
}

/** Makes the repository and a backup of what a shell writes. */
async function saveOutput(subject: BackendSubject, script: string) {
  await subject.backend.create();
  const path = '/greeting.txt';
  const output: ProgramOutput = { command: ['/bin/sh', '-c', script], env: { GREETING: new Secret('hello') } };
  return { path, ...(await backUp(subject, path, { output })) };
}

export const backupCases: readonly BackendCase[] = [
  {
    name: 'a backup gives the full id of a snapshot with the tags, host and paths that were asked for',
    async run(subject) {
      const { source, result, id } = await withBackup(subject, awkwardFiles, { tags: ['one', 'two'], host: 'box' });
      ok(result.complete && !result.exitLost);
      equal(result.unreadableCount, 0);
      const [snapshot, ...more] = await subject.backend.snapshots();
      equal(more.length, 0);
      equal(snapshot?.id, id);
      deepEqual([...(snapshot?.tags ?? [])].sort(), ['one', 'two']);
      deepEqual([snapshot?.host, snapshot?.paths], ['box', [source]]);
    },
  },
  {
    name: 'a backup counts the files it read, and only what is new in a second one',
    async run(subject) {
      const { source, result } = await withBackup(subject, { a: 'alpha', b: 'beta' });
      equal(result.stats?.filesNew, 2);
      await writeFile(join(source, 'c'), 'gamma');
      const { stats } = (await backUp(subject, source)).result;
      deepEqual([stats?.filesNew, stats?.filesUnmodified, stats?.filesProcessed], [1, 2, 3]);
    },
  },
  {
    name: 'a backup with a parent that is not there rejects with snapshot.absent, and makes no snapshot',
    async run(subject) {
      const { source } = await withBackup(subject, { a: 'alpha' });
      await refuses(backUp(subject, source, { parent: 'f'.repeat(64) }), 'snapshot.absent');
      equal((await subject.backend.snapshots()).length, 1);
    },
  },
  {
    name: 'a backup that may be skipped says so if it made no snapshot, and makes one where something is new',
    async run(subject) {
      const { source, id } = await withBackup(subject, { a: 'alpha' });
      const skips = { parent: id, skipIfUnchanged: true };
      const { result } = await backUp(subject, source, skips);
      equal(result.unchanged === true, result.snapshot === undefined, 'it neither made a snapshot nor said why');
      await writeFile(join(source, 'b'), 'beta');
      ok((await backUp(subject, source, skips)).id !== id);
    },
  },
  {
    name: 'what a program writes is saved as one file, and nothing of it but what it was given is in its environment',
    needs: ['program-output', 'dump'],
    async run(subject) {
      const { path, id } = await saveOutput(subject, 'printf "%s%s" "$GREETING" "$RESTIC_PROGRESS_FPS"');
      const [snapshot] = await subject.backend.snapshots();
      deepEqual(snapshot?.paths, [path]);
      const chunks: Uint8Array[] = [];
      await subject.backend.dump(id, path, (chunk) => void chunks.push(chunk));
      equal(Buffer.concat(chunks).toString(), 'hello');
    },
  },
  {
    name: 'a program that fails after it wrote something makes the backup reject, and leaves no snapshot',
    needs: ['program-output'],
    async run(subject) {
      await refuses(saveOutput(subject, 'echo half; exit 3'), 'command.failed');
      await noTraces(subject.backend);
    },
  },
  {
    name: 'a file that cannot be read is a result and not an error',
    wants: ['makeUnreadable'],
    async run(subject) {
      await subject.backend.create();
      const source = await sourceWith(subject, { good: 'alpha', bad: 'beta' });
      await subject.makeUnreadable?.(join(source, 'bad'));
      const { result, id } = await backUp(subject, source);
      ok(await subject.backend.holds(id));
      equal(result.complete, false);
      deepEqual(
        result.unreadable.map(({ path }) => path),
        [join(source, 'bad')],
      );
      equal(result.unreadableCount, 1);
    },
  },
  {
    name: 'the percentage stays between 0 and 100 and never goes down',
    async run(subject) {
      await subject.backend.create();
      const source = await sourceWith(subject, awkwardFiles);
      const reports: Progress[] = [];
      await backUp(subject, source, {}, { report: (progress) => reports.push(progress) });
      const percentages = reports.flatMap(({ percentage }) => (percentage === undefined ? [] : [percentage]));
      ok(percentages.every((percentage) => percentage >= 0 && percentage <= 100));
      deepEqual(
        percentages,
        [...percentages].sort((one, other) => one - other),
      );
    },
  },
  {
    name: 'the percentage that goes by an earlier run stays below 100 until the end',
    async run(subject) {
      await subject.backend.create();
      const source = await sourceWith(subject, awkwardFiles);
      const reports: Progress[] = [];
      // Fewer than there are: whoever believes them is done with the first file.
      const expected = { files: 1, bytes: 1 };
      await backUp(subject, source, { expected }, { report: (progress) => reports.push(progress) });
      ok(reports.every(({ estimated, percentage = 0 }) => estimated !== true || percentage < 100));
      deepEqual([reports.at(-1)?.percentage, reports.at(-1)?.estimated === true], [100, false]);
    },
  },
  {
    name: 'the last report comes before the promise settles',
    async run(subject) {
      await subject.backend.create();
      const source = await sourceWith(subject, awkwardFiles);
      let settled = false;
      let late = 0;
      const report = () => {
        if (settled) late += 1;
      };
      await backUp(subject, source, {}, { report });
      settled = true;
      for (let count = 0; count < 50; count += 1) await turn();
      equal(late, 0);
    },
  },
  {
    name: 'a backup that is cancelled before it starts rejects with run.cancelled and does nothing',
    async run(subject) {
      await subject.backend.create();
      const source = await sourceWith(subject, { a: 'alpha' });
      await refuses(backUp(subject, source, {}, { signal: AbortSignal.abort() }), 'run.cancelled');
      await noTraces(subject.backend);
    },
  },
  {
    name: 'a backup that is cancelled while it works rejects soon with run.cancelled and leaves no lock',
    async run(subject) {
      await subject.backend.create();
      const source = await subject.slowSource();
      const abort = new AbortController();
      const working = backUp(subject, source, {}, { signal: abort.signal, report: () => abort.abort() });
      await refuses(working, 'run.cancelled');
      await noTraces(subject.backend);
    },
  },
  {
    name: 'a dry run makes no snapshot',
    needs: ['dry-run'],
    async run(subject) {
      const { result } = await withBackup(subject, { a: 'alpha' }, { dryRun: true });
      equal(result.snapshot, undefined);
      equal((await subject.backend.snapshots()).length, 0);
    },
  },
  {
    name: 'resuming gives the result of the backup that was started with the same spool',
    needs: ['resume'],
    async run(subject) {
      await subject.backend.create();
      const source = await sourceWith(subject, awkwardFiles);
      const spool = newSpool(subject);
      const first = await backUp(subject, source, {}, { spool });
      const again = await subject.backend.resumeBackup({ spool });
      deepEqual([again.snapshot, again.complete], [first.id, true]);
      equal((await subject.backend.snapshots()).length, 1);
    },
  },
  {
    name: 'resuming rejects with engine.lost where no backup was started',
    needs: ['resume'],
    async run(subject) {
      await subject.backend.create();
      await refuses(subject.backend.resumeBackup({ spool: newSpool(subject) }), 'engine.lost');
    },
  },
  {
    name: 'what is not in supports rejects with backend.unsupported',
    async run(subject) {
      const { backend } = subject;
      const { id, source } = await withBackup(subject);
      const nothing = { ids: [id] };
      const spec = aBackupSpec({ sources: [source], dryRun: true });
      const sink = () => {};
      const calls: Readonly<Partial<Record<string, () => Promise<unknown>>>> = {
        list: () => backend.list(id)[Symbol.asyncIterator]().next(),
        find: () => backend.find({ pattern: '*', ignoreCase: false, snapshots: nothing }),
        diff: () => backend.diff(id, id),
        dump: () => backend.dump(id, join(source, 'a.txt'), sink),
        check: () => backend.check({ type: 'structure' }),
        'check-data': () => backend.check({ type: 'all' }),
        forget: () => backend.forget([id]),
        prune: () => backend.prune(),
        tag: () => backend.tag([id], ['x'], []),
        locks: () => backend.locks(),
        keys: () => backend.keys(),
        'machine-key': () => backend.addMachineKey(),
        repair: () => backend.repair({ type: 'index' }),
        upgrade: () => backend.upgrade(),
        statistics: () => backend.statistics(),
        'dry-run': () => backend.backup(spec, { spool: newSpool(subject) }),
        resume: () => backend.resumeBackup({ spool: newSpool(subject) }),
      };
      for (const [ability, call] of Object.entries(calls)) {
        const isSupported = [...backend.supports].some((supported) => supported === ability);
        if (call && !isSupported) await refuses(call(), 'backend.unsupported');
      }
      ok(await backend.holds(id), 'the refused calls did something');
    },
  },
];
