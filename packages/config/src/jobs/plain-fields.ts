import type { EdgeCondition } from '@umbracore/contracts';
import { builtInOn, type builtIn } from '../built-in.ts';
import { absolutePath, type Folders } from '../reading/file-path.ts';
import { list } from '../list.ts';
import type { AfterInput, JobFields, UsesInput } from '../schema/job.ts';
import { plainHooks, type PlainHooks } from './hooks.ts';
import { programPath } from './program-path.ts';
import { timingIn } from './timing.ts';
import type { CommandInput, CopyInput, DrillInput, SourceInput } from '../schema/kinds.ts';
import type { ScheduleInput } from '../schema/schedule.ts';
import { plainThrottle, type PlainThrottle } from '../throttle.ts';
import { absoluteReference, type SecretReferenceText } from '../secret-reference.ts';

export interface PlainUpstream {
  readonly job: string;
  readonly on: readonly EdgeCondition[];
  readonly within?: string | undefined;
}

export interface PlainCopy {
  readonly from: string;
  readonly to?: readonly string[] | undefined;
  readonly jobs?: readonly string[] | undefined;
}

export interface PlainDrill {
  readonly files?: number | undefined;
  readonly maxSize?: string | undefined;
  /** Absolute. */
  readonly canaries?: readonly string[] | undefined;
  readonly jobs?: readonly string[] | undefined;
}

export interface PlainSource {
  /** Absolute; the name of a file below `/` for what a program writes. */
  readonly path: string;
  readonly required: boolean;
  readonly stdin?: readonly string[] | undefined;
  readonly env?: Readonly<Record<string, SecretReferenceText>> | undefined;
}

export interface PlainCommand {
  readonly run: readonly string[];
  readonly env?: Readonly<Record<string, SecretReferenceText>> | undefined;
  readonly cwd?: string | undefined;
  readonly warningCodes?: readonly number[] | undefined;
}

export interface PlainCheck {
  readonly read?: string | undefined;
  readonly readAll?:
    { readonly within: string; readonly perDay: string; readonly resticEvery?: string | undefined } | undefined;
}

/** Fields that several forms are written in. */
type FormedFields =
  | 'sources'
  | 'repository'
  | 'schedule'
  | 'retryStrategy'
  | 'after'
  | 'uses'
  | 'copy'
  | 'prune'
  | 'check'
  | 'drill'
  | 'command'
  | 'throttle'
  | 'hooks';

/** Job fields in one form each: lists instead of the short forms, absolute paths, one name for `retry`. */
export type PlainFields = Omit<JobFields, FormedFields> & {
  readonly sources?: readonly PlainSource[] | undefined;
  readonly repository?: readonly string[] | undefined;
  readonly schedule?: readonly (string | ScheduleInput)[] | undefined;
  readonly after?: readonly PlainUpstream[] | undefined;
  /** A list, so that it is replaced as a whole. */
  readonly uses?: readonly { readonly resource: string; readonly units: number | 'all' }[] | undefined;
  readonly copy?: PlainCopy | undefined;
  readonly prune?: Readonly<Record<string, never>> | undefined;
  readonly check?: PlainCheck | undefined;
  readonly drill?: PlainDrill | undefined;
  readonly command?: PlainCommand | undefined;
  readonly throttle?: PlainThrottle | undefined;
  readonly hooks?: PlainHooks | undefined;
};

/** The fields of a job after all layers: the built-in ones are surely there. */
export type CompleteFields = PlainFields & {
  readonly [Key in keyof typeof builtIn]-?: Exclude<PlainFields[Key & keyof PlainFields], undefined>;
};

function plainSource(source: SourceInput, folders: Folders): PlainSource {
  if (typeof source === 'string') return { path: absolutePath(source, folders), required: true };
  if ('path' in source) return { path: absolutePath(source.path, folders), required: source.required ?? true };
  const { stdin, name, env } = source;
  return {
    path: `/${name}`,
    required: true,
    stdin: plainProgram(stdin, folders),
    ...(env === undefined ? {} : { env: plainEnvironment(env, folders) }),
  };
}

const plainProgram = (words: readonly string[], folders: Folders): readonly string[] =>
  words.map((word, index) => (index === 0 ? programPath(word, folders) : word));

const plainEnvironment = (
  env: NonNullable<PlainCommand['env']>,
  folders: Folders,
): Readonly<Record<string, SecretReferenceText>> =>
  Object.fromEntries(Object.entries(env).map(([name, reference]) => [name, absoluteReference(reference, folders)]));

const plainAfter = (after: AfterInput): readonly PlainUpstream[] =>
  list(after).map((item) => {
    const { job, on, within } = typeof item === 'string' ? { job: item } : item;
    return { job, on: on === undefined ? builtInOn : list(on), ...(within === undefined ? {} : { within }) };
  });

const plainUses = (uses: UsesInput): PlainFields['uses'] =>
  typeof uses === 'string' || Array.isArray(uses)
    ? list(uses).map((resource) => ({ resource, units: 1 }))
    : Object.entries(uses).map(([resource, units]) => ({ resource, units }));

const plainCopy = ({ from, to, jobs }: CopyInput): PlainCopy => ({
  from,
  ...(to === undefined ? {} : { to: list(to) }),
  ...(jobs === undefined ? {} : { jobs: list(jobs) }),
});

function plainDrill(drill: DrillInput, folders: Folders): PlainDrill {
  if (drill === true) return {};
  const { files, maxSize, canaries, jobs } = drill;
  return defined<PlainDrill>({
    files,
    maxSize,
    canaries: canaries === undefined ? undefined : list(canaries).map((path) => absolutePath(path, folders)),
    jobs: jobs === undefined ? undefined : list(jobs),
  });
}

function plainCommand(command: CommandInput, folders: Folders): PlainCommand {
  const { run, env, cwd, warningCodes } = Array.isArray(command) ? { run: command } : command;
  return {
    run: plainProgram(run, folders),
    ...(env === undefined ? {} : { env: plainEnvironment(env, folders) }),
    ...(cwd === undefined ? {} : { cwd: absolutePath(cwd, folders) }),
    ...(warningCodes === undefined ? {} : { warningCodes: list(warningCodes) }),
  };
}

const defined = <T extends object>(fields: T): T =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;

/** Brings the fields of one layer into one form. Relative paths start at the folder of the layer's file. */
export function plainFields(fields: JobFields, folders: Folders): PlainFields {
  const { sources, repository, schedule, retry, retryStrategy, after, uses, copy, prune, check, ...rest } = fields;
  const { drill, command, throttle, hooks, ...others } = rest;
  return defined<PlainFields>({
    ...timingIn(schedule),
    ...defined(others),
    ...defined({ retry: retry ?? retryStrategy }),
    sources: sources === undefined ? undefined : list(sources).map((source) => plainSource(source, folders)),
    repository: repository === undefined ? undefined : list(repository),
    schedule: schedule === undefined ? undefined : list(schedule),
    after: after === undefined ? undefined : plainAfter(after),
    uses: uses === undefined ? undefined : plainUses(uses),
    copy: copy === undefined ? undefined : plainCopy(copy),
    prune: prune === undefined ? undefined : {},
    check: check === true ? {} : check,
    drill: drill === undefined ? undefined : plainDrill(drill, folders),
    command: command === undefined ? undefined : plainCommand(command, folders),
    throttle: throttle === undefined ? undefined : plainThrottle(throttle),
    hooks: hooks === undefined ? undefined : plainHooks(hooks, folders),
  });
}
