import type { Progress } from '@umbracore/contracts';
import { eventDocument } from '@umbracore/runtime/documents';
import type { Session } from '../session.ts';
import { progressView } from './view.ts';

/** Progress of something that is no run: a restore, a verification. Speed is the mean so far. */
export interface OperationView {
  show(progress: Progress): void;
  close(): void;
}

export const silentOperation: OperationView = { show() {}, close() {} };

export function operationView(session: Session, title: string): OperationView {
  if (session.json) return silentOperation;
  session.notice(session.stderr.style.dim(title));
  const view = progressView(session);
  const startedAt = performance.now();
  return {
    show(progress) {
      const seconds = (performance.now() - startedAt) / 1000;
      const known = seconds > 1 && progress.bytesProcessed > 0;
      const bytesPerSecond = known ? progress.bytesProcessed / seconds : undefined;
      const left = progress.bytesTotal === undefined ? undefined : progress.bytesTotal - progress.bytesProcessed;
      const etaSeconds = bytesPerSecond === undefined || left === undefined ? undefined : left / bytesPerSecond;
      const shown = { ...progress, bytesPerSecond, etaSeconds };
      const event = { type: 'run.progress', time: 0, run: '', job: '', repository: '', progress: shown } as const;
      view.show(eventDocument(event));
    },
    close: () => view.close(),
  };
}
