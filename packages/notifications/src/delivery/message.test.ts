import { type Notice, UmbraError } from '@umbracore/contracts';
import { expect, test } from 'vitest';
import { digestOf, messageOf } from './message.ts';
import { afterFailure } from './next-try.ts';

const at = Date.UTC(2026, 10, 26, 2, 4);
const head = { host: 'attic', at, zone: 'Europe/London' };

const notice = (changes: Partial<Notice> = {}): Notice => ({
  id: 'r-1:failed',
  event: 'failed',
  severity: 'error',
  at,
  job: 'documents',
  kind: 'backup',
  repository: 'home',
  run: 'r-1',
  what: 'documents to home failed',
  why: 'The repository is locked',
  advice: 'Wait for it.',
  command: 'umbra show r-1',
  details: ['took 3 s'],
  ...changes,
});

test('a message says what happened, why, and what to do', () => {
  expect(messageOf('d-1', notice(), head)).toMatchObject({
    id: 'd-1',
    subject: 'attic: documents to home failed',
    text: [
      'documents to home failed on attic, 2026-11-26 02:04',
      'Why: The repository is locked',
      'What to do: Wait for it.',
      '- took 3 s',
      'More: umbra show r-1',
    ].join('\n'),
  });
});

test('a subject is one short line, whatever a name holds', () => {
  const { subject } = messageOf('d-1', notice({ what: `bad\r\nBcc: x@example.net ${'x'.repeat(500)}` }), head);
  expect(subject).toHaveLength(120);
  expect(subject).toMatch(/^attic: bad Bcc: x@example.net x+…$/);
});

test('a digest has a line for each, oldest first, and what is worst in front', () => {
  const good = notice({ event: 'succeeded', severity: 'info', what: 'photos succeeded', why: null, at: at - 60_000 });
  const digest = digestOf('d-2', [notice(), good, good], head);
  expect(digest).toMatchObject({ event: 'digest', severity: 'error', subject: 'attic: 1 failed, 2 succeeded' });
  expect(digest.text.split('\n')).toEqual([
    '2026-11-26 02:03  photos succeeded',
    '2026-11-26 02:03  photos succeeded',
    '2026-11-26 02:04  documents to home failed: The repository is locked',
  ]);
});

test('a digest of thousands is cut', () => {
  const many = Array.from({ length: 1000 }, (_, n) => notice({ id: `r-${n}` }));
  expect(digestOf('d-3', many, head).text.split('\n')).toHaveLength(201);
});

const unreachable = new UmbraError('notify.unreachable', 'no');
const refused = new UmbraError('notify.refused', 'no');
const soon = new UmbraError('notify.unreachable', 'no', { context: { retryAfterMs: 30_000 } });
const nextYear = new UmbraError('notify.unreachable', 'no', { context: { retryAfterMs: 3e10 } });
const hour = 3_600_000;

test.each([
  [0, 'one that is not reached', unreachable, 0.5, { state: 'waiting', dueAt: 5000 }],
  [1, 'one that is not reached', unreachable, 0.5, { state: 'waiting', dueAt: 10_000 }],
  [50, 'one that is not reached', unreachable, 1, { state: 'waiting', dueAt: hour }],
  [0, 'one that wants to be left alone', soon, 0.5, { state: 'waiting', dueAt: 35_000 }],
  [0, 'one that wants to be left alone for a year', nextYear, 0.5, { state: 'waiting', dueAt: hour + 5000 }],
  [0, 'one that refuses', refused, 0.5, { state: 'waiting', dueAt: hour }],
  [99, 'one that is not reached', unreachable, 0.5, { state: 'failed' }],
])('after %d tries and %s', (tries, _, error, random, end) => {
  expect(afterFailure({ tries }, error, 0, random)).toEqual({ ...end, error: error.toRecord() });
});
