import { aRun } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { originOf } from './snapshot-origins.ts';

const hour = 3_600_000;
const begun = Date.UTC(2026, 0, 5);
const ended = begun + 8 * hour;

test.each([
  ['when it began', begun, undefined],
  ['while it went on', begun + 4 * hour, undefined],
  ['a little before', begun - hour, undefined],
  ['a little after', ended + hour, undefined],
  ['long before', begun - hour - 1, 'dated before its run began'],
  ['long after', ended + hour + 1, 'dated after its run ended'],
])('a snapshot that is dated %s', (_, time, oddTime) => {
  const run = aRun({ state: 'succeeded', queuedAt: begun, finishedAt: ended });
  expect(originOf(run, time)).toEqual({ reputation: 'good', isRecorded: true, oddTime });
});

test('a run that goes on has no end to be dated after', () => {
  expect(originOf(aRun({ state: 'running', queuedAt: begun }), ended * 2)).toMatchObject({
    reputation: 'open',
    oddTime: undefined,
  });
});

test('what nobody knows anything about is good', () => {
  expect(originOf(undefined, 0)).toEqual({ reputation: 'good', isRecorded: false, oddTime: undefined });
});
