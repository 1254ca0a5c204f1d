import type {
  Calendar,
  Instant,
  NewDelivery,
  Notice,
  NoticeEvent,
  NotificationRule,
  Severity,
} from '@umbracore/contracts';
import { severities } from '@umbracore/contracts';
import { recoveryOf, type Occasion, type TroubleKind } from './occasion.ts';
import { ruleKey } from './rule-key.ts';
import { shownTime } from './shown.ts';

/** A trouble that goes on. */
export interface Trouble {
  readonly since: Instant;
  /** As it was told last, or would have been. */
  readonly notice: Notice;
}

/** What is remembered of one subject. */
export interface Past {
  readonly troubles: Readonly<Partial<Record<TroubleKind, Trouble>>>;
  /** When a rule told of a trouble last, by the key of the rule and the kind of the trouble. */
  readonly told: Readonly<Record<string, Instant>>;
}

export const nothingYet: Past = { troubles: {}, told: {} };

export interface DecisionContext {
  readonly rules: readonly NotificationRule[];
  readonly calendar: Pick<Calendar, 'next' | 'opening'>;
  readonly zone: string;
}

export interface Decision {
  readonly past: Past;
  readonly deliveries: readonly NewDelivery[];
}

/** Who is not told that something has started when it is long under way. */
const startWorthMs = 10 * 60_000;

/** What is told of something that happened, and what is remembered of it. */
export function decide(context: DecisionContext, occasion: Occasion, past: Past = nothingYet): Decision {
  if (occasion.trouble !== undefined) return troubled(context, occasion, occasion.trouble, past);
  const cleared = occasion.clears.filter((kind) => past.troubles[kind] !== undefined);
  if (occasion.notice.event === 'recovered' && cleared.length === 0) return { past, deliveries: [] };
  const own = sentBy(matching(context.rules, occasion), occasion.notice, context);
  if (cleared.length === 0) return { past, deliveries: own };
  const after = without(past, cleared);
  if (occasion.notice.event === 'recovered') return { past: after, deliveries: own };
  const since = Math.min(...cleared.map((kind) => past.troubles[kind]?.since ?? Infinity));
  const notice = recoveryOf(occasion, shownTime(since, context.zone));
  const recovery: Occasion = { ...occasion, notice, events: ['recovered'] };
  return { past: after, deliveries: [...own, ...sentBy(matching(context.rules, recovery), notice, context)] };
}

function troubled(context: DecisionContext, occasion: Occasion, kind: TroubleKind, past: Past): Decision {
  const { notice } = occasion;
  const before = past.troubles[kind];
  const since = before?.since ?? notice.at;
  const shown =
    before === undefined ? notice : withDetail(notice, `in trouble since ${shownTime(since, context.zone)}`);
  const told: Record<string, Instant> = { ...past.told };
  const tellers = matching(context.rules, occasion).filter((rule) => {
    const key = toldKey(rule, kind);
    const last = before === undefined ? undefined : told[key];
    if (rule.repeatEveryMs !== undefined && last !== undefined && notice.at < last + rule.repeatEveryMs) return false;
    told[key] = notice.at;
    return true;
  });
  return {
    past: { troubles: { ...past.troubles, [kind]: { since, notice } }, told },
    deliveries: sentBy(tellers, shown, context),
  };
}

/** Troubles that go on and are to be told again by now. */
export function remind(context: DecisionContext, past: Past, now: Instant): Decision {
  const told: Record<string, Instant> = { ...past.told };
  const deliveries = reminders(context.rules, past).flatMap(({ rule, kind, at, trouble }) => {
    if (at > now) return [];
    const key = toldKey(rule, kind);
    const id = `${trouble.notice.id}:again:${told[key]}`;
    told[key] = now;
    const since = `still so since ${shownTime(trouble.since, context.zone)}`;
    const notice = withDetail({ ...trouble.notice, id, at: now, what: `${trouble.notice.what}, and still is` }, since);
    return sentBy([rule], notice, context);
  });
  return { past: { ...past, told }, deliveries: distinct(deliveries) };
}

