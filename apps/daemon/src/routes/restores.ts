import { UmbraError, type Backend, type Snapshot } from '@umbracore/contracts';
import { deletingFor, type PreparedRestore, type RestoreRecord } from '@umbracore/runtime';
import { restoreDocument, restorePlanDocument, restoreUndoneDocument } from '@umbracore/runtime/documents';
import { repositoryNamed } from '@umbracore/runtime/history';
import * as z from 'zod/mini';
import type { Daemon } from '../daemon.ts';
import { goneSignal } from '../http/gone.ts';
import { defineRoute, type Answer } from '../http/route.ts';
import { absolutePath, filled, name, pattern, reason, snapshotId, wholeNumber } from './inputs.ts';

const paths = z._default(z.array(filled).check(z.maxLength(10_000)), []);
const patterns = z._default(z.array(pattern).check(z.maxLength(1000)), []);

const wanted = {
  repository: name,
  snapshot: snapshotId,
  paths,
  include: patterns,
  exclude: patterns,
  /** Absolute; null: to where it came from. */
  target: z.nullable(absolutePath),
  overwrite: z._default(z.enum(['never', 'if-newer', 'if-changed', 'always', 'both']), 'if-newer'),
  verify: z._default(z.boolean(), false),
  /** What the snapshot does not have is removed from the folders that it has. */
  delete: z._default(z.boolean(), false),
  /** More files than this are not removed; absent: no more than the snapshot has. */
  maxDelete: z.optional(z.int().check(z.gte(0))),
};
const wantedRestore = z.strictObject(wanted);

const params = z.object({ restore: z.string().check(z.regex(/^x-[0-9A-Z]{16}$/, 'is no id of a restore')) });
const empty = z.strictObject({});
const oneAnswer = { text: 'The restore as it is now', document: 'restore' };

const answerOf = (record: RestoreRecord, status = 200): Answer => ({
  status,
  document: { schema: 'umbra.restore/1', ...restoreDocument(record) },
});

export const planOfRestore = defineRoute({
  method: 'post',
  path: '/v1/restores/plan',
  access: 'control',
  summary: 'What a restore would do. Writes nothing.',
  input: { query: z.object({ limit: z._default(wholeNumber(0, 100_000), 1000) }), body: wantedRestore },
  answers: { 200: { text: 'The plan, with its digest', document: 'restore-plan' } },
  async handle({ daemon, body, query: { limit }, exchange }) {
    const { prepared } = await prepare(daemon, body, goneSignal(exchange));
    return { document: { schema: 'umbra.restore-plan/1', ...restorePlanDocument(prepared, limit) } };
  },
});

export const beginRestore = defineRoute({
  method: 'post',
  path: '/v1/restores',
  access: 'control',
  summary:
    'Begins a restore. Where something is there already, `agreed` has to be the digest of the plan as it is now. ' +
    'Its events tell how it goes.',
  input: { body: z.strictObject({ ...wanted, agreed: z.optional(z.string()) }) },
  answers: { 202: oneAnswer },
  async handle({ daemon, body: { agreed, ...body }, exchange }) {
    const { prepared, backend } = await prepare(daemon, body, goneSignal(exchange));
    demandAgreement(prepared, agreed);
    return answerOf(daemon.restoreWorks.begin(prepared, backend), 202);
  },
});

/** Nothing is replaced that nobody has seen: neither without a plan, nor by one that has become another. */
function demandAgreement({ undoable, digest }: PreparedRestore, agreed: string | undefined): void {
  if (agreed === digest || (agreed === undefined && !undoable)) return;
  const message = agreed === undefined ? 'this would write where something is' : 'the plan is another one by now';
  throw new UmbraError('usage.confirmation-needed', message, {
    hint: 'Ask for the plan (POST /v1/restores/plan), and send its digest as `agreed`.',
    context: { digest },
  });
}

