import { timeLeft, type Progress } from '@umbracore/contracts';
import { eventDocument } from '@umbracore/runtime/documents';
import type { Session } from '../session.ts';
import { jsonView, progressView } from './view.ts';

/** Progress of something that is no run: a restore, a verification. Speed is the mean so far. */
export interface OperationView {
  show(progress: Progress): void;
  close(): void;
}

export const silentOperation: OperationView = { show() {}, close() {} };

export function operationView(session: Session, title: string): OperationView {
  // Beside the one document that is the answer.
  const isTold = session.globals.progress === 'json';
  if (session.json && !isTold) return silentOperation;
  session.notice(session.stderr.style.dim(title));
  const view = isTold ? jsonView(session.stderr, false) : progressView(session);
  const startedAt = performance.now();
  return {
    show(progress) {
      const measuredMs = performance.now() - startedAt;
      const seconds = measuredMs / 1000;
      const known = seconds > 1 && progress.bytesProcessed > 0;
      const bytesPerSecond = known ? progress.bytesProcessed / seconds : undefined;
      const bytesLeft = progress.bytesTotal === undefined ? undefined : progress.bytesTotal - progress.bytesProcessed;
      const etaSeconds = timeLeft({ bytesLeft, bytesPerSecond, measuredMs });
      const shown = { ...progress, bytesPerSecond, etaSeconds };
      const event = { type: 'run.progress', time: 0, run: '', job: '', repository: '', progress: shown } as const;
      view.show(eventDocument(event));
    },
    close: () => view.close(),
  };
}

/** Does something and shows how far it is. */
export async function withView<T>(
  session: Session,
  title: string,
  work: (report: (progress: Progress) => void) => Promise<T>,
): Promise<T> {
  const view = operationView(session, title);
  try {
    return await work((progress) => view.show(progress));
  } finally {
    view.close();
  }
}
