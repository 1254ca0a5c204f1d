import type { CommandDefinition } from '../command.ts';
import { share } from './parsers.ts';

export interface StatsFlags {
  readonly unused?: boolean;
}

export interface RepairFlags {
  readonly from?: string;
  readonly read?: number;
  readonly dryRun?: boolean;
}

const name = { operands: '<repository>', completes: 'repositories' } as const;

export const stats: CommandDefinition = {
  name: 'stats',
  ...name,
  text: 'size, ratios of compression and deduplication, growth, quota',
  options: [{ flags: '--unused', text: 'count also what no snapshot needs, which reads all folders of all snapshots' }],
  examples: ['umbra repo stats home', 'umbra repo stats home --unused --json'],
  load: async () => ({ action: (await import('../actions/repo-stats.ts')).action }),
};

export const repair: CommandDefinition = {
  name: 'repair',
  ...name,
  text: 'check it, and mend what is damaged, step by step, as you agree to each',
  options: [
    { flags: '--read <share>', text: 'read so much of the data first: 5%, or all', ...share },
    { flags: '--from <repository>', text: 'bring what is lost back from this one, which has copies' },
    { flags: '--dry-run', text: 'say what is damaged and what would be done first' },
  ],
  examples: ['umbra repo repair home', 'umbra repo repair home --read all --from offsite'],
  notes: [
    'Does what restic itself has for it, in the order of its guide to trouble, and checks again after each step:',
    'damaged packs (what is whole in them is saved), the index (nothing is lost), and last the snapshots: files that',
    'cannot be restored any more are taken out of them. Before that one, run your backups once: what is still in your',
    'folders comes back by that. With --from, what another repository has copies of is brought back from there before',
    'anything is given up. Each snapshot is there all the time, in the end under a new id. Damage inside of files is',
    'found only where they are read: --read all. Without --read as much is read as the check did that found damage.',
    'Every step is in the log (logs/umbra.log).',
  ],
  load: async () => ({ action: (await import('../actions/repo-repair.ts')).action }),
};

export const upgrade: CommandDefinition = {
  name: 'upgrade',
  ...name,
  text: 'bring a repository of format 1 to format 2, which can compress',
  load: async () => ({ action: (await import('../actions/repo-upgrade.ts')).action }),
};
