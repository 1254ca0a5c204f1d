import { access, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { BackupJobDefinition } from '@umbracore/contracts';

/** That a job saves the repository that it saves to, and what to do about it. */
export interface OwnRepository {
  readonly text: string;
  /** As an imperative. */
  readonly fix: string;
}

type SavingJob = Pick<BackupJobDefinition, 'sources' | 'excludes' | 'excludeIfPresent' | 'oneFileSystem'>;

/**
 * Whether a repository lies in a source of the job and is not left out: every run would save it once more. `paths` are where the
 * sources are, if they are links. Looks at nothing unless the names say so.
 */
export async function ownRepository(
  job: SavingJob,
  location: string,
  paths: readonly string[] = [],
): Promise<OwnRepository | undefined> {
  const place = localPath(location);
  const folders = job.sources.flatMap(({ path, program }) => (program === undefined ? [path] : []));
  const source = place === undefined ? undefined : [...folders, ...paths].find((path) => isWithin(path, place));
  if (source === undefined || place === undefined || (await isLeftOut(job, source, place))) return undefined;
  return source === place
    ? { text: `${source} is its own repository`, fix: 'take it out of the sources' }
    : { text: `${source} holds its own repository ${place}`, fix: `exclude ${place}` };
}

/** Undefined of one that lies elsewhere: a scheme has more than the one letter of a drive. */
function localPath(location: string): string | undefined {
  const path = location.startsWith('local:') ? location.slice('local:'.length) : location;
  if (/^[a-z0-9]{2,}:/.test(path)) return undefined;
  return path.length > 1 && path.endsWith(sep) ? path.slice(0, -1) : path;
}

const isWithin = (folder: string, path: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

async function isLeftOut(
  { excludes, excludeIfPresent, oneFileSystem }: SavingJob,
  source: string,
  place: string,
): Promise<boolean> {
  // Nearly all of a repository is in this folder of it.
  if (isExcluded(join(place, 'data'), excludes)) return true;
  if (oneFileSystem && (await deviceOf(source)) !== (await deviceOf(place))) return true;
  // A mark in the source itself leaves out nothing.
  const folders = foldersUpTo(place).filter((folder) => folder.length > source.length);
  const marks = folders.flatMap((folder) => excludeIfPresent.map((name) => join(folder, name.replace(/:.*$/s, ''))));
  const found = await Promise.all(
    marks.map((mark) =>
      access(mark).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}

const deviceOf = (path: string): Promise<number | undefined> =>
  stat(path).then(
    ({ dev }) => dev,
    () => undefined,
  );

/** `/a`, `/a/b`, and so on, the path itself last. */
const foldersUpTo = (path: string): readonly string[] =>
  path.split(sep).flatMap((_, index, names) => (index === 0 ? [] : [names.slice(0, index + 1).join(sep)]));

/** As restic reads patterns: what fits goes with all that is below, and the last one that fits decides. */
export function isExcluded(path: string, patterns: readonly string[]): boolean {
  const fitting = patterns.findLast((pattern) => regexOf(pattern.replace(/^!/, '')).test(path.split(sep).join('/')));
  return fitting !== undefined && !fitting.startsWith('!');
}

function regexOf(pattern: string): RegExp {
  const names = pattern.split('/').filter((name) => name !== '');
  const body = names.map((name) => (name === '**' ? '(?:/[^/]+)*' : `/${nameRegex(name)}`)).join('');
  try {
    return new RegExp(`${pattern.startsWith('/') ? '^' : ''}${body}(?:/|$)`, 'su');
  } catch {
    return /(?!)/;
  }
}

const nameRegex = (name: string): string =>
  name.replaceAll(/\[[^\]]+\]|\\[^]|[^]/gu, (part) => {
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    if (part.startsWith('[') && part.length > 2) return part;
    const letter = part.length > 1 && part.startsWith('\\') ? part.slice(1) : part;
    return /[$()*+./?[\\\]^{|}]/.test(letter) ? `\\${letter}` : letter;
  });
