import {
  closest,
  noticeEvents,
  toUmbraError,
  UmbraError,
  type ChannelDefinition,
  type Configuration,
  type Delivery,
  type NoticeEvent,
} from '@umbracore/contracts';
import {
  deliveryDocument,
  noticeDocument,
  notificationsDocument,
  ruleDocument,
  worstOf,
} from '@umbracore/runtime/documents';
import type { Action } from '../command.ts';
import type { NotifyFlags } from '../commands/notify.ts';
import { deliveryRow, ruleText } from '../notify/show-list.ts';
import { relativeTime } from '../output/times.ts';
import type { Session } from '../session.ts';

/** So many of what did not arrive are shown. */
const mostShown = 50;

export const list: Action<object> = async (session) => {
  const { outboxFigures } = await import('../doors/history.ts');
  const { configuration, store } = await session.history();
  const { channels, rules } = configuration.notifications;
  const figures = await outboxFigures(store.outbox, session.now());
  const untold = await store.outbox.deliveries({ states: ['waiting', 'failed'], limit: mostShown });
  const sent = await store.outbox.deliveries({ states: ['sent'] });
  if (session.json) {
    session.document('notify', {
      channels: channels.map((channel) => channelDocument(channel, untold, sent)),
      rules: rules.map(ruleDocument),
      ...notificationsDocument(figures),
      untold: untold.map(deliveryDocument),
    });
    return;
  }
  if (channels.length === 0) return session.notice('No channels yet. How to name some: umbra help notifications');
  session.sayTable(
    [
      { title: 'channel' },
      { title: 'type' },
      { title: 'last arrived' },
      { title: 'waiting', align: 'right' },
      { title: '' },
    ],
    channels.map((channel) => channelRow(session, channel, untold, sent)),
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
    untold.map((delivery) => deliveryRow(delivery, session.now(), session.signs.none)),
  );
};

const newest = (deliveries: readonly Delivery[], { name }: ChannelDefinition): Delivery | undefined =>
  deliveries.filter(({ channel }) => channel === name).toSorted((a, b) => (b.settledAt ?? 0) - (a.settledAt ?? 0))[0];

const waitingFor = (untold: readonly Delivery[], { name }: ChannelDefinition): readonly Delivery[] =>
  untold.filter(({ channel, state }) => channel === name && state === 'waiting');

function channelDocument(channel: ChannelDefinition, untold: readonly Delivery[], sent: readonly Delivery[]) {
  const last = newest(sent, channel)?.settledAt;
  return {
    name: channel.name,
    type: channel.kind,
    lastSentAt: last === undefined || last === null ? null : new Date(last).toISOString(),
    waiting: waitingFor(untold, channel).length,
    error: untold.find((each) => each.channel === channel.name && each.error !== null)?.error ?? null,
  };
}

function channelRow(
  session: Session,
  channel: ChannelDefinition,
  untold: readonly Delivery[],
  sent: readonly Delivery[],
): string[] {
  const { waiting, error } = channelDocument(channel, untold, sent);
  const last = newest(sent, channel)?.settledAt;
  const when = last === undefined || last === null ? session.signs.none : relativeTime(last, session.now());
  return [channel.name, channel.kind, when, String(waiting), error === null ? '' : error.message];
}

export const test: Action<NotifyFlags> = async (session, names, { event = 'failed', job }) => {
  const { exampleNotice } = await import('../doors/history.ts');
  const runtime = await session.runtime();
  const { configuration, notifications } = runtime;
  const chosen = channelsNamed(configuration, names);
  const subject = subjectOf(configuration, job);
  const results: { readonly channel: string; readonly error: UmbraError | undefined }[] = [];
  for (const { name } of chosen) {
    const notice = exampleNotice(event as NoticeEvent, ...subject, session.now());
    const error = await notifications.sendTest(name, notice, session.interrupt.signal).then(
      () => undefined,
      (thrown: unknown) => toUmbraError(thrown),
    );
    results.push({ channel: name, error });
    if (session.json) continue;
    if (error !== undefined) session.problem(error);
    else session.say(`${session.stdout.style.green(session.signs.good)} ${name} took it; see whether it arrived`);
  }
  if (session.json) {
    const shown = results.map(({ channel, error }) => ({
      channel,
      sent: error === undefined,
      error: error?.toRecord() ?? null,
    }));
    session.document('notify-test', { channels: shown });
  }
  return worstOf(results.flatMap(({ error }) => error?.exitCode ?? []));
};

export const preview: Action<NotifyFlags> = async (session, [event = 'failed'], { job }) => {
  const { exampleNotice, messageOf, rulesTelling } = await import('../doors/history.ts');
  const { hostname } = await import('node:os');
  const { configuration, calendar } = await session.history();
  if (!isEvent(event)) throw unknownEvent(event);
  const subject = subjectOf(configuration, job);
  const now = session.now();
  const notice = exampleNotice(event, ...subject, now);
  const message = messageOf(notice.id, notice, { host: hostname(), at: now, zone: configuration.timezone });
  const tags = configuration.jobs.get(subject[0])?.tags ?? [];
  const told = rulesTelling(configuration, { notice, tags, calendar });
  if (session.json) {
    const { subject: line, text, severity } = message;
    const to = told.map(({ channel, dueAt, group }) => ({
      channel,
      at: new Date(dueAt).toISOString(),
      digest: group !== null,
    }));
    session.document('notify-preview', { event, subject: line, text, severity, notice: noticeDocument(notice), to });
    return;
  }
  session.say(session.stdout.style.bold(message.subject));
  session.say(message.text);
  session.say();
  if (told.length === 0) return session.say('Nobody would be told: no rule is about it.');
  for (const { channel, dueAt, group } of told) {
    const when = dueAt <= now ? 'at once' : relativeTime(dueAt, now);
    session.say(`to ${channel} ${when}${group === null ? '' : ', with all that comes until then'}`);
  }
};

const isEvent = (text: string): text is NoticeEvent => noticeEvents.some((event) => event === text);

function unknownEvent(text: string): UmbraError {
  const meant = closest(text, noticeEvents);
  return new UmbraError('usage.invalid', `there is no event "${text}"`, {
    hint: meant === undefined ? `Use one of: ${noticeEvents.join(', ')}.` : `Did you mean "${meant}"?`,
  });
}

function channelsNamed({ notifications }: Configuration, names: readonly string[]): readonly ChannelDefinition[] {
  const { channels } = notifications;
  if (names.length === 0) {
    if (channels.length > 0) return channels;
    throw new UmbraError('usage.unknown-channel', 'the configuration has no channels', {
      hint: 'Add one to notifications.channels: umbra help notifications.',
    });
  }
  return names.map((name) => {
    const channel = channels.find((one) => one.name === name);
    if (channel !== undefined) return channel;
    const known = channels.map((one) => one.name);
    const meant = closest(name, known);
    throw new UmbraError('usage.unknown-channel', `there is no channel "${name}"`, {
      hint: meant === undefined ? `Use one of: ${known.join(', ')}.` : `Did you mean "${meant}"?`,
    });
  });
}

/** A job and the first of its repositories. */
function subjectOf({ jobs }: Configuration, name: string | undefined): [string, string] {
  const job = name === undefined ? [...jobs.values()][0] : jobs.get(name);
  if (job === undefined && name !== undefined)
    throw new UmbraError('usage.unknown-job', `there is no job "${name}"`, {
      hint: 'List the jobs with umbra job list.',
    });
  return [job?.id ?? 'documents', job?.repositories[0] ?? ''];
}
