import { UmbraError } from '@umbracore/contracts';
import { lsDocument, searchDocument } from '@umbracore/runtime/documents';
import {
  demandCatalogued,
  demandNoneAhead,
  findReadable,
  folderAt,
  knownSnapshots,
  lastVersions,
  listFiles,
  rangeOf,
  refusePattern,
  repositoryNamed,
  search,
} from '@umbracore/runtime/history';
import * as z from 'zod/mini';
import type { Daemon } from '../daemon.ts';
import { goneSignal } from '../http/gone.ts';
import { defineRoute } from '../http/route.ts';
import { absolutePath, catalogOnly, filled, instant, name, snapshotId, wholeNumber, yesOrNo } from './inputs.ts';

const size = wholeNumber(0, Number.MAX_SAFE_INTEGER);

const reachOf = ({ runtime, live }: Daemon) => ({ ...runtime, configuration: live.current });

export const findPaths = defineRoute({
  method: 'get',
  path: '/v1/find',
  access: 'read',
  summary: 'In which snapshots something with such a name is',
  input: {
    query: z.object({
      pattern: filled,
      job: z.optional(name),
      repository: z.optional(name),
      snapshot: z.optional(filled),
      ignoreCase: z.optional(yesOrNo),
      allVersions: z.optional(yesOrNo),
      type: z.optional(z.enum(['file', 'dir', 'symlink'])),
      least: z.optional(size),
      most: z.optional(size),
      since: z.optional(instant),
      until: z.optional(instant),
      limit: z.optional(wholeNumber(1, 100_000)),
      offline: z.optional(yesOrNo),
      catalogOnly,
    }),
  },
  answers: { 200: { text: 'Versions by path, and what could not be searched', document: 'find' } },
  async handle({ daemon, query, exchange }) {
    const { pattern, least, most, limit, offline } = query;
    refusePattern(pattern);
    const reach = { offline, signal: goneSignal(exchange) };
    const isSized = least !== undefined || most !== undefined;
    const wanted = { ...query, size: isSized ? { least: least ?? 0, most: most ?? Infinity } : undefined };
    const range = await rangeOf(reachOf(daemon), wanted, reach);
    if (query.catalogOnly === true) demandNoneAhead(range);
    const answer = await search(daemon.runtime, {
      ...range,
      ...reach,
      pattern,
      ignoreCase: query.ignoreCase === true,
      limit,
      catalogOnly: query.catalogOnly,
    });
    const paths = query.allVersions === true ? answer.paths : lastVersions(answer.paths);
    return { document: { schema: 'umbra.find/1', ...searchDocument(pattern, { ...answer, paths }) } };
  },
});

export const listByRef = defineRoute({
  method: 'get',
  path: '/v1/ls',
  access: 'read',
  summary: 'What lies at a ref, which may end with a path: JOB@latest:Documents',
  input: {
    query: z.object({ ref: filled, repository: z.optional(name), offline: z.optional(yesOrNo), catalogOnly }),
  },
  answers: { 200: { text: 'The entries of the folder, or the one that is no folder', document: 'ls' } },
  async handle({ daemon, query, exchange }) {
    const signal = goneSignal(exchange);
    const { ref, repository, offline } = query;
    const known = await findReadable(reachOf(daemon), ref, { repository, offline, signal });
    if (query.catalogOnly === true) demandCatalogued(known, [known.snapshot]);
    const listed = await listFiles(known, { recursive: false, signal });
    return { document: { schema: 'umbra.ls/1', ...lsDocument(listed) } };
  },
});

export const listFolder = defineRoute({
  method: 'get',
  path: '/v1/repositories/{repository}/snapshots/{snapshot}/entries',
  access: 'read',
  summary: 'What lies in a folder of a snapshot',
  input: {
    params: z.object({ repository: name, snapshot: snapshotId }),
    query: z.object({ path: z.optional(absolutePath), offline: z.optional(yesOrNo) }),
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
