import { expect, test } from 'vitest';
import { timeLeft, type Course } from './time-left.ts';

const GiB = 2 ** 30;
const course = (bytesLeft: number | undefined, bytesPerSecond: number | undefined, seconds: number): Course => ({
  bytesLeft,
  bytesPerSecond,
  measuredMs: seconds * 1000,
});

test.each<[string, Course, number | undefined]>([
  ['tiny files in the first second', course(100 * GiB, 4000, 1), undefined],
  ['a cache in the first second', course(100 * GiB, 50 * GiB, 1), undefined],
  ['tiny files for some seconds', course(100 * GiB, 4000, 10), undefined],
  ['a short one that goes steadily', course(7000, 1000, 3), 7],
  ['a long one, early', course(100 * GiB, 100 * 2 ** 20, 5), undefined],
  ['a long one, a little later', course(100 * GiB, 100 * 2 ** 20, 11), 1024],
  ['slow, and for hours', course(GiB, 1024, 4 * 3600), 1_048_576],
  ['nothing left', course(0, 1000, 60), 0],
  ['more than was thought', course(-5, 1000, 60), 0],
  ['nothing moves', course(1000, 0, 60), undefined],
  ['no speed is known', course(1000, undefined, 60), undefined],
  ['no total is known', course(undefined, 1000, 60), undefined],
])('%s', (_, given, seconds) => expect(timeLeft(given)).toBe(seconds));
