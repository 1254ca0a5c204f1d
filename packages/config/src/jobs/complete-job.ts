import type { Calendar, JobDefinition, Schedule } from '@umbracore/contracts';
import type { Collection, Entry } from '../reading/collect.ts';
import { checkConditionWords } from './conditions.ts';
import { checkHooks } from './hooks.ts';
import { failure, failureAt } from '../report/failure.ts';
import { toJob } from './job-definition.ts';
import { checkFields, kindOf, writtenKeys, type FileKind } from './kinds.ts';
import { flattenLayers, layersOf, placeIn, strongestAt, type Layer, type Place } from './layers.ts';
import type { Path } from '../reading/path.ts';
import type { CompleteFields } from './plain-fields.ts';
import type { JobInput } from '../schema/job.ts';
import { checkZone, readSchedules } from './schedules.ts';
import { nearestSpan, type Finding } from '../reading/source-text.ts';
import { checkThrottle, throttleOfJob } from '../throttle.ts';

export interface JobContext {
  readonly home: string;
  readonly calendar: Calendar;
  readonly timezone: string;
}

export interface CompletedJob {
  readonly id: string;
  /** Undefined if it cannot be told what the job is to do. */
  readonly job: JobDefinition | undefined;
  readonly layers: readonly Layer[];
  readonly findings: readonly Finding[];
}

/** The definition that a job stands for after all layers, and what is wrong with it. */
export function completeJob(collection: Collection, entry: Entry<JobInput>, context: JobContext): CompletedJob {
  const layers = layersOf(collection, entry, context.home);
  const fields = flattenLayers(layers);
  const { schedules, findings } = schedulesOf(layers, fields, context);
  const kind = kindOf(layers);
  const id = entry.name;
  const general = [...findings, ...checkConditionWords(layers, fields), ...checkHooks(layers, fields.hooks)];
  if (kind === undefined) return { id, job: undefined, layers, findings: [...general, ...withoutKind(entry, layers)] };
  const repositories = repositoriesOf(kind, fields, collection);
  const job = toJob(kind, fields, { id, repositories, schedules, timezone: context.timezone });
  return {
    id,
    job,
    layers,
    findings: [
      ...general,
      ...checkFields(entry, kind),
      ...checkKind(kind, fields, layers),
      ...checkThrottle(job?.throttle, throttleOfJob(layers)),
      ...checkRepositories(entry, layers, { kind, fields, repositories, known: collection.declared.repositories }),
    ],
  };
}

/** The schedules of all layers' strongest word. */
export function schedulesOf(
  layers: readonly Layer[],
  fields: CompleteFields,
  { calendar, timezone }: JobContext,
): { readonly schedules: readonly Schedule[]; readonly findings: readonly Finding[] } {
  const said = strongestAt(layers, ['schedule']);
  const schedules: Schedule[] = [];
  const findings: Finding[] = [];
  for (const [index, written] of fields.schedule.entries()) {
    const read = readSchedules(written, timezone, calendar);
    schedules.push(...read.schedules);
    // Parts that were left out of a faulty map are reported already; what is left of it says little.
    if (typeof written !== 'string' && said?.entry?.faulty === true) continue;
    for (const fault of read.faults) {
      const place = said && placeIn(said, ['schedule', index, ...fault.path]);
      if (place !== undefined) findings.push(failureAt(fault.failure, place));
    }
  }
  return { schedules, findings };
}

/** What a kind works on; for a copy, where to. */
function repositoriesOf(kind: FileKind, fields: CompleteFields, { declared }: Collection): readonly string[] {
  if (kind === 'command') return [];
  const said = kind === 'copy' ? (fields.copy?.to ?? fields.repository) : fields.repository;
  if (said !== undefined) return said;
  const [only, ...others] = [...declared.repositories].filter((name) => kind !== 'copy' || name !== fields.copy?.from);
  return only !== undefined && others.length === 0 ? [only] : [];
}

const invalid = (place: Place, message: string, hint: string): Finding => ({
  code: 'config.invalid-value',
  message,
  hint,
  ...place,
});

const anyFaulty = (layers: readonly Layer[]): boolean => layers.some(({ entry }) => entry?.faulty === true);

const keyPlace = ({ source, path }: Entry<unknown>, further: Path = []): Place => ({
  source,
  span: nearestSpan(source, [...path, ...further], 'key'),
});

/** A job that does nothing, unless what it does was written but faulty: that is reported already. */
function withoutKind(entry: Entry<JobInput>, layers: readonly Layer[]): readonly Finding[] {
  if (anyFaulty(layers)) return [];
  const hint = 'add "sources: PATH" to it, or one of "copy", "forget", "prune", "check", "drill" and "command"';
  return [invalid(keyPlace(entry), `job "${entry.name}" has no sources`, hint)];
}

/** Settings of a backup that are about files and folders. */
const ofFilesAlone = ['excludes', 'excludeIfPresent', 'excludeCaches', 'oneFileSystem', 'skipIfUnchanged'];

/** Reports what is wrong at a path of a job. */
type Refuse = (path: Path, message: string, hint: string) => void;

