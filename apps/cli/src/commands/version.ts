import { defineCommand } from '../command.ts';

export const version = defineCommand({
  name: 'version',
  text: 'versions of umbra and Node',
  load: () => import('../actions/version.ts'),
});
