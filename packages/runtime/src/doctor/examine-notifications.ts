import type { Finding } from '@umbracore/contracts';
import { notificationsDocument } from '../documents/notifications-document.ts';
import { untoldText } from '../documents/untold-text.ts';
import { failureOf } from './failure-of.ts';
import type { DoctorSources } from './sources.ts';

/** Whether what people are to be told arrives. Nothing is sent. */
export async function* examineNotifications({
  configuration,
  notifications,
  notifiers,
  clock,
}: Pick<DoctorSources, 'configuration' | 'notifications' | 'notifiers' | 'clock'>): AsyncGenerator<Finding> {
  const base = { area: 'notification', subject: 'notification' } as const;
  const { channels, rules } = configuration.notifications;
  if (channels.length === 0) return;
  const used = new Set(rules.flatMap((rule) => rule.channels));
  for (const { name } of channels) {
    if (used.has(name)) continue;
    const text = 'no rule uses the channel';
    yield { ...base, subject: name, standing: 'attention', text, fix: 'add a rule to notifications.rules' };
  }
  for (const channel of channels) {
    const wrong = await notifiers.tryOut(channel).then(
      () => undefined,
      (thrown: unknown) => failureOf(thrown),
    );
    if (wrong !== undefined) yield { ...base, subject: channel.name, ...wrong };
  }
  const untold = untoldText(notificationsDocument(await notifications.figures()), clock.now());
  if (untold !== undefined) yield { ...base, standing: 'bad', text: untold, fix: 'umbra notify list' };
  else
    yield {
      ...base,
      standing: 'good',
      text: `${channels.length === 1 ? '1 channel' : `${channels.length} channels`}, nothing overdue`,
    };
}
