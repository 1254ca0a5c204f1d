import { noticeEvents } from '@umbracore/contracts';
import { defineCommand } from '../command.ts';

export interface NotifyFlags {
  readonly event?: string;
  readonly job?: string;
}

const job = { flags: '--job <job>', text: 'as if it happened to this job; the first one if absent' };

export const notify = defineCommand({
  name: 'notify',
  group: 'Look after it',
  text: 'who is told of what, and whether it arrives',
  brief: true,
  examples: ['umbra notify list', 'umbra notify test phone', 'umbra notify preview failed'],
  notes: [
    'How channels and rules are written, and the events: umbra help notifications. What is to be told is kept in the state',
    'until it has arrived: by the daemon, or by the next umbra run. Trouble with it changes no verdict; umbra status and',
    'umbra doctor tell of it, and umbra status --check ends with 21.',
  ],
  children: [
    defineCommand({
      name: 'list',
      text: 'channels, rules, and what has not arrived',
      load: async () => ({ action: (await import('../actions/notify.ts')).list }),
    }),
    defineCommand({
      name: 'test',
      operands: '[channel...]',
      text: 'send an example now, past all rules; over all channels without a name',
      completes: 'channels',
      options: [
        {
          flags: '--event <event>',
          text: 'what it tells of, such as recovered (default: failed)',
          choices: noticeEvents,
        },
        job,
      ],
      load: async () => ({ action: (await import('../actions/notify.ts')).test }),
    }),
    defineCommand({
      name: 'preview',
      operands: '[event]',
      text: 'the words of a message, and who would get it; sends nothing',
      options: [job],
      load: async () => ({ action: (await import('../actions/notify.ts')).preview }),
    }),
  ],
});
