import type {
  Calendar,
  ChainJobDefinition,
  Conditions,
  Configuration,
  JobDefinition,
  Sensors,
} from '@umbracore/contracts';
import { builtInRepository } from './built-in.ts';
import { collect, type Collection, type Entry } from './reading/collect.ts';
import { completeChain, type ChainProblem, type CompletedChain } from './chains/complete-chain.ts';
import { completeJob, type CompletedJob } from './jobs/complete-job.ts';
import { placedRules } from './jobs/conditions.ts';
import { placedHooks } from './jobs/hooks.ts';
import { toDaemonSettings } from './daemon-settings.ts';
import { toHistorySettings } from './history-settings.ts';
import { toRestoreSettings } from './restore-settings.ts';
import { discoverConfiguration, nothingFound } from './reading/discover.ts';
import { failure, failureAt } from './report/failure.ts';
import { checkKinds } from './jobs/kinds.ts';
import { toNotifications } from './notifications/to-notifications.ts';
import { rememberOrigin, type Origin } from './origin.ts';
import { isModule } from './reading/read-source.ts';
import { configurationError, toProblems } from './report/problem.ts';
import { placedFindings } from './checks/placed-rules.ts';
import { extensionPlaces } from './checks/extensions.ts';
import { checkReferences } from './checks/references.ts';
import { toPlugin, toRepository } from './repository-definition.ts';
import { checkZone } from './jobs/schedules.ts';
import { configurationSchema } from './schema/configuration.ts';
import type { JobFields } from './schema/job.ts';
import { distinct, nearestSpan, type Finding } from './reading/source-text.ts';
import { systemTimezone } from './system-timezone.ts';
import { checkTiming } from './jobs/timing.ts';
import { checkThrottle, placedSensors, throttleOfJob, throttleOfRepository } from './throttle.ts';
import { checkSnapshotJobs, checkUses, triggerCircles } from './checks/between-jobs.ts';

export interface LoadOptions {
  /** The file that the caller named, as with `--config`. */
  readonly path?: string | undefined;
  /** What the file would say after an edit: read in place of what it says. */
  readonly proposed?: string | undefined;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** Reads the phrases of schedules. */
  readonly calendar: Calendar;
  /** True for root and system services; by default, whether this process is root. */
  readonly systemScope?: boolean | undefined;
  /** Where passwords that the configuration does not mention are kept: `<stateDir>/secrets/<repository>.password`. */
  readonly stateDir?: string | undefined;
  /** Checks the options of conditions in the same pass; without it `checkConditions` does so later. */
  readonly conditions?: Conditions | undefined;
  /** The same for the sensors of throttling and `checkThrottles`. */
  readonly sensors?: Sensors | undefined;
  /** Knows more of chains than that they have no circles. */
  readonly chainProblems?: ((chain: ChainJobDefinition) => readonly ChainProblem[]) | undefined;
}

export const isRoot = (): boolean => process.getuid?.() === 0;

/** The file to read, and all that it says; faulty parts are in `findings`. Throws `config.absent`. */
export async function openConfiguration(options: LoadOptions): Promise<Collection> {
  const { path, cwd, env, home, systemScope = isRoot(), proposed } = options;
  const discovery = await discoverConfiguration({ path, cwd, env, home, systemScope });
  if (discovery.file === undefined) throw nothingFound(discovery);
  return await collect(discovery.file, cwd, proposed);
}

/**
 * Reads, checks and completes a configuration. Throws `config.*` or `schedule.*` with every problem of all its files:
 * the message is a report to be printed as it is, `context.problems` the list of `Problem`.
 */
export async function loadConfiguration(options: LoadOptions): Promise<Configuration> {
  const collection = await openConfiguration(options);
  const { configuration, findings } = complete(collection, options);
  refuseProblems(collection, findings, options.cwd);
  return configuration;
}

/** Throws the report if there is anything to report. */
export function refuseProblems({ main }: Collection, findings: readonly Finding[], cwd: string): void {
  if (findings.length > 0) throw configurationError(toProblems(findings, configurationSchema), main.file, cwd);
}

/** What a collection stands for, and everything that is wrong with it. */
export interface Completed {
  readonly configuration: Configuration;
  readonly findings: readonly Finding[];
}

