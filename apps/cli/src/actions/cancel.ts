import { isTerminal, UmbraError, type RunRecord } from '@umbracore/contracts';
import type { Runtime } from '@umbracore/runtime';
import type { Action } from '../command.ts';
import { runDocument } from '@umbracore/runtime/documents';
import { isInHands, jobNamed } from '@umbracore/runtime/history';
import { answerCancel, type Cancelled } from '../cancel/answer-cancel.ts';
import { cancelByDaemon } from '../daemon/cancel-by-daemon.ts';
import { findRun } from '../refs/find-run.ts';
import type { Session } from '../session.ts';

const lookEveryMs = 200;
/** As long as an engine may take to finish a pack and leave its lock. */
const patienceMs = 10 * 60_000;

export const action: Action<object> = async (session, [text = '']) => {
  answerCancel(session, (await cancelByDaemon(session, text)) ?? (await cancelHere(session, text)));
};

async function cancelHere(session: Session, text: string): Promise<Cancelled> {
  const runtime = await session.runtime();
  const runs = await openRunsOf(runtime, text);
  const left = await dropLeftOf(runtime, text, runs);
  if (runs.length === 0 && left.dropped.length === 0) throw await nothingRuns(runtime, text);
  for (const run of runs) {
    await runtime.coordinator.cancel(run.id);
    session.notice(`Asked ${run.id} of ${run.job} to end.`);
  }
  const ended = await Promise.all(runs.map((run) => waitForEnd(session, runtime, run)));
  return { runs: ended.map(runDocument), ...left };
}

/** Of what is left to a daemon that works nothing is taken away: it would not see that. */
async function dropLeftOf(
  runtime: Runtime,
  job: string,
  runs: readonly RunRecord[],
): Promise<Pick<Cancelled, 'dropped' | 'follow'>> {
  const { livingDaemon } = await import('../daemon/living-daemon.ts');
  if ((await livingDaemon(runtime.paths.stateDir)) !== undefined) return { dropped: [], follow: [] };
  const { awaitedDocument, dropLeft } = await import('../doors/left-requests.ts');
  const { dropped, follow } = await dropLeft(runtime, job, runs);
  return { dropped: dropped.map(awaitedDocument), follow: follow.map(awaitedDocument) };
}

const openRunsOf = async ({ store }: Runtime, text: string): Promise<readonly RunRecord[]> =>
  (await store.open())
    .map(({ run }) => run)
    .filter((run) => run.job === text || run.id === text || (text.startsWith('r-') && run.id.startsWith(text)));

/** Throws what is wrong with the name, if that is it. */
async function nothingRuns({ store, configuration }: Runtime, text: string): Promise<UmbraError> {
  if (!text.startsWith('r-')) jobNamed(configuration, text);
  else await findRun({ store, configuration }, text);
  return new UmbraError('usage.unknown-run', `nothing of "${text}" is running`, {
    hint: 'See what ran: umbra history.',
  });
}

async function waitForEnd(session: Session, runtime: Runtime, run: RunRecord): Promise<RunRecord> {
  const { store, clock, coordinator } = runtime;
  const deadline = clock.monotonicMs() + patienceMs;
  for (;;) {
    const now = (await store.run(run.id)) ?? run;
    if (isTerminal(now.state)) return now;
    // Whoever was asked may die before he does it.
    if (!(await isInHandsNow(runtime, run))) await coordinator.cancel(run.id);
    if (clock.monotonicMs() > deadline) {
      throw new UmbraError('state.busy', `the run ${run.id} has been asked to end but has not ended yet`, {
        hint: `Look again: umbra show ${run.id}`,
      });
    }
    await clock.sleep(lookEveryMs, session.interrupt.signal);
  }
}

async function isInHandsNow(runtime: Runtime, { id }: RunRecord): Promise<boolean> {
  const { lease } = (await runtime.store.open()).find(({ run }) => run.id === id) ?? {};
  return lease !== undefined && isInHands(runtime, lease);
}
