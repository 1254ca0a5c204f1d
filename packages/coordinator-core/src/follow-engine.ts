import { toUmbraError } from '@umbracore/contracts';
import type { DurationMs, EngineExit, EngineProcess, OutputReader } from '@umbracore/contracts';

/**
 * Reads an engine's output from its first byte to its end. When the signal aborts, the engine is interrupted, its tree is
 * killed if it does not end within the grace, and this rejects with the signal's reason.
 */
export async function followEngine(
  engine: EngineProcess,
  reader: OutputReader,
  signal: AbortSignal,
  graceMs: DurationMs,
): Promise<EngineExit> {
  const lost = new AbortController();
  let interrupting: Promise<void> | undefined;
  const onAbort = (): void => {
    // Somebody else follows the engine now: it is not ours to end.
    if (toUmbraError(signal.reason).code === 'state.lease-lost') return lost.abort(signal.reason);
    interrupting ??= engine.interrupt(graceMs);
    // Awaited below; a failure must not count as unhandled until then.
    interrupting.catch(() => undefined);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    const exit = await engine.follow(reader, lost.signal);
    await interrupting;
    signal.throwIfAborted();
    return exit;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
