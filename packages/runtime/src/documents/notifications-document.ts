import type {
  Delivery,
  ErrorRecord,
  Instant,
  Message,
  NewDelivery,
  Notice,
  NotificationRule,
  OutboxFigures,
  UmbraError,
} from '@umbracore/contracts';
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

/** How channels, rules and deliveries stand. */
export interface NotifyOverview {
  readonly channels: readonly {
    readonly name: string;
    readonly kind: string;
    readonly lastSentAt: Instant | undefined;
    readonly waiting: number;
    readonly error: ErrorRecord | null;
  }[];
  readonly rules: readonly NotificationRule[];
  readonly figures: OutboxFigures;
  readonly untold: readonly Delivery[];
}

/** `umbra.notify/1` without its name. */
export const notifyDocument = ({ channels, rules, figures, untold }: NotifyOverview) => ({
  channels: channels.map(({ name, kind, lastSentAt, waiting, error }) => ({
    name,
    type: kind,
    lastSentAt: timestampOrNull(lastSentAt),
    waiting,
    error,
  })),
  rules: rules.map(ruleDocument),
  ...notificationsDocument(figures),
  untold: untold.map(deliveryDocument),
});

export interface NotifyPreview {
  readonly notice: Notice;
  readonly message: Message;
  readonly to: readonly NewDelivery[];
}

/** `umbra.notify-preview/1` without its name. */
export const notifyPreviewDocument = ({ notice, message: { subject, text, severity }, to }: NotifyPreview) => ({
  event: notice.event,
  subject,
  text,
  severity,
  notice: noticeDocument(notice),
  to: to.map(({ channel, dueAt, group }) => ({ channel, at: timestamp(dueAt), digest: group !== null })),
});

export interface NotifyTest {
  readonly channel: string;
  readonly error: UmbraError | undefined;
}

/** `umbra.notify-test/1` without its name. */
export const notifyTestDocument = (results: readonly NotifyTest[]) => ({
  channels: results.map(({ channel, error }) => ({
    channel,
    sent: error === undefined,
    error: error?.toRecord() ?? null,
  })),
});
