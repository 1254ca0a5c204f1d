import * as z from 'zod';
import { enginePriorities } from '@umbracore/contracts';
import { builtInThrottle } from '../built-in.ts';
import { one, rate, text, traits } from './values.ts';
import { percentPattern } from '../units.ts';

/** The words in a rule of `when` that are no sensors. */
const words = {
  cpu: text(percentPattern, 'a share of the processors', 'write 1% to 100%, such as 50%', ['50%'])
    .optional()
    .meta({ description: 'Share of all processors together', default: builtInThrottle.cpu }),
  priority: z.enum(enginePriorities).optional().meta({
    description:
      'How it competes for processors: idle takes only what nobody else wants, and is as fast where nobody does',
    default: builtInThrottle.priority,
  }),
  ioPriority: z.enum(enginePriorities).optional().meta({
    description: 'The same for disks, as far as their scheduler heeds it; idle also makes restic write smaller packs',
    default: builtInThrottle.priority,
  }),
  upload: rate.optional().meta({ description: 'Fastest upload, beside `limits`', default: 'unlimited' }),
  download: rate.optional().meta({ description: 'Fastest download, beside `limits`', default: 'unlimited' }),
  readConcurrency: z.int().min(1).max(64).optional().meta({
    description: 'Files that are read at the same time; needs restic 0.15',
  }),
  pause: z.boolean().optional().meta({
    description: 'It stands still; in a rule of `when` only',
  }),
};

export const throttleWords = Object.keys(words);

const rule = z.object(words).catchall(z.unknown()).register(traits, {
  name: 'a rule',
  hint: 'write a sensor and what holds meanwhile: { metered: true, pause: true }',
});

const { pause: _pause, ...always } = words;

export const throttle = z
  .union([
    z.enum(['polite']),
    z.strictObject({
      ...always,
      when: one(rule)
        .optional()
        .meta({
          description: 'What holds instead while all sensors of a rule say so; a later rule goes before an earlier one',
        })
        .register(traits, { name: 'a rule or a list of rules', hint: 'write { metered: true, pause: true }' }),
    }),
  ])
  .register(traits, { name: 'polite, or a map', hint: 'write polite, or { priority: idle, upload: 5MiB/s }' });

export type ThrottleInput = z.input<typeof throttle>;
