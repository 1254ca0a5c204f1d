import type { EventType, RepositoryWorkEvent, RunProgress, UmbraEvent } from '@umbracore/contracts';
import { restoreFinished, restoreProgress } from './restore-document.ts';
import { workProgress } from './work-document.ts';
import { throttleDocument } from './throttle-document.ts';
import { timestamp } from './timestamp.ts';
import { repositoryDocument, runDocument, verificationDocument } from './run-document.ts';

type RunEventType = Extract<EventType, `run.${string}`>;

/** An event as one line of `umbra.event/1`. */
export type EventDocument = {
  readonly [Type in EventType]: {
    readonly schema: 'umbra.event/1';
    readonly type: Type;
    readonly time: string;
  } & (Type extends RunEventType ? ReturnType<typeof subject> : unknown) &
    Detail<Type>;
}[EventType];

export type EventDocumentOf<Type extends EventType> = Extract<EventDocument, { readonly type: Type }>;

type Detail<Type extends EventType> = ReturnType<(typeof details)[Type]>;

export function eventDocument(event: UmbraEvent): EventDocument {
  const detailOf = details[event.type] as (event: UmbraEvent) => object;
  return {
    schema: 'umbra.event/1',
    type: event.type,
    ...('run' in event ? subject(event) : {}),
    ...detailOf(event),
    time: timestamp(event.time),
  } as EventDocument;
}

const subject = ({ run, job, repository, parent, node }: Extract<UmbraEvent, { readonly run: unknown }>) => ({
  run,
  job,
  repository: repositoryDocument(repository),
  parent: parent ?? null,
  node: node ?? null,
});

const workSubject = ({ work, kind, repository }: RepositoryWorkEvent) => ({ work, kind, repository });

type Details = { readonly [Type in EventType]: (event: Extract<UmbraEvent, { readonly type: Type }>) => object };

/** What each type tells beside its time and its run. */
const details = {
  'run.queued': () => ({}),
  'run.waiting': ({ behind }) => ({ behind }),
  'run.doubted': ({ owner: { pid, host }, waitMs }) => ({ pid, host, wait: waitMs / 1000 }),
  'run.started': ({ attempt, maxAttempts }) => ({ attempt, maxAttempts }),
  'run.adopted': ({ attempt }) => ({ attempt }),
  'run.progress': ({ progress }) => progressDocument(progress),
  'run.note': ({ line, attention }) => ({ line, attention: attention === true }),
  'run.throttled': ({ throttle }) => throttleDocument(throttle),
  'run.verified': ({ verification }) => ({ verify: verificationDocument(verification) }),
  'run.retrying': ({ attempt, retryAt, error }) => ({ attempt, retryAt: timestamp(retryAt), error }),
  'run.cancelling': ({ reason }) => ({ reason }),
  'run.finished': ({ record }) => {
    const { id: _id, job: _job, repository: _repository, ...result } = runDocument(record);
    return result;
  },
  'restore.begun': ({ restore, repository, snapshot, target, resumed }) => ({
    restore,
    repository,
    snapshot,
    target: target ?? '/',
    resumed,
  }),
  'restore.progress': ({ restore, repository, progress }) => ({ restore, repository, ...restoreProgress(progress) }),
  'restore.finished': (event) => ({ restore: event.restore, repository: event.repository, ...restoreFinished(event) }),
  'restore.stopped': ({ restore, repository, error }) => ({ restore, repository, error }),
  'restore.undone': ({ restore, repository, putBack, removed, leftCount }) => ({
    restore,
    repository,
    putBack,
    removed,
    leftCount,
  }),
  'work.begun': (event) => workSubject(event),
  'work.progress': (event) => ({ ...workSubject(event), ...workProgress(event.progress) }),
  'work.finished': (event) => ({ ...workSubject(event), outcome: event.outcome, error: event.error }),
  'locks.healed': ({ repository, locks }) => ({ repository, locks }),
  'job.stale': ({ job, text }) => ({ job, text }),
  'job.recovered': ({ job, text }) => ({ job, text }),
  'schedule.repaired': ({ job, text }) => ({ job, text }),
  'config.reloaded': ({ file }) => ({ file }),
  'config.refused': ({ error }) => ({ error }),
  'clock.jumped': ({ byMs }) => ({ byMs }),
  'state.alarm': ({ alarm }) => ({ alarm }),
} satisfies Details;

const rounded = (value: number | undefined, digits: number): number | null =>
  value === undefined ? null : Number(value.toFixed(digits));

export type ProgressDocument = ReturnType<typeof progressDocument>;

/** Sizes in bytes, `eta` in seconds; null while unknown. `estimated`: totals and share are those of an earlier run. */
export const progressDocument = (progress: RunProgress) => ({
  phase: progress.phase,
  percentage: rounded(progress.percentage, 1),
  estimated: progress.estimated === true,
  filesProcessed: progress.filesProcessed,
  filesTotal: progress.filesTotal ?? null,
  bytesProcessed: progress.bytesProcessed,
  bytesTotal: progress.bytesTotal ?? null,
  bytesPerSecond: rounded(progress.bytesPerSecond, 0),
  eta: rounded(progress.etaSeconds, 0),
  currentFiles: progress.currentFiles,
  errorCount: progress.errorCount,
});
