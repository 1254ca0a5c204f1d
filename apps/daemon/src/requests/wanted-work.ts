import * as z from 'zod/mini';
import { name, snapshotId } from '../routes/inputs.ts';

const verifyLevel = z.enum(['none', 'metadata', 'sample', 'full']);

const options = z.strictObject({
  compressionLevel: z.optional(z.int().check(z.gte(0), z.lte(9))),
  verifyAfterCompletion: z.optional(z.union([z.boolean(), verifyLevel])),
  dryRun: z.optional(z.boolean()),
  retry: z.optional(z.boolean()),
  uploadBytesPerSecond: z.optional(z.number().check(z.gt(0))),
  strategy: z.optional(z.enum(['incremental', 'differential', 'full'])),
  parent: z.optional(name),
  force: z.optional(z.boolean()),
  ignoreConditions: z.optional(z.boolean()),
  agreedSnapshots: z.optional(z.array(snapshotId).check(z.maxLength(50_000))),
});

/** What somebody asks for, as it is sent and as it is kept. */
export const wantedWork = z.strictObject({
  jobs: z._default(z.array(name).check(z.maxLength(1000)), []),
  all: z._default(z.boolean(), false),
  tags: z._default(z.array(z.string()).check(z.maxLength(100)), []),
  repository: z.optional(name),
  trigger: z._default(z.enum(['manual', 'api']), 'api'),
  wait: z.optional(z.union([z.literal(true), z.number().check(z.gt(0))])),
  options: z._default(options, {}),
});
