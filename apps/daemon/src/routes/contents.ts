import { jobTag, UmbraError, type Snapshot, type SnapshotEntry } from '@umbracore/contracts';
import { lsDocument, searchDocument } from '@umbracore/runtime/documents';
import {
  folderAt,
  jobNamed,
  knownSnapshots,
  lastVersions,
  refusePattern,
  repositoryNamed,
  search,
} from '@umbracore/runtime/history';
import * as z from 'zod/mini';
import { goneSignal } from '../http/gone.ts';
import { defineRoute } from '../http/route.ts';
import { instant, name, snapshotId, wholeNumber, yesOrNo } from './inputs.ts';

const pattern = z.string().check(z.minLength(1), z.maxLength(4096));
const path = z.string().check(z.regex(/^\/[^\0]*$/, 'is no absolute path'));

export const findPaths = defineRoute({
  method: 'get',
  path: '/v1/find',
  access: 'read',
  summary: 'In which snapshots something with such a name is',
  input: {
    query: z.object({
      pattern,
      job: z.optional(name),
      repository: z.optional(name),
      ignoreCase: z.optional(yesOrNo),
      allVersions: z.optional(yesOrNo),
      since: z.optional(instant),
      until: z.optional(instant),
      limit: z.optional(wholeNumber(1, 100_000)),
      offline: z.optional(yesOrNo),
    }),
  },
  answers: { 200: { text: 'Versions by path, and what could not be searched', document: 'find' } },
  async handle({ daemon: { live, runtime }, query, exchange }) {
    refusePattern(query.pattern);
    const { repositories } = live.current;
    const { since = -Infinity, until = Infinity } = query;
    const tag = query.job === undefined ? undefined : jobTag(jobNamed(live.current, query.job).id);
    const answer = await search(runtime, {
      pattern: query.pattern,
      ignoreCase: query.ignoreCase === true,
      repositories:
        query.repository === undefined ? [...repositories.values()] : [repositoryNamed(live.current, query.repository)],
      within: ({ tags }: Snapshot) => tag === undefined || tags.includes(tag),
      fits: ({ modifiedAt }: SnapshotEntry) => modifiedAt >= since && modifiedAt < until,
      limit: query.limit,
      offline: query.offline,
      signal: goneSignal(exchange),
    });
    const paths = query.allVersions === true ? answer.paths : lastVersions(answer.paths);
    return { document: { schema: 'umbra.find/1', ...searchDocument(query.pattern, { ...answer, paths }) } };
  },
});

export const listFolder = defineRoute({
  method: 'get',
  path: '/v1/repositories/{repository}/snapshots/{snapshot}/entries',
  access: 'read',
  summary: 'What lies in a folder of a snapshot',
  input: {
    params: z.object({ repository: name, snapshot: snapshotId }),
    query: z.object({ path: z.optional(path), offline: z.optional(yesOrNo) }),
  },
  answers: { 200: { text: 'The entries of the folder, or the one that is no folder', document: 'ls' } },
  async handle({ daemon: { live, runtime }, params, query: { path: at = '/', offline }, exchange }) {
    const repository = repositoryNamed(live.current, params.repository);
    const signal = goneSignal(exchange);
    const known = await knownSnapshots(runtime, repository, { signal, offline });
    const snapshot = known.snapshots.find(({ id }) => id === params.snapshot);
    if (snapshot === undefined) {
      throw new UmbraError('snapshot.absent', `there is no snapshot ${params.snapshot} in ${repository.name}`);
    }
    const entries = await folderAt(known, snapshot.id, at.replace(/(?<=.)\/+$/, ''), { signal });
    const listed = { snapshot: snapshot.id, repository: repository.name, asOf: known.asOf, path: at, entries };
    return { document: { schema: 'umbra.ls/1', ...lsDocument(listed) } };
  },
});
