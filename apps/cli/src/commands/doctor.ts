import { defineCommand } from '../command.ts';

export const doctor = defineCommand({
  name: 'doctor',
  group: 'Look after it',
  text: 'look for what is, or will be, in the way',
  examples: ['umbra doctor', 'umbra doctor --json'],
  load: () => import('../actions/doctor.ts'),
});
