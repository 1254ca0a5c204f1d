import { z } from 'zod';

/** `?job=a&job=b`, or one alone. */
export const oneOrMore = z.union([z.string().transform((one) => [one]), z.array(z.string())]);

export const runId = z.string().regex(/^r-[0-9a-z]{1,40}$/i, 'is no id of a run');

/** RFC 3339, as milliseconds. */
export const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

export const wholeNumber = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

export const idempotencyKey = z.string().regex(/^[\w.:-]{1,100}$/, 'is no key: use up to 100 letters, digits, _ . : -');

export const name = z.string().min(1).max(200);