/** The definitions that a collection stands for, and everything that is wrong with it. */
export function complete(collection: Collection, options: LoadOptions): Completed {
  const { env, home, stateDir, calendar, cwd, conditions, sensors, chainProblems } = options;
  const zoned = toTimezone(collection, env);
  const context = { home, calendar, timezone: zoned.timezone };
  const jobs = [...collection.jobs.values()].map((entry) => completeJob(collection, entry, context));
  const chains = [...collection.chains.values()].map((entry) => completeChain(entry, { ...context, chainProblems }));
  const members = new Map(chains.map(({ id, graph }) => [id, graph.nodes]));
  const resources = resourcesOf(collection);
  const { daemon, findings: daemonFindings } = toDaemonSettings(collection.daemon, home);
  const { history, findings: historyFindings } = toHistorySettings(collection.history);
  const { notifications, findings: notificationFindings } = toNotifications(collection.notifications, {
    ...context,
    jobs: new Set([...collection.declared.jobs, ...collection.declared.chains]),
  });
  const repositories = [...collection.repositories.values()].map((entry) =>
    toRepository(entry, home, stateDir, zoned.timezone),
  );
  const rules = [...jobs, ...chains].flatMap(({ layers, job }) => placedRules(layers, job?.conditions?.all ?? []));
  const ofRepositories = [...collection.repositories.values()].map((entry, index) => ({
    throttle: repositories[index]?.throttle,
    at: throttleOfRepository(entry),
  }));
  const placed = [
    ...jobs.flatMap(({ layers, job }) => placedSensors(job?.throttle, throttleOfJob(layers))),
    ...ofRepositories.flatMap(({ throttle, at }) => placedSensors(throttle, at)),
  ];
  const configuration: Configuration = {
    file: collection.main.file,
    repositories: new Map(repositories.map((repository) => [repository.name, repository])),
    jobs: definitions([...jobs, ...chains]),
    resources,
    daemon,
    history,
    restores: toRestoreSettings(collection.restores),
    notifications,
    plugins: collection.plugins.map((plugin) => toPlugin(plugin, home)),
    timezone: zoned.timezone,
  };
  const files = [...collection.sources.map(({ file }) => file), ...collection.folders];
  rememberOrigin(configuration, {
    main: collection.main.file,
    files,
    rules,
    sensors: placed,
    hooks: [...jobs, ...chains].flatMap(({ layers, job }) => placedHooks(layers, job?.hooks)),
    channel: channelPlaces(collection.notifications),
    placeOf: extensionPlaces(collection),
    cwd,
    texts: textsOf(collection),
    namesZone: collection.timezone !== undefined,
  });
  return {
    configuration,
    findings: distinct([
      ...collection.findings,
      ...zoned.findings,
      ...daemonFindings,
      ...historyFindings,
      ...notificationFindings,
      ...checkReferences(collection, members),
      ...checkKinds(collection),
      ...sayers(collection).flatMap((entry) => checkTiming(entry)),
      ...[...jobs, ...chains].flatMap(({ findings }) => findings),
      ...checkUses(jobs, resources),
      ...checkSnapshotJobs(collection, configuration.jobs),
      ...triggerCircles([...jobs, ...chains], collection, members),
      ...ofRepositories.flatMap(({ throttle, at }) => checkThrottle(throttle, at)),
      ...(conditions === undefined ? [] : placedFindings(rules, conditions)),
      ...(sensors === undefined ? [] : placedFindings(placed, sensors)),
    ]),
  };
}

/** Where a setting of a channel stands. */
const channelPlaces =
  (entry: Collection['notifications']): Origin['channel'] =>
  (channel, setting, isKey) => {
    if (entry === undefined) return undefined;
    const path = [...entry.path, 'channels', channel, setting];
    return { source: entry.source, span: nearestSpan(entry.source, path, isKey ? 'key' : 'value') };
  };

/** Undefined if other things than these texts may change what is configured. */
function textsOf({ sources, folders }: Collection): Origin['texts'] {
  const isWhole = folders.length === 0 && sources.every(({ file }) => !isModule(file));
  return isWhole ? sources.map(({ file, text }) => [file, text] as const) : undefined;
}

/** Everything that may have a schedule. */
const sayers = ({ defaults, profiles, jobs, chains }: Collection): readonly Entry<JobFields>[] => [
  ...(defaults === undefined ? [] : [defaults]),
  ...profiles.values(),
  ...jobs.values(),
  ...chains.values(),
];

const definitions = (completed: readonly (CompletedJob | CompletedChain)[]): ReadonlyMap<string, JobDefinition> =>
  new Map(completed.flatMap(({ id, job }) => (job === undefined ? [] : [[id, job]])));

/** Room in what runs share; a repository is shared by those who work on it. */
function resourcesOf({ resources, repositories }: Collection): ReadonlyMap<string, number> {
  return new Map([
    ...[...resources.values()].map(({ name, value }): [string, number] => [name, value]),
    ...[...repositories.values()].map(({ name, value }): [string, number] => [
      `repository:${name}`,
      (typeof value === 'string' ? undefined : value.concurrency) ?? builtInRepository.concurrency,
    ]),
  ]);
}

function toTimezone(
  { timezone }: Collection,
  env: LoadOptions['env'],
): { readonly timezone: string; readonly findings: readonly Finding[] } {
  if (timezone === undefined) return { timezone: systemTimezone(env['TZ']), findings: [] };
  const wrong = failure(() => checkZone(timezone.value));
  if (wrong === undefined) return { timezone: timezone.value, findings: [] };
  const { source, path } = timezone;
  return {
    timezone: systemTimezone(env['TZ']),
    findings: [failureAt(wrong, { source, span: nearestSpan(source, path, 'value') })],
  };
}
