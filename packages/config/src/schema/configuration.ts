import * as z from 'zod';
import { notifications } from './notifications.ts';
import { builtInDaemon, builtInHistory, builtInRepository, builtInRestores } from '../built-in.ts';
import { chain } from './chain.ts';
import { defaults, job, limits, profile } from './job.ts';
import { resources } from './kinds.ts';
import { zone } from './schedule.ts';
import { throttle } from './throttle.ts';
import { duration, environment, filled, name, named, path, secret, size, someTime, text, traits } from './values.ts';

const location = z
  .string()
  .regex(/^\S(?:.*\S)?$/)
  .register(traits, { name: 'a location', hint: 'write a path or an address' });

const repository = z
  .union([
    location,
    z.strictObject({
      url: location.meta({ description: 'A path, or sftp:, s3:, rest:, b2:, azure:, gs: or rclone:' }),
      backend: filled.optional().meta({
        description: 'What works on it: restic, borg, or the backend of a plug-in',
        default: builtInRepository.backend,
      }),
      password: secret.optional(),
      env: environment.optional().meta({ description: 'Environment of the engine, by reference' }),
      compression: z.enum(['off', 'auto', 'fastest', 'better', 'max']).optional(),
      packSize: size.optional().meta({ description: 'Size of a pack file' }),
      limits: limits.optional().meta({ description: 'Transfer limits of everything done with it' }),
      throttle: throttle.optional().meta({
        description: 'How gently all jobs work on it, beside what they say; its transfer limits are shared by all runs',
      }),
      lockWait: duration.optional().meta({
        description: 'How long to wait for the lock of another client',
        default: builtInRepository.lockWait,
      }),
      stallTimeout: duration.optional().meta({
        description:
          'How long it may answer nothing at all before it counts as unreachable; a slow answer is one. In runs that of the job holds',
        default: builtInRepository.stallTimeout,
      }),
      concurrency: z.int().min(1).max(1000).optional().meta({
        description: 'How many runs may work on it at the same time; forget and prune are always alone',
        default: builtInRepository.concurrency,
      }),
      options: z.record(z.string(), z.unknown()).optional().meta({ description: 'What the backend alone understands' }),
      sameChunkerAs: named('repository', 'home').optional().meta({
        description:
          'When it is created it is made to cut files like this one, so that copies from there are stored once',
      }),
      native: z.boolean().optional().meta({
        description: 'Whether it is read without the engine where that is possible, which is faster',
        default: builtInRepository.native,
      }),
      quota: size.optional().meta({
        description: 'How much it is meant to take on its storage: told of from 90 %, nothing is ever removed for it',
      }),
      catalog: z
        .union([z.literal(false), size])
        .optional()
        .meta({
          description: 'How large the index of what its snapshots hold may become on this machine; false for none',
          default: builtInRepository.catalog,
        }),
    }),
  ])
  .register(traits, { name: 'a repository', hint: 'write its location, or a map with "url"' });

const plugin = z
  .union([
    filled,
    z.strictObject({
      use: filled.meta({ description: 'A package, a module, or an executable that is asked in JSON lines' }),
      options: z.unknown().optional().meta({ description: 'What the plug-in alone understands' }),
    }),
  ])
  .register(traits, { name: 'a plug-in', hint: 'write a package name or a path' });

const daemon = z.strictObject({
  concurrency: z.int().min(1).max(1000).optional().meta({
    description: 'Runs at the same time, over all jobs',
    default: builtInDaemon.concurrency,
  }),
  socket: path.optional().meta({ description: 'Where it listens; else daemon.sock in the state folder' }),
  listen: text(
    /^(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]):\d{1,5}$/,
    'an address with a port',
    'write a loopback address and a port, such as 127.0.0.1:8970',
    ['127.0.0.1:8970'],
  )
    .optional()
    .meta({ description: 'Loopback address of the API beside the socket' }),
  settle: duration.optional().meta({
    description: 'Time for the network to come back after waking up, before anything starts',
    default: builtInDaemon.settle,
  }),
});

const history = z.strictObject({
  keep: duration
    .optional()
    .meta({ description: 'Runs that are older may go; at least 30d', default: builtInHistory.keep }),
  runs: z.int().min(1000).optional().meta({
    description: 'Of more runs than so many the oldest may go',
    default: builtInHistory.runs,
  }),
});

const restores = z.strictObject({
  keepUndo: someTime.optional().meta({
    description: 'What a restore replaced may be taken back for so long',
    default: builtInRestores.keepUndo,
  }),
  maxUndo: size.optional().meta({
    description:
      'Of more than so much the oldest goes sooner, but never that of the newest restore; any amount unless it is set',
  }),
});

const shared = {
  version: z.literal(1).optional().meta({ description: 'Version of this format' }),
  plugins: z.array(plugin).optional().meta({
    description: 'What extends umbra: packages, or files from the folder of this one; nothing else is loaded',
  }),
  resources: resources.optional().meta({ description: 'What runs share, with how many of them there is room for' }),
  repositories: z.record(name, repository).optional(),
  profiles: z.record(name, profile).optional().meta({ description: 'Named sets of job fields' }),
  jobs: z.record(name, job).optional(),
  chains: z.record(name, chain).optional().meta({ description: 'Jobs that run in the order of a graph' }),
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
    daemon: daemon.optional().meta({ description: 'How the daemon works' }),
    notifications: notifications.optional().meta({ description: 'Who is told of what, and how' }),
    restores: restores.optional().meta({ description: 'What is kept to take restores back' }),
    history: history.optional().meta({ description: 'How much of the history stays' }),
  })
  .meta({ title: 'UmbraCore configuration' });

/** A file that another one includes. */
export const includedSchema = z.strictObject(shared);

export type ConfigurationInput = z.input<typeof configurationSchema>;
export type IncludedInput = z.input<typeof includedSchema>;
export type RepositoryInput = z.input<typeof repository>;
export type DaemonInput = z.input<typeof daemon>;
export type RestoresInput = z.input<typeof restores>;
export type HistoryInput = z.input<typeof history>;
