import * as z from 'zod';
import { backupStrategies, scanPolicies, sourceSnapshots, tagForm } from '@umbracore/contracts';
import { builtIn, builtInBase, builtInConditions, builtInOn } from '../built-in.ts';
import { hooks } from './hooks.ts';
import { kindShape, usesMap } from './kinds.ts';
import { jobTiming, retry, schedule } from './schedule.ts';
import { throttle } from './throttle.ts';
import { duration, filled, namesOf, one, rate, someTime, traits } from './values.ts';

export const limits = z.strictObject({
  upload: rate.optional().meta({ description: 'Fastest upload', default: builtIn.limits.upload }),
  download: rate.optional().meta({ description: 'Fastest download', default: builtIn.limits.download }),
});

/** How a job or node ended that another one waits for. */
export const edgeConditions = ['success', 'warning', 'failure', 'skipped', 'always', 'changed'] as const;
export const edgeCondition = one(z.enum(edgeConditions));

const upstream = z.strictObject({
  job: filled.meta({ description: 'The job that it is due after' }),
  on: edgeCondition.optional().meta({
    description: 'How that one must have ended',
    default: [...builtInOn],
  }),
  within: someTime.optional().meta({ description: 'If it cannot start so soon, it is not started for this' }),
});
const after = one(
  z.union([filled, upstream]).register(traits, { name: 'a job', hint: 'write the name of a job' }),
).register(traits, { name: 'a job or a list of jobs', hint: 'write the name of a job' });

/** The words in `conditions` that are no conditions. */
export const conditionWords = ['otherwise', 'waitFor'] as const;

const conditions = z
  .object({
    otherwise: z.enum(['wait', 'skip']).optional().meta({
      description: 'What a due run does while one of them is not met',
      default: builtInConditions.otherwise,
    }),
    waitFor: someTime.optional().meta({
      description: 'A run that waited so long is skipped; else it waits until the next one is due',
    }),
  })
  .catchall(z.unknown())
  .register(traits, { name: 'a map of conditions', hint: 'write { power: ac }' });

const uses = z
  .union([filled, z.array(filled).min(1), usesMap])
  .register(traits, { name: 'a resource or several', hint: 'write uplink, or { uplink: 2 }' });

/** What jobs and chains have. */
export const sharedShape = {
  description: z.string().optional().meta({ description: 'What it is for, in your words' }),
  enabled: z.boolean().optional().meta({ description: 'False stops its schedule', default: builtIn.enabled }),
  tags: z
    .array(z.string().regex(tagForm).register(traits, { name: 'a tag', hint: 'leave out commas' }))
    .optional()
    .meta({ description: 'Words to choose it by; a backup gives them to its snapshots', default: builtIn.tags }),
  schedule: schedule.optional().meta({ description: 'When it is due', default: builtIn.schedule }),
  ...jobTiming,
  conditions: conditions.optional().meta({ description: 'What has to hold for a run to start by itself' }),
  hooks: hooks.optional().meta({ description: 'Programs that run around its work' }),
};

export const afterShape = { after: after.optional().meta({ description: 'Jobs whose end it is due after' }) };

const base = z
  .strictObject({
    every: someTime.optional().meta({ description: 'When the last base is older', default: builtInBase.every }),
    after: z.int().min(1).max(10_000).optional().meta({ description: 'After so many runs' }),
  })
  .register(traits, { name: 'a map that says when', hint: 'write { every: 30d } or { after: 20 }' });

const verifyLevel = z.enum(['none', 'metadata', 'sample', 'full']);

const backupShape = {
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
  privileged: z.boolean().optional().meta({
    description:
      'Its sources are read by umbra-helper, with the rights that this program lacks, as far as its policy allows',
    default: builtIn.privileged,
  }),
  snapshot: z.enum(sourceSnapshots).optional().meta({
    description:
      'Its sources are read as they were at one moment, from snapshots of their file systems: of this kind, or of any where there is one (auto); takes privileged',
  }),
  strategy: z.enum(backupStrategies).optional().meta({
    description:
      'What files are compared with: the last good snapshot (incremental), the last base (differential), or nothing: all is read (full)',
    default: builtIn.strategy,
  }),
  base: base.optional().meta({ description: 'When a differential job reads everything and begins anew' }),
  skipIfUnchanged: z.boolean().optional().meta({
    description:
      'An incremental run that finds nothing changed leaves no snapshot; needs restic 0.17, or a repository on this machine, where changes of the folders above the sources do not count either',
    default: builtIn.skipIfUnchanged,
  }),
  scan: z.enum(scanPolicies).optional().meta({
    description:
      'Counts all files first, every time (always), or only where no earlier run tells how many there are (auto): progress is then an estimate, and a run takes less time; needs restic 0.15',
    default: builtIn.scan,
  }),
  compressionLevel: z.int().min(0).max(9).optional().meta({ description: '0 is off, 9 is smallest' }),
  verify: z
    .union([
      verifyLevel,
      z.strictObject({
        afterBackup: verifyLevel.optional().meta({
          description: 'How much is proven after each backup',
          default: builtIn.verify.afterBackup,
        }),
      }),
    ])
    .optional()
    .register(traits, {
      name: 'a level or a map with "afterBackup"',
      hint: 'write none, metadata, sample or full, such as verify: full',
    })
    .meta({ description: 'How much is proven after each backup: verify: full is short for { afterBackup: full }' }),
  shrinkLimit: z.number().min(0).max(1).optional().meta({
    description: 'A run that finds less than this share of the last one is a warning',
    default: builtIn.shrinkLimit,
  }),
};

const commonShape = {
  ...sharedShape,
  repository: namesOf('repository', 'main')
    .optional()
    .meta({ description: 'What it works on; needed only if there are several repositories' }),
  uses: uses.optional().meta({ description: 'What it shares with other jobs, beside its repositories' }),
  retry: retry.optional().meta({ description: 'What happens after a failure that may pass by itself' }),
  retryStrategy: retry.optional().meta({ description: 'Another name of `retry`' }),
  limits: limits.optional().meta({ description: 'Transfer limits of this job' }),
  throttle: throttle.optional().meta({ description: 'How gently it works, and on what that depends' }),
  stallTimeout: duration.optional().meta({
    description: 'A try without progress for so long is ended',
    default: builtIn.stallTimeout,
  }),
  orphanPolicy: z.enum(['adopt', 'die']).optional().meta({
    description: 'What a running engine does when its coordinator is gone',
    default: builtIn.orphanPolicy,
  }),
  ...backupShape,
};

const everyShape = { ...kindShape, ...commonShape, ...afterShape };

export const defaults = z.strictObject({ sources: kindShape.sources, ...commonShape });
export const profile = z.strictObject({ ...everyShape, extends: namesOf('profile', 'laptop').optional() });
export const job = z.strictObject({ ...everyShape, profile: namesOf('profile', 'laptop').optional() });

const every = z.strictObject(everyShape);

/** Everything that a layer may say about a job. */
export type JobFields = z.input<typeof every>;
export type DefaultsInput = z.input<typeof defaults>;
export type ProfileInput = z.input<typeof profile>;
export type JobInput = z.input<typeof job>;
export type AfterInput = z.input<typeof after>;
export type UpstreamInput = z.input<typeof upstream>;
export type ConditionsInput = z.input<typeof conditions>;
export type UsesInput = z.input<typeof uses>;
