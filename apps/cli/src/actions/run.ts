import { toUmbraError, type RunOptions, type RunRecord } from '@umbracore/contracts';
import type { RunHandle, Runtime } from '@umbracore/runtime';
import type { Action } from '../command.ts';
import type { RunFlags } from '../commands/run.ts';
import { tellAlarms } from '../output/alarms.ts';
import { progressView } from '../progress/view.ts';
import { eventDocument, exitCodes, runExitCode, worstOf } from '@umbracore/runtime/documents';
import { type WantedRun, chooseRuns } from '@umbracore/runtime/history';
import { tellRun } from '../run/tell-run.ts';
import { tieToSignals } from '../run/under-way.ts';
import type { Session } from '../session.ts';

export const action: Action<RunFlags> = async (session, names, flags) => {
  const runtime = await session.runtime({ jobsRequired: true, prepareEngine: true });
  const view = progressView(session);
  using _tied = tieToSignals(runtime, session.interrupt);
  using _events = runtime.events.onAny((event) => {
    view.show(event);
    // Told as they end, whoever asked for them: what an earlier call left behind ends here too.
    if (event.type === 'run.finished') tellRun(session, event.record);
  });
  publishedEarlier(session, runtime);
  try {
    await finishEarlierRuns(runtime, names);
    const wanted = await chooseRuns(runtime, names, flags);
    if (wanted.length === 0) session.notice('Nothing is due.');
    return await runInTurn(session, runtime, wanted, optionsOf(flags));
  } finally {
    view.close();
  }
};

/** What an earlier call left behind: of the named jobs it is carried to its end first, of others it is settled if it can be. */
async function finishEarlierRuns({ coordinator }: Runtime, names: readonly string[]): Promise<void> {
  await coordinator.recover({ wait: true, jobs: names.length === 0 ? undefined : names });
  if (names.length > 0) await coordinator.recover();
}

/** One refused job does not stop the next. */
async function runInTurn(
  session: Session,
  { coordinator }: Runtime,
  wanted: readonly WantedRun[],
  options: RunOptions,
): Promise<number> {
  const codes: number[] = [];
  for (const { job, ...request } of wanted) {
    if (session.interrupt.signal.aborted) break;
    try {
      const runs = await recordsOf(session, coordinator.runBackupJob(job, { ...options, ...request }));
      codes.push(...runs.map((run) => runExitCode(run) ?? exitCodes.failed));
    } catch (thrown) {
      const error = toUmbraError(thrown);
      session.problem(error);
      codes.push(error.exitCode);
    }
  }
  return worstOf(codes);
}

/** All runs of a handle, cancelled when somebody interrupts. */
async function recordsOf({ interrupt }: Session, handle: RunHandle): Promise<readonly RunRecord[]> {
  const cancel = (): void =>
    handle.cancel(interrupt.exitCode() === exitCodes.terminated ? 'terminated' : 'interrupted');
  interrupt.signal.addEventListener('abort', cancel, { once: true });
  try {
    return (await handle.all()).map(({ record }) => record);
  } finally {
    interrupt.signal.removeEventListener('abort', cancel);
  }
}

function optionsOf(flags: RunFlags): RunOptions {
  const { compressionLevel, dryRun, retry, limitUpload, parent, force, verify } = flags;
  return {
    compressionLevel,
    dryRun,
    // Commander sets it without being asked; only the refusal is a wish.
    retry: retry ? undefined : false,
    uploadBytesPerSecond: limitUpload,
    parent,
    force,
    verifyAfterCompletion: verify === 'job' ? true : verify,
  };
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
