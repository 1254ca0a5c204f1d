import { defineCommand } from '../command.ts';

export interface StatusFlags {
  readonly check?: boolean;
  readonly failed?: boolean;
}

export const status = defineCommand({
  name: 'status',
  operands: '[job...]',
  group: 'Every day',
  text: 'how each job stands: last success, last attempt, next',
  completes: 'jobs',
  options: [
    { flags: '--check', text: 'exit code 21 if a job is stale or failing' },
    { flags: '--failed', text: 'only jobs that need you' },
  ],
  examples: ['umbra status', 'umbra status --check --quiet', 'umbra status documents --json'],
  load: () => import('../actions/status.ts'),
});
