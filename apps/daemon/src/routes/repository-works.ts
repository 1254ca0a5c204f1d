import type { CheckScope, MendStep } from '@umbracore/contracts';
import { copySnapshots, mendRepository, verifyRepository, type RepositoryWork } from '@umbracore/runtime';
import {
  repairDocument,
  repositoryFiguresDocument,
  snapshotCopiesDocument,
  verifyDocument,
  workDocument,
  shownLocation,
} from '@umbracore/runtime/documents';
import { gatherFigures, repositoryNamed } from '@umbracore/runtime/history';
import * as z from 'zod/mini';
import { defineRoute, type Answer } from '../http/route.ts';
import { name, reason, snapshotId } from './inputs.ts';

const params = z.object({ repository: name });
const work = z.object({ work: z.string().check(z.regex(/^w-[0-9a-z]+-\d+$/, 'is no id of a work')) });
const oneAnswer = { text: 'The work as it is now', document: 'repository-work' };
const begun = { 202: oneAnswer };

const answerOf = (one: RepositoryWork, status = 200): Answer => ({
  status,
  document: { schema: 'umbra.repository-work/1', ...workDocument(one) },
});

/** Per cent of the data. */
const share = z.number().check(z.gt(0), z.lte(100));

const scopeOf = (read: number): CheckScope => (read === 100 ? { type: 'all' } : { type: 'percent', percent: read });

export const verifySingleRepository = defineRoute({
  method: 'post',
  path: '/v1/repositories/{repository}/verify',
  access: 'control',
  summary: 'Looks whether a repository is sound; damage is a result, and the work is done',
  input: {
    params,
    body: z.strictObject({
      /** Percent of the data, 0 for the structure alone; absent: 2.5. */
      read: z.optional(z.union([share, z.literal(0)])),
    }),
  },
  answers: begun,
  handle({ daemon: { live, runtime, works }, params: { repository }, body: { read } }) {
    const definition = repositoryNamed(live.current, repository);
    const scope = read === undefined ? undefined : read === 0 ? ({ type: 'structure' } as const) : scopeOf(read);
    return answerOf(
      works.begin('verify', definition.name, async (operation) => {
        const found = await verifyRepository(runtime, definition, scope, operation);
        return { schema: 'umbra.verify/1', ...verifyDocument(definition.name, found) };
      }),
      202,
    );
  },
});

export const countRepository = defineRoute({
  method: 'post',
  path: '/v1/repositories/{repository}/statistics',
  access: 'control',
  summary:
    'Size, ratios, growth and quota, and what no snapshot needs, which may take long: with progress, and to be cancelled',
  input: { params, body: z.strictObject({}) },
  answers: begun,
  handle({ daemon: { live, runtime, works }, params: { repository } }) {
    const definition = repositoryNamed(live.current, repository);
    return answerOf(
      works.begin('statistics', definition.name, async (operation) => {
        const figures = await gatherFigures(runtime, definition, { ...operation, unused: true });
        return { schema: 'umbra.repository-statistics/1', ...repositoryFiguresDocument(definition.name, figures) };
      }),
      202,
    );
  },
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
      read: z.optional(share),
      from: z.optional(name),
      agree: z._default(z.array(steps), []),
    }),
  },
  answers: begun,
  handle({ daemon: { live, runtime, works }, params: { repository }, body: { read, from, agree } }) {
    const definition = repositoryNamed(live.current, repository);
    const other = from === undefined ? undefined : repositoryNamed(live.current, from);
    const scope = read === undefined ? undefined : scopeOf(read);
    const isAgreed = async ({ type }: MendStep): Promise<boolean> => agree.includes(type);
    const wanted = { scope, from: other, agree: isAgreed };
    return answerOf(
      works.begin('repair', definition.name, async (operation) => {
        const story = await mendRepository(runtime, definition, wanted, operation);
        return { schema: 'umbra.repair/1', ...repairDocument(definition.name, story) };
      }),
      202,
    );
  },
});

export const upgradeRepository = defineRoute({
  method: 'post',
  path: '/v1/repositories/{repository}/upgrade',
  access: 'control',
  summary:
    'Brings a repository of format 1 to format 2, which can compress; restic before 0.14 cannot open it afterwards',
  input: { params, body: z.strictObject({}) },
  answers: begun,
  handle({ daemon: { live, runtime, works }, params: { repository } }) {
    const definition = repositoryNamed(live.current, repository);
    return answerOf(
      works.begin('upgrade', definition.name, async (operation) => {
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
  handle({ daemon: { live, runtime, works }, params: { repository }, body: { from, snapshots } }) {
    const question = {
      from: repositoryNamed(live.current, from),
      to: repositoryNamed(live.current, repository),
      snapshots,
    };
    return answerOf(
      works.begin('copy', question.to.name, async (operation) => {
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
  summary: 'What is long, done to a repository and no run: those since the daemon began, newest first',
  answers: { 200: { text: 'The works', document: 'repository-works' } },
  handle: ({ daemon: { works } }) => ({
    document: { schema: 'umbra.repository-works/1', works: works.list().map(workDocument) },
  }),
});

export const showRepositoryWork = defineRoute({
  method: 'get',
  path: '/v1/repository-works/{work}',
  access: 'read',
  summary: 'One of them: how far it is, and what it ended with',
  input: { params: work },
  answers: { 200: oneAnswer },
  handle: ({ daemon: { works }, params: { work: id } }) => answerOf(works.get(id)),
});

export const cancelRepositoryWork = defineRoute({
  method: 'post',
  path: '/v1/repository-works/{work}/cancel',
  access: 'control',
  summary: 'Stops one that is under way; what it has done stays done',
  input: { params: work, body: z.strictObject({ reason: z._default(reason, 'asked for') }) },
  answers: begun,
  handle: ({ daemon: { works }, params: { work: id }, body }) => answerOf(works.cancel(id, body.reason), 202),
});
