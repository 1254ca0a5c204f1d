import { defineCommand } from '../command.ts';

export interface JobAddFlags {
  readonly repository?: readonly string[];
  readonly schedule?: string;
  readonly exclude?: readonly string[];
  readonly tag?: readonly string[];
  readonly description?: string;
}

export const job = defineCommand({
  name: 'job',
  group: 'Look after it',
  text: 'the jobs of the configuration, and more of them',
  examples: ['umbra job add photos ~/Photos --repository home --schedule "weekly on Sun at 04:00"'],
  children: [
    {
      name: 'list',
      text: 'the configured jobs',
      load: async () => ({ action: (await import('../actions/job.ts')).list }),
    },
    {
      name: 'show',
      operands: '<job>',
      completes: 'jobs',
      text: 'one job with every default filled in',
      load: async () => ({ action: (await import('../actions/job.ts')).show }),
    },
    {
      name: 'add',
      operands: '<name> <source...>',
      text: 'add a job; nothing else in the file changes',
      options: [
        { flags: '--repo, --repository <name>', text: 'where to keep it; may be repeated', repeat: true },
        { flags: '--schedule <phrase>', text: 'when, such as "daily at 02:00"' },
        { flags: '--exclude <pattern>', text: 'leave this out; may be repeated', repeat: true },
        { flags: '--tag <tag>', text: 'put this on its snapshots; may be repeated', repeat: true },
        { flags: '--description <text>', text: 'what it is for' },
      ],
      load: async () => ({ action: (await import('../actions/job.ts')).add }),
    },
    {
      name: 'remove',
      operands: '<job>',
      completes: 'jobs',
      text: 'take a job out of the file; its snapshots stay',
      load: async () => ({ action: (await import('../actions/job.ts')).remove }),
    },
  ],
});