/** What the output of a program cannot be saved with; `isOwn` tells what the job itself says. */
function checkPrograms(
  { sources = [], privileged }: CompleteFields,
  isOwn: (field: string) => boolean,
  refuse: Refuse,
): void {
  const programs = sources.flatMap(({ stdin }) => (stdin === undefined ? [] : [stdin]));
  if (programs.length === 0) return;
  if (programs.some(([name]) => name === ''))
    refuse(['sources'], 'the program has no name', 'write [program, argument]');
  if (sources.length > 1) refuse(['sources'], 'what a program writes is saved alone', 'give it a job of its own');
  if (privileged)
    refuse(['sources'], 'the output of a program is not saved with more rights', 'remove "privileged: true"');
  const meaningless = ofFilesAlone.find(isOwn);
  if (meaningless !== undefined)
    refuse([meaningless], `${meaningless} has no meaning for what a program writes`, 'remove it');
}

/** What the schema cannot see of a single kind. */
function checkKind(kind: FileKind, fields: CompleteFields, layers: readonly Layer[]): readonly Finding[] {
  const at = (path: Path): Place | undefined => {
    const layer = strongestAt(layers, path);
    return layer && placeIn(layer, path);
  };
  const findings: Finding[] = [];
  const refuse: Refuse = (path, message, hint) => {
    const place = at(path);
    if (place !== undefined) findings.push(invalid(place, message, hint));
  };
  if (kind === 'backup') {
    // What layers below say is for those among their jobs that have a use for it.
    const isOwn = (field: string): boolean => strongestAt(layers, [field]) === layers.at(-1);
    const { strategy, base, skipIfUnchanged, privileged, snapshot } = fields;
    checkPrograms(fields, isOwn, refuse);
    if (snapshot !== undefined && !privileged)
      refuse(['snapshot'], 'a snapshot takes more rights than umbra has', 'add "privileged: true", or remove it');
    if (base !== undefined && isOwn('base') && strategy !== 'differential')
      refuse(['base'], `a job that is ${strategy} has no base`, 'add "strategy: differential", or remove it');
    if (skipIfUnchanged && isOwn('skipIfUnchanged') && strategy !== 'incremental')
      refuse(['skipIfUnchanged'], `a ${strategy} run is not compared with the last one`, 'remove it, or the strategy');
  }
  if (kind === 'forget' && fields.forget !== undefined) {
    const { last, hourly, daily, weekly, monthly, yearly, within, tags, zone } = fields.forget;
    const counts = [last, hourly, daily, weekly, monthly, yearly, tags?.length].some((count = 0) => count > 0);
    if (!counts && within === undefined && !anyFaulty(layers))
      refuse(['forget'], 'forget does not say what is kept', 'add a rule, such as "daily: 7"');
    const wrong = zone === undefined ? undefined : failure(() => checkZone(zone));
    const place = at(['forget', 'zone']);
    if (wrong !== undefined && place !== undefined) findings.push(failureAt(wrong, place));
  }
  if (kind === 'command' && fields.command !== undefined) {
    const { run, warningCodes = [] } = fields.command;
    if (run[0] === '') refuse(['command'], 'the program has no name', 'write [program, argument]');
    const again = warningCodes.indexOf(75);
    if (again !== -1)
      refuse(['command', 'warningCodes', again], '75 means that a later try may help', 'use another exit code');
  }
  return findings;
}

interface Chosen {
  readonly kind: FileKind;
  readonly fields: CompleteFields;
  readonly repositories: readonly string[];
  readonly known: ReadonlySet<string>;
}

function checkRepositories(
  entry: Entry<JobInput>,
  layers: readonly Layer[],
  { kind, fields, repositories, known }: Chosen,
): readonly Finding[] {
  if (kind === 'command') return [];
  const job = `job "${entry.name}"`;
  if (kind === 'copy' && fields.copy?.to !== undefined && writtenKeys(entry).includes('repository')) {
    const message = `${job} says where to copy to in both "repository" and "copy"`;
    return [invalid(keyPlace(entry, ['repository']), message, 'keep one of the two')];
  }
  const own = kind === 'copy' ? repositories.indexOf(fields.copy?.from ?? '') : -1;
  if (own !== -1) {
    const path: Path = fields.copy?.to === undefined ? ['repository', own] : ['copy', 'to', own];
    const layer = strongestAt(layers, path.slice(0, -1));
    const place = (layer && placeIn(layer, path)) ?? keyPlace(entry);
    return [invalid(place, `${job} copies "${fields.copy?.from}" onto itself`, 'name another repository')];
  }
  const fromNowhere = kind === 'copy' && !known.has(fields.copy?.from ?? '');
  if (repositories.length > 0 || fromNowhere || anyFaulty(layers)) return [];
  return [
    withoutRepository(
      entry,
      kind,
      [...known].filter((name) => name !== fields.copy?.from),
    ),
  ];
}

function withoutRepository(entry: Entry<JobInput>, kind: FileKind, known: readonly string[]): Finding {
  const [example] = known;
  const job = `job "${entry.name}"`;
  const place = keyPlace(entry);
  if (kind === 'copy') {
    return example === undefined
      ? invalid(place, `${job} has no repository to copy to`, 'add another one to "repositories"')
      : invalid(place, `${job} does not say where to copy to`, `add "to: ${example}" to its "copy"`);
  }
  return example === undefined
    ? invalid(place, `${job} has no repository, for there is none`, 'add "repositories: { main: PATH }" to the file')
    : invalid(place, `${job} does not say which repository`, `add "repository: ${example}" to it`);
}
