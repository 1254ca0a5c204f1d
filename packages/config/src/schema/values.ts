import { nameForm } from '@umbracore/contracts';
import * as z from 'zod';
import { secretReferenceHint, secretReferencePattern } from '../secret-reference.ts';
import {
  durationHint,
  durationPattern,
  longerPattern,
  rateHint,
  ratePattern,
  sizeHint,
  sizePattern,
  somePattern,
} from '../units.ts';

/** What the reports say about a kind of value, beyond what the schema itself knows. */
export interface Trait {
  /** With its article: `a duration`. */
  readonly name: string;
  readonly hint: string;
  /** Never shown: neither in a frame nor in a message. */
  readonly secret?: boolean;
}

export const traits = z.registry<Trait>();

export const text = (pattern: RegExp, name: string, hint: string, examples: string[]) =>
  z
    .string()
    .regex(pattern)
    .meta({ description: `${name}; ${hint}`, examples })
    .register(traits, { name, hint });

export const duration = text(durationPattern, 'a duration', durationHint, ['90s', '15m', '36h', '30d']);
/** Where none at all would mean never, or without end. */
export const someTime = text(longerPattern, 'a duration above zero', durationHint, ['15m', '36h']);
export const size = text(sizePattern, 'a size', sizeHint, ['32MiB']);
/** Where none at all would mean never. */
export const someSize = text(somePattern, 'a size above zero', sizeHint, ['2GiB']);
export const rate = text(ratePattern, 'a rate', rateHint, ['20MiB/s', 'unlimited']);
export const percentage = text(
  /^(?:100|\d{1,2}(?:\.\d{1,2})?)%$/,
  'a percentage',
  'write 0% to 100%, such as 5% or 2.5%',
  ['5%'],
);

/** How much of something. */
export const share = text(
  /^(?:all|(?:100|\d{1,2}(?:\.\d{1,2})?)%)$/,
  'a share',
  'write 0% to 100%, such as 5% or 2.5%, or all',
  ['5%', 'all'],
);

const nameHint = 'use letters, digits, "-", "_" and ".", starting with a letter or digit';
export const name = text(nameForm, 'a name', nameHint, ['documents']);
export const filled = z.string().min(1).register(traits, { name: 'a text', hint: 'write some text' });
export const path = z
  .string()
  .regex(/^[^\0]+$/)
  .register(traits, { name: 'a path', hint: 'write a path, such as ~/Documents' });

export const argument = z
  .string()
  .regex(/^[^\0]*$/)
  .register(traits, { name: 'an argument', hint: 'quote it' });

/** One item, or a list of them. */
export const one = <T extends z.ZodType>(item: T) => z.union([item, z.array(item).min(1)]);

/** The name of something that is defined elsewhere in the configuration. */
export const named = (what: string, example: string) =>
  z
    .string()
    .min(1)
    .register(traits, { name: `the name of a ${what}`, hint: `write the name of a ${what}, such as ${example}` });

export const namesOf = (what: string, example: string) =>
  one(named(what, example)).register(traits, {
    name: `the name of a ${what} or a list of names`,
    hint: `write the name of a ${what}, such as ${example}`,
  });

export const secret = z
  .union([
    z.string().regex(secretReferencePattern),
    z
      .record(z.string().regex(/^[a-z][a-z0-9-]*$/), z.union([filled, z.array(filled).min(1)]))
      .refine((map) => Object.keys(map).length === 1),
  ])
  .meta({ description: 'Where a secret is found; never the secret itself', examples: ['env:NAME', 'file:PATH'] })
  .register(traits, { name: 'a secret reference', hint: secretReferenceHint, secret: true });

/** Environment of a program: names with references to their values. */
export const environment = z.record(
  z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
    .register(traits, { name: 'a variable', hint: 'use letters, digits and "_"' }),
  secret,
);
