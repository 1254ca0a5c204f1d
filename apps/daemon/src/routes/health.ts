import { progressDocument, repositoryDocument, timestamp, timestampOrNull } from '@umbracore/runtime/documents';
import type { Daemon } from '../daemon.ts';
import { defineRoute } from '../http/route.ts';

export const health = defineRoute({
  method: 'get',
  path: '/health',
  access: 'read',
  summary: 'Whether the daemon is well, and what it works with',
  answers: {
    200: { text: 'It is well', document: 'health' },
    503: { text: 'Something needs a person', document: 'health' },
  },
  async handle({ daemon }) {
    const document = await healthDocument(daemon);
    return { status: document.ok ? 200 : 503, document };
  },
});

/** How the daemon is, as `umbra.health/1`. */
export async function healthDocument(daemon: Daemon) {
  const { version, startedAt, socket, runtime, live, isBehind, nextAt } = daemon;
  const { alarms, mode } = runtime.store.health;
  const definitions = [...live.current.jobs.values()];
  const chains = definitions.filter(({ kind }) => kind === 'chain').length;
  return {
    schema: 'umbra.health/1',
    ok: alarms.length === 0 && live.refusal === undefined,
    version,
    pid: process.pid,
    startedAt: timestamp(startedAt),
    socket,
    residentBytes: process.memoryUsage.rss(),
    state: { folder: runtime.paths.stateDir, mode, alarms },
    configuration: {
      file: live.current.file ?? null,
      jobs: definitions.length - chains,
      chains,
      inForce: live.refusal === undefined && !isBehind(),
      restartNeeded: live.restartNeeded,
      loadedAt: timestamp(live.loadedAt),
      refused:
        live.refusal === undefined ? null : { at: timestamp(live.refusal.at), error: live.refusal.error.toRecord() },
    },
    runs: await runsUnderWay(daemon),
    nextRun: timestampOrNull(nextAt()),
  };
}

/** What somebody works on, the oldest first; phase and percentage are null while nothing was heard of them. */
async function runsUnderWay({ runtime, feed }: Daemon) {
  const open = await runtime.store.open();
  return open
    .filter(({ lease }) => lease !== undefined)
    .toReversed()
    .map(({ run: { id, job, repository, state, startedAt } }) => {
      const progress = feed.progressOf(id);
      const { phase = null, percentage = null } = progress === undefined ? {} : progressDocument(progress);
      const subject = { run: id, job, repository: repositoryDocument(repository), state };
      return { ...subject, startedAt: timestampOrNull(startedAt), phase, percentage };
    });
}