/** When something is to be told again; undefined if nothing ever is. */
export function nextReminderAt(rules: readonly NotificationRule[], past: Past): Instant | undefined {
  const all = reminders(rules, past).map(({ at }) => at);
  return all.length === 0 ? undefined : Math.min(...all);
}

function reminders(rules: readonly NotificationRule[], past: Past) {
  return Object.entries(past.troubles).flatMap(([name, trouble]) =>
    rules.flatMap((rule) => {
      const kind = name as TroubleKind;
      const last = past.told[toldKey(rule, kind)];
      if (last === undefined || rule.repeatEveryMs === undefined || trouble === undefined) return [];
      return [{ rule, kind, trouble, at: last + rule.repeatEveryMs }];
    }),
  );
}

/** The rules that tell of an occasion. */
export function matching(rules: readonly NotificationRule[], occasion: Occasion): readonly NotificationRule[] {
  return rules.filter((rule) => tells(rule, occasion));
}

function tells({ on, severity, jobs, tags }: NotificationRule, { notice, events, ...about }: Occasion): boolean {
  const isWanted = on.length === 0 || events.some((event: NoticeEvent) => on.includes(event));
  const isNamed = jobs.length > 0 || tags.length > 0;
  return (
    isWanted &&
    isAtLeast(notice.severity, severity) &&
    (isNamed || !about.isNode) &&
    (jobs.length === 0 || (notice.job !== null && jobs.includes(notice.job))) &&
    (tags.length === 0 || about.tags.some((tag) => tags.includes(tag)))
  );
}

const isAtLeast = (severity: Severity, least: Severity | undefined): boolean =>
  least === undefined || severities.indexOf(severity) >= severities.indexOf(least);

/** A channel that several rules name gets a notice once. */
function sentBy(
  rules: readonly NotificationRule[],
  notice: Notice,
  { calendar }: DecisionContext,
): readonly NewDelivery[] {
  return distinct(rules.flatMap((rule) => rule.channels.map((channel) => deliveryBy(rule, channel, notice, calendar))));
}

function deliveryBy(
  rule: NotificationRule,
  channel: string,
  notice: Notice,
  calendar: DecisionContext['calendar'],
): NewDelivery {
  const collected = rule.digest === undefined ? undefined : calendar.next(rule.digest, notice.at)?.at;
  const wanted = collected ?? notice.at;
  // Hours that never end would keep it for ever.
  const dueAt = rule.quietHours === undefined ? wanted : (calendar.opening(rule.quietHours, wanted)?.from ?? wanted);
  return {
    id: `${notice.id}|${channel}${collected === undefined ? '' : '|digest'}`,
    channel,
    notice,
    dueAt,
    group: collected === undefined ? null : `${ruleKey(rule)}|${channel}|${collected}`,
    expiresAt: notice.event === 'started' && collected === undefined ? notice.at + startWorthMs : null,
  };
}

/** The earliest of each id. */
function distinct(deliveries: readonly NewDelivery[]): readonly NewDelivery[] {
  const byId = new Map<string, NewDelivery>();
  for (const delivery of deliveries.toSorted((one, other) => one.dueAt - other.dueAt))
    if (!byId.has(delivery.id)) byId.set(delivery.id, delivery);
  return [...byId.values()];
}

const withDetail = (notice: Notice, line: string): Notice => ({ ...notice, details: [...notice.details, line] });

const toldKey = (rule: NotificationRule, kind: TroubleKind): string => `${ruleKey(rule)}/${kind}`;

function without({ troubles, told }: Past, kinds: readonly TroubleKind[]): Past {
  const isGone = (kind: string): boolean => kinds.some((one) => one === kind);
  return {
    troubles: Object.fromEntries(Object.entries(troubles).filter(([kind]) => !isGone(kind))),
    told: Object.fromEntries(Object.entries(told).filter(([key]) => !isGone(key.slice(key.lastIndexOf('/') + 1)))),
  };
}

/** Whether there is a trouble that may have to be told again. */
export const isStanding = ({ troubles }: Past): boolean => Object.keys(troubles).length > 0;
