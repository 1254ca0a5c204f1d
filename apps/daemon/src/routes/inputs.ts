// The small form of zod: the whole of it would be a tenth of what the daemon needs when it has nothing to do.
import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';

// What is wrong with a request is said in words.
z.config(en());

/** `?job=a&job=b`, or one alone. */
export const oneOrMoreOf = <Text extends string>(one: z.ZodMiniType<Text, string>) =>
  z.union([
    z.pipe(
      one,
      z.transform((value) => [value]),
    ),
    z.array(one),
  ]);

/** No program can be given one, and no path holds one. */
const noNul = z.regex(/^[^\0]*$/, 'holds a NUL character');

/** A name, a pattern or a part of a path. */
export const filled = z.string().check(z.minLength(1), noNul);

export const pattern = z.string().check(noNul);

export const absolutePath = z.string().check(z.startsWith('/'), noNul);

export const oneOrMore = oneOrMoreOf(z.string());

export const runId = z.string().check(z.regex(/^r-[0-9a-z]{1,40}$/i, 'is no id of a run'));

/** A full id. */
export const snapshotId = z.string().check(z.regex(/^[0-9a-f]{64}$/, 'is no full id of a snapshot'));

/** RFC 3339, as milliseconds. */
export const instant = z.pipe(
  z.iso.datetime({ offset: true }),
  z.transform((text) => Date.parse(text)),
);

export const wholeNumber = (least: number, most: number) => z.coerce.number().check(z.int(), z.gte(least), z.lte(most));

export const idempotencyKey = z
  .string()
  .check(z.regex(/^[\w.:-]{1,100}$/, 'is no key: use up to 100 letters, digits, _ . : -'));

/** `?offline=true` */
export const yesOrNo = z.pipe(
  z.enum(['true', 'false']),
  z.transform((text) => text === 'true'),
);

/** Whoever can do it as well as the daemon asks with this: it is refused (503) where no catalog has the answer. */
export const catalogOnly = z.optional(yesOrNo);

export const name = z.string().check(z.minLength(1), z.maxLength(200));

export const eventId = z.coerce.number().check(z.int());

/** Why something is to end, as it is recorded. */
export const reason = z.string().check(z.maxLength(200));
