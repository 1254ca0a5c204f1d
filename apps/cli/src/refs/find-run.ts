import { UmbraError, type RunRecord } from '@umbracore/contracts';
import type { History } from '@umbracore/runtime';
import { jobNamed } from '@umbracore/runtime/history';

/** How many of the newest runs an abbreviated id is looked for in. */
const depth = 1000;
/** How many of the newest runs of a job are looked at for one that fits. */
const ofJob = 100;

/**
 * The run with this id or the start of one, or the newest run of this job, if it can be one that fits. Throws
 * `usage.unknown-run`, `usage.unknown-job`.
 */
export async function findRun(
  { store, configuration }: Pick<History, 'store' | 'configuration'>,
  text: string,
  fits: (run: RunRecord) => boolean = () => true,
): Promise<RunRecord> {
  const exact = await store.run(text);
  if (exact !== undefined) return exact;
  if (text.startsWith('r-')) {
    const [found, ...more] = (await store.runs({ limit: depth })).filter(({ id }) => id.startsWith(text));
    if (found !== undefined && more.length === 0) return found;
    const problem = found === undefined ? `there is no run "${text}"` : `several runs start with "${text}"`;
    throw new UmbraError('usage.unknown-run', problem, { hint: 'Find it with `umbra history`.' });
  }
  const runs = (await store.runs({ job: text, limit: ofJob })).toSorted(byTime);
  const newest = runs.find(fits) ?? runs[0];
  if (newest !== undefined) return newest;
  jobNamed(configuration, text);
  throw new UmbraError('usage.unknown-run', `the job "${text}" never ran`, { hint: `Run it: umbra run ${text}.` });
}

/** Newest first; of those that were recorded in the same moment the one of the newest slot. */
const byTime = (one: RunRecord, other: RunRecord): number =>
  other.queuedAt - one.queuedAt || (other.slotAt ?? other.queuedAt) - (one.slotAt ?? one.queuedAt);
