import { expect, test } from 'vitest';
import { socketPath } from './socket-path.ts';

const scratchDir = '/tmp/umbra-0';

test('it is in the state folder, or where the configuration says', () => {
  expect(socketPath({ stateDir: '/state', configured: undefined, scratchDir })).toBe('/state/daemon.sock');
  expect(socketPath({ stateDir: '/state', configured: '/run/umbra.sock', scratchDir })).toBe('/run/umbra.sock');
});

test('a path that is too long for a socket gets a short one, always the same and none of another folder', () => {
  const long = (letter: string): string => `/${letter.repeat(60)}/${'é'.repeat(20)}`;
  const path = socketPath({ stateDir: long('a'), configured: undefined, scratchDir });
  expect(path).toMatch(/^\/tmp\/umbra-0\/daemon-[0-9a-f]{16}\/daemon\.sock$/);
  expect(socketPath({ stateDir: long('a'), configured: undefined, scratchDir })).toBe(path);
  expect(socketPath({ stateDir: long('b'), configured: undefined, scratchDir })).not.toBe(path);
  const exact = `/${'x'.repeat(87)}`;
  expect(socketPath({ stateDir: exact, configured: undefined, scratchDir })).toBe(`${exact}/daemon.sock`);
  expect(socketPath({ stateDir: `${exact}x`, configured: undefined, scratchDir })).not.toContain(exact);
});
