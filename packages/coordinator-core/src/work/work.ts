import type { Attempt } from '../attempt.ts';
import type { RunEnd } from '../run-state.ts';
import { chainWork } from '../chain/chain-work.ts';
import { backupWork } from './backup.ts';
import { checkWork } from './check.ts';
import { commandWork } from './command.ts';
import { copyWork } from './copy.ts';
import { drillWork } from './drill.ts';
import { forgetWork } from './forget.ts';
import { pruneWork } from './prune.ts';

/**
 * What a job of one kind does in an attempt. Each way gives how the run ends, or rejects if it failed in a way that another
 * attempt may mend. Everything whose effect may outlive us has a durable intent first.
 */
export interface Work {
  /** From the beginning. */
  fresh(): Promise<RunEnd>;
  /** On from where an earlier coordinator was, whose engine has this spool folder; `''` for a kind without engines. */
  adopted(spool: string): Promise<RunEnd>;
  /** With the snapshot of an earlier attempt, which the repository has. Only backups make one. */
  completed(): Promise<RunEnd>;
}

/** The one place where it matters of which kind a job is. */
export function workOf(attempt: Attempt): Work {
  switch (attempt.plan.job.kind) {
    case 'backup':
      return backupWork(attempt);
    case 'copy':
      return copyWork(attempt);
    case 'forget':
      return forgetWork(attempt);
    case 'prune':
      return pruneWork(attempt);
    case 'check':
      return checkWork(attempt);
    case 'drill':
      return drillWork(attempt);
    case 'command':
      return commandWork(attempt);
    case 'chain':
      return chainWork(attempt);
  }
}
