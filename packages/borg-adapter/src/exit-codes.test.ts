import { expect, test } from 'vitest';
import { classify, type Ending } from './exit-codes.ts';

const ended = (code: number | undefined, signal?: string, lost = false) => ({ code, signal, lost });
const error = (text: string, id?: string) => ({ level: 'error', text, id }) as const;
const warning = (text: string) => ({ level: 'warning', text, id: undefined }) as const;
const noSpace = error('OSError: [Errno 28] No space left on device');

test.each<[string, Partial<Ending>, string]>([
  ['0', { exit: ended(0), lines: [warning('beside')] }, 'ok'],
  ['1', { exit: ended(1), lines: [warning('/x: gone')] }, 'warned'],
  ['1 after our signal', { exit: ended(1), interrupted: true }, 'run.cancelled'],
  ['2 after our signal', { exit: ended(2), interrupted: true, lines: [error('x', 'LockTimeout')] }, 'run.cancelled'],
  ['an end that nobody saw', { exit: ended(undefined, undefined, true) }, 'engine.lost'],
  ['a kill', { exit: ended(undefined, 'SIGKILL') }, 'engine.crashed'],
  ['a signal from outside', { exit: ended(undefined, 'SIGTERM') }, 'run.interrupted'],
  ['a lock', { lines: [error('Failed to create/acquire the lock', 'LockTimeout')] }, 'repository.locked'],
  ['a password', { lines: [error('passphrase supplied', 'PassphraseWrong')] }, 'repository.wrong-password'],
  ['no repository', { lines: [error('does not exist', 'Repository.DoesNotExist')] }, 'repository.absent'],
  ['no archive', { lines: [error('does not exist', 'Archive.DoesNotExist')] }, 'snapshot.absent'],
  ['a broken piece', { lines: [error('Data integrity error', 'IntegrityError')] }, 'repository.damaged'],
  ['no encryption', { lines: [error('Cache init aborted', 'Cache.CacheInitAbortedError')] }, 'backend.unsupported'],
  ['what the system says goes before it', { lines: [noSpace, error('x', 'IntegrityError')] }, 'repository.full'],
  ['a full cache', { lines: [error("No space left on device: '/c/borg/cache/1/chunks'")] }, 'engine.disk-full'],
  ['rights', { lines: [error("PermissionError: [Errno 13] Permission denied: '/r'")] }, 'repository.permission'],
  ['ssh', { lines: [error('ssh: connect to host x: Connection refused'), error('', 'x')] }, 'repository.unreachable'],
  ['Ctrl-C by somebody else', { lines: [error('Got Ctrl-C / SIGINT.')] }, 'run.interrupted'],
  ['anything else', { lines: [error('a new kind of trouble', 'New')] }, 'engine.failed'],
])('%s', (_, ending, meaning) => {
  const verdict = classify({ exit: ended(2), interrupted: false, lines: [], ...ending });
  expect(verdict.type === 'failed' ? verdict.code : verdict.type).toBe(meaning);
});
