import type { Operation } from '@umbracore/contracts';
import { equal, notEqual, ok } from 'node:assert/strict';
import { type BackendCase, aRestoreSpec, collect, refuses, withBackup } from '../backend-subject.ts';

export const repositoryCases: readonly BackendCase[] = [
  {
    name: 'engine tells the name, version and program of the engine, without a repository',
    async run({ backend }) {
      const { name, version, program } = await backend.engine();
      for (const word of [name, version, program]) notEqual(word, '');
    },
  },
  {
    name: 'opening and reading reject with repository.absent where there is no repository',
    async run({ backend }) {
      await refuses(backend.open(), 'repository.absent');
      await refuses(backend.snapshots(), 'repository.absent');
    },
  },
  {
    name: 'a created repository opens as the same one, and is empty',
    async run({ backend }) {
      const created = await backend.create();
      notEqual(created.id, '');
      equal((await backend.open()).id, created.id);
      equal((await backend.snapshots()).length, 0);
    },
  },
  {
    name: 'creating again rejects with repository.exists and harms nothing',
    async run(subject) {
      const { id } = await withBackup(subject);
      const { id: repository } = await subject.backend.open();
      await refuses(subject.backend.create(), 'repository.exists');
      equal((await subject.backend.open()).id, repository);
      ok(await subject.backend.holds(id));
    },
  },
  {
    name: 'an operation that is cancelled before it starts rejects with run.cancelled and has no effect',
    async run(subject) {
      const { backend } = subject;
      const { id } = await withBackup(subject);
      const cancelled: Operation = { signal: AbortSignal.abort() };
      await refuses(backend.open(cancelled), 'run.cancelled');
      await refuses(backend.snapshots({}, cancelled), 'run.cancelled');
      await refuses(backend.restore(aRestoreSpec(subject, id), cancelled), 'run.cancelled');
      if (backend.supports.has('list')) await refuses(collect(backend.list(id, '/', cancelled)), 'run.cancelled');
      if (backend.supports.has('check'))
        await refuses(backend.check({ type: 'structure' }, cancelled), 'run.cancelled');
      if (backend.supports.has('forget')) await refuses(backend.forget([id], cancelled), 'run.cancelled');
      ok(await backend.holds(id), 'a cancelled operation did something');
    },
  },
];
