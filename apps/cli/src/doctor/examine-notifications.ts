import { toUmbraError } from '@umbracore/contracts';
import type { Runtime } from '@umbracore/runtime';
import { notificationsDocument } from '@umbracore/runtime/documents';
import { untoldText } from '../notify/untold-text.ts';
import type { Finding } from './finding.ts';

/** Whether what people are to be told arrives. Nothing is sent. */
export async function* examineNotifications({
  configuration,
  notifications,
  notifiers,
  clock,
}: Runtime): AsyncGenerator<Finding> {
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
      (thrown: unknown) => toUmbraError(thrown),
    );
    if (wrong === undefined) continue;
    const { message: text, code, hint } = wrong;
    yield { ...base, subject: channel.name, standing: 'bad', text, code, ...(hint === undefined ? {} : { fix: hint }) };
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
