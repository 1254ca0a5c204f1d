export { outboxFigures, Notifications, type NotificationsInit } from './notifications.ts';
export { notifiersOf } from './notifiers.ts';
export { digestOf, messageOf, type Letterhead } from './delivery/message.ts';
export { masked } from './masked.ts';
export { rulesTelling } from './told/rules-telling.ts';
export { exampleNotice } from './told/example.ts';
export type { QuotaLine, StaleLine } from './told/state-occasions.ts';
