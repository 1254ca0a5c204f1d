import type { Progress } from '@umbracore/contracts';
import type { Session } from '../session.ts';
import { sayEvent } from './events.ts';

const everyMs = 1000;

/** Tells under `--json` how far a restore is, once a second at most. */
export function progressEvents(session: Session, restore: string): (progress: Progress) => void {
  let toldAt = -Infinity;
  return (progress) => {
    const now = performance.now();
    if (session.globals.progress === 'none' || now - toldAt < everyMs) return;
    toldAt = now;
    const { percentage, filesProcessed, filesTotal, bytesProcessed, bytesTotal, errorCount } = progress;
    sayEvent(session, {
      type: 'restore.progress',
      restore,
      percentage: percentage === undefined ? null : Number(percentage.toFixed(1)),
      filesProcessed,
      filesTotal: filesTotal ?? null,
      bytesProcessed,
      bytesTotal: bytesTotal ?? null,
      errorCount,
    });
  };
}
