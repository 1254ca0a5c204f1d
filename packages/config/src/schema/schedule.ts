import * as z from 'zod';
import { builtIn, builtInCatchUp } from '../built-in.ts';
import { duration, filled, one, someTime, text, traits } from './values.ts';

export const retry = z.strictObject({
  type: z.enum(['exponentialBackoff', 'fixed', 'none']).optional().meta({ default: builtIn.retry.type }),
  maxAttempts: z.int().min(1).max(100).optional().meta({
    description: 'Tries in all, the first one included',
    default: builtIn.retry.maxAttempts,
  }),
  initialDelay: duration.optional().meta({
    description: 'Wait before the second try; before every next one if the type is fixed',
    default: builtIn.retry.initialDelay,
  }),
  maxDelay: duration
    .optional()
    .meta({ description: 'Longest wait between two tries', default: builtIn.retry.maxDelay }),
  factor: z.number().min(1).max(100).optional().meta({
    description: 'What each wait is multiplied with to give the next',
    default: builtIn.retry.factor,
  }),
  maxTotal: duration.optional().meta({
    description: 'No try starts later than this after the first one',
    default: builtIn.retry.maxTotal,
  }),
});

export const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const lastWeekday = z.templateLiteral(['last ', z.enum(weekdays)]);
const dayTrait = { name: 'a day', hint: 'write Mon to Sun for weekly; 1 to 31, last or last Fri for monthly' };
const day = z
  .union([z.enum(weekdays), z.int().min(1).max(31), z.literal('last'), lastWeekday])
  .register(traits, dayTrait);

export const zone = filled.meta({ description: 'IANA zone that the times are in', examples: ['Europe/London'] });

const period = z.string().min(1).register(traits, {
  name: 'a stretch of time',
  hint: 'write 01:00-06:00, Sat,Sun 10:00-14:00 or 2026-12-24/2026-12-26',
});
const periods = one(period).register(traits, {
  name: 'a stretch of time or a list of them',
  hint: 'write 01:00-06:00, Sat,Sun 10:00-14:00 or 2026-12-24/2026-12-26',
});

const catchUpPolicy = z.enum(['run-once', 'run-all', 'skip']);
const catchUp = z
  .union([
    catchUpPolicy,
    z.strictObject({
      policy: catchUpPolicy.optional().meta({ default: builtInCatchUp.policy }),
      atMost: z.int().min(1).max(1000).optional().meta({
        description: 'run-all: no more than this, the newest',
        default: builtInCatchUp.atMost,
      }),
      within: someTime.optional().meta({ description: 'What was due longer ago is not made up for' }),
    }),
  ])
  .register(traits, { name: 'a rule for catching up', hint: 'write run-once, run-all or skip' });

/** What a job says, or one of its schedules for it. */
export const jobTiming = {
  maxRuntime: someTime.optional().meta({ description: 'A try that runs longer is ended' }),
  atLeastEvery: someTime.optional().meta({
    description: 'It is due when its last good run is longer ago than this, whatever its schedules say',
  }),
  staleAfter: someTime.optional().meta({
    description: 'Without a good run for so long the job is stale; else this follows from its schedule',
  }),
  overlap: z.enum(['skip', 'queue', 'cancel']).optional().meta({
    description:
      'What a due run does while another one of the job is under way: it is skipped, waits, or cancels that one',
    default: builtIn.overlap,
  }),
};

const scheduleMap = z.strictObject({
  frequency: z.enum(['hourly', 'daily', 'weekly', 'monthly']).optional(),
  preferredTime: text(/^(?:[01]?\d|2[0-3])?:[0-5]\d$/, 'a time of day', "write '00:00' to '23:59'", [
    '02:00',
  ]).optional(),
  days: one(day).register(traits, dayTrait).optional().meta({ description: 'Days of the week, or days of the month' }),
  cron: filled.optional().meta({ description: 'A cron expression of five fields', examples: ['30 2 * * 1-5'] }),
  every: duration.optional().meta({ description: 'Time between two due instants' }),
  zone: zone.optional(),
  window: periods.optional().meta({ description: 'A run starts inside only', examples: ['01:00-06:00'] }),
  blackouts: periods.optional().meta({ description: 'No run starts inside', examples: ['Mon,Tue 09:00-17:00'] }),
  jitter: duration.optional().meta({
    description: 'A run starts up to this much later, always by the same amount on the same host',
  }),
  catchUp: catchUp.optional().meta({
    description: 'What happens to what was due while nobody was there to start it',
    default: builtInCatchUp.policy,
  }),
  retryStrategy: retry.optional().meta({ description: 'The same as `retry` of the job' }),
  ...jobTiming,
});

const phrase = filled.meta({
  description: 'A phrase, `manual`, or `cron: …`',
  examples: ['daily at 02:00', 'weekly on Sun at 04:00', 'every 6h', 'manual'],
});

export const schedule = z
  .union([phrase, scheduleMap, z.array(z.union([phrase, scheduleMap])).min(1)])
  .register(traits, { name: 'a schedule', hint: 'write a phrase, such as daily at 02:00' });

export type ScheduleInput = z.input<typeof scheduleMap>;
export type CatchUpInput = z.input<typeof catchUp>;
