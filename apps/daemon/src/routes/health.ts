import { timestamp, timestampOrNull } from '@umbracore/runtime/documents';
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
  handle: ({ daemon }) => {
    const document = healthDocument(daemon);
    return { status: document.ok ? 200 : 503, document };
  },
});

/** How the daemon is, as `umbra.health/1`. */
export function healthDocument({ version, startedAt, runtime, live, nextAt }: Daemon) {
  const { alarms, mode } = runtime.store.health;
  const definitions = [...live.current.jobs.values()];
  const chains = definitions.filter(({ kind }) => kind === 'chain').length;
  return {
    schema: 'umbra.health/1',
    ok: alarms.length === 0 && live.refusal === undefined,
    version,
    pid: process.pid,
    startedAt: timestamp(startedAt),
    state: { folder: runtime.paths.stateDir, mode, alarms },
    configuration: {
      file: live.current.file ?? null,
      jobs: definitions.length - chains,
      chains,
      restartNeeded: live.restartNeeded,
      loadedAt: timestamp(live.loadedAt),
      refused:
        live.refusal === undefined ? null : { at: timestamp(live.refusal.at), error: live.refusal.error.toRecord() },
    },
    nextRun: timestampOrNull(nextAt()),
  };
}
