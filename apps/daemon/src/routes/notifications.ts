import { noticeEvents } from '@umbracore/contracts';
import { notifyOverview, notifyPreview, testChannels } from '@umbracore/runtime';
import {
  notifyDocument,
  notifyPreviewDocument,
  notifyTestDocument,
  type NotifyTest,
} from '@umbracore/runtime/documents';
import * as z from 'zod/mini';
import { defineRoute } from '../http/route.ts';
import { name } from './inputs.ts';

const event = z.optional(z.enum(noticeEvents));
const job = z.optional(name);

export const listNotifications = defineRoute({
  method: 'get',
  path: '/v1/notifications',
  access: 'read',
  summary: 'Channels and rules, how much waits to be sent, and what did not arrive',
  answers: { 200: { text: 'How telling people stands', document: 'notify' } },
  async handle({ daemon: { live, runtime } }) {
    const overview = await notifyOverview(live.current, runtime.store, runtime.clock.now());
    return { document: { schema: 'umbra.notify/1', ...notifyDocument(overview) } };
  },
});

export const previewNotification = defineRoute({
  method: 'get',
  path: '/v1/notifications/preview',
  access: 'read',
  summary: 'The words of a message about an event, and who would get it; nothing is sent',
  input: { query: z.object({ event, job }) },
  answers: { 200: { text: 'The message and its channels', document: 'notify-preview' } },
  handle({ daemon: { live, runtime }, query }) {
    const preview = notifyPreview(live.current, query, { calendar: runtime.calendar, now: runtime.clock.now() });
    return { document: { schema: 'umbra.notify-preview/1', ...notifyPreviewDocument(preview) } };
  },
});

export const testNotification = defineRoute({
  method: 'post',
  path: '/v1/notifications/test',
  access: 'control',
  summary: 'Sends an example now, past all rules, over some `channels` or all of them',
  input: { body: z.strictObject({ channels: z.optional(z.array(name)), event, job }) },
  answers: { 200: { text: 'Which channels took it', document: 'notify-test' } },
  async handle({ daemon: { live, runtime, stopping: signal }, body: { channels = [], ...example } }) {
    const { notifications, clock } = runtime;
    const tested = testChannels(
      { configuration: live.current, notifications },
      { channels, ...example },
      { now: clock.now(), signal },
    );
    const results: NotifyTest[] = [];
    for await (const one of tested) results.push(one);
    return { document: { schema: 'umbra.notify-test/1', ...notifyTestDocument(results) } };
  },
});
