import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { sourceSnapshots } from '@umbracore/contracts';
import { withoutLogin } from './address.ts';

/** Which messages there are. A program and a client of different numbers do not speak with each other. */
export const protocolVersion = 2;

const text = (longest: number) => z.string().check(z.maxLength(longest), z.regex(/^[^\0]*$/));
const matching = (form: RegExp) => z.string().check(z.regex(form));

/** Chosen by the client, once for each start. */
export const startId = matching(/^[0-9a-f]{32}$/);
export const plainName = matching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
export const absolutePath = text(4096).check(z.regex(/^\//));
const hexId = matching(/^[0-9a-f]{8,64}$/);
const count = z.int().check(z.minimum(0));
const rate = z.optional(z.int().check(z.minimum(1)));
const patterns = z.array(text(4096)).check(z.maxLength(1000));

/** Without any that has no meaning here: what is not listed is refused. */
const backupSpec = z.strictObject({
  sources: z.array(absolutePath).check(z.minLength(1), z.maxLength(1000)),
  excludes: patterns,
  excludeIfPresent: patterns,
  excludeCaches: z.boolean(),
  oneFileSystem: z.boolean(),
  tags: z.array(text(256)).check(z.maxLength(100)),
  host: matching(/^[A-Za-z0-9._-]{1,253}$/),
  compressionLevel: z.optional(z.int().check(z.minimum(0), z.maximum(9))),
  parent: z.optional(hexId),
  force: z.boolean(),
  skipIfUnchanged: z.optional(z.boolean()),
  dryRun: z.boolean(),
  expected: z.optional(z.strictObject({ files: count, bytes: count })),
});

const priority = z.optional(z.enum(['normal', 'low', 'idle']));

const limits = z.strictObject({
  uploadBytesPerSecond: rate,
  downloadBytesPerSecond: rate,
  cpuShare: z.optional(z.number().check(z.minimum(0.001), z.maximum(1))),
  priority,
  ioPriority: priority,
  readConcurrency: z.optional(z.int().check(z.minimum(1), z.maximum(1024))),
});

/** The address of a repository, for comparison alone. A policy has a login beside the address, never in it. */
export const addressOf = (location: string): string =>
  createHash('sha256').update(withoutLogin(location)).digest('hex');
const address = matching(/^[0-9a-f]{64}$/);

const how = { id: startId, address, orphanPolicy: z.enum(['adopt', 'die']), limits };

/** Each connection counts its requests from 0: one that is sent twice, or out of turn, ends the connection. */
const seq = count;

/** Everything that can be asked. There is no verb that takes a program, an option or a place to write to. */
export const requestSchema = z.discriminatedUnion('verb', [
  z.strictObject({ seq, verb: z.literal('hello'), protocol: z.int(), nonce: matching(/^[0-9a-f]{64}$/) }),
  z.strictObject({ seq, verb: z.literal('facts') }),
  z.strictObject({
    seq,
    verb: z.literal('look'),
    job: plainName,
    repository: plainName,
    sources: z.array(absolutePath).check(z.maxLength(1000)),
  }),
  z.strictObject({
    seq,
    verb: z.literal('backup'),
    job: plainName,
    repository: plainName,
    spec: backupSpec,
    /** By which the sources were kept as they were. */
    frozen: z.optional(plainName),
    ...how,
  }),
  z.strictObject({
    seq,
    verb: z.literal('restore'),
    repository: plainName,
    snapshot: hexId,
    include: z.array(absolutePath).check(z.maxLength(1000)),
    exclude: patterns,
    verify: z.boolean(),
    ...how,
  }),
  z.strictObject({ seq, verb: z.literal('find'), id: startId }),
  z.strictObject({ seq, verb: z.literal('read'), id: startId, stdout: count, stderr: count }),
  z.strictObject({
    seq,
    verb: z.literal('interrupt'),
    id: startId,
    graceMs: z.int().check(z.minimum(0), z.maximum(24 * 3600_000)),
  }),
  z.strictObject({ seq, verb: z.literal('kill'), id: startId }),
  z.strictObject({ seq, verb: z.literal('pause'), id: startId }),
  z.strictObject({ seq, verb: z.literal('resume'), id: startId }),
  z.strictObject({ seq, verb: z.literal('adjust'), id: startId, limits }),
  z.strictObject({ seq, verb: z.literal('create-snapshot'), volume: plainName, id: plainName }),
  z.strictObject({ seq, verb: z.literal('release-snapshot'), volume: plainName, id: plainName }),
  z.strictObject({
    seq,
    verb: z.literal('freeze'),
    job: plainName,
    repository: plainName,
    snapshot: z.enum(sourceSnapshots),
    id: plainName,
  }),
  z.strictObject({ seq, verb: z.literal('thaw'), job: plainName, repository: plainName, id: plainName }),
  z.strictObject({ seq, verb: z.literal('mount'), location: plainName }),
  z.strictObject({ seq, verb: z.literal('unmount'), location: plainName }),
]);

export type Request = z.output<typeof requestSchema>;
export type Verb = Request['verb'];
export type RequestOf<V extends Verb> = Extract<Request, { readonly verb: V }>;
/** What a verb takes beside its number. */
export type FieldsOf<V extends Verb> = V extends Verb ? Omit<RequestOf<V>, 'seq' | 'verb'> : never;

/** Undefined for anything else than exactly a request. */
export function asRequest(value: unknown): Request | undefined {
  const result = requestSchema.safeParse(value);
  return result.success ? result.data : undefined;
}
