import { glob } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { positionAt } from '../report/frame.ts';
import { noJobs } from '../report/issue-findings.ts';
import { isMap, type Path } from './path.ts';
import { shownFile } from '../report/problem.ts';
import { nestedIncludes } from './nested-includes.ts';
import { parseSource, readSource } from './read-source.ts';
import type { ChainInput } from '../schema/chain.ts';
import {
  configurationSchema,
  includedSchema,
  type ConfigurationInput,
  type DaemonInput,
  type HistoryInput,
  type RestoresInput,
  type IncludedInput,
  type RepositoryInput,
} from '../schema/configuration.ts';
import type { NotificationsInput } from '../schema/notifications.ts';
import type { DefaultsInput, JobInput, ProfileInput } from '../schema/job.ts';
import { nearestSpan, type Finding, type SourceText } from './source-text.ts';
import { validate } from '../schema/validate.ts';

/** A named part of the configuration, with its place. */
export interface Entry<T> {
  readonly name: string;
  readonly value: T;
  readonly source: SourceText;
  readonly path: Path;
  /** True if parts of it were left out as faulty: what is missing then was perhaps written, but wrongly. */
  readonly faulty: boolean;
}

/** All files of a configuration as one. */
export interface Collection {
  readonly main: SourceText;
  readonly sources: readonly SourceText[];
  /** Where a pattern of `include` may find more files. */
  readonly folders: readonly string[];
  readonly timezone: Entry<string> | undefined;
  readonly defaults: Entry<DefaultsInput> | undefined;
  readonly daemon: Entry<DaemonInput> | undefined;
  readonly history: Entry<HistoryInput> | undefined;
  readonly restores: Entry<RestoresInput> | undefined;
  readonly notifications: Entry<NotificationsInput> | undefined;
  readonly resources: ReadonlyMap<string, Entry<number>>;
  readonly repositories: ReadonlyMap<string, Entry<RepositoryInput>>;
  readonly profiles: ReadonlyMap<string, Entry<ProfileInput>>;
  readonly jobs: ReadonlyMap<string, Entry<JobInput>>;
  readonly chains: ReadonlyMap<string, Entry<ChainInput>>;
  readonly plugins: readonly Entry<NonNullable<ConfigurationInput['plugins']>[number]>[];
  /** Names that are written in the files, even if what they stand for is faulty. */
  readonly declared: Readonly<Record<Section, ReadonlySet<string>>>;
  readonly findings: readonly Finding[];
}

/** The maps whose keys are names that users give. */
type Section = 'resources' | 'repositories' | 'profiles' | 'jobs' | 'chains';

interface Part {
  readonly source: SourceText;
  readonly value: ConfigurationInput | IncludedInput;
  readonly faulty: readonly Path[];
}

/**
 * Reads a configuration file and all that it includes; with a text, as if the file said that. Throws `config.absent` and
 * `config.unreadable`.
 */
export async function collect(file: string, cwd: string, text?: string): Promise<Collection> {
  const { source, findings } = text === undefined ? await readSource(file, 'main') : parseSource(file, text, 'main');
  const checked =
    findings.length > 0 ? { value: undefined, findings, faulty: [] } : validate(configurationSchema, source);
  const value = checked.value ?? {};
  const included = await readIncluded(source, value.include ?? [], cwd);
  const parts: readonly Part[] = [{ source, value, faulty: checked.faulty }, ...included.parts];
  const repositories = merged(parts, 'repositories', (part) => part.repositories, cwd);
  const profiles = merged(parts, 'profiles', (part) => part.profiles, cwd);
  const jobs = merged(parts, 'jobs', (part) => part.jobs, cwd);
  const chains = merged(parts, 'chains', (part) => part.chains, cwd);
  const resources = merged(parts, 'resources', (part) => part.resources, cwd);
  const emptied = parts.flatMap((part) => emptyJobs(part));
  return {
    main: source,
    sources: parts.map((part) => part.source),
    folders: included.folders,
    timezone: value.timezone === undefined ? undefined : entry(parts[0], 'timezone', ['timezone'], value.timezone),
    defaults: value.defaults === undefined ? undefined : entry(parts[0], 'defaults', ['defaults'], value.defaults),
    daemon: value.daemon === undefined ? undefined : entry(parts[0], 'daemon', ['daemon'], value.daemon),
    restores: value.restores === undefined ? undefined : entry(parts[0], 'restores', ['restores'], value.restores),
    history: value.history === undefined ? undefined : entry(parts[0], 'history', ['history'], value.history),
    notifications:
      value.notifications === undefined
        ? undefined
        : entry(parts[0], 'notifications', ['notifications'], value.notifications),
    resources: resources.entries,
    repositories: repositories.entries,
    profiles: profiles.entries,
    jobs: jobs.entries,
    chains: chains.entries,
    plugins: parts.flatMap((part) =>
      (part.value.plugins ?? []).map((plugin, index) => entry(part, 'plugin', ['plugins', index], plugin)),
    ),
    declared: {
      resources: declared(parts, 'resources'),
      repositories: declared(parts, 'repositories'),
      profiles: declared(parts, 'profiles'),
      jobs: declared(parts, 'jobs'),
      chains: declared(parts, 'chains'),
    },
    findings: [
      ...checked.findings,
      ...included.findings,
      ...repositories.findings,
      ...profiles.findings,
      ...jobs.findings,
      ...chains.findings,
      ...resources.findings,
      ...sameNames(jobs.entries, chains.entries, cwd),
      ...emptied,
    ],
  };
}

