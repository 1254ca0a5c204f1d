import { defineCommand } from '../command.ts';

export interface ConfigShowFlags {
  readonly effective?: string;
  readonly origin?: boolean;
}

export const config = defineCommand({
  name: 'config',
  group: 'Look after it',
  text: 'which configuration counts, whether it is sound, and what it means',
  examples: ['umbra config check', 'umbra config show --effective documents --origin'],
  children: [
    {
      name: 'path',
      text: 'the file that is used, and the ones it hides',
      load: async () => ({ action: (await import('../actions/config.ts')).path }),
    },
    {
      name: 'check',
      text: 'every problem of the configuration in one pass',
      load: async () => ({ action: (await import('../actions/config.ts')).check }),
    },
    {
      name: 'show',
      text: 'the configuration with its defaults',
      options: [
        { flags: '--effective <job>', text: 'the values that this job gets' },
        { flags: '--origin', text: 'where each value comes from' },
      ],
      load: async () => ({ action: (await import('../actions/config.ts')).show }),
    },
    {
      name: 'schema',
      text: 'JSON Schema of the configuration, for editors',
      load: async () => ({ action: (await import('../actions/config.ts')).schema }),
    },
  ],
});
