import { defineCommand } from '../command.ts';
import { run } from './run.ts';

export interface ChainGraphFlags {
  readonly format?: 'text' | 'mermaid' | 'dot';
}

/** Of the flags of a run those that mean something to jobs of every kind. */
const runFlags = ['--dry-run', '--no-retry', '--ignore-conditions', '--wait [duration]', '--detach'];

export const chain = defineCommand({
  name: 'chain',
  group: 'Look after it',
  text: 'jobs that follow one another',
  examples: ['umbra chain show nightly', 'umbra chain graph nightly --format mermaid'],
  notes: ['How chains are written: umbra help chains'],
  children: [
    {
      name: 'list',
      text: 'the configured chains',
      load: async () => ({ action: (await import('../actions/chain.ts')).list }),
    },
    {
      name: 'show',
      operands: '<chain>',
      completes: 'chains',
      text: 'the steps of a chain, what each waits for and how it ended last',
      load: async () => ({ action: (await import('../actions/chain.ts')).show }),
    },
    {
      name: 'run',
      operands: '<chain>',
      completes: 'chains',
      text: 'run a chain now, as umbra run does',
      options: (run.options ?? []).filter(({ flags }) => runFlags.includes(flags)),
      load: async () => ({ action: (await import('../actions/chain.ts')).run }),
    },
    {
      name: 'graph',
      operands: '<chain>',
      completes: 'chains',
      text: 'draw a chain',
      options: [
        {
          flags: '--format <format>',
          text: 'text (default), mermaid or dot',
          choices: ['text', 'mermaid', 'dot'],
        },
      ],
      examples: ['umbra chain graph nightly --format dot | dot -Tsvg > nightly.svg'],
      load: async () => ({ action: (await import('../actions/chain.ts')).graph }),
    },
  ],
});
