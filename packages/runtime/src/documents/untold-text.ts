import { relativeTime } from '@umbracore/contracts';
import type { NotificationsDocument } from './notifications-document.ts';

/** What is sent at once is told long before; nobody needs to hear of it. */
const longMs = 30 * 60_000;

/** That people were not told what they were to be told; undefined if they were. */
export function untoldText({ troubled, failed, overdueSince }: NotificationsDocument, now: number): string | undefined {
  const look = 'umbra notify list';
  if (failed > 0) return `${counted(failed)} did not arrive and ${failed === 1 ? 'is' : 'are'} given up: ${look}`;
  if (troubled > 0) return `${counted(troubled)} did not arrive yet: ${look}`;
  const since = overdueSince === null ? undefined : Date.parse(overdueSince);
  if (since === undefined || now - since < longMs) return undefined;
  return `notifications wait since ${relativeTime(since, now)}, and nothing sends them: umbra daemon start, or ${look}`;
}

const counted = (count: number): string => `${count} ${count === 1 ? 'notification' : 'notifications'}`;
