import { expect, test } from 'vitest';
import { httpStatusOf } from './http-status.ts';

test('what an engine cannot do is no failure of the daemon', () => {
  expect(httpStatusOf('backend.unsupported')).toBe(501);
});
