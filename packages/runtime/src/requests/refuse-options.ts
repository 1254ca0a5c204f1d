import {
  UmbraError,
  type Configuration,
  type JobDefinition,
  type JobKind,
  type RunOptions,
} from '@umbracore/contracts';
import type { WantedRun } from './choose-runs.ts';

interface Reach {
  readonly flag: string;
  readonly kinds: ReadonlySet<JobKind>;
}

const ofBackup: ReadonlySet<JobKind> = new Set(['backup']);
/** A chain hands them on to its backups. */
const handedOn: ReadonlySet<JobKind> = new Set(['backup', 'chain']);

/** What changes runs of some kinds and nothing about the others. */
const reaches: Partial<Record<keyof RunOptions, Reach>> = {
  compressionLevel: { flag: '--compression-level', kinds: handedOn },
  verifyAfterCompletion: { flag: '--verify', kinds: handedOn },
  uploadBytesPerSecond: { flag: '--limit-upload', kinds: handedOn },
  strategy: { flag: '--strategy', kinds: handedOn },
  force: { flag: '--full', kinds: handedOn },
  parent: { flag: '--parent', kinds: ofBackup },
};

/**
 * Throws `usage.invalid` for an option that would change nothing: for each job that was named, and of jobs that were chosen some
 * other way if it fits none of them.
 */
export function refuseOptions(
  { jobs }: Pick<Configuration, 'jobs'>,
  runs: readonly WantedRun[],
  options: RunOptions,
  { named }: { readonly named: boolean },
): void {
  const chosen = runs.flatMap(({ job }) => jobs.get(job) ?? []);
  for (const [option, { flag, kinds }] of Object.entries(reaches)) {
    const value = options[option as keyof RunOptions];
    // Not to read everything is how it is anyway.
    if (value === undefined || (option === 'force' && value === false)) continue;
    const others = chosen.filter(({ kind }) => !kinds.has(kind));
    const [other] = others;
    if (other === undefined || (!named && others.length < chosen.length)) continue;
    throw noUse(value === false ? flag.replace('--', '--no-') : flag, other, chosen.length > 1 && !named);
  }
}

function noUse(flag: string, { id, kind }: JobDefinition, isOfMany: boolean): UmbraError {
  const whose = isOfMany ? 'none of these jobs is one' : `"${id}" is a ${kind}`;
  return new UmbraError('usage.invalid', `${flag} is for a backup, and ${whose}`, { hint: `Leave ${flag} out.` });
}
