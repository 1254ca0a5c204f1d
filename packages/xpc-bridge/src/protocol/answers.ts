import * as z from 'zod/mini';
import { privilegedRoles, type PrivilegedRole } from '@umbracore/contracts';

/** What the program says first, to whoever connects: whoever writes this number into that file is known by its owner. */
export const greetingSchema = z.object({
  protocol: z.int(),
  version: z.string(),
  nonce: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  /** A file that is not there yet, in a folder that the program alone may list. */
  proof: z.string(),
  /** Groups that are let in, beside users. */
  groups: z.array(z.int()),
});
export type Greeting = z.output<typeof greetingSchema>;

export const answerSchema = z.union([
  z.object({ re: z.int(), ok: z.unknown() }),
  z.object({ re: z.int(), refused: z.object({ message: z.string(), hint: z.optional(z.string()) }) }),
]);
export type Answer = z.output<typeof answerSchema>;

const identity = z.object({
  pid: z.int(),
  startTime: z.string(),
  bootId: z.string(),
  host: z.string(),
  pids: z.optional(z.string()),
});

const started = z.object({ engine: z.nullable(identity), version: z.string() });

/** The shape of each verb's answer. */
export const answerOf = {
  hello: z.object({}),
  facts: z.object({
    version: z.string(),
    role: z.enum(privilegedRoles as readonly [PrivilegedRole, ...PrivilegedRole[]]),
    policyFile: z.string(),
    allowed: z.array(z.string()),
    warnings: z.array(z.string()),
  }),
  look: z.array(
    z.object({
      fact: z.object({ path: z.string(), present: z.boolean(), empty: z.boolean(), device: z.nullable(z.number()) }),
      target: z.nullable(z.string()),
    }),
  ),
  backup: started,
  restore: z.object({ ...started.shape, target: z.string() }),
  /** `ended`: nobody of it is left, and how it ended can be read. */
  find: z.nullable(z.object({ ...started.shape, ended: z.boolean() })),
  read: z.object({
    stdout: z.string(),
    stderr: z.string(),
    engine: z.nullable(identity),
    /** Null while the engine works, or while there is more to read. */
    exit: z.nullable(z.object({ code: z.nullable(z.int()), signal: z.nullable(z.string()), lost: z.boolean() })),
  }),
  interrupt: z.object({}),
  kill: z.object({}),
  pause: z.object({ paused: z.boolean() }),
  resume: z.object({}),
  /** What could not be done. */
  adjust: z.object({ unapplied: z.array(z.string()) }),
  'create-snapshot': z.object({ path: z.string() }),
  'release-snapshot': z.object({}),
  freeze: z.object({ frozen: z.array(z.string()), asTheyAre: z.array(z.string()) }),
  thaw: z.object({}),
  mount: z.object({ path: z.string() }),
  unmount: z.object({}),
} as const;

export type AnswerTo<V extends keyof typeof answerOf> = z.output<(typeof answerOf)[V]>;
