import {
  isUmbraError,
  type Calendar,
  type Configuration,
  type JobDefinition,
  type Schedule,
  type UmbraError,
} from '@umbracore/contracts';
import { defaultDaemonSettings } from './built-in.ts';
import { collect, type Collection, type Entry } from './collect.ts';
import { toJob, toPlugin, toRepository } from './definitions.ts';
import { discoverConfiguration, nothingFound } from './discover.ts';
import { flattenLayers, layersOf, placeIn, strongestAt, type Layer } from './layers.ts';
import { configurationError, toProblems } from './problem.ts';
import { checkReferences } from './references.ts';
import { checkZone, toSchedules } from './schedules.ts';
import { configurationSchema, type JobInput } from './schema.ts';
import { nearestSpan, type Finding } from './source-text.ts';
import { systemTimezone } from './system-timezone.ts';

export interface LoadOptions {
  /** The file that the caller named, as with `--config`. */
  readonly path?: string | undefined;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** Reads the phrases of schedules. */
  readonly calendar: Calendar;
  /** True for root and system services; by default, whether this process is root. */
  readonly systemScope?: boolean | undefined;
  /** Where passwords that the configuration does not mention are kept: `<stateDir>/secrets/<repository>.password`. */
  readonly stateDir?: string | undefined;
}

export const isRoot = (): boolean => process.getuid?.() === 0;

/** The file to read, and all that it says; faulty parts are in `findings`. Throws `config.absent`. */
export async function openConfiguration(options: LoadOptions): Promise<Collection> {
  const { path, cwd, env, home, systemScope = isRoot() } = options;
  const discovery = await discoverConfiguration({ path, cwd, env, home, systemScope });
  if (discovery.file === undefined) throw nothingFound(discovery);
  return await collect(discovery.file, cwd);
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

interface Completed {
  readonly configuration: Configuration;
  readonly findings: readonly Finding[];
}

/** The definitions that a collection stands for, and everything that is wrong with it. */
export function complete(collection: Collection, { env, home, stateDir, calendar }: LoadOptions): Completed {
  const zoned = toTimezone(collection, env);
  const jobs = [...collection.jobs.values()].map((entry) =>
    completeJob(collection, entry, { home, calendar, timezone: zoned.timezone }),
  );
  const repositories = [...collection.repositories.values()].map((entry) => toRepository(entry, home, stateDir));
  return {
    configuration: {
      file: collection.main.file,
      repositories: new Map(repositories.map((repository) => [repository.name, repository])),
      jobs: new Map(jobs.map(({ job }) => [job.id, job])),
      resources: new Map(),
      daemon: defaultDaemonSettings,
      plugins: collection.plugins.map((plugin) => toPlugin(plugin, home)),
      timezone: zoned.timezone,
    },
    findings: [
      ...collection.findings,
      ...zoned.findings,
      ...checkReferences(collection),
      ...jobs.flatMap(({ findings }) => findings),
    ],
  };
}

function toTimezone(
  { timezone }: Collection,
  env: LoadOptions['env'],
): { readonly timezone: string; readonly findings: readonly Finding[] } {
  if (timezone === undefined) return { timezone: systemTimezone(env['TZ']), findings: [] };
  const wrong = failure(() => checkZone(timezone.value));
  if (wrong === undefined) return { timezone: timezone.value, findings: [] };
  const span = nearestSpan(timezone.source, timezone.path, 'value');
  return {
    timezone: systemTimezone(env['TZ']),
    findings: [narrowed({ ...wrong, source: timezone.source, span }, {})],
  };
}

/** What a check throws, as the words of a finding. */
function failure(check: () => void): Pick<UmbraError, 'code' | 'message' | 'hint' | 'context'> | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (!isUmbraError(error)) throw error;
    const { code, message, hint, context } = error;
    return { code, message, hint: hint === undefined ? undefined : asReported(hint), context };
  }
}

/** A sentence as hints stand in a report: without capital and full stop. */
const asReported = (sentence: string): string =>
  sentence.replace(/^[A-Z](?=[a-z]* )/, (first) => first.toLowerCase()).replace(/\.$/, '');

/** The finding at the words that the calendar did not understand, if they stand in the file as they are. */
function narrowed(finding: Finding, { text, column, length }: UmbraError['context']): Finding {
  const { code, message, hint, source, span } = finding;
  const plain = { code, message, hint, source, span };
  if (typeof text !== 'string' || typeof column !== 'number' || typeof length !== 'number') return plain;
  const written = source.text.slice(span.start, span.end);
  const word = text.slice(column - 1, column - 1 + length);
  const at = written.indexOf(text);
  // A phrase made of a map is not in the file, but its words are; one that stands there twice is no place.
  const alone = word !== '' && written.split(word).length === 2 ? written.indexOf(word) : -1;
  if (at === -1 && alone === -1) return plain;
  const start = span.start + (at === -1 ? alone : at + column - 1);
  return { ...plain, span: { start, end: start + length } };
}

interface JobContext {
  readonly home: string;
  readonly calendar: Calendar;
  readonly timezone: string;
}

function completeJob(
  collection: Collection,
  entry: Entry<JobInput>,
  { home, calendar, timezone }: JobContext,
): { readonly job: JobDefinition; readonly findings: readonly Finding[] } {
  const layers = layersOf(collection, entry, home);
  const fields = flattenLayers(layers);
  const findings: Finding[] = [];
  const schedules: Schedule[] = [];
  const said = strongestAt(layers, ['schedule']);
  for (const [index, written] of fields.schedule.entries()) {
    const wrong = failure(() => schedules.push(...toSchedules(written, timezone, calendar)));
    const place = said && placeIn(said, ['schedule', index]);
    // Parts that were left out of a faulty map are reported already; what is left of it says little.
    const judged = typeof written === 'string' || said?.entry?.faulty !== true;
    if (wrong !== undefined && place !== undefined && judged)
      findings.push(narrowed({ ...wrong, ...place }, wrong.context));
  }
  const [only, ...others] = collection.declared.repositories;
  const repositories = fields.repository ?? (only !== undefined && others.length === 0 ? [only] : []);
  findings.push(
    ...missing(entry, layers, {
      sources: fields.sources === undefined,
      repositories,
      known: collection.declared.repositories,
    }),
  );
  return { job: toJob(entry.name, fields, repositories, schedules), findings };
}

/** What a job cannot do without, unless it was written but faulty: that is reported already. */
function missing(
  { name, source, path }: Entry<JobInput>,
  layers: readonly Layer[],
  {
    sources,
    repositories,
    known,
  }: { readonly sources: boolean; readonly repositories: readonly string[]; readonly known: ReadonlySet<string> },
): readonly Finding[] {
  if (layers.some(({ entry }) => entry?.faulty === true)) return [];
  const span = nearestSpan(source, path, 'key');
  const finding = (message: string, hint: string): Finding => ({
    code: 'config.invalid-value',
    message,
    hint,
    source,
    span,
  });
  const [example] = known;
  return [
    ...(sources ? [finding(`job "${name}" has no sources`, 'add "sources: PATH" to it')] : []),
    ...(repositories.length > 0
      ? []
      : [
          example === undefined
            ? finding(
                `job "${name}" has no repository, for there is none`,
                'add "repositories: { main: PATH }" to the file',
              )
            : finding(`job "${name}" does not say which repository`, `add "repository: ${example}" to it`),
        ]),
  ];
}
