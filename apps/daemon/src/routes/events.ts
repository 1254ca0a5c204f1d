import type { UmbraEvent } from '@umbracore/contracts';
import * as z from 'zod/mini';
import { streamEvents } from '../events/stream-events.ts';
import { defineRoute } from '../http/route.ts';
import { eventId, name, runId } from './inputs.ts';

export const events = defineRoute({
  method: 'get',
  path: '/v1/events',
  access: 'read',
  summary:
    'Everything that happens, as server-sent events. `Last-Event-ID` or `after` resumes; `gap` tells what is lost.',
  input: {
    query: z.object({ after: z.optional(eventId), job: z.optional(name), run: z.optional(runId) }),
    headers: z.object({ 'last-event-id': z.optional(eventId) }),
  },
  answers: { 200: { text: 'One `umbra.event/1` each', mediaType: 'text/event-stream' } },
  handle({ daemon, query, headers, exchange }) {
    const after = headers['last-event-id'] ?? query.after ?? daemon.feed.newest;
    return streamEvents(exchange, { daemon, after, wants: (event) => isWanted(event, query) });
  },
});

/** Absent parts want everything. */
interface Wanted {
  readonly job?: string | undefined;
  readonly run?: string | undefined;
}

function isWanted(event: UmbraEvent, { job, run }: Wanted): boolean {
  if (run !== undefined && !('run' in event && event.run === run)) return false;
  return job === undefined || ('job' in event && event.job === job);
}
