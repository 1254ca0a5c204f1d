import * as fc from 'fast-check';
import { isUmbraError, type ErrorCode } from '@umbracore/contracts';

interface Cut {
  /** Shares of the whole. */
  readonly from: number;
  readonly kind: 'leave out' | 'repeat' | 'put in' | 'change' | 'break off' | 'move here';
  readonly length: number;
  readonly word: string;
}

/** Any UTF-16, halves of pairs too. fast-check's own takes a second to be made. */
export const anyText = (maxLength = 40): fc.Arbitrary<string> =>
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)), maxLength });

const share = fc.double({ min: 0, max: 1, noNaN: true });

const cuts = (words: readonly string[]): fc.Arbitrary<readonly Cut[]> =>
  fc.array(
    fc.record({
      from: share,
      kind: fc.constantFrom<Cut['kind']>('leave out', 'repeat', 'put in', 'put in', 'change', 'break off', 'move here'),
      length: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 80 })),
      word: fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...words) }, { weight: 1, arbitrary: anyText(12) }),
    }),
    { minLength: 1, maxLength: 4 },
  );

/** What every reader of text has met elsewhere. */
const hostile: readonly string[] = [
  '__proto__',
  'constructor',
  '\0',
  '\u2028',
  '\ud800',
  '\ufeff',
  '-1',
  '1e999',
  '9007199254740993',
  'null',
  '""',
  '{',
  ']',
  '\n',
  '\t',
  '%',
  '\\',
  '../../',
  '\u001b[2J',
  'NaN',
  ' ',
];

function applied(text: string, { from, kind, length, word }: Cut): string {
  const at = Math.floor(from * text.length);
  const [before, piece, after] = [text.slice(0, at), text.slice(at, at + length), text.slice(at + length)];
  switch (kind) {
    case 'leave out':
      return before + after;
    case 'repeat':
      return before + piece.repeat(1 + (length % 3)) + piece + after;
    case 'put in':
      return before + word + piece + after;
    case 'change':
      return before + word.slice(0, length) + after;
    case 'break off':
      return before;
    case 'move here':
      return piece + before + after;
  }
}

/** A good text that some changes have made a bad one, mostly. */
export const mangled = (samples: readonly string[], words: readonly string[] = []): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom(...samples), cuts([...hostile, ...words]))
    .map(([sample, changes]) => changes.reduce(applied, sample));

/** The same of bytes. */
export const mangledBytes = (samples: readonly Uint8Array[]): fc.Arbitrary<Buffer> =>
  mangled(
    samples.map((sample) => Buffer.from(sample).toString('latin1')),
    ['\u0000', '\u00ff', '\u0000\u0000\u0000\u0000', '\u00ff\u00ff\u00ff\u00ff', '\u0080'],
  ).map((text) => Buffer.from(text, 'latin1'));

const prototypes: readonly object[] = [Object.prototype, Array.prototype, String.prototype, Function.prototype];
const keysIn = (): number => prototypes.reduce((sum, each) => sum + Reflect.ownKeys(each).length, 0);
const keysBefore = keysIn();

/** What no input may cost, as time of the processor: the machine may be busy with others. */
const mostCpuMs = 3000;

export type Outcome<T> = { readonly value: T } | { readonly refused: ErrorCode; readonly message: string };

/**
 * The outcome of work on a hostile input: its value, or the error with which it was refused, which says what to do. Fails for any
 * other error, for one that calls itself a bug, for a changed prototype, and for work that takes seconds.
 */
export async function tamed<T>(work: () => T | Promise<T>, codes: RegExp): Promise<Outcome<T>> {
  const before = process.cpuUsage();
  const outcome = await outcomeOf(work, codes);
  const { user, system } = process.cpuUsage(before);
  if ((user + system) / 1000 > mostCpuMs) throw new Error(`took ${(user + system) / 1000} ms`);
  if (keysIn() !== keysBefore) throw new Error('a prototype was changed');
  return outcome;
}

async function outcomeOf<T>(work: () => T | Promise<T>, codes: RegExp): Promise<Outcome<T>> {
  try {
    return { value: await work() };
  } catch (thrown) {
    if (!isUmbraError(thrown) || thrown.code === 'internal') throw thrown;
    if (!codes.test(thrown.code))
      throw new Error(`refused with ${thrown.code}, which is not ${codes}`, { cause: thrown });
    if (thrown.message.trim() === '') throw new Error('refused without a word', { cause: thrown });
    return { refused: thrown.code, message: thrown.message };
  }
}
