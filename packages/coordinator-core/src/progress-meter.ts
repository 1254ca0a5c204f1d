import { timeLeft, type DurationMs, type Progress, type RunProgress } from '@umbracore/contracts';

const windowMs: DurationMs = 10_000;
/** Speeds over less than this are noise. */
const minimumMs: DurationMs = 500;

interface Sample {
  readonly at: number;
  readonly bytes: number;
}

/**
 * Adds speed and time left to the reports of one attempt, and keeps the percentage from going down. `at` is monotonic.
 */
export function progressMeter(): (progress: Progress, at: number) => RunProgress {
  let samples: Sample[] = [];
  let highest: number | undefined;
  let firstByteAt: number | undefined;
  return (progress, at) => {
    if (progress.percentage !== undefined) {
      highest = Math.max(highest ?? 0, Math.min(100, Math.max(0, progress.percentage)));
    }
    samples = [...recent(samples, at), { at, bytes: progress.bytesProcessed }];
    if (progress.bytesProcessed > 0) firstByteAt ??= at;
    const bytesPerSecond = speed(samples);
    const bytesLeft = progress.bytesTotal === undefined ? undefined : progress.bytesTotal - progress.bytesProcessed;
    const etaSeconds = timeLeft({ bytesLeft, bytesPerSecond, measuredMs: at - (firstByteAt ?? at) });
    return { ...progress, percentage: highest, bytesPerSecond, etaSeconds };
  };
}

/** The samples of the window, with the last one before it, so that rare reports still give a speed. */
function recent(samples: readonly Sample[], at: number): Sample[] {
  const first = samples.findIndex((sample) => sample.at >= at - windowMs);
  return first === -1 ? samples.slice(-1) : samples.slice(Math.max(0, first - 1));
}

function speed(samples: readonly Sample[]): number | undefined {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined || last.at - first.at < minimumMs) return undefined;
  return Math.max(0, ((last.bytes - first.bytes) * 1000) / (last.at - first.at));
}
