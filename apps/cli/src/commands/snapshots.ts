import { defineCommand } from '../command.ts';
import { offline } from './offline.ts';
import { count } from './parsers.ts';

export interface SnapshotsFlags {
  readonly repository?: string;
  readonly tag?: readonly string[];
  readonly host?: string;
  readonly path?: string;
  readonly pinned?: boolean;
  readonly latest?: number;
  readonly offline?: boolean;
}

export const snapshots = defineCommand({
  name: 'snapshots',
  operands: '[job]',
  group: 'Get data back',
  text: 'the saved states, each with its ref',
  completes: 'jobs',
  options: [
    { flags: '--repo, --repository <name>', text: 'only in this repository' },
    { flags: '--tag <tag>', text: 'with this tag; may be repeated, all must be there', repeat: true },
    { flags: '--host <host>', text: 'made on this host' },
    { flags: '--path <path>', text: 'that hold this source' },
    { flags: '--pinned', text: 'that nothing forgets: umbra pin' },
    { flags: '--latest <count>', text: 'the newest so many', ...count },
    offline,
  ],
  examples: ['umbra snapshots documents --latest 5', 'umbra snapshots --repository home --json'],
  notes: [
    'For a repository that is out of reach its catalog answers, with what it knew last; that is said. One that has none is',
    'named after what the others hold, with an exit code other than 0.',
  ],
  load: () => import('../actions/snapshots.ts'),
});
