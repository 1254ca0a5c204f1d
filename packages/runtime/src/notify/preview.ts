import { hostname } from 'node:os';
import type { Calendar, Configuration, Instant } from '@umbracore/contracts';
import { exampleNotice, messageOf, rulesTelling } from '@umbracore/notifications';
import type { NotifyPreview } from '../documents/notifications-document.ts';
import { eventNamed, exampleSubject } from './wanted.ts';

/** The words of an example, and who would get it. Nothing is sent. */
export function notifyPreview(
  configuration: Configuration,
  { event = 'failed', job }: { readonly event?: string | undefined; readonly job?: string | undefined },
  { calendar, now }: { readonly calendar: Calendar; readonly now: Instant },
): NotifyPreview {
  const subject = exampleSubject(configuration, job);
  const notice = exampleNotice(eventNamed(event), ...subject, now);
  const message = messageOf(notice.id, notice, { host: hostname(), at: now, zone: configuration.timezone });
  const tags = configuration.jobs.get(subject[0])?.tags ?? [];
  return { notice, message, to: rulesTelling(configuration, { notice, tags, calendar }) };
}
