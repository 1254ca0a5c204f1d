import type { Calendar, Configuration, NewDelivery, Notice } from '@umbracore/contracts';
import { decide } from './decide.ts';

/** What would be on its way if this happened now, and nothing had before. */
export function rulesTelling(
  { notifications, timezone: zone }: Pick<Configuration, 'notifications' | 'timezone'>,
  about: { readonly notice: Notice; readonly tags: readonly string[]; readonly calendar: Calendar },
): readonly NewDelivery[] {
  const { notice, tags, calendar } = about;
  const occasion = { subject: '', notice, events: [notice.event], tags, isNode: false, clears: [] } as const;
  // A recovery is told only where there was a trouble.
  const past = { troubles: { run: { since: notice.at, notice } }, told: {} };
  const clears = notice.event === 'recovered' ? (['run'] as const) : [];
  return decide({ rules: notifications.rules, calendar, zone }, { ...occasion, clears, trouble: undefined }, past)
    .deliveries;
}
