import type {
  AfterEdge,
  BaseRule,
  JobBase,
  JobConditions,
  JobDefinition,
  RetentionPolicy,
  RetryStrategy,
  Schedule,
  SecretReference,
  Source,
  TransferLimits,
  VerifyLevel,
} from '@umbracore/contracts';
import { builtIn, builtInBase, builtInCheck, builtInConditions, builtInDrill, builtInForget } from '../built-in.ts';
import { toHooks } from './hooks.ts';
import type { FileKind } from './kinds.ts';
import type { CompleteFields, PlainCheck, PlainCommand, PlainDrill, PlainFields, PlainSource } from './plain-fields.ts';
import { conditionWords, type JobFields } from '../schema/job.ts';
import type { ForgetInput } from '../schema/kinds.ts';
import { parseSecretReference } from '../secret-reference.ts';
import { toThrottle } from '../throttle.ts';
import { parseDuration, parseRate, parseSize } from '../units.ts';

/** What is known of a job beside its own fields. */
export interface JobSurroundings {
  readonly id: string;
  readonly repositories: readonly string[];
  readonly schedules: readonly Schedule[];
  readonly timezone: string;
}

const optionalDuration = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : parseDuration(text);

export function toLimits(limits: JobFields['limits']): TransferLimits {
  return {
    uploadBytesPerSecond: parseRate(limits?.upload ?? builtIn.limits.upload),
    downloadBytesPerSecond: parseRate(limits?.download ?? builtIn.limits.download),
  };
}

function toRetry(fields: NonNullable<JobFields['retry']>): RetryStrategy {
  const { type, maxAttempts, initialDelay, maxDelay, factor, maxTotal } = { ...builtIn.retry, ...fields };
  switch (type) {
    case 'none':
      return { type };
    case 'fixed':
      return {
        type,
        maxAttempts: maxAttempts ?? builtIn.retry.maxAttempts,
        delayMs: parseDuration(initialDelay ?? builtIn.retry.initialDelay),
      };
    case 'exponentialBackoff':
    case undefined:
      return {
        type: 'exponentialBackoff',
        maxAttempts: maxAttempts ?? builtIn.retry.maxAttempts,
        initialDelayMs: parseDuration(initialDelay ?? builtIn.retry.initialDelay),
        maxDelayMs: parseDuration(maxDelay ?? builtIn.retry.maxDelay),
        factor: factor ?? builtIn.retry.factor,
        maxTotalMs: parseDuration(maxTotal ?? builtIn.retry.maxTotal),
      };
    default:
      return type satisfies never;
  }
}

function toConditions(fields: PlainFields['conditions']): JobConditions | undefined {
  if (fields === undefined) return undefined;
  const words: readonly string[] = conditionWords;
  const all = Object.entries(fields).flatMap(([kind, options]) => (words.includes(kind) ? [] : [{ kind, options }]));
  if (all.length === 0) return undefined;
  return {
    all,
    otherwise: fields.otherwise ?? builtInConditions.otherwise,
    waitForMs: optionalDuration(fields.waitFor),
  };
}

/** An edge for each end that counts: any of them makes the job due. */
const toAfter = (after: PlainFields['after']): readonly AfterEdge[] | undefined =>
  after?.flatMap(({ job, on, within }) =>
    on.map((condition) => ({ job, on: condition, withinMs: optionalDuration(within) })),
  );

/** What jobs of every kind have, chains too. */
export function toBase(fields: CompleteFields, { id, repositories, schedules, timezone }: JobSurroundings): JobBase {
  return {
    id,
    description: fields.description,
    enabled: fields.enabled,
    repositories,
    tags: fields.tags,
    schedules,
    after: toAfter(fields.after),
    atLeastEveryMs: optionalDuration(fields.atLeastEvery),
    staleAfterMs: optionalDuration(fields.staleAfter),
    conditions: toConditions(fields.conditions),
    uses: fields.uses,
    overlap: fields.overlap,
    retry: toRetry(fields.retry),
    limits: toLimits(fields.limits),
    throttle: toThrottle(fields.throttle, timezone),
    maxRuntimeMs: optionalDuration(fields.maxRuntime),
    stallTimeoutMs: parseDuration(fields.stallTimeout),
    orphanPolicy: fields.orphanPolicy,
    hooks: toHooks(fields.hooks),
  };
}

