import type { BackupJobDefinition, RunOptions } from '@umbracore/contracts';
import type { BackupRun, RunHandle, Runtime } from '@umbracore/runtime';
import type { Action } from '../command.ts';
import type { RunFlags } from '../commands/run.ts';
import { eventDocument } from '../documents/event-document.ts';
import { runExitCode } from '../documents/run-document.ts';
import { worstOf } from '../exit-codes.ts';
import { progressView } from '../progress/view.ts';
import { chooseJobs } from '../run/choose-jobs.ts';
import { tellRun } from '../run/tell-run.ts';
import type { Session } from '../session.ts';

export const action: Action<RunFlags> = async (session, names, flags) => {
  const runtime = await session.runtime({ jobsRequired: true, prepareEngine: true });
  const view = progressView(session);
  using _events = runtime.events.onAny((event) => view.show(event));
  tellAlarms(session, runtime);
  try {
    await runtime.coordinator.recover();
    const jobs = await chooseJobs(runtime, names, flags);
    if (jobs.length === 0) session.notice('Nothing is due.');
    return await runInTurn(session, runtime, jobs, optionsOf(flags), () => view.close());
  } finally {
    view.close();
  }
};

async function runInTurn(
  session: Session,
  { coordinator }: Runtime,
  jobs: readonly BackupJobDefinition[],
  options: RunOptions,
  clearView: () => void,
): Promise<number> {
  const codes: number[] = [];
  for (const job of jobs) {
    if (session.interrupt.signal.aborted) break;
    const runs = await ended(session, coordinator.runBackupJob(job.id, options));
    clearView();
    for (const { record } of runs) {
      tellRun(session, record);
      codes.push(runExitCode(record) ?? 1);
    }
  }
  return worstOf(codes);
}

/** All runs of a handle, cancelled when somebody interrupts. */
async function ended(session: Session, handle: RunHandle): Promise<readonly BackupRun[]> {
  const { signal } = session.interrupt;
  const cancel = (): void => handle.cancel('interrupted');
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await handle.all();
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

function optionsOf(flags: RunFlags): RunOptions {
  const { compressionLevel, dryRun, retry, limitUpload, parent, force, verify } = flags;
  return {
    compressionLevel,
    dryRun,
    retry,
    uploadBytesPerSecond: limitUpload,
    parent,
    force,
    // The bare flag asks for a check at the job's own level, or at the smallest one.
    verifyAfterCompletion: verify === 'job' ? true : verify,
  };
}

/** Published before anybody could listen. */
function tellAlarms(session: Session, { store, clock }: Runtime): void {
  for (const alarm of store.health.alarms) {
    const event = { type: 'state.alarm', time: clock.now(), alarm } as const;
    if (session.json) session.stdout.line(JSON.stringify(eventDocument(event)));
    else session.stderr.line(`${session.stderr.style.red(session.signs.bad)} ${alarm.message} ${alarm.hint}`);
  }
}
