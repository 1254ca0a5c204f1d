import { expect, test } from 'vitest';
import { earlyPath, statusPath } from './early-question.ts';

test.each([['status'], ['status --json'], ['status --check -q']])(
  '%s is asked before the program is loaded',
  (line) => {
    expect(earlyPath(line.split(' '))).toBe(statusPath());
  },
);

test.each([['status documents'], ['status --max-age=2d'], ['status -c umbra.yaml'], ['run'], ['-q status']])(
  '%s may ask something else',
  (line) => {
    expect(earlyPath(line.split(' '))).toBeUndefined();
  },
);
