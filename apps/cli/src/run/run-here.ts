import type { Runtime, TurnRequest } from '@umbracore/runtime';
import { eventDocument, exitCodes, runExitCode, worstOf } from '@umbracore/runtime/documents';
import { chooseRuns, refuseOptions, refuseTwoWays } from '@umbracore/runtime/history';
import type { RunFlags } from '../commands/run.ts';
import { runInTurn } from '../doors/runtime.ts';
import { UmbraError, type RunOptions, type RunRecord } from '@umbracore/contracts';
import { tellAlarms } from '../output/alarms.ts';
import { relativeTime } from '../output/times.ts';
import { noDaemon } from '../daemon/find-daemon.ts';
import type { Session } from '../session.ts';
import { refuseSenseless } from './refuse-senseless.ts';
import { optionsOf } from './run-options.ts';
import { RunTeller } from './run-teller.ts';
import { tieToSignals } from './under-way.ts';

/** Runs jobs in this process, after what earlier ones left behind. */
export async function runHere(session: Session, names: readonly string[], flags: RunFlags): Promise<number> {
  refuseSenseless(flags);
  if (flags.detach === true) throw await noDaemon(session, 'run it without --detach, which waits for its end.');
  const runtime = await session.runtime({ jobsRequired: true, prepareEngine: true });
  using teller = new RunTeller(session);
  using _tied = tieToSignals(runtime, session.interrupt);
  using _events = runtime.events.onAny((event) => teller.show(eventDocument(event)));
  publishedEarlier(session, runtime);
  refuseTwoWays(names, flags);
  const options = optionsOf(flags);
  // What was left behind is carried on beside what is due: none of it may keep the others waiting.
  if (flags.due === true) return await runDue(session, runtime, options);
  const runs = chooseRuns(runtime, names, flags);
  refuseOptions(runtime.configuration, runs, options, { named: names.length > 0 });
  await finishEarlierRuns(session, runtime, names);
  const requests = runs.map((run) => ({ ...run, waitMs: flags.wait }));
  return await inTurn(session, runtime, requests, options);
}

/** One job on one of its repositories, in this process, after what earlier ones left behind of it. */
export async function runOneHere(
  session: Session,
  { job, repository, options }: { readonly job: string; readonly repository: string; readonly options: RunOptions },
): Promise<number> {
  const runtime = await session.runtime({ jobsRequired: true });
  using teller = new RunTeller(session);
  using _tied = tieToSignals(runtime, session.interrupt);
  using _events = runtime.events.onAny((event) => teller.show(eventDocument(event)));
  await finishEarlierRuns(session, runtime, [job]);
  return await inTurn(session, runtime, [{ job, repository, trigger: 'manual' }], options);
}

async function inTurn(
  session: Session,
  runtime: Runtime,
  requests: readonly TurnRequest[],
  options: RunOptions,
): Promise<number> {
  const codes: number[] = [];
  const runs = await runInTurn(runtime, requests, options, {
    signal: session.interrupt.cancel,
    refused(error) {
      session.problem(error);
      codes.push(error.exitCode);
    },
  });
  return worstOf([...codes, ...runs.map((run) => runExitCode(run) ?? exitCodes.failed)]);
}

/** What is due and may start now. What a condition keeps from running is worth an exit code; what waits for its turn is not. */
async function runDue(session: Session, runtime: Runtime, options: RunOptions): Promise<number> {
  refuseAny(options);
  const { coordinator, events, store, notifications } = runtime;
  const codes: number[] = [];
  using _skips = events.on('run.finished', ({ record: { state, because } }) => {
    if (state === 'skipped' && because?.code === 'condition') codes.push(exitCodes.skipped);
  });
  const { cancel: signal } = session.interrupt;
  const runs = await coordinator.runDue({ signal });
  // Where a timer asks what is due, nobody else looks at the time.
  notifications.lookAtEnd();
  if (!signal.aborted && runs.length === 0 && codes.length === 0) session.notice(nothingText(await waitingJobs(store)));
  return worstOf([...codes, ...runs.map(({ record }) => runExitCode(record) ?? exitCodes.failed)]);
}

/** Above all no dry run becomes a real one. */
function refuseAny(options: RunOptions): void {
  if (Object.values(options).every((value) => value === undefined)) return;
  throw new UmbraError('usage.invalid', 'what is due runs as its job says: --due takes no options for its runs', {
    hint: 'Leave them out, or name jobs instead of --due.',
  });
}

/** Jobs with a run that is due and waits for something. */
const waitingJobs = async (store: Runtime['store']): Promise<readonly string[]> =>
  [...new Set((await store.open()).filter(({ run }) => run.state === 'queued').map(({ run }) => run.job))].toSorted();

const nothingText = (waiting: readonly string[]): string =>
  waiting.length === 0
    ? 'Nothing is due.'
    : `Nothing may start now. Waiting: ${waiting.join(', ')}; see umbra explain JOB.`;

/**
 * What an earlier call left behind: of the named jobs it is carried to its end first, of others it is settled if it can be. What
 * tries again later is not waited for: whoever asks for a run now gets one.
 */
async function finishEarlierRuns(session: Session, runtime: Runtime, names: readonly string[]): Promise<void> {
  const { coordinator, store } = runtime;
  const jobs = names.length === 0 ? undefined : names;
  const recovered = await coordinator.recover({ wait: true, retries: false, jobs, signal: session.interrupt.cancel });
  for (const { record } of recovered) if (record.state === 'retrying') tellOfRetry(session, record);
  // Mostly there is nothing, and looking around in folders would hold up the backup.
  if (names.length > 0 && (await store.open()).length > 0) await coordinator.recover();
}

function tellOfRetry(session: Session, { id, job, retryAt }: RunRecord): void {
  const when = retryAt === null ? 'later' : relativeTime(retryAt, session.now());
  session.notice(
    `${job}: run ${id} tries again ${when}, by a daemon or umbra run --due; a new run begins now. Without it: umbra cancel ${id}`,
  );
}

/** They were published before anybody could listen. */
function publishedEarlier(session: Session, { store, clock }: Runtime): void {
  const { alarms } = store.health;
  if (!session.json) return tellAlarms(session, alarms);
  for (const alarm of alarms) {
    const event = { type: 'state.alarm', time: clock.now(), alarm } as const;
    session.stdout.line(JSON.stringify(eventDocument(event)));
  }
}