function entry<T>(part: Part | undefined, name: string, path: Path, value: T): Entry<T> {
  if (part === undefined) throw new TypeError('an entry belongs to a file');
  const faulty = part.faulty.some((wrong) => path.every((step, index) => wrong[index] === step));
  return { name, value, source: part.source, path, faulty };
}

function emptyJobs({ source, value }: Part): readonly Finding[] {
  if (value.jobs === undefined || Object.keys(value.jobs).length > 0) return [];
  if (!isMap(source.value) || !isMap(source.value['jobs']) || Object.keys(source.value['jobs']).length > 0) return [];
  return [noJobs(source)];
}

function declared(parts: readonly Part[], kind: Section): ReadonlySet<string> {
  return new Set(
    parts.flatMap(({ source }) => {
      const map = isMap(source.value) ? source.value[kind] : undefined;
      return isMap(map) ? Object.keys(map) : [];
    }),
  );
}

function merged<T>(
  parts: readonly Part[],
  kind: Section,
  pick: (value: ConfigurationInput | IncludedInput) => Readonly<Record<string, T>> | undefined,
  cwd: string,
): { readonly entries: ReadonlyMap<string, Entry<T>>; readonly findings: readonly Finding[] } {
  const entries = new Map<string, Entry<T>>();
  const findings: Finding[] = [];
  for (const part of parts) {
    for (const [name, value] of Object.entries(pick(part.value) ?? {})) {
      const one = entry(part, name, [kind, name], value);
      const first = entries.get(name);
      if (first === undefined) entries.set(name, one);
      else findings.push(twice(first, one, cwd));
    }
  }
  return { entries, findings };
}

/** Whoever names a job may mean a chain: both are run by their names. */
const sameNames = (
  jobs: ReadonlyMap<string, Entry<unknown>>,
  chains: ReadonlyMap<string, Entry<unknown>>,
  cwd: string,
): readonly Finding[] =>
  [...chains.values()].flatMap((chain) => {
    const job = jobs.get(chain.name);
    return job === undefined ? [] : [twice(job, chain, cwd)];
  });

function twice(first: Entry<unknown>, second: Entry<unknown>, cwd: string): Finding {
  const { line, column } = positionAt(first.source.text, nearestSpan(first.source, first.path, 'key').start);
  return {
    code: 'config.duplicate',
    message: `"${second.name}" in ${String(second.path[0])} is already defined at ${shownFile(first.source.file, cwd)}:${line}:${column}`,
    hint: 'rename one of the two',
    source: second.source,
    span: nearestSpan(second.source, second.path, 'key'),
  };
}

/** An `include` that may not stand there is spoken of by itself. */
const isAtInclude = ({ source, span }: Finding): boolean => source.locate(['include'], 'key')?.start === span.start;

async function readIncluded(
  main: SourceText,
  patterns: readonly string[],
  cwd: string,
): Promise<{
  readonly parts: readonly Part[];
  readonly findings: readonly Finding[];
  readonly folders: readonly string[];
}> {
  const folder = dirname(main.file);
  const findings: Finding[] = [];
  const files = new Set<string>();
  for (const [index, pattern] of patterns.entries()) {
    const found: string[] = [];
    for await (const name of glob(pattern, { cwd: folder })) found.push(name);
    const isPattern = /[*?[{]/.test(pattern);
    if (found.length === 0 && !isPattern) {
      const span = nearestSpan(main, ['include', index], 'value');
      findings.push({
        code: 'config.absent',
        message: `there is no file "${pattern}"`,
        hint: 'correct the path',
        source: main,
        span,
      });
    }
    for (const name of found) files.add(resolve(folder, name));
    if (!isPattern && files.delete(main.file)) {
      findings.push({
        code: 'config.cycle',
        message: 'the file includes itself',
        hint: 'remove it from `include`',
        source: main,
        span: nearestSpan(main, ['include', index], 'value'),
      });
    }
  }
  files.delete(main.file);
  const parts: Part[] = [];
  for (const file of [...files].sort()) {
    const { source, findings: wrong } = await readSource(file, 'included');
    const checked =
      wrong.length > 0 ? { value: undefined, findings: wrong, faulty: [] } : validate(includedSchema, source);
    parts.push({ source, value: checked.value ?? {}, faulty: checked.faulty });
    findings.push(...checked.findings.filter((finding) => !isAtInclude(finding)));
  }
  findings.push(
    ...nestedIncludes(
      main,
      parts.map(({ source }) => source),
      cwd,
    ),
  );
  // The part of a pattern that is no pattern yet.
  const folders = patterns
    .filter((pattern) => /[*?[{]/.test(pattern))
    .map((pattern) => dirname(pattern.replace(/[*?[{].*$/, '_')));
  return { parts, findings, folders: [...new Set(folders.map((inner) => resolve(folder, inner)))] };
}
