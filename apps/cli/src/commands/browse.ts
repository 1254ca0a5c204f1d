import { defineCommand } from '../command.ts';
import { offline } from './offline.ts';

export interface BrowseFlags {
  readonly repository?: string;
  readonly offline?: boolean;
}

export const browse = defineCommand({
  name: 'browse',
  operands: '[ref]',
  group: 'Get data back',
  text: 'walk through a snapshot and mark what to restore',
  brief: true,
  completes: 'refs',
  options: [{ flags: '--repo, --repository <name>', text: 'where to look for the snapshot' }, offline],
  examples: ['umbra browse', 'umbra browse documents@latest', 'umbra browse documents@-1:Documents/taxes'],
  notes: [
    'Arrows (or h j k l) move, open and go up; space marks, / filters by name, v shows the versions, q leaves and prints',
    'the command that restores what is marked. Without a ref the newest snapshot. Where there is no terminal it lists, as',
    '`umbra ls` does. Refs: umbra help refs',
  ],
  load: () => import('../actions/browse.ts'),
});