/** With neither it is the age that counts. */
function toBaseRule({ every, after }: NonNullable<JobFields['base']>): BaseRule {
  const age = every ?? (after === undefined ? builtInBase.every : undefined);
  return { everyMs: optionalDuration(age), afterRuns: after };
}

function toPolicy(forget: ForgetInput, timezone: string): RetentionPolicy {
  const { last = 0, hourly = 0, daily = 0, weekly = 0, monthly = 0, yearly = 0 } = forget;
  const { within, tags = [], minimum = builtInForget.minimum, zone = timezone } = forget;
  const rail = Number.parseFloat(forget.rail ?? builtInForget.rail) / 100;
  const withinMs = optionalDuration(within);
  const undoMs = optionalDuration(forget.undoWithin);
  return { last, hourly, daily, weekly, monthly, yearly, withinMs, tags, minimum, rail, undoMs, zone };
}

const toSource = ({ path, required, stdin, env }: PlainSource): Source => ({
  path,
  required,
  ...(stdin === undefined ? {} : { program: { command: stdin, env: toEnvironment(env) } }),
});

function toEnvironment(env: PlainCommand['env'] = {}): Readonly<Record<string, SecretReference>> {
  // Paths in the references are absolute already.
  const folders = { base: '/', home: '/' };
  const references = Object.entries(env).map(([key, reference]): [string, SecretReference] => [
    key,
    parseSecretReference(reference, folders),
  ]);
  return Object.fromEntries(references);
}

const toCommand = ({ run, env, cwd, warningCodes = [] }: PlainCommand) => ({
  command: run,
  env: toEnvironment(env),
  cwd,
  warningCodes,
});

const toCheck = ({ read = '0', readAll }: PlainCheck) => ({
  readPercent: read === 'all' ? 100 : Number.parseFloat(read),
  readAll: readAll && {
    withinMs: parseDuration(readAll.within),
    bytesPerDay: parseSize(readAll.perDay),
    engineEveryMs: parseDuration(readAll.resticEvery ?? builtInCheck.resticEvery),
  },
});

const toDrill = ({ files, maxSize, canaries = [], jobs = [] }: PlainDrill) => ({
  files: files ?? builtInDrill.files,
  maxBytes: parseSize(maxSize ?? builtInDrill.maxSize),
  canaries,
  jobs,
});

const listed = (jobs: string | readonly string[] | undefined): readonly string[] =>
  typeof jobs === 'string' ? [jobs] : (jobs ?? []);

const levelIn = (verify: CompleteFields['verify']): VerifyLevel =>
  typeof verify === 'string' ? verify : (verify.afterBackup ?? builtIn.verify.afterBackup);

/** A job with all layers applied, as the rest of the product sees it; undefined if what its kind needs was faulty. */
export function toJob(kind: FileKind, fields: CompleteFields, around: JobSurroundings): JobDefinition | undefined {
  const base = toBase(fields, around);
  switch (kind) {
    case 'backup':
      return {
        ...base,
        kind,
        sources: (fields.sources ?? []).map(toSource),
        excludes: fields.excludes,
        excludeIfPresent: fields.excludeIfPresent,
        excludeCaches: fields.excludeCaches,
        oneFileSystem: fields.oneFileSystem,
        privileged: fields.privileged,
        snapshot: fields.snapshot,
        compressionLevel: fields.compressionLevel,
        strategy: fields.strategy,
        base: fields.strategy === 'differential' ? toBaseRule(fields.base ?? {}) : undefined,
        skipIfUnchanged: fields.skipIfUnchanged,
        scan: fields.scan,
        verifyAfterBackup: levelIn(fields.verify),
        shrinkLimit: fields.shrinkLimit,
      };
    case 'copy':
      return fields.copy && { ...base, kind, from: fields.copy.from, jobs: fields.copy.jobs ?? [] };
    case 'forget':
      return (
        fields.forget && {
          ...base,
          kind,
          policy: toPolicy(fields.forget, around.timezone),
          jobs: listed(fields.forget.jobs),
        }
      );
    case 'prune':
      return { ...base, kind };
    case 'check':
      return { ...base, kind, ...toCheck(fields.check ?? {}) };
    case 'drill':
      return { ...base, kind, ...toDrill(fields.drill ?? {}) };
    case 'command':
      return fields.command && { ...base, kind, ...toCommand(fields.command) };
    default:
      return kind satisfies never;
  }
}
