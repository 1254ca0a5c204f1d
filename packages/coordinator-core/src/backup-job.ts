import { nameForm, tagForm, UmbraError } from '@umbracore/contracts';
import type {
  BackupJobDefinition,
  BackupStrategy,
  Calendar,
  JobId,
  OrphanPolicy,
  Recurrence,
  RepositoryDefinition,
  RepositoryName,
  RetryStrategy as Strategy,
  ScanPolicy,
  Schedule,
  Source,
  TransferLimits,
  VerifyLevel,
  Weekday,
} from '@umbracore/contracts';
import { durationMs } from './duration.ts';
import type { Duration } from './duration.ts';
import { RetryStrategy } from './retry-strategy.ts';

/** A repository by its name, or whole: a whole one is registered together with the job. */
export type RepositoryRef = RepositoryName | RepositoryDefinition;

/** A schedule in parts. */
export interface ScheduleInit {
  readonly frequency: 'manual' | 'hourly' | 'daily' | 'weekly' | 'monthly';
  /** `HH:MM`; midnight if absent. An hourly schedule uses the minutes. */
  readonly preferredTime?: string;
  /** Of a weekly schedule; 0 is Sunday. Sunday if absent. */
  readonly days?: readonly Weekday[];
  /** Of a monthly schedule; 1 if absent. */
  readonly dayOfMonth?: number | 'last';
  /** IANA zone; the one of this process if absent. */
  readonly timezone?: string;
  readonly retryStrategy?: Strategy;
}

/** A backup job as a program describes it. Everything but sources and repository has a default. */
export interface BackupJobInit {
  /** Made from the first tag or the first source if absent. */
  readonly id?: JobId;
  readonly description?: string;
  readonly enabled?: boolean;
  /** Absolute paths; an object tells that a source may be missing, or that it is what a program writes. */
  readonly sources: readonly (string | Source)[];
  /** Patterns in the syntax of the engine. */
  readonly excludes?: readonly string[];
  readonly excludeIfPresent?: readonly string[];
  readonly excludeCaches?: boolean;
  readonly oneFileSystem?: boolean;
  /** Its sources are read by the privileged program, as far as its policy allows. */
  readonly privileged?: boolean;
  /** One or more; a run is made for each, in this order. */
  readonly repository: RepositoryRef | readonly RepositoryRef[];
  readonly tags?: readonly string[];
  /** 0 (off) to 9 (smallest). */
  readonly compressionLevel?: number;
  /** A phrase such as `daily at 02:00` (needs a calendar), parts, or a whole schedule; on request only if absent. */
  readonly schedule?: string | ScheduleInit | Schedule;
  /** Goes before the one inside `schedule`; three tries with back-off if absent. */
  readonly retryStrategy?: Strategy;
  readonly verifyAfterBackup?: VerifyLevel;
  /** `incremental` if absent. */
  readonly strategy?: BackupStrategy;
  /** When a differential job makes a new base, whichever comes first: after so long, after so many runs. */
  readonly base?: { readonly every?: Duration; readonly after?: number };
  /** Makes no snapshot where nothing has changed, as far as the engine can tell. */
  readonly skipIfUnchanged?: boolean;
  /** Whether files are counted first; `auto` (only where no earlier run tells how many there are) if absent. */
  readonly scan?: ScanPolicy;
  readonly limits?: TransferLimits;
  readonly maxRuntime?: Duration;
  readonly stallTimeout?: Duration;
  readonly shrinkLimit?: number;
  readonly orphanPolicy?: OrphanPolicy;
}

/** What holds for a job that says nothing else; the configuration file has the same defaults. */
const defaults = {
  description: '',
  enabled: true,
  excludes: [],
  excludeIfPresent: [],
  excludeCaches: false,
  oneFileSystem: false,
  tags: [],
  compressionLevel: undefined,
  verifyAfterBackup: 'metadata',
  limits: {},
  shrinkLimit: 0.5,
  orphanPolicy: 'adopt',
} as const satisfies Partial<BackupJobDefinition>;

