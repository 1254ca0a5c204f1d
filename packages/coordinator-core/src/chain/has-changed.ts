import type { RunRecord } from '@umbracore/contracts';

/**
 * Whether a run changed something that the next job may want to know of. Where nobody can tell, it did: running once more than
 * needed is the smaller harm.
 */
export function hasChanged({ state, snapshot, stats, report, plan }: RunRecord): boolean {
  if (state !== 'succeeded' && state !== 'warning') return false;
  if (plan.options.dryRun === true) return false;
  switch (plan.job.kind) {
    case 'backup':
      return stats === null ? snapshot !== null : stats.filesNew + stats.filesChanged > 0;
    case 'copy':
      return report?.kind !== 'copy' || report.copied.length > 0;
    case 'forget':
      return report?.kind !== 'forget' || report.removed.length > 0;
    case 'check':
    case 'drill':
      return false;
    case 'prune':
    case 'command':
    case 'chain':
      return true;
  }
}
