import type { RunId } from '@umbracore/contracts';
import type { ProgressDocument } from '@umbracore/runtime/documents';
import type { Channel } from '../output/channel.ts';
import { eventSentence, phaseWord, progressNumbers, shareText, titleOf, type Sentences } from './sentences.ts';
import type { ProgressView } from './view.ts';

/** Decides which reports are worth a line: a new phase, every further 10 %, or 30 s after the last one. */
export function sparse(everyPercent = 10, everyMs = 30_000): (progress: ProgressDocument, nowMs: number) => boolean {
  let phase: string | undefined;
  let step = 0;
  let shownAt = -Infinity;
  return (progress, nowMs) => {
    // What is not shown is no news.
    const reached = hasShare(progress) ? Math.floor((progress.percentage ?? 0) / everyPercent) : 0;
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
export function plainView(session: Sentences & { readonly stderr: Pick<Channel, 'line' | 'offer'> }): ProgressView {
  const { stderr, signs } = session;
  const worth = new Map<RunId, ReturnType<typeof sparse>>();
  return {
    show(event, named = false) {
      if (event.type === 'run.progress') {
        const isWorthALine = worth.get(event.run) ?? sparse();
        worth.set(event.run, isWorthALine);
        const title = named ? `${titleOf(event, signs, stderr.style)}  ` : '';
        if (isWorthALine(event, performance.now())) stderr.offer(`  ${title}${progressText(event)}`);
        return;
      }
      // Every attempt begins anew.
      if (event.type === 'run.started' || event.type === 'run.finished') worth.delete(event.run);
      const sentence = eventSentence(event, session, named);
      if (sentence !== undefined) stderr.line(sentence);
    },
    close() {},
  };
}

function progressText(progress: ProgressDocument): string {
  const share = hasShare(progress) ? [shareText(progress)] : [];
  return [phaseWord(progress), ...share, ...progressNumbers(progress)].join(', ');
}

/** A verification goes through several stages, each with a share of its own. */
const hasShare = ({ percentage, phase }: ProgressDocument): boolean => percentage !== null && phase !== 'verifying';
