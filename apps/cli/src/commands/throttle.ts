import type { EnginePriority } from '@umbracore/contracts';
import { defineCommand } from '../command.ts';
import { share, wholeNumber, type Parsed } from './parsers.ts';
import { parseSize } from '../output/sizes.ts';

export interface ThrottleFlags {
  readonly cpu?: number;
  readonly priority?: EnginePriority;
  readonly ioPriority?: EnginePriority;
  /** Bytes per second. */
  readonly upload?: number | 'unlimited';
  readonly download?: number | 'unlimited';
  readonly readConcurrency?: number;
  readonly pause?: boolean;
  readonly resume?: boolean;
  readonly auto?: boolean;
}

const priorities = ['normal', 'low', 'idle'];

const rateOrNone: Parsed = {
  expects: 'a rate such as 10MiB/s, or unlimited',
  parse: (text) => (text === 'unlimited' ? text : parseSize(text) || undefined),
};

export const throttle = defineCommand({
  name: 'throttle',
  group: 'Every day',
  text: 'how gently runs work, and why',
  brief: true,
  examples: [
    'umbra throttle show',
    'umbra throttle set documents --upload 2MiB/s',
    'umbra throttle set documents --auto',
  ],
  notes: [
    'What is to hold always stands in the configuration: `throttle: polite`, or a map with rules that depend on time,',
    'battery, load and more: umbra help throttling.',
  ],
  children: [
    defineCommand({
      name: 'show',
      operands: '[run-or-job]',
      text: 'what holds runs back now, and what the sensors say',
      completes: 'jobs',
      load: async () => ({ action: (await import('../actions/throttle.ts')).show }),
    }),
    defineCommand({
      name: 'set',
      operands: '<run-or-job>',
      text: 'change it for a run that is under way',
      completes: 'jobs',
      options: [
        { flags: '--cpu <share>', text: 'so much of all processors, such as 50%', ...share },
        { flags: '--priority <priority>', text: 'for processors: normal, low or idle', choices: priorities },
        { flags: '--io-priority <priority>', text: 'for disks: normal, low or idle', choices: priorities },
        { flags: '--upload <rate>', text: 'at most so much, or unlimited', ...rateOrNone },
        { flags: '--download <rate>', text: 'at most so much, or unlimited', ...rateOrNone },
        { flags: '--read-concurrency <files>', text: 'files that are read at the same time', ...wholeNumber(1, 64) },
        { flags: '--pause', text: 'stand still until --resume or --auto' },
        { flags: '--resume', text: 'go on, whatever the policies say' },
        { flags: '--auto', text: 'leave it to the policies again' },
      ],
      examples: [
        'umbra throttle set documents --priority idle',
        'umbra throttle set r-01JD3M --pause',
        'umbra throttle set r-01JD3M --upload 2MiB/s --cpu 50%',
      ],
      notes: [
        'It holds until the run has ended, and is added to what was set before. Priorities, the share of the processors and',
        'pauses change at once. Other transfer limits and --read-concurrency take a new start of the engine: a backup or copy is',
        'ended cleanly and goes on with what is left, other kinds keep theirs. An engine that stands still for five minutes is',
        'ended in the same way, or goes on for a minute, so that its lock does not grow old.',
      ],
      load: async () => ({ action: (await import('../actions/throttle.ts')).set }),
    }),
  ],
});
