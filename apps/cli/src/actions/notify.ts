import { UmbraError } from '@umbracore/contracts';
import {
  notifyDocument,
  notifyPreviewDocument,
  notifyTestDocument,
  worstOf,
  type NotifyTest,
} from '@umbracore/runtime/documents';
import type { Action } from '../command.ts';
import type { NotifyFlags } from '../commands/notify.ts';
import { deliveryRow, ruleText } from '../notify/show-list.ts';
import { relativeTime } from '../output/times.ts';

export const list: Action<object> = async (session) => {
  const { notifyOverview } = await import('../doors/history.ts');
  const { configuration, store } = await session.history();
  const overview = await notifyOverview(configuration, store, session.now());
  if (session.json) return session.document('notify', notifyDocument(overview));
  const { channels, rules, untold } = overview;
  if (channels.length === 0) return session.notice('No channels yet. How to name some: umbra help notifications');
  const { none } = session.signs;
  session.sayTable(
    [
      { title: 'channel' },
      { title: 'type' },
      { title: 'last arrived' },
      { title: 'waiting', align: 'right' },
      { title: '' },
    ],
    channels.map(({ name, kind, lastSentAt, waiting, error }) => {
      const when = lastSentAt === undefined ? none : relativeTime(lastSentAt, session.now());
      return [name, kind, when, String(waiting), error?.message ?? ''];
    }),
  );
  session.say();
  for (const rule of rules) session.say(ruleText(rule));
  if (untold.length === 0) return;
  session.say();
  session.sayTable(
    [
      { title: 'not arrived' },
      { title: 'channel' },
      { title: 'tries', align: 'right' },
      { title: 'next' },
      { title: 'why' },
    ],
    untold.map((delivery) => deliveryRow(delivery, session.now(), none)),
  );
  const troubled = channels.filter(({ error }) => error !== null).map(({ name }) => name);
  if (troubled.length > 0)
    session.notice(
      `What waits is tried again by itself. Whether it arrives now: umbra notify test ${troubled.join(' ')}`,
    );
};

export const test: Action<NotifyFlags> = async (session, channels, example) => {
  const { testChannels } = await import('../doors/history.ts');
  const runtime = await session.runtime();
  const results: NotifyTest[] = [];
  const { signal } = session.interrupt;
  for await (const result of testChannels(runtime, { channels, ...example }, { now: session.now(), signal })) {
    results.push(result);
    if (session.json) continue;
    const { channel, error } = result;
    if (error !== undefined) session.problem(withHint(error, channel));
    else session.done(`${channel} took it; see whether it arrived`);
  }
  if (session.json) session.document('notify-test', notifyTestDocument(results));
  return worstOf(results.flatMap(({ error }) => error?.exitCode ?? []));
};

/** Whatever a channel says of its trouble, somebody has to know where to put it right. */
function withHint(error: UmbraError, channel: string): UmbraError {
  if (error.hint !== undefined) return error;
  const hint = `Look at notifications.channels.${channel} in the configuration, then try again: umbra notify test ${channel}.`;
  return new UmbraError(error.code, error.message, { hint, context: error.context });
}

export const preview: Action<NotifyFlags> = async (session, [event], { job }) => {
  const { notifyPreview } = await import('../doors/history.ts');
  const { configuration, calendar } = await session.history();
  const now = session.now();
  const shown = notifyPreview(configuration, { event, job }, { calendar, now });
  if (session.json) return session.document('notify-preview', notifyPreviewDocument(shown));
  const { message, to } = shown;
  session.say(session.stdout.style.bold(message.subject));
  session.say(message.text);
  session.say();
  if (to.length === 0) return session.say('Nobody would be told: no rule is about it.');
  for (const { channel, dueAt, group } of to) {
    const when = dueAt <= now ? 'at once' : relativeTime(dueAt, now);
    session.say(`to ${channel} ${when}${group === null ? '' : ', with all that comes until then'}`);
  }
};
