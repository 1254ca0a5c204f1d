import type { MendStep } from '@umbracore/contracts';
import { copySnapshots, mendRepository } from '@umbracore/runtime';
import {
  errorDocument,
  repairDocument,
  restoreProgress,
  snapshotCopiesDocument,
  timestamp,
  timestampOrNull,
} from '@umbracore/runtime/documents';
import { repositoryNamed } from '@umbracore/runtime/history';
import * as z from 'zod/mini';
import { defineRoute, type Answer } from '../http/route.ts';
import type { CareWork } from '../requests/care-works.ts';
import { name, reason, snapshotId } from './inputs.ts';
import { shownLocation } from './shown-location.ts';

const params = z.object({ repository: name });
const work = z.object({ work: z.string().check(z.regex(/^w-[0-9a-z]+-\d+$/, 'is no id of a work')) });
const oneAnswer = { text: 'The work as it is now', document: 'repository-work' };
const begun = { 202: oneAnswer };

const workDocument = ({ id, kind, repository, beganAt, endedAt, state, progress, result, error }: CareWork) => ({
  id,
  kind,
  repository,
  beganAt: timestamp(beganAt),
  endedAt: timestampOrNull(endedAt),
  state,
  progress: progress === undefined ? null : { phase: progress.phase, ...restoreProgress(progress) },
  result: result ?? null,
  error: error === undefined ? null : errorDocument(error),
});

const answerOf = (one: CareWork, status = 200): Answer => ({
  status,
  document: { schema: 'umbra.repository-work/1', ...workDocument(one) },
});

const steps = z.enum(['packs', 'index', 'bring', 'snapshots']);

export const repairRepository = defineRoute({
  method: 'post',
  path: '/v1/repositories/{repository}/repair',
  access: 'control',
  summary:
    'Checks a repository and mends what is damaged, as far as `agree` names the kind of each step; without it nothing is ' +
    'changed, and `next` of the result is what would be done first',
  input: {
    params,
    body: z.strictObject({
      /** Percent of the data; absent: as much as the check read that found the damage. */
      read: z.optional(z.number().check(z.gt(0), z.lte(100))),
      from: z.optional(name),
      agree: z._default(z.array(steps), []),
    }),
  },
  answers: begun,
  handle({ daemon: { live, runtime, careWorks }, params: { repository }, body: { read, from, agree } }) {
    const definition = repositoryNamed(live.current, repository);
    const other = from === undefined ? undefined : repositoryNamed(live.current, from);
    const scope = read === undefined ? undefined : read === 100 ? all : ({ type: 'percent', percent: read } as const);
    const isAgreed = async ({ type }: MendStep): Promise<boolean> => agree.includes(type);
    const wanted = { scope, from: other, agree: isAgreed };
    return answerOf(
      careWorks.begin('repair', definition.name, async (operation) => {
        const story = await mendRepository(runtime, definition, wanted, operation);
        return { schema: 'umbra.repair/1', ...repairDocument(definition.name, story) };
      }),
      202,
    );
  },
});

const all = { type: 'all' } as const;

export const upgradeRepository = defineRoute({
  method: 'post',
  path: '/v1/repositories/{repository}/upgrade',
  access: 'control',
  summary:
    'Brings a repository of format 1 to format 2, which can compress; restic before 0.14 cannot open it afterwards',
  input: { params, body: z.strictObject({}) },
  answers: begun,
  handle({ daemon: { live, runtime, careWorks }, params: { repository } }) {
    const definition = repositoryNamed(live.current, repository);
    return answerOf(
      careWorks.begin('upgrade', definition.name, async (operation) => {
        const backend = await runtime.repositories.backend(definition, operation.signal);
        const { id, format } = await backend.upgrade(operation);
        const { name: own, location } = definition;
        return { schema: 'umbra.repository/1', name: own, location: shownLocation(location), id, format };
      }),
      202,
    );
  },
});

export const copySingleSnapshots = defineRoute({
  method: 'post',
  path: '/v1/repositories/{repository}/copies',
  access: 'control',
  summary: 'Copies single snapshots into a repository, and reads back what came',
  input: {
    params,
    body: z.strictObject({ from: name, snapshots: z.array(snapshotId).check(z.minLength(1), z.maxLength(5000)) }),
  },
  answers: begun,
  handle({ daemon: { live, runtime, careWorks }, params: { repository }, body: { from, snapshots } }) {
    const question = {
      from: repositoryNamed(live.current, from),
      to: repositoryNamed(live.current, repository),
      snapshots,
    };
    return answerOf(
      careWorks.begin('copy', question.to.name, async (operation) => {
        const copied = await copySnapshots(runtime, question, operation);
        const document = snapshotCopiesDocument(question.to.name, question.from.name, copied);
        return { schema: 'umbra.snapshot-copies/1', ...document };
      }),
      202,
    );
  },
});

export const listRepositoryWorks = defineRoute({
  method: 'get',
  path: '/v1/repository-works',
  access: 'read',
  summary: 'Repairs, upgrades and copies of single snapshots since the daemon began, newest first',
  answers: { 200: { text: 'The works', document: 'repository-works' } },
  handle: ({ daemon: { careWorks } }) => ({
    document: { schema: 'umbra.repository-works/1', works: careWorks.list().map(workDocument) },
  }),
});

export const showRepositoryWork = defineRoute({
  method: 'get',
  path: '/v1/repository-works/{work}',
  access: 'read',
  summary: 'One of them: how far it is, and what it ended with',
  input: { params: work },
  answers: { 200: oneAnswer },
  handle: ({ daemon: { careWorks }, params: { work: id } }) => answerOf(careWorks.get(id)),
});

export const cancelRepositoryWork = defineRoute({
  method: 'post',
  path: '/v1/repository-works/{work}/cancel',
  access: 'control',
  summary: 'Stops one that is under way; what it has done stays done',
  input: { params: work, body: z.strictObject({ reason: z._default(reason, 'asked for') }) },
  answers: begun,
  handle: ({ daemon: { careWorks }, params: { work: id }, body }) => answerOf(careWorks.cancel(id, body.reason), 202),
});
