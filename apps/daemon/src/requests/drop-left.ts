import type { JobId, RunRecord } from '@umbracore/contracts';
import { chooseRuns, type Runtime } from '@umbracore/runtime';
import { KeptRequests, type KeptRequest } from './kept-requests.ts';
import { placeOf, slotKeyOf, turnsOf, type Awaited } from './run-request.ts';

type LeftSources = Pick<Runtime, 'configuration' | 'store' | 'paths' | 'clock' | 'log'>;

/** What becomes of requests that were left to a daemon. */
interface Left {
  /** Does not begin any more. */
  readonly dropped: readonly Awaited[];
  /** What the next daemon begins all the same, of requests that gave one of the runs. */
  readonly follow: readonly Awaited[];
}

/** While no daemon works: sees to it that the next one begins nothing of a job, as one that works does when the job is cancelled. */
export async function dropLeft(sources: LeftSources, job: JobId, runs: readonly RunRecord[]): Promise<Left> {
  const kept = new KeptRequests(sources.paths.stateDir, sources.clock, sources.log);
  const dropped: Awaited[] = [];
  const follow: Awaited[] = [];
  for (const request of kept.left()) {
    const next = await nextOf(sources, request);
    const gone = next.filter((one) => one.job === job);
    const stays = next.filter((one) => one.job !== job);
    dropped.push(...gone);
    if (gone.length > 0 && stays.length === 0) kept.forget(request.key);
    else if (gone.length > 0) kept.drop(request.key, job);
    if (runs.some(({ slot }) => slot === slotKeyOf(request.key))) follow.push(...stays);
  }
  return { dropped, follow };
}

/** What the next daemon would begin of a request; nothing if it would refuse it. */
async function nextOf(sources: LeftSources, { key, at, work, dropped }: KeptRequest): Promise<readonly Awaited[]> {
  const turns = turnsIfAny(sources, work);
  const runs = turns.length === 0 ? [] : await sources.store.runs({ since: at });
  const begun = new Set(runs.filter(({ slot }) => slot === slotKeyOf(key)).map(placeOf));
  return turns.filter((one) => !dropped.includes(one.job) && !begun.has(placeOf(one)));
}

function turnsIfAny(sources: LeftSources, { jobs, all, tags, repository }: KeptRequest['work']): readonly Awaited[] {
  try {
    return turnsOf(sources, chooseRuns(sources, jobs, { all, tag: tags }), repository);
  } catch {
    return [];
  }
}
