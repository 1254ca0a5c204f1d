import type { Delivery, Notice, NotificationRule, OutboxFigures } from '@umbracore/contracts';
import { timestamp, timestampOrNull } from './timestamp.ts';

/** How things stand with what people are to be told, as `notifications` of `umbra.status/1`. */
export const notificationsDocument = ({ waiting, troubled, failed, overdueSince, nextDueAt }: OutboxFigures) => ({
  waiting,
  troubled,
  failed,
  overdueSince: timestampOrNull(overdueSince ?? undefined),
  nextDueAt: timestampOrNull(nextDueAt ?? undefined),
});

export type NotificationsDocument = ReturnType<typeof notificationsDocument>;

export const noticeDocument = ({ id, at, ...notice }: Notice) => ({ id, time: timestamp(at), ...notice });

/** A notice on its way, as it stands in `umbra.notify/1`. */
export const deliveryDocument = ({
  id,
  channel,
  state,
  dueAt,
  createdAt,
  settledAt,
  tries,
  error,
  notice,
}: Delivery) => ({
  id,
  channel,
  state,
  tries,
  createdAt: timestamp(createdAt),
  dueAt: timestamp(dueAt),
  settledAt: timestampOrNull(settledAt ?? undefined),
  error,
  notice: noticeDocument(notice),
});

export type DeliveryDocument = ReturnType<typeof deliveryDocument>;

export const ruleDocument = (rule: NotificationRule) => ({
  on: rule.on,
  severity: rule.severity ?? null,
  jobs: rule.jobs,
  tags: rule.tags,
  to: rule.channels,
  repeatEvery: rule.repeatEveryMs === undefined ? null : rule.repeatEveryMs / 1000,
  quietHours: rule.quietHours?.text ?? null,
  digest: rule.digest?.text ?? null,
});