/** A backup job: what to save, where to, and how. Throws `usage.invalid` for what cannot be one. */
export class BackupJob {
  readonly id: JobId;
  /** Repositories that were given whole. */
  readonly repositories: readonly RepositoryDefinition[];
  readonly #definition: Omit<BackupJobDefinition, 'schedules'>;
  readonly #schedule: string | Schedule | undefined;

  constructor(init: BackupJobInit) {
    const { repository, schedule, retryStrategy, maxRuntime, stallTimeout = '30m', base, ...rest } = init;
    const refs: readonly RepositoryRef[] = isList(repository) ? repository : [repository];
    this.id = idOf(init);
    refuseTags(init);
    refuseLevel(init);
    this.repositories = refs.filter((ref) => typeof ref !== 'string');
    this.#schedule = scheduleOf(schedule);
    this.#definition = {
      ...defaults,
      ...rest,
      kind: 'backup',
      id: this.id,
      sources: sourcesOf(init),
      repositories: namesOf(refs),
      base: base && { everyMs: base.every === undefined ? undefined : durationMs(base.every), afterRuns: base.after },
      retry: retryStrategy ?? retryInside(schedule) ?? RetryStrategy.exponentialBackoff({ maxAttempts: 3 }),
      maxRuntimeMs: maxRuntime === undefined ? undefined : durationMs(maxRuntime),
      stallTimeoutMs: durationMs(stallTimeout),
    };
  }

  /** The full definition. A schedule written as a phrase needs the calendar; throws `schedule.*` if it makes no sense. */
  define(calendar?: Calendar): BackupJobDefinition {
    const schedule = this.#schedule;
    if (schedule === undefined) return { ...this.#definition, schedules: [] };
    if (typeof schedule !== 'string') return { ...this.#definition, schedules: [schedule] };
    if (calendar === undefined) {
      throw new UmbraError('usage.invalid', `The schedule "${schedule}" needs a calendar to be understood`, {
        hint: 'Give the coordinator a calendar, or write the schedule in parts.',
      });
    }
    return { ...this.#definition, schedules: [calendar.parse(schedule, localZone())] };
  }
}

function sourcesOf({ sources }: BackupJobInit): readonly Source[] {
  const all = sources.map((source) => (typeof source === 'string' ? { path: source, required: true } : source));
  if (all.length === 0) throw invalid('The job has no sources', 'Name at least one folder or file to save.');
  const relative = all.find(({ path }) => !isAbsolute(path));
  if (relative !== undefined) {
    throw invalid(
      `The source ${JSON.stringify(relative.path)} is not an absolute path`,
      'Write sources as absolute paths.',
    );
  }
  refuseMixed(all);
  return all;
}

/** No engine saves what a program writes together with anything else. */
function refuseMixed(sources: readonly Source[]): void {
  const written = sources.find(({ program }) => program !== undefined);
  if (written === undefined) return;
  if (sources.length > 1) throw invalid('What a program writes is saved alone', 'Give it a job of its own.');
  if (!/^\/[^/]+$/.test(written.path) || written.program?.command[0] === undefined)
    throw invalid(
      'A program is saved under a name',
      'Write { path: "/NAME", program: { command: [PROGRAM], env: {} } }.',
    );
}

const isAbsolute = (path: string): boolean => /^(?:\/|[A-Za-z]:[\\/]|\\\\)/.test(path) && !path.includes('\0');

function namesOf(refs: readonly RepositoryRef[]): readonly RepositoryName[] {
  const names = refs.map((ref) => (typeof ref === 'string' ? ref : ref.name));
  if (names.length === 0) throw invalid('The job has no repository', 'Name at least one repository.');
  if (new Set(names).size < names.length)
    throw invalid('The job names a repository twice', 'Name each repository once.');
  return names;
}

const isList = (value: RepositoryRef | readonly RepositoryRef[]): value is readonly RepositoryRef[] =>
  Array.isArray(value);

function idOf(init: BackupJobInit): JobId {
  const id = init.id ?? idFrom(init);
  if (nameForm.test(id)) return id;
  throw invalid(
    `${JSON.stringify(id)} cannot be the id of a job`,
    'Use letters, digits, `-`, `_` and `.`, and begin with a letter or digit.',
  );
}

function refuseTags({ tags = [] }: BackupJobInit): void {
  const wrong = tags.find((tag) => !tagForm.test(tag));
  if (wrong !== undefined)
    throw invalid(`${JSON.stringify(wrong)} cannot be a tag`, 'Leave out commas and spaces before it.');
}

function refuseLevel({ compressionLevel }: BackupJobInit): void {
  if (compressionLevel !== undefined && !isWithin(compressionLevel, 0, 9))
    throw invalid(`compressionLevel is ${compressionLevel}`, 'Use a whole number from 0 to 9.');
}

function idFrom({ tags, sources }: BackupJobInit): JobId {
  const first = sources[0];
  const path = typeof first === 'string' ? first : first?.path;
  const word = tags?.[0] ?? path?.split(/[\\/]/).findLast((part) => part !== '') ?? 'backup';
  const id = word
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replaceAll(/^[^a-z0-9]+|-+$/g, '');
  return id === '' ? 'backup' : id;
}

function scheduleOf(schedule: BackupJobInit['schedule']): string | Schedule | undefined {
  if (schedule === undefined || typeof schedule === 'string' || 'recurrence' in schedule) return schedule;
  if (schedule.frequency === 'manual') return undefined;
  return {
    recurrence: recurrenceOf(schedule),
    zone: schedule.timezone ?? localZone(),
    text:
      schedule.preferredTime === undefined ? schedule.frequency : `${schedule.frequency} at ${schedule.preferredTime}`,
  };
}

function recurrenceOf({ frequency, preferredTime = '00:00', days = [0], dayOfMonth = 1 }: ScheduleInit): Recurrence {
  const match = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(preferredTime);
  if (match === null) {
    throw wrongTime(`"${preferredTime}" is not a time of day`, 'Write HH:MM, such as 02:00.');
  }
  const at = { hour: Number(match[1]), minute: Number(match[2]) };
  switch (frequency) {
    case 'manual':
      return { type: 'manual' };
    case 'hourly':
      return { type: 'hourly', minute: at.minute };
    case 'daily':
      return { type: 'daily', at };
    case 'weekly':
      if (days.length === 0 || !days.every((day) => isWithin(day, 0, 6)))
        throw wrongTime(`${JSON.stringify(days)} are no weekdays`, 'Write one or more of 0 (Sunday) to 6.');
      return { type: 'weekly', days, at };
    case 'monthly':
      if (dayOfMonth !== 'last' && !isWithin(dayOfMonth, 1, 31))
        throw wrongTime(`${JSON.stringify(dayOfMonth)} is not a day of a month`, 'Write 1 to 31, or "last".');
      return { type: 'monthly', day: dayOfMonth, at };
    default:
      throw unknownFrequency(frequency);
  }
}

const isWithin = (value: number, least: number, most: number): boolean =>
  Number.isInteger(value) && value >= least && value <= most;

const wrongTime = (message: string, hint: string): UmbraError => new UmbraError('schedule.time', message, { hint });

/** In JavaScript; an interval or a cron expression, for one, is written as a phrase. */
const unknownFrequency = (frequency: never): UmbraError =>
  new UmbraError('schedule.syntax', `A schedule in parts has no frequency ${JSON.stringify(frequency)}`, {
    hint: 'Use manual, hourly, daily, weekly or monthly, or write the schedule as a phrase such as "every 6h".',
  });

const retryInside = (schedule: BackupJobInit['schedule']): Strategy | undefined =>
  typeof schedule === 'object' && 'retryStrategy' in schedule ? schedule.retryStrategy : undefined;

const localZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

const invalid = (message: string, hint: string): UmbraError => new UmbraError('usage.invalid', message, { hint });
