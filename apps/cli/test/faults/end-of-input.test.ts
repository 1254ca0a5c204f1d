import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { atTerminal, hasTerminals } from '../support/terminal.ts';
import { until, World } from '../support/world.ts';

test.runIf(hasTerminals)('Ctrl-D at a question (needs script): 130, and nothing is changed', async () => {
  using world = new World();
  const before = readFileSync(world.config, 'utf8');
  const terminal = atTerminal(world, 'job', 'remove', 'documents');
  await until('the question is there', () => terminal.sent().includes('No'));
  terminal.type('\u0004');
  expect(await terminal.ended).toBe(130);
  expect(terminal.sent()).toContain('cancelled at a question; nothing was changed');
  expect(readFileSync(world.config, 'utf8')).toBe(before);
});
