import { UmbraError } from '@umbracore/contracts';
import type { RunFlags } from '../commands/run.ts';

/** Throws `usage.invalid` for what makes no sense of runs that nobody waits for, or that wait for others. */
export function refuseSenseless({ detach = false, due = false, dryRun = false, wait }: RunFlags): void {
  if (detach && due) throw excluded('--detach', '--due', 'A daemon starts what is due by itself.');
  if (detach && dryRun)
    throw excluded('--detach', '--dry-run', 'What it finds out is all that comes of a dry run: wait for it.');
  if (wait === undefined) return;
  if (detach) throw excluded('--wait', '--detach', 'Give one of them.');
  if (due) throw excluded('--wait', '--due', 'What is due and has to wait starts with the next `umbra run --due`.');
}

const excluded = (one: string, other: string, hint: string): UmbraError =>
  new UmbraError('usage.invalid', `${one} and ${other} exclude each other`, { hint });
