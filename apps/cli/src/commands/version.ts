import { defineCommand } from '../command.ts';

export const version = defineCommand({
  name: 'version',
  group: 'Start',
  text: 'versions of umbra and Node',
  load: () => import('../actions/version.ts'),
});
