import type { ErrorCode } from '@umbracore/contracts';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { judge } from './verdict.ts';
import type { Evidence, Verdict } from './verdict.ts';

const clean: Evidence = {
  result: { unreadableCount: 0, complete: true, exitLost: false },
  dryRun: false,
  mend: 'umbra repo repair home --read all --from offsite',
  snapshot: 'abc',
  confirmed: true,
  suspicions: [],
  verification: undefined,
};
const lost = { unreadableCount: 0, complete: false, exitLost: true };
const partial = { unreadableCount: 2, complete: false, exitLost: false };
const verified = (ok: boolean) => ({ level: 'full', ok, problems: ok ? [] : ['pack x'], finishedAt: 1 }) as const;

test.each<[string, Partial<Evidence>, Verdict['outcome'], ErrorCode | undefined, number]>([
  ['everything holds', {}, 'succeeded', undefined, 0],
  ['and was verified', { verification: verified(true) }, 'succeeded', undefined, 0],
  [
    'a dry run makes no snapshot',
    { dryRun: true, snapshot: undefined, confirmed: undefined },
    'succeeded',
    undefined,
    0,
  ],
  ['a partial dry run', { dryRun: true, snapshot: undefined, result: partial }, 'warning', 'source.unreadable', 0],
  ['files could not be read', { result: partial }, 'warning', 'source.unreadable', 0],
  ['something was left out', { result: { ...partial, unreadableCount: 0 } }, 'warning', 'source.unreadable', 0],
  [
    'one file could not be read although the engine called it complete',
    { result: { ...clean.result, unreadableCount: 1 } },
    'warning',
    'source.unreadable',
    0,
  ],
  ['nobody saw the end', { result: lost }, 'warning', undefined, 1],
  ['the repository did not answer', { confirmed: undefined }, 'warning', undefined, 1],
  ['a source looks odd', { suspicions: ['empty'] }, 'warning', undefined, 1],
  ['no snapshot', { snapshot: undefined }, 'failed', 'engine.output', 0],
  ['no snapshot, and nobody saw the end', { snapshot: undefined, result: lost }, 'failed', 'engine.lost', 0],
  ['the snapshot is not there', { confirmed: false }, 'failed', 'snapshot.absent', 0],
  ['the snapshot is damaged', { verification: verified(false) }, 'failed', 'verify.damage', 0],
  [
    'damage goes before doubts',
    { verification: verified(false), result: partial, suspicions: ['odd'] },
    'failed',
    'verify.damage',
    1,
  ],
])('%s', (_, evidence, outcome, code, suspicions) => {
  const verdict = judge({ ...clean, ...evidence });
  expect([verdict.outcome, verdict.error?.code, verdict.suspicions.length]).toEqual([outcome, code, suspicions]);
});

test('damage is told with what was found first, and with what mends it', () => {
  const { error } = judge({ ...clean, verification: { ...verified(false), problems: ['pack x', 'pack y'] } });
  expect(error).toMatchObject({
    message: 'The verification found damage: pack x',
    hint: expect.stringContaining('umbra repo repair home --read all --from offsite') as string,
  });
  const silent = judge({ ...clean, verification: { ...verified(false), problems: [] } });
  expect(silent.error?.message).toBe('The verification found damage: no reason given');
});

test.each([
  [1, '1 item could not be read; the snapshot has everything else'],
  [2, '2 items could not be read; the snapshot has everything else'],
])('tells that %i could not be read', (unreadableCount, message) => {
  expect(judge({ ...clean, result: { ...partial, unreadableCount } }).error?.message).toBe(message);
});

const evidence: fc.Arbitrary<Evidence> = fc.record({
  result: fc.record({ unreadableCount: fc.nat(2), complete: fc.boolean(), exitLost: fc.boolean() }),
  dryRun: fc.boolean(),
  mend: fc.constant('umbra repo repair home'),
  snapshot: fc.constantFrom(undefined, 'abc'),
  confirmed: fc.constantFrom(undefined, true, false),
  suspicions: fc.constantFrom([], ['odd']),
  verification: fc.constantFrom(undefined, verified(true), verified(false)),
});

test('success is told exactly if nothing speaks against it', () => {
  fc.assert(
    fc.property(evidence, (given) => {
      const { complete, exitLost, unreadableCount } = given.result;
      const objections = [
        !complete,
        exitLost,
        unreadableCount > 0,
        given.suspicions.length > 0,
        given.verification?.ok === false,
        !given.dryRun && (given.snapshot === undefined || given.confirmed !== true),
        given.dryRun && given.confirmed === false,
      ];
      expect(judge(given).outcome === 'succeeded').toBe(!objections.includes(true));
    }),
    { numRuns: 2000 },
  );
});

test('one more doubt never makes the outcome better', () => {
  const rank = { succeeded: 0, warning: 1, failed: 2 };
  fc.assert(
    fc.property(evidence, (given) => {
      const before = rank[judge(given).outcome];
      for (const worse of [{ suspicions: [...given.suspicions, 'odd'] }, { verification: verified(false) }]) {
        expect(rank[judge({ ...given, ...worse }).outcome]).toBeGreaterThanOrEqual(before);
      }
    }),
  );
});
