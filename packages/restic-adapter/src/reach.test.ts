import { describe, expect, it } from 'vitest';
import { Reach } from './reach.ts';

const refused =
  'Stat(<config/>) returned error, retrying after 1.7s: Head "http://h/config": dial tcp 10.0.0.1:1: connect: connection refused';
const other = 'List(lock) returned error, retrying after 1.7s: something odd';

const reachAfter = (...lines: readonly string[]): Reach => {
  const reach = new Reach();
  for (const line of lines) {
    if (line === 'output') reach.answered();
    else reach.stderr(line);
  }
  return reach;
};

const times = (count: number, line: string): readonly string[] => Array.from({ length: count }, () => line);

describe('Reach', () => {
  it.each([
    ['nothing', [], false],
    ['some refusals', times(4, refused), false],
    ['many of them', times(5, refused), true],
    ['many, with something else between', [...times(4, refused), other, refused], false],
    ['lines that are no retries between', [...times(2, refused), 'using cache', ...times(3, refused)], true],
    ['an answer before', ['output', ...times(9, refused)], false],
    ['other troubles', times(9, other), false],
  ])('after %s', (_, lines, gone) => {
    expect(reachAfter(...lines).signal.aborted).toBe(gone);
  });

  it('knows why', () => {
    const why = 'Head "http://h/config": dial tcp 10.0.0.1:1: connect: connection refused';
    expect(reachAfter(...times(5, refused)).problem).toBe(why);
    expect(reachAfter().problem).toBeUndefined();
  });
});
