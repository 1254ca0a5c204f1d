import { expect, test } from 'vitest';
import { describeFailure } from './messages.ts';

test('what mends a damaged repository is a command that opens it', () => {
  const { hint } = describeFailure('repository.damaged', { what: 'list', repository: 'home', text: '' });
  expect(hint).toContain('`umbra borg home -- check --repair`');
});
