import type { JobId, JobKind, RepositoryName } from './job.ts';
import type { RunId } from './run.ts';
import type { Schedule } from './schedule.ts';
import type { SecretReference } from './secret.ts';
import type { Instant } from './time.ts';

/** What people can be told of. */
export type NoticeEvent =
  | 'started'
  | 'succeeded'
  | 'warning'
  | 'failed'
  | 'cancelled'
  | 'skipped'
  | 'missed'
  /** What is stored, or was just saved, did not pass a check. */
  | 'verify-failed'
  /** A hook failed that changes nothing about the verdict of its run. */
  | 'hook-failed'
  /** Without a success for too long. */
  | 'stale'
  /** A repository takes nearly all of its quota, or more. */
  | 'quota'
  /** Good again after a failure, or not stale any more. */
  | 'recovered'
  /** Something about the state or the configuration that a person must know. */
  | 'alarm';

export const noticeEvents: readonly NoticeEvent[] = [
  'started',
  'succeeded',
  'warning',
  'failed',
  'cancelled',
  'skipped',
  'missed',
  'verify-failed',
  'hook-failed',
  'stale',
  'quota',
  'recovered',
  'alarm',
];

export type Severity = 'info' | 'warning' | 'error';

export const severities: readonly Severity[] = ['info', 'warning', 'error'];

/** One thing that somebody is told, in words. Holds no secret. */
export interface Notice {
  /** The same however often it is looked at, so that nothing is told twice. */
  readonly id: string;
  readonly event: NoticeEvent;
  readonly severity: Severity;
  readonly at: Instant;
  /** Null for what concerns all of them. */
  readonly job: JobId | null;
  readonly kind: JobKind | null;
  /** Null for what concerns none. */
  readonly repository: RepositoryName | null;
  readonly run: RunId | null;
  /** What happened, as a short sentence without its full stop. */
  readonly what: string;
  readonly why: string | null;
  /** What to do about it. */
  readonly advice: string | null;
  /** The command that tells more. */
  readonly command: string | null;
  /** Further lines: numbers, files, nodes of a chain. */
  readonly details: readonly string[];
}

/** What a channel carries. */
export interface Message {
  /** The same each time that it is tried, so that a receiver can tell that it got it before. */
  readonly id: string;
  /** One short line. */
  readonly subject: string;
  /** Lines of plain text. */
  readonly text: string;
  readonly severity: Severity;
  /** Of the one notice; `digest` for several. */
  readonly event: NoticeEvent | 'digest';
  readonly notices: readonly Notice[];
  /** When it was written. */
  readonly at: Instant;
  /** Name of the machine. */
  readonly host: string;
}

/** One setting of a kind of channel. A text may be given as a reference to a secret; a `secret` has to be. */
export interface NotifierSetting {
  readonly type: 'text' | 'secret' | 'texts' | 'number' | 'flag' | 'map';
  readonly required?: boolean | undefined;
  readonly choices?: readonly string[] | undefined;
  /** What it is, for a person who writes it. */
  readonly text: string;
}

/** The settings of a channel with secrets resolved. What these give leaves the process in a message and in nothing else. */
export interface ChannelValues {
  text(name: string): string | undefined;
  texts(name: string): readonly string[];
  number(name: string): number | undefined;
  flag(name: string): boolean | undefined;
  map(name: string): Readonly<Record<string, string>>;
}

/** One way to tell people, as a plug-in brings it. */
export interface NotifierKind {
  /** `type` in the configuration. */
  readonly kind: string;
  /** What it is, in some words. */
  readonly text: string;
  readonly settings: Readonly<Record<string, NotifierSetting>>;
  /**
   * What the types of settings cannot tell; throws `config.invalid-value` with a hint. Called when the configuration is read:
   * what is referred to is undefined.
   */
  check?(values: ChannelValues): void;
  /**
   * Hands the message over. Throws `notify.refused` if trying again changes nothing, `notify.unreachable` otherwise, with
   * `retryAfterMs` in its context if the service says how long it wants to be left alone. Rejects soon after the signal aborts. An
   * error may name the secrets of the channel: whoever calls masks them.
   */
  send(message: Message, values: ChannelValues, signal: AbortSignal): Promise<void>;
}

/** A setting as configured. */
export type ChannelSetting =
  | string
  | number
  | boolean
  | { readonly from: SecretReference }
  | readonly ChannelSetting[]
  | { readonly map: Readonly<Record<string, ChannelSetting>> };

/** A channel as configured. */
export interface ChannelDefinition {
  readonly name: string;
  readonly kind: string;
  readonly settings: Readonly<Record<string, ChannelSetting>>;
}

/** Who is told of what, and when. */
export interface NotificationRule {
  /** One of these; empty means any. */
  readonly on: readonly NoticeEvent[];
  /** At least this; undefined means any. */
  readonly severity: Severity | undefined;
  /** Only of these jobs; empty means of all, but for the jobs of a chain, whose chain tells. */
  readonly jobs: readonly JobId[];
  /** Only of jobs with one of these; empty means of all. */
  readonly tags: readonly string[];
  readonly channels: readonly string[];
  /** A trouble that goes on is told again after so long, and not sooner; undefined tells each run that fails. */
  readonly repeatEveryMs: number | undefined;
  /** A schedule whose blackouts are the hours in which nothing is sent: what comes in them is sent when they end. */
  readonly quietHours: Schedule | undefined;
  /** What comes is collected and sent as one message at these times. */
  readonly digest: Schedule | undefined;
}

export interface NotificationSettings {
  readonly channels: readonly ChannelDefinition[];
  readonly rules: readonly NotificationRule[];
}

/** All kinds of channels as one. */
export interface Notifiers {
  kinds(): readonly NotifierKind[];
  /** Throws `config.*` for an unknown kind or settings that it refuses. */
  check(channel: ChannelDefinition): void;
  /** Finds its secrets and sends nothing. Throws `secret.unavailable`. */
  tryOut(channel: ChannelDefinition): Promise<void>;
  /** Throws `notify.*`, `secret.unavailable` and `config.*`, with the secrets of the channel masked. */
  send(channel: ChannelDefinition, message: Message, signal: AbortSignal): Promise<void>;
}
