import { defineCommand } from '../command.ts';

export const restic = defineCommand({
  name: 'restic',
  brief: true,
  operands: '<repo> [args...]',
  group: 'Look after it',
  text: 'restic itself with a repository and its password: REPO -- ARGS',
  completes: 'repositories',
  examples: ['umbra restic home -- snapshots', 'umbra restic home -- stats --mode raw-data'],
  load: () => import('../actions/restic.ts'),
});
