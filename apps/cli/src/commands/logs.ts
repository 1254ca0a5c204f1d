import { defineCommand } from '../command.ts';

export interface LogsFlags {
  readonly raw?: boolean;
}

export const logs = defineCommand({
  name: 'logs',
  operands: '<run-or-job>',
  group: 'Every day',
  text: 'what the engine said during a run',
  completes: 'jobs',
  options: [{ flags: '--raw', text: 'byte for byte, control characters included' }],
  examples: ['umbra logs documents', 'umbra logs r-01JD3M --raw'],
  load: () => import('../actions/logs.ts'),
});
