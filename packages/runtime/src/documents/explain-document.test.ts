import { expect, test } from 'vitest';
import type { ReasonCode } from '@umbracore/contracts';
import type { OpenRun, Verdict } from '@umbracore/coordinator-core';
import { explainDocument, explainExitCode, releaseOf } from './explain-document.ts';

const other: OpenRun = { id: 'r-1', repository: 'home', pid: 7, since: 0, retryAt: undefined };
const wait = (code: ReasonCode, until?: number): Verdict => ({ type: 'wait', until, code });
const skip = (code: ReasonCode): Verdict => ({ type: 'skip', outcome: 'skipped', code });
const against = (...codes: readonly ReasonCode[]) => codes.map((code) => ({ code, ok: false, text: code }));

test.each<[string, Verdict, number, string | null]>([
  ['a start', { type: 'start' }, 0, null],
  ['its time', wait('due', 60_000), 0, 'Starts at 1970-01-01T00:01:00Z. Run regardless: umbra run a'],
  ['a window', wait('window', 60_000), 0, 'Starts at 1970-01-01T00:01:00Z. Run regardless: umbra run a'],
  ['a retry', wait('retry', 60_000), 0, 'Tries again at 1970-01-01T00:01:00Z.'],
  ['no schedule', wait('due'), 0, 'Starts when it is asked for: umbra run a'],
  ['another job', wait('after'), 0, 'Starts when that has happened. Run regardless: umbra run a'],
  ['something shared', wait('resource'), 0, 'Starts when what it needs is free again. See what runs: umbra status'],
  [
    'a condition',
    wait('condition'),
    5,
    'Starts within a minute of its conditions being met. Run regardless: umbra run a --ignore-conditions',
  ],
  ['a skip by a condition', skip('condition'), 5, 'Run it once: umbra run a --ignore-conditions'],
  ['a skip', skip('superseded'), 5, 'Run it once: umbra run a'],
  ['a skip while another run works', skip('overlap'), 5, 'Skips whatever comes due until that run has ended.'],
  [
    'a disabled job',
    skip('enabled'),
    5,
    'Runs by itself when it is enabled in the configuration. Run it once: umbra run a',
  ],
  ['another run', { type: 'blocked', by: other }, 6, 'Starts when run r-1 has ended. End it: umbra cancel r-1'],
  ['a run to cancel', { type: 'cancel-other', other }, 6, 'Cancels run r-1, and starts when that has ended.'],
])('%s', (_what, verdict, code, release) => {
  const reasons = verdict.type === 'wait' || verdict.type === 'skip' ? against(verdict.code) : [];
  expect([explainExitCode({ verdict, reasons }), releaseOf('a', { verdict, reasons })]).toEqual([code, release]);
});

test('a job that is not due may start when another run has ended, but does not', () => {
  const verdict: Verdict = { type: 'blocked', by: other };
  expect(releaseOf('a', { verdict, reasons: against('overlap', 'due') })).toMatch(/^May start when run r-1 has ended/);
});

test('conditions that are not met now may be later, and keep whoever asks waiting as well', () => {
  expect(releaseOf('a', { verdict: wait('due', 60_000), reasons: against('due', 'condition') })).toBe(
    'Starts at 1970-01-01T00:01:00Z if its conditions are met by then. Run regardless: umbra run a --ignore-conditions',
  );
});

test('of several repositories the first one stands at the top', () => {
  const explained = (repository: string, verdict: Verdict) => ({ repository, decision: { verdict, reasons: [] } });
  const document = explainDocument(
    'a',
    [explained('home', { type: 'blocked', by: other }), explained('', wait('due', 0))],
    null,
  );
  expect(document).toMatchObject({ job: 'a', repository: 'home', verdict: 'blocked', inTheWay: 'r-1', until: null });
  expect(document.repositories).toMatchObject([
    { repository: 'home', verdict: 'blocked' },
    { repository: null, verdict: 'wait', until: expect.stringMatching(/^1970/) as string },
  ]);
});
