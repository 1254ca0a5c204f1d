import type { RunOptions } from '@umbracore/contracts';
import type { RunFlags } from '../commands/run.ts';

/** What the flags of a call change for its runs. */
export function optionsOf(flags: RunFlags): RunOptions {
  const { compressionLevel, dryRun, retry, limitUpload, strategy, full, parent, force, verify, ignoreConditions } =
    flags;
  return {
    compressionLevel,
    dryRun,
    // Commander sets it without being asked; only the refusal is a wish.
    retry: retry ? undefined : false,
    uploadBytesPerSecond: limitUpload,
    strategy,
    parent,
    // Undefined if neither was said: older daemons know no false.
    force: force ?? full,
    ignoreConditions,
    verifyAfterCompletion: verify === 'job' ? true : verify,
  };
}
