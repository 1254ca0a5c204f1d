import { defineCommand } from '../command.ts';

export const borg = defineCommand({
  name: 'borg',
  brief: true,
  operands: '<repo> [args...]',
  group: 'Look after it',
  text: 'borg itself with a repository of it and its password: REPO -- ARGS',
  completes: 'repositories',
  examples: ['umbra borg attic -- list', 'umbra borg attic -- extract ::NAME home/me/notes'],
  notes: ['The repository stands in BORG_REPO, so that its archives are called ::NAME.'],
  load: () => import('../actions/borg.ts'),
});
