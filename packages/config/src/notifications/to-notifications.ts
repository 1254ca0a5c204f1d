import { closest, UmbraError } from '@umbracore/contracts';
import type {
  Calendar,
  ChannelDefinition,
  NotificationRule,
  NotificationSettings,
  Schedule,
} from '@umbracore/contracts';
import { failure, failureAt, type Failure } from '../report/failure.ts';
import { list } from '../list.ts';
import type { Entry } from '../reading/collect.ts';
import type { Path } from '../reading/path.ts';
import { nearestSpan, type Finding } from '../reading/source-text.ts';
import type { NotificationsInput, RuleInput } from '../schema/notifications.ts';
import { parseDuration } from '../units.ts';
import { toSettings } from './channel-settings.ts';

export interface NotificationsContext {
  readonly home: string;
  readonly calendar: Calendar;
  readonly timezone: string;
  /** Names of jobs and chains. */
  readonly jobs: ReadonlySet<string>;
}

export interface ReadNotifications {
  readonly notifications: NotificationSettings;
  readonly findings: readonly Finding[];
}

type NotificationsEntry = Entry<NotificationsInput>;

/** Nobody is told of anything. */
export const noNotifications: NotificationSettings = { channels: [], rules: [] };

/** Who is told of what, and what is wrong with that. */
export function toNotifications(
  entry: NotificationsEntry | undefined,
  context: NotificationsContext,
): ReadNotifications {
  if (entry === undefined) return { notifications: noNotifications, findings: [] };
  const { channels = {}, rules = [] } = entry.value;
  const read = rules.map((rule, index) => readRule(entry, index, rule, context));
  return {
    notifications: {
      channels: Object.entries(channels).map(([name, { type, ...settings }]): ChannelDefinition => ({
        name,
        kind: type,
        settings: toSettings(settings, entry.source.file, context.home),
      })),
      rules: read.map(({ rule }) => rule),
    },
    findings: read.flatMap(({ findings }) => findings),
  };
}

function readRule(
  entry: NotificationsEntry,
  index: number,
  written: RuleInput,
  { calendar, timezone, jobs }: NotificationsContext,
): { readonly rule: NotificationRule; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const { source, path } = entry;
  const at = (inner: Path) => ({ source, span: nearestSpan(source, [...path, 'rules', index, ...inner], 'value') });
  const attempt = <T>(inner: Path, reading: () => T): T | undefined => {
    let result: T | undefined;
    const wrong: Failure | undefined = failure(() => void (result = reading()));
    if (wrong !== undefined) findings.push(failureAt(wrong, at(inner)));
    return result;
  };
  const known = (what: string, names: string | string[] | undefined, among: ReadonlySet<string>, key: string): void => {
    for (const [place, name] of list(names).entries())
      if (!among.has(name))
        findings.push({ ...unknown(what, name, among), ...at(Array.isArray(names) ? [key, place] : [key]) });
  };
  const channels = new Set(Object.keys(entry.value.channels ?? {}));
  if (!entry.faulty) {
    known('channel', written.to, channels, 'to');
    known('job', written.jobs, jobs, 'jobs');
    if (written.on === undefined && written.severity === undefined) findings.push({ ...saysNothing, ...at([]) });
  }
  const { repeatEvery, quietHours, digest } = written;
  const rule: NotificationRule = {
    on: list(written.on),
    severity: written.severity,
    jobs: list(written.jobs),
    tags: list(written.tags),
    channels: list(written.to),
    repeatEveryMs: repeatEvery === undefined ? undefined : parseDuration(repeatEvery),
    quietHours:
      quietHours === undefined ? undefined : attempt(['quietHours'], () => quiet(list(quietHours), timezone, calendar)),
    digest: digest === undefined ? undefined : attempt(['digest'], () => digestAt(digest, timezone, calendar)),
  };
  return { rule, findings };
}

const quiet = (texts: readonly string[], zone: string, calendar: Calendar): Schedule => ({
  recurrence: { type: 'manual' },
  zone,
  text: texts.join(', '),
  blackouts: texts.map((text) => calendar.parsePeriod(text)),
});

function digestAt(text: string, zone: string, calendar: Calendar): Schedule {
  if (text.trim() !== 'manual') return calendar.parse(text, zone);
  const hint = 'Write when, such as daily at 08:00.';
  throw new UmbraError('schedule.syntax', 'a digest that nothing sends', { hint });
}

const saysNothing = {
  code: 'config.invalid-value',
  message: 'this rule does not say what is told',
  hint: 'add "on: [failed, recovered]" or "severity: warning" to it',
} as const;

function unknown(what: string, name: string, among: ReadonlySet<string>): Pick<Finding, 'code' | 'message' | 'hint'> {
  const meant = closest(name, among);
  const all = [...among].join(', ');
  const otherwise = all === '' ? `add it to ${what}s` : `use one of: ${all}`;
  return {
    code: 'config.unknown-reference',
    message: `there is no ${what} "${name}"`,
    hint: meant === undefined ? otherwise : `did you mean "${meant}"?`,
  };
}
