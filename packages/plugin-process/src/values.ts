import * as z from 'zod';

const count = z.number().int().nonnegative();
const instant = z.number().int();
const text = z.string().min(1);

/** What a program may be able to do. */
export const abilities = [
  'list',
  'dump',
  'archive',
  'check',
  'check-data',
  'forget',
  'prune',
  'statistics',
  'tag',
  'compression',
  'dry-run',
] as const;

export const described = z.object({
  name: text,
  api: z.number(),
  version: z.string().optional(),
  /** True if it checks its own options. */
  options: z.boolean().default(false),
  backends: z
    .array(
      z.object({
        name: text,
        supports: z.array(z.enum(abilities)).default([]),
        /** True if it is given the password and the environment of its repositories. */
        secrets: z.boolean().default(false),
        /** True if it checks the options of its repositories. */
        options: z.boolean().default(false),
      }),
    )
    .default([]),
  secrets: z.array(text).default([]),
  conditions: z.array(text).default([]),
  sensors: z
    .array(
      z.object({
        kind: text,
        /** An answer serves for so long: a process is started for each. */
        freshMs: z.number().min(1000).default(15_000),
      }),
    )
    .default([]),
  hooks: z.array(text).default([]),
  notifiers: z
    .array(
      z.object({
        kind: text,
        text,
        settings: z.record(
          z.string(),
          z.object({
            type: z.enum(['text', 'secret', 'texts', 'number', 'flag', 'map']),
            required: z.boolean().optional(),
            choices: z.array(z.string()).optional(),
            text,
          }),
        ),
      }),
    )
    .default([]),
  trials: z.unknown().optional(),
});
export type Described = z.infer<typeof described>;

export const issues = z.object({
  issues: z
    .array(
      z.object({
        message: text,
        path: z.array(z.union([z.string(), z.number()])).optional(),
        hint: z.string().optional(),
      }),
    )
    .default([]),
});

export const facts = z.object({ id: text, format: z.number().default(1) });

const unreadable = z.object({ path: z.string(), reason: z.string() });

const summary = z.object({
  startedAt: instant,
  finishedAt: instant,
  filesNew: count,
  filesChanged: count,
  filesUnmodified: count,
  filesProcessed: count,
  bytesProcessed: count,
  bytesAdded: count,
});

export const snapshot = z.object({
  id: text,
  time: instant,
  host: z.string(),
  paths: z.array(z.string()),
  tags: z.array(z.string()),
  user: z.string().optional(),
  parent: z.string().optional(),
  summary: summary.optional(),
});

export const backup = z.object({
  snapshot: z.string().optional(),
  unchanged: z.boolean().optional(),
  stats: summary.omit({ startedAt: true, finishedAt: true }).partial().optional(),
  unreadable: z.array(unreadable).optional(),
  unreadableCount: count.optional(),
  complete: z.boolean().optional(),
});

export const restore = z.object({
  filesRestored: count,
  bytesRestored: count,
  filesSkipped: count.optional(),
  failed: z.array(unreadable).optional(),
  failedCount: count.optional(),
});

export const entry = z.object({
  path: z.string().startsWith('/'),
  type: z.enum(['file', 'dir', 'symlink', 'dev', 'chardev', 'fifo', 'socket', 'irregular']),
  size: count,
  modifiedAt: instant,
  mode: count.optional(),
  uid: count.optional(),
  gid: count.optional(),
});

export const check = z.object({
  sound: z.boolean(),
  problems: z.array(z.string()),
  advice: z.array(z.string()).optional(),
});

export const statistics = z.object({
  snapshots: count,
  storedBytes: count,
  uncompressedBytes: count.optional(),
});

export const renamed = z.record(z.string(), text);
export const secret = z.object({ value: text });
export const reading = z.object({ verdict: z.enum(['holds', 'near', 'clear', 'unknown']), text: z.string() });
export const verdict = z.object({ verdict: z.enum(['done', 'not-now']) });
export const seen = z.object({ met: z.boolean(), text: z.string() });
export const nothing = z.unknown();
