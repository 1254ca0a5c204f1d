import { expect, test } from 'vitest';
import { judgeCommand } from './command-verdict.ts';

const exit = (code: number | undefined, signal?: string) => ({ code, signal, lost: false });
const job = (command: readonly string[], warningCodes: readonly number[] = []) => ({
  run: 'r-7',
  command,
  warningCodes,
});

test.each([
  [exit(0), 'succeeded', null],
  [exit(3), 'warning', null],
  [exit(1), 'failed', 'command.failed'],
  [exit(127), 'failed', 'command.failed'],
  [exit(75), 'failed', 'command.temporary'],
  [exit(undefined, 'SIGKILL'), 'failed', 'command.failed'],
])('%j is %s', (ended, outcome, code) => {
  const end = judgeCommand(ended, job(['backup-db', '--all'], [3, 4]));
  expect({ outcome: end.outcome, code: end.error?.code ?? null }).toEqual({ outcome, code });
  expect(end.report).toEqual({ kind: 'command', exitCode: ended.code ?? null, signal: ended.signal ?? null });
});

test('says which program ended how', () => {
  expect(judgeCommand(exit(2), job(['backup-db', '--password=x'])).error?.message).toBe('backup-db ended with 2');
  expect(judgeCommand(exit(undefined, 'SIGKILL'), job(['backup-db'])).error?.message).toBe(
    'backup-db was ended by SIGKILL',
  );
  expect(judgeCommand(exit(3), job(['backup-db'], [3])).suspicions).toEqual([
    'backup-db ended with 3, which the job takes for a warning',
  ]);
});

test('a failure says where its output is', () => {
  expect(judgeCommand(exit(2), job(['backup-db'])).error?.hint).toBe('Look at its output with `umbra logs r-7`.');
});

test('75 is a warning if the job says so', () => {
  expect(judgeCommand(exit(75), job(['x'], [75])).outcome).toBe('warning');
});
