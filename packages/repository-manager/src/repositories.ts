import {
  isUmbraError,
  UmbraError,
  type Backend,
  type BackendHost,
  type BackendRegistry,
  type BackendRepository,
  type BackendWrapper,
  type CheckReport,
  type Clock,
  type ErrorCode,
  type EventStream,
  type HealReport,
  type Log,
  type Operation,
  type ProcessIdentity,
  type ProcessTable,
  type RepairOptions,
  type Repositories,
  type RepositoryDefinition,
  type Secret,
  type SecretReference,
  type SecretResolver,
} from '@umbracore/contracts';
import { planForget } from './forget-plan.ts';
import { examine } from './health.ts';
import { healLocks, type LockJudge } from './heal.ts';
import { repairRepository } from './repair.ts';
import { answering } from './wrappers/answering.ts';
import { despiteDeadLocks } from './wrappers/despite-dead-locks.ts';
import { logged } from './wrappers/logged.ts';

export interface RepositoriesOptions {
  readonly registry: BackendRegistry;
  readonly secrets: SecretResolver;
  readonly host: BackendHost;
  readonly processes: ProcessTable;
  /** Whether another container of this host may be at work on a repository; absent: none is. */
  readonly othersAtWork?: ((repository: RepositoryDefinition) => Promise<boolean>) | undefined;
  /** Laid around every backend, the first one innermost. */
  readonly wrappers: readonly BackendWrapper[];
  readonly clock: Clock;
  readonly log: Log;
  readonly events: EventStream;
}

/** Opens repositories through the backends of a registry. Keeps nothing between calls, secrets least of all. */
export function createRepositories(options: RepositoriesOptions): Repositories {
  const { secrets } = options;
  const backend = async (definition: RepositoryDefinition, signal?: AbortSignal) =>
    backendFor(options, await resolveSecrets(definition, secrets, signal));

  const holderOf = async (definition: RepositoryDefinition, operation?: Operation) => {
    const repository = await resolveSecrets(definition, secrets, operation?.signal);
    return { repository, backend: backendFor(options, repository) };
  };

  return {
    backend,
    planForget,
    backendOf: (repository) => Promise.resolve(backendFor(options, repository)),
    resolve: (definition, signal) => resolveSecrets(definition, secrets, signal),

    async create(definition, operation, like) {
      const sameChunkerAs = like && (await resolveSecrets(like, secrets, operation?.signal));
      const opened = await backend(definition, operation?.signal);
      const hint = `Use the existing repository with \`umbra repo adopt ${definition.name}\`, or choose another location.`;
      return await hinted('repository.exists', hint, () => opened.create({ ...operation, sameChunkerAs }));
    },

    async adopt(definition, operation) {
      const opened = await backend(definition, operation?.signal);
      const hint = `Check the location, or make a new repository with \`umbra repo create ${definition.name}\`.`;
      return await hinted('repository.absent', hint, () => opened.open(operation));
    },

    health: (definition, operation) =>
      examine(() => backend(definition, operation?.signal), judgeOf(options, definition), operation),

    async repair(definition, { agree, from, ...rest }, operation) {
      const log = options.log.child({ repository: definition.name });
      // What nobody agrees to is no part of the story.
      const logged: RepairOptions = {
        ...rest,
        async agree(step, report) {
          const agreed = await agree(step, report);
          if (agreed) log.warn({ step, problems: report.problems }, `repairs ${definition.name}: ${step.type}`);
          return agreed;
        },
      };
      const damaged = await backend(definition, operation?.signal);
      const holder = from && (await holderOf(from, operation));
      const story = await repairRepository(damaged, logged, operation, holder);
      const { done, last } = story;
      if (done.length > 0)
        log.warn({ done, problems: last.problems }, `repaired ${definition.name}: ${outcomeOf(last)}`);
      return story;
    },

    async heal(definition, ours, operation) {
      const opened = await backend(definition, operation?.signal);
      return await healed(options, definition, opened, ours, operation);
    },
  };
}

/** Tells it if there was anything to remove. */
async function healed(
  options: RepositoriesOptions,
  definition: RepositoryDefinition,
  backend: Backend,
  ours: readonly ProcessIdentity[],
  operation?: Operation,
): Promise<HealReport> {
  const report = await healLocks(backend, judgeOf(options, definition), ours, operation);
  const locks = report.removed.map(({ id }) => id);
  if (locks.length > 0) {
    options.events.publish({
      type: 'locks.healed',
      time: options.clock.now(),
      repository: definition.name,
      locks,
    });
  }
  return report;
}

const judgeOf = (
  { processes, clock, othersAtWork }: RepositoriesOptions,
  definition: RepositoryDefinition,
): LockJudge => ({
  processes,
  clock,
  othersAtWork: othersAtWork && (() => othersAtWork(definition)),
});

const outcomeOf = ({ sound }: CheckReport): string => (sound ? 'it is sound' : 'it is damaged still');

/** Logging is innermost: its times are the backend's own, without what other wrappers add, and it sees what is asked in between. */
function backendFor(options: RepositoriesOptions, repository: BackendRepository): Backend {
  const { registry, host, clock, wrappers } = options;
  const { name, backend } = repository.definition;
  const log = options.log.child({ repository: name });
  const made = registry.get(backend)(repository, host);
  const healing = despiteDeadLocks({
    heal: (inner, operation) => healed(options, repository.definition, inner, [], operation),
    healSource: (source, operation) => healed(options, source.definition, backendFor(options, source), [], operation),
  });
  return [logged({ log, clock }), answering({ clock }), healing, ...wrappers].reduce(
    (inner, wrap) => wrap(inner, repository.definition),
    made,
  );
}

/** A repository without a password reference gets none: whether it needs one is for its backend to say. */
async function resolveSecrets(
  definition: RepositoryDefinition,
  secrets: SecretResolver,
  signal: AbortSignal | undefined,
): Promise<BackendRepository> {
  const resolve = (reference: SecretReference) => secrets.resolve(reference, signal);
  const variables = Object.entries(definition.env).map(
    async ([name, reference]): Promise<readonly [string, Secret]> => [name, await resolve(reference)],
  );
  const [password, ...env] = await Promise.all([
    definition.password === undefined ? undefined : resolve(definition.password),
    ...variables,
  ]);
  return { definition, password, env: Object.fromEntries(env) };
}

/** Says what to do about one error where the backend cannot know it: which commands there are. */
async function hinted<T>(code: ErrorCode, hint: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (!isUmbraError(thrown) || thrown.code !== code) throw thrown;
    throw new UmbraError(code, thrown.message, { hint, context: thrown.context, cause: thrown });
  }
}
