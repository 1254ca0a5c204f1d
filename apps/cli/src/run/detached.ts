import { UmbraError } from '@umbracore/contracts';
import type { RunFlags } from '../commands/run.ts';

/** Throws `usage.invalid` for what makes no sense of runs that nobody waits for. */
export function refuseDetached({ detach = false, due = false, dryRun = false }: RunFlags): void {
  if (!detach) return;
  if (due) throw excluded('--due', 'A daemon starts what is due by itself.');
  if (dryRun) throw excluded('--dry-run', 'What it finds out is all that comes of a dry run: wait for it.');
}

const excluded = (flag: string, hint: string): UmbraError =>
  new UmbraError('usage.invalid', `--detach and ${flag} exclude each other`, { hint });
