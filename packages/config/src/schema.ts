import * as z from 'zod';
import { builtIn, builtInRepository } from './built-in.ts';
import { secretReferenceHint, secretReferencePattern } from './secret-reference.ts';
import { durationHint, durationPattern, rateHint, ratePattern, sizeHint, sizePattern } from './units.ts';

/** What the reports say about a kind of value, beyond what the schema itself knows. */
export interface Trait {
  /** With its article: `a duration`. */
  readonly name: string;
  readonly hint: string;
  /** Never shown: neither in a frame nor in a message. */
  readonly secret?: boolean;
}

export const traits = z.registry<Trait>();

const text = (pattern: RegExp, name: string, hint: string, examples: string[]) =>
  z
    .string()
    .regex(pattern)
    .meta({ description: `${name}; ${hint}`, examples })
    .register(traits, { name, hint });

const duration = text(durationPattern, 'a duration', durationHint, ['90s', '15m', '36h', '30d']);
const size = text(sizePattern, 'a size', sizeHint, ['32MiB']);
const rate = text(ratePattern, 'a rate', rateHint, ['20MiB/s', 'unlimited']);

const nameHint = 'use letters, digits, "-", "_" and ".", starting with a letter or digit';
const name = text(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'a name', nameHint, ['documents']);
const filled = z.string().min(1).register(traits, { name: 'a text', hint: 'write some text' });
const path = z
  .string()
  .regex(/^[^\0]+$/)
  .register(traits, { name: 'a path', hint: 'write a path, such as ~/Documents' });
const one = <T extends z.ZodType>(item: T) => z.union([item, z.array(item).min(1)]);

const secret = z
  .union([
    z.string().regex(secretReferencePattern),
    z
      .record(z.string().regex(/^[a-z][a-z0-9-]*$/), z.union([filled, z.array(filled).min(1)]))
      .refine((map) => Object.keys(map).length === 1),
  ])
  .meta({ description: 'Where a secret is found; never the secret itself', examples: ['env:NAME', 'file:PATH'] })
  .register(traits, { name: 'a secret reference', hint: secretReferenceHint, secret: true });

const limits = z.strictObject({
  upload: rate.optional().meta({ description: 'Fastest upload', default: builtIn.limits.upload }),
  download: rate.optional().meta({ description: 'Fastest download', default: builtIn.limits.download }),
});

