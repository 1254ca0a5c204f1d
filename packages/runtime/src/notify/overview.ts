import { toUmbraError, type Configuration, type Delivery, type Instant, type StateStore } from '@umbracore/contracts';
import { exampleNotice, outboxFigures, type Notifications } from '@umbracore/notifications';
import { channelsNamed, eventNamed, exampleSubject } from './wanted.ts';
import type { NotifyOverview, NotifyTest } from '../documents/notifications-document.ts';

/** So many of what did not arrive are shown. */
const mostShown = 50;

/** Channels and rules, and what is on its way or did not arrive. */
export async function notifyOverview(
  { notifications: { channels, rules } }: Configuration,
  { outbox }: Pick<StateStore, 'outbox'>,
  now: Instant,
): Promise<NotifyOverview> {
  const [figures, untold, sent] = await Promise.all([
    outboxFigures(outbox, now),
    outbox.deliveries({ states: ['waiting', 'failed'], limit: mostShown }),
    outbox.deliveries({ states: ['sent'] }),
  ]);
  const standings = channels.map(({ name, kind }) => ({
    name,
    kind,
    lastSentAt: newestEnd(sent.filter(({ channel }) => channel === name)),
    waiting: untold.filter(({ channel, state }) => channel === name && state === 'waiting').length,
    error: untold.find(({ channel, error }) => channel === name && error !== null)?.error ?? null,
  }));
  return { channels: standings, rules, figures, untold };
}

const newestEnd = (deliveries: readonly Delivery[]): Instant | undefined =>
  deliveries.map(({ settledAt }) => settledAt ?? 0).toSorted((a, b) => b - a)[0];

export interface WantedTest {
  /** All of them if there are none. */
  readonly channels: readonly string[];
  readonly event?: string | undefined;
  readonly job?: string | undefined;
}

/** Sends an example over channels, past all rules, one after the other. */
export async function* testChannels(
  { configuration, notifications }: { readonly configuration: Configuration; readonly notifications: Notifications },
  { channels, event = 'failed', job }: WantedTest,
  { now, signal }: { readonly now: Instant; readonly signal: AbortSignal },
): AsyncGenerator<NotifyTest> {
  const chosen = channelsNamed(configuration, channels);
  const notice = exampleNotice(eventNamed(event), ...exampleSubject(configuration, job), now);
  for (const { name } of chosen) {
    const error = await notifications.sendTest(name, notice, signal).then(
      () => undefined,
      (thrown: unknown) => toUmbraError(thrown),
    );
    yield { channel: name, error };
  }
}