async function prepare(
  { live, runtime }: Daemon,
  body: z.output<typeof wantedRestore>,
  signal: AbortSignal,
): Promise<{ readonly prepared: PreparedRestore; readonly backend: Backend }> {
  const { repository, paths: some, include, exclude, target, overwrite: mode, verify, maxDelete } = body;
  const definition = repositoryNamed(live.current, repository);
  const backend = await runtime.repositories.backend(definition, signal);
  const snapshot = await snapshotIn(backend, body.snapshot, signal);
  const sources = { configuration: live.current, store: runtime.store };
  const deletes = body.delete ? { ...(await deletingFor(sources, snapshot)), atMost: maxDelete } : undefined;
  const wish = { repository, snapshot, wanted: { paths: some, include, exclude }, mode, verify, deletes };
  return {
    prepared: await runtime.restores.prepare(backend, { ...wish, target: target ?? undefined }, { signal }),
    backend,
  };
}

/** Throws `snapshot.absent`. */
export async function snapshotIn(backend: Backend, id: string, signal: AbortSignal): Promise<Snapshot> {
  const [snapshot] = await backend.snapshots({ ids: [id] }, { signal });
  if (snapshot !== undefined) return snapshot;
  throw new UmbraError('snapshot.absent', `there is no snapshot ${id.slice(0, 8)}`);
}

export const listRestores = defineRoute({
  method: 'get',
  path: '/v1/restores',
  access: 'read',
  summary: 'The restores so far, newest first, whoever carried them out',
  answers: { 200: { text: 'The restores', document: 'restores' } },
  handle({ daemon: { runtime } }) {
    const restores = runtime.restores.list().toReversed().map(restoreDocument);
    return { document: { schema: 'umbra.restores/1', restores } };
  },
});

export const showRestore = defineRoute({
  method: 'get',
  path: '/v1/restores/{restore}',
  access: 'read',
  summary: 'One restore',
  input: { params },
  answers: { 200: oneAnswer },
  handle: ({ daemon: { runtime }, params: { restore } }) => answerOf(runtime.restores.get(restore)),
});

export const resumeRestore = defineRoute({
  method: 'post',
  path: '/v1/restores/{restore}/resume',
  access: 'control',
  summary: 'Goes on with a restore that did not come to its end',
  input: { params, body: empty },
  answers: { 202: oneAnswer },
  async handle({ daemon, params: { restore } }) {
    const { live, runtime, restoreWorks } = daemon;
    const record = runtime.restores.get(restore);
    restoreWorks.goOn(record, await runtime.repositories.backend(repositoryNamed(live.current, record.repository)));
    return answerOf(record, 202);
  },
});

export const cancelRestore = defineRoute({
  method: 'post',
  path: '/v1/restores/{restore}/cancel',
  access: 'control',
  summary: 'Stops a restore that is under way; it can be gone on with, taken back or discarded',
  input: { params, body: z.strictObject({ reason: z._default(reason, 'asked for') }) },
  answers: { 202: oneAnswer },
  handle({ daemon: { runtime, restoreWorks }, params: { restore }, body }) {
    const record = runtime.restores.get(restore);
    restoreWorks.cancel(restore, body.reason);
    return answerOf(record, 202);
  },
});

export const undoRestore = defineRoute({
  method: 'post',
  path: '/v1/restores/{restore}/undo',
  access: 'control',
  summary: 'Takes a restore back, as far as nobody has changed since what it wrote',
  input: { params, body: empty },
  answers: { 200: { text: 'What was put back, removed and left', document: 'restore-undone' } },
  async handle({ daemon: { runtime }, params: { restore } }) {
    const undone = await runtime.restores.undo(restore);
    return { document: { schema: 'umbra.restore-undone/1', ...restoreUndoneDocument(restore, undone) } };
  },
});

export const discardRestore = defineRoute({
  method: 'post',
  path: '/v1/restores/{restore}/discard',
  access: 'control',
  summary: 'Gives a restore up, or what is kept to take it back',
  input: { params, body: empty },
  answers: { 200: oneAnswer },
  handle: ({ daemon: { runtime }, params: { restore } }) => answerOf(runtime.restores.discard(restore)),
});
