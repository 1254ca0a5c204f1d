import * as z from 'zod';
import { noticeEvents, severities } from '@umbracore/contracts';
import { filled, name, namesOf, one, someTime, traits } from './values.ts';

const plain = z.union([z.string(), z.number(), z.boolean()]);
const inner = z.union([plain, z.array(plain), z.record(z.string(), z.union([plain, z.array(plain)]))]);

/** Any of them may be a secret, and may have been written where its reference belongs. */
const setting = z.union([plain, z.array(inner), z.record(z.string(), inner)]).register(traits, {
  name: 'a setting',
  hint: 'write a text, a number, a list or a map',
  secret: true,
});

const channel = z
  .object({
    type: filled.meta({ description: 'What carries the messages, such as email or ntfy: umbra notify list' }),
  })
  .catchall(setting)
  .register(traits, { name: 'a channel', hint: 'write { type: ntfy, url: https://… }' });

const periods = one(filled).register(traits, {
  name: 'a stretch of time or a list of them',
  hint: 'write 22:00-07:00 or Sat,Sun 00:00-12:00',
});

const rule = z
  .strictObject({
    on: one(z.enum(noticeEvents))
      .optional()
      .register(traits, { name: 'an event or a list of them', hint: `use: ${noticeEvents.join(', ')}` })
      .meta({ description: 'What is told; every event if there is a severity' }),
    severity: z
      .enum(severities)
      .optional()
      .meta({ description: 'What is at least so bad: failures and what is stale are errors' }),
    jobs: namesOf('job', 'documents').optional().meta({
      description: 'Only of these; else of all but the jobs of a chain, whose chain tells',
    }),
    tags: one(filled).optional().meta({ description: 'Only of jobs with one of these tags' }),
    to: namesOf('channel', 'phone').meta({ description: 'The channels that carry it' }),
    repeatEvery: someTime.optional().meta({
      description:
        'A trouble that goes on is told again after so long and not sooner; else each run that fails is told',
    }),
    quietHours: periods.optional().meta({ description: 'What comes in these hours is sent when they end' }),
    digest: filled.optional().meta({
      description: 'Collects, and sends one message at these times',
      examples: ['daily at 08:00', 'weekly on Mon at 08:00'],
    }),
  })
  .register(traits, { name: 'a rule', hint: 'write { on: [failed, recovered], to: phone }' });

/** Who is told of what. */
export const notifications = z.strictObject({
  channels: z.record(name, channel).optional().meta({ description: 'Ways to tell people, by names of your own' }),
  rules: z.array(rule).optional().meta({ description: 'Who is told of what, and when; each rule stands alone' }),
});

export type NotificationsInput = z.input<typeof notifications>;
export type ChannelInput = z.input<typeof channel>;
export type RuleInput = z.input<typeof rule>;
