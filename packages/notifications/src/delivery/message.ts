import type { Instant, Message, Notice, Severity } from '@umbracore/contracts';
import { severities } from '@umbracore/contracts';
import { shownTime } from '../told/shown.ts';

const longestSubject = 120;
/** A digest of more is cut: the history has them all. */
const mostInDigest = 200;

export interface Letterhead {
  readonly host: string;
  readonly at: Instant;
  readonly zone: string;
}

/** One notice as a message: what happened, why, what to do. */
export function messageOf(id: string, notice: Notice, head: Letterhead): Message {
  return {
    id,
    subject: cut(`${head.host}: ${notice.what}`),
    text: linesOf(notice, head).join('\n'),
    severity: notice.severity,
    event: notice.event,
    notices: [notice],
    at: head.at,
    host: head.host,
  };
}

/** Several notices as one message, oldest first. */
export function digestOf(id: string, notices: readonly Notice[], head: Letterhead): Message {
  const [only] = notices;
  if (only !== undefined && notices.length === 1) return messageOf(id, only, head);
  const ordered = notices.toSorted((one, other) => one.at - other.at);
  const worst = ordered.reduce<Severity>((most, { severity }) => worse(most, severity), 'info');
  const left = ordered.length - mostInDigest;
  return {
    id,
    subject: cut(`${head.host}: ${summary(ordered)}`),
    text: [
      ...ordered.slice(0, mostInDigest).map((notice) => lineOf(notice, head.zone)),
      ...(left > 0 ? [`and ${left} more: umbra history`] : []),
    ].join('\n'),
    severity: worst,
    event: 'digest',
    notices: ordered.slice(0, mostInDigest),
    at: head.at,
    host: head.host,
  };
}

function linesOf({ what, at, why, advice, command, details }: Notice, { host, zone }: Letterhead): readonly string[] {
  return [
    `${what} on ${host}, ${shownTime(at, zone)}`,
    ...(why === null ? [] : [`Why: ${why}`]),
    ...(advice === null ? [] : [`What to do: ${advice}`]),
    ...details.map((line) => `- ${line}`),
    ...(command === null ? [] : [`More: ${command}`]),
  ];
}

function lineOf({ what, at, why }: Notice, zone: string): string {
  return `${shownTime(at, zone)}  ${what}${why === null ? '' : `: ${why}`}`;
}

/** `12 succeeded, 1 failed`, in the order of how bad it is. */
function summary(notices: readonly Notice[]): string {
  const counts = new Map<string, { readonly count: number; readonly severity: Severity }>();
  for (const { event, severity } of notices)
    counts.set(event, { count: (counts.get(event)?.count ?? 0) + 1, severity });
  return [...counts]
    .toSorted(([, one], [, other]) => severities.indexOf(other.severity) - severities.indexOf(one.severity))
    .map(([event, { count }]) => `${count} ${event}`)
    .join(', ');
}

const worse = (one: Severity, other: Severity): Severity =>
  severities.indexOf(one) >= severities.indexOf(other) ? one : other;

/** Without control characters, which a header must not have. */
const cut = (text: string): string => {
  const line = text.replaceAll(/\p{C}+/gu, ' ');
  return line.length <= longestSubject ? line : `${line.slice(0, longestSubject - 1)}…`;
};
