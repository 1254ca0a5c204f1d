import type { EventDocument, ProgressDocument } from '@umbracore/runtime/documents';
import type { Session } from '../session.ts';
import { eventSentence, phaseWord, progressNumbers } from './sentences.ts';
import type { ProgressView } from './view.ts';

/** Decides which reports are worth a line: a new phase, every further 10 %, or 30 s after the last one. */
export function sparse(everyPercent = 10, everyMs = 30_000): (progress: ProgressDocument, nowMs: number) => boolean {
  let phase: string | undefined;
  let step = 0;
  let shownAt = -Infinity;
  return (progress, nowMs) => {
    const reached = Math.floor((progress.percentage ?? 0) / everyPercent);
    // The end has a line of its own, which says more.
    if (progress.phase === 'done') return false;
    const worth = progress.phase !== phase || reached > step || nowMs - shownAt >= everyMs;
    if (!worth) return false;
    phase = progress.phase;
    step = reached;
    shownAt = nowMs;
    return true;
  };
}

/** One line at a time, for logs and screen readers. */
export function plainView({ stderr, signs, verbosity }: Session): ProgressView {
  let isWorthALine = sparse();
  return {
    show(event: EventDocument) {
      if (event.type === 'run.progress') {
        if (isWorthALine(event, performance.now())) stderr.offer(plainLine(event));
        return;
      }
      if (event.type === 'run.started') isWorthALine = sparse();
      const sentence = eventSentence(event, signs, stderr.style, verbosity);
      if (sentence !== undefined) stderr.line(sentence);
    },
    close() {},
  };
}

function plainLine(progress: ProgressDocument): string {
  const known = progress.percentage !== null && progress.phase !== 'verifying';
  const share = !known ? [] : [`${Math.floor(progress.percentage ?? 0)} %`];
  return `  ${[phaseWord(progress), ...share, ...progressNumbers(progress)].join(', ')}`;
}