const retry = z.strictObject({
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
const day = z.union([z.enum(weekdays), z.int().min(1).max(31), z.literal('last'), lastWeekday]).register(traits, {
  name: 'a day',
  hint: 'write Mon to Sun for weekly; 1 to 31, last or last Fri for monthly',
});

const zone = filled.meta({ description: 'IANA zone that the times are in', examples: ['Europe/London'] });

const scheduleMap = z.strictObject({
  frequency: z.enum(['hourly', 'daily', 'weekly', 'monthly']).optional(),
  preferredTime: text(/^(?:[01]?\d|2[0-3])?:[0-5]\d$/, 'a time of day', "write '00:00' to '23:59'", [
    '02:00',
  ]).optional(),
  days: one(day).optional().meta({ description: 'Days of the week, or days of the month' }),
  cron: filled.optional().meta({ description: 'A cron expression of five fields', examples: ['30 2 * * 1-5'] }),
  every: duration.optional().meta({ description: 'Time between two due instants' }),
  zone: zone.optional(),
  retryStrategy: retry.optional().meta({ description: 'The same as `retry` of the job' }),
  maxRuntime: duration.optional().meta({ description: 'The same as `maxRuntime` of the job' }),
});

const phrase = filled.meta({
  description: 'A phrase, `manual`, or `cron: …`',
  examples: ['daily at 02:00', 'weekly on Sun at 04:00', 'every 6h', 'manual'],
});

const schedule = z
  .union([phrase, scheduleMap, z.array(z.union([phrase, scheduleMap])).min(1)])
  .register(traits, { name: 'a schedule', hint: 'write a phrase, such as daily at 02:00' });

const source = z
  .union([path, z.strictObject({ path, required: z.boolean().optional().meta({ default: true }) })])
  .register(traits, { name: 'a source', hint: 'write a path, such as ~/Documents' });
const sources = z
  .union([source, z.array(source).min(1)])
  .register(traits, { name: 'a source or a list of sources', hint: 'write a path, such as ~/Documents' });

const jobShape = {
  description: z.string().optional().meta({ description: 'What it is for, in your words' }),
  enabled: z.boolean().optional().meta({ description: 'False stops its schedule', default: builtIn.enabled }),
  sources: sources.optional().meta({ description: 'Folders and files to save, never patterns' }),
  excludes: z.array(filled).optional().meta({ description: 'Patterns of what is left out', default: builtIn.excludes }),
  excludeIfPresent: z.array(filled).optional().meta({
    description: 'Leaves out folders that hold a file of one of these names',
    default: builtIn.excludeIfPresent,
  }),
  excludeCaches: z.boolean().optional().meta({
    description: 'Leaves out folders marked with a CACHEDIR.TAG',
    default: builtIn.excludeCaches,
  }),
  oneFileSystem: z.boolean().optional().meta({
    description: 'Stays on the file system that the source is on',
    default: builtIn.oneFileSystem,
  }),
  repository: one(filled).optional().meta({ description: 'Where to; needed only if there are several repositories' }),
  tags: z
    .array(
      z
        .string()
        .regex(/^[^,\s][^,]*$/)
        .register(traits, { name: 'a tag', hint: 'leave out commas' }),
    )
    .optional()
    .meta({ description: 'Tags of its snapshots', default: builtIn.tags }),
  compressionLevel: z.int().min(0).max(9).optional().meta({ description: '0 is off, 9 is smallest' }),
  schedule: schedule.optional().meta({ description: 'When it is due', default: builtIn.schedule }),
  retry: retry.optional().meta({ description: 'What happens after a failure that may pass by itself' }),
  retryStrategy: retry.optional().meta({ description: 'Another name of `retry`' }),
  verify: z
    .strictObject({
      afterBackup: z.enum(['none', 'metadata', 'sample', 'full']).optional().meta({
        description: 'How much is proven after each backup',
        default: builtIn.verify.afterBackup,
      }),
    })
    .optional(),
  limits: limits.optional().meta({ description: 'Transfer limits of this job' }),
  maxRuntime: duration.optional().meta({ description: 'A try that runs longer is ended' }),
  stallTimeout: duration.optional().meta({
    description: 'A try without progress for so long is ended',
    default: builtIn.stallTimeout,
  }),
  shrinkLimit: z.number().min(0).max(1).optional().meta({
    description: 'A run that finds less than this share of the last one is a warning',
    default: builtIn.shrinkLimit,
  }),
  orphanPolicy: z.enum(['adopt', 'die']).optional().meta({
    description: 'What a running engine does when its coordinator is gone',
    default: builtIn.orphanPolicy,
  }),
};

const defaults = z.strictObject(jobShape);
const profile = z.strictObject({ ...jobShape, extends: one(filled).optional() });
const job = z.strictObject({ ...jobShape, profile: one(filled).optional() });

const location = z
  .string()
  .regex(/^\S(?:.*\S)?$/)
  .register(traits, { name: 'a location', hint: 'write a path or an address' });

const repository = z
  .union([
    location,
    z.strictObject({
      url: location.meta({ description: 'A path, or sftp:, s3:, rest:, b2:, azure:, gs: or rclone:' }),
      backend: filled.optional().meta({ description: 'The backend plug-in', default: builtInRepository.backend }),
      password: secret.optional(),
      env: z
        .record(
          z
            .string()
            .regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
            .register(traits, { name: 'a variable', hint: 'use letters, digits and "_"' }),
          secret,
        )
        .optional()
        .meta({ description: 'Environment of the engine, by reference' }),
      compression: z.enum(['off', 'auto', 'fastest', 'better', 'max']).optional(),
      packSize: size.optional().meta({ description: 'Size of a pack file' }),
      limits: limits.optional().meta({ description: 'Transfer limits of everything done with it' }),
      lockWait: duration.optional().meta({
        description: 'How long to wait for the lock of another client',
        default: builtInRepository.lockWait,
      }),
      options: z.record(z.string(), z.unknown()).optional().meta({ description: 'What the backend alone understands' }),
    }),
  ])
  .register(traits, { name: 'a repository', hint: 'write its location, or a map with "url"' });

const plugin = z
  .union([filled, z.strictObject({ use: filled, options: z.unknown().optional() })])
  .register(traits, { name: 'a plug-in', hint: 'write a package name or a path' });

const shared = {
  version: z.literal(1).optional().meta({ description: 'Version of this format' }),
  plugins: z.array(plugin).optional(),
  repositories: z.record(name, repository).optional(),
  profiles: z.record(name, profile).optional().meta({ description: 'Named sets of job fields' }),
  jobs: z.record(name, job).optional(),
};

/** A configuration file. */
export const configurationSchema = z
  .strictObject({
    ...shared,
    $schema: z.string().optional(),
    timezone: zone.optional(),
    include: z
      .array(filled)
      .optional()
      .meta({ description: 'Files to merge, relative to this one; may hold * and **' }),
    defaults: defaults.optional().meta({ description: 'Job fields under every job' }),
  })
  .meta({ title: 'UmbraCore configuration' });

/** A file that another one includes. */
export const includedSchema = z.strictObject(shared);

export type ConfigurationInput = z.input<typeof configurationSchema>;
export type IncludedInput = z.input<typeof includedSchema>;
export type JobFields = z.input<typeof defaults>;
export type ProfileInput = z.input<typeof profile>;
export type JobInput = z.input<typeof job>;
export type RepositoryInput = z.input<typeof repository>;
export type ScheduleInput = z.input<typeof scheduleMap>;
