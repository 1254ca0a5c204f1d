import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { EngineExit, ErrorCode } from '@umbracore/contracts';
import { classify, type Ending } from './exit-codes.ts';
import { featuresOf } from './features.ts';
import { Transcript } from './transcript.ts';

interface Sample {
  readonly file: string;
  readonly exitCode: number;
  readonly command: string;
}

const folder = new URL('../test/samples/', import.meta.url);
const text = (name: string): string => readFileSync(new URL(name, folder), 'utf8');
const samples: readonly Sample[] = JSON.parse(text('manifest.json'));

const exited = (code: number): EngineExit => ({ code, signal: undefined, lost: false });

function endingOf(version: string, lines: readonly string[], exit: EngineExit, change: Partial<Ending> = {}): Ending {
  const transcript = new Transcript((line) => line);
  for (const line of lines) transcript.read(line);
  const { exitError, lines: kept } = transcript;
  const ending = { command: 'backup', exit, interrupted: false, exitError, lines: kept, features: featuresOf(version) };
  return { ...ending, ...change };
}

/** What each captured standard error means, by case; the same in every version that has the case. */
const expected: Readonly<Record<string, ErrorCode | 'ok' | 'partial'>> = {
  'backup-damaged-repo-stderr': 'partial',
  'backup-interrupted-stderr': 'run.interrupted',
  'backup-locked-stderr': 'repository.locked',
  'backup-unreadable-stderr': 'partial',
  'check-damaged-stderr': 'repository.damaged',
  'init-exists-stderr': 'repository.exists',
  'open-no-home-stderr': 'engine.cache',
  'open-norepo-stderr': 'repository.absent',
  'open-wrong-password-stderr': 'repository.wrong-password',
  'restore-error-stderr': 'engine.failed',
  'snapshots-unknown-id-stderr': 'ok',
};

/** What differs between versions. */
const expectedIn: Readonly<Record<string, ErrorCode | 'ok' | 'partial'>> = {
  '0.14.0/backup-missing-source-stderr': 'ok',
  '0.18.0/backup-missing-source-stderr': 'ok',
  '0.19.1/backup-missing-source-stderr': 'partial',
  '0.14.0/backup-retry-stderr': 'repository.unreachable',
  '0.18.0/backup-retry-stderr': 'ok',
  '0.19.1/backup-retry-stderr': 'ok',
};

describe('classify', () => {
  const captured = samples.filter(({ file }) => file.endsWith('-stderr.jsonl'));

  it.each(captured)('$file', ({ file, exitCode, command }) => {
    const [version = '', name = ''] = file.replace('.jsonl', '').split('/');
    const ending = endingOf(version, text(file).split('\n'), exited(exitCode), {
      command: command.split(' ')[1] ?? '',
    });
    const verdict = classify(ending);
    expect(verdict.type === 'failed' ? verdict.code : verdict.type).toBe(
      expectedIn[`${version}/${name}`] ?? expected[name],
    );
  });

  const codeOf = (ending: Ending): string => {
    const verdict = classify(ending);
    return verdict.type === 'failed' ? verdict.code : verdict.type;
  };

  it.each(['0.14.0', '0.18.0', '0.19.1'])('calls what we interrupted cancelled, whatever %s answers', (version) => {
    const lines = text(`${version}/backup-interrupted-stderr.jsonl`).split('\n');
    for (const exit of [exited(1), exited(130), exited(3), { code: undefined, signal: 'SIGKILL', lost: false }]) {
      expect(codeOf(endingOf(version, lines, exit, { interrupted: true }))).toBe('run.cancelled');
    }
  });

  it.each<[string, string, number, string[], string]>([
    [
      'key file without rights',
      '0.14.0',
      1,
      [
        'Load(<key/1>, 0, 0) returned error, retrying after 1s: open k: permission denied',
        'Fatal: wrong password or no key found',
      ],
      'repository.permission',
    ],
    ['wrong password by code alone', '0.18.0', 12, [], 'repository.wrong-password'],
    ['absent by code alone', '0.19.1', 10, [], 'repository.absent'],
    ['locked by code alone', '0.19.1', 11, [], 'repository.locked'],
    ['the same number on an old one', '0.14.0', 10, [], 'engine.failed'],
    [
      'a retry that succeeded before the lock',
      '0.19.1',
      11,
      [
        'Save(<data/1>) returned error, retrying: dial tcp: connection refused',
        '{"message_type":"exit_error","code":11,"message":"unable to create lock in backend: repository is already locked by PID 1 on h by u (UID 0, GID 0)"}',
      ],
      'repository.locked',
    ],
    [
      'panic',
      '0.19.1',
      2,
      ['panic: runtime error: slice bounds out of range', 'goroutine 1 [running]:'],
      'engine.crashed',
    ],
    ...[
      'open /r/snapshots/0000: no such file or directory',
      '<snapshot/0000000000> does not exist',
      'The specified key does not exist.',
      'NoSuchKey',
      "storage: object doesn't exist",
      'RESPONSE 404: 404 The specified blob was removed. ERROR CODE: BlobNotFound',
    ].map((said): [string, string, number, string[], string] => [
      `a parent that is gone: ${said}`,
      '0.19.1',
      1,
      [`{"message_type":"exit_error","code":1,"message":"failed to load snapshot 00000000: ${said}"}`],
      'snapshot.absent',
    ]),
    ['dump of an old one', '0.14.0', 2, ['cannot dump file: path "/x" not found in snapshot'], 'snapshot.absent'],
    ...[
      'open /r/data/2c/2c79d1675311a1e2ffc5: no such file or directory',
      '<data/2c79d16753> does not exist',
      'The specified key does not exist.',
      'file is too short',
    ].map((said): [string, string, number, string[], string] => [
      `a pack that is not what it was: ${said}`,
      '0.19.1',
      1,
      [
        `Load(<data/2c79d16753>, 300050, 44) failed: ${said}`,
        `{"message_type":"exit_error","code":1,"message":"Fatal: cannot dump file: ReadFull(<data/2c79d16753>): ${said}"}`,
      ],
      'repository.damaged',
    ]),
    [
      'a disk that went away between two steps of restic',
      '0.19.1',
      1,
      [
        '{"message_type":"exit_error","code":1,"message":"config cannot be loaded: open /r/config: no such file or directory"}',
      ],
      'repository.absent',
    ],
    [
      'a pack on a disk that is gone',
      '0.19.1',
      1,
      [
        '{"message_type":"exit_error","code":1,"message":"Fatal: ReadFull(<data/2c79d16753>): open /r/data/2c: input/output error"}',
      ],
      'repository.unreachable',
    ],
    [
      'full repository',
      '0.19.1',
      1,
      [
        '{"message_type":"exit_error","code":1,"message":"Fatal: unable to save snapshot: write /repo/data/00-tmp: no space left on device"}',
      ],
      'repository.full',
    ],
    [
      'full temporary folder',
      '0.19.1',
      1,
      [
        '{"message_type":"exit_error","code":1,"message":"Fatal: write /tmp/restic-temp-pack-1: no space left on device"}',
      ],
      'engine.disk-full',
    ],
    [
      'closed port',
      '0.14.0',
      1,
      [
        'Fatal: unable to open config file: Head "http://127.0.0.1:1/config": dial tcp 127.0.0.1:1: connect: connection refused',
        'Is there a repository at the following location?',
      ],
      'repository.unreachable',
    ],
    ...[
      'unable to open config file: Head "http://h/config": unexpected HTTP response (503): 503 Service Unavailable',
      'unable to save snapshot: server response unexpected: 502 Bad Gateway (502)',
      'List failed: unexpected HTTP response (504): 504 Gateway Timeout',
      'unexpected HTTP response (429): 429 Too Many Requests',
      'client.PutObject: Please reduce your request rate.',
      'dial tcp 10.0.0.1:443: connect: connection timed out',
      'Post "https://h/data/1": write tcp 10.0.0.2:5->10.0.0.1:443: write: broken pipe',
      'open /mnt/nas/config: stale NFS file handle',
      'stat /mnt/nas/config: transport endpoint is not connected',
      'open /mnt/nas/config: host is down',
      'context deadline exceeded',
      'unable to create lock in backend: ssh command exited: signal: killed',
      'unable to open repository: rclone exited: signal: killed',
    ].map((said): [string, string, number, string[], string] => [
      `a server that has trouble: ${said}`,
      '0.19.1',
      1,
      [`{"message_type":"exit_error","code":1,"message":"Fatal: ${said.replaceAll('"', String.raw`\"`)}"}`],
      'repository.unreachable',
    ]),
    ...['', 'tls: failed to verify certificate: '].map((before): [string, string, number, string[], string] => [
      'a certificate that has run out',
      before === '' ? '0.14.0' : '0.19.1',
      1,
      [
        `Fatal: unable to open config file: Head "https://h/config": ${before}x509: certificate has expired or is not yet valid`,
        'Is there a repository at the following location?',
      ],
      'repository.unreachable',
    ]),
    [
      'a disk that fails',
      '0.19.1',
      1,
      [
        '{"message_type":"exit_error","code":1,"message":"Fatal: unable to save snapshot: sync /r/data/00-tmp: input/output error"}',
      ],
      'repository.unreachable',
    ],
    ...['0.14.0', '0.19.1'].map((version): [string, string, number, string[], string] => [
      'a key on a disk that fails',
      version,
      version === '0.14.0' ? 1 : 12,
      [
        'Load(<key/1>, 0, 0) returned error, retrying after 1s: read /r/keys/1: input/output error',
        'Fatal: wrong password or no key found',
      ],
      'repository.unreachable',
    ]),
    ...[
      'unable to save snapshot: open /tmp/restic-temp-pack-1: too many open files',
      'unable to save snapshot: Write: write /tmp/restic-temp-pack-1: file too large',
      'unable to open repository: fork/exec /usr/bin/rclone: resource temporarily unavailable',
      'mmap: cannot allocate memory',
    ].map((said): [string, string, number, string[], string] => [
      `too little of something: ${said}`,
      '0.19.1',
      1,
      [`{"message_type":"exit_error","code":1,"message":"Fatal: ${said}"}`],
      'engine.resources',
    ]),
    [
      'no thread left',
      '0.19.1',
      2,
      ['runtime: failed to create new OS thread (have 5 already; errno=11)', 'fatal error: newosproc'],
      'engine.resources',
    ],
    ...[
      ['runtime: pipe failed with 24', 'fatal error: runtime: pipe failed'],
      ['runtime: epollcreate failed with 24', 'fatal error: runtime: netpollinit failed'],
      ['runtime: eventfd failed with 18446744073709551592', 'fatal error: runtime: eventfd failed'],
    ].map((lines): [string, string, number, string[], string] => [
      `no descriptor left to begin with: ${lines[0]}`,
      '0.18.0',
      2,
      [...lines, 'runtime stack:'],
      'engine.resources',
    ]),
    [
      'no memory left',
      '0.19.1',
      2,
      ['fatal error: runtime: out of memory', 'goroutine 1 [running]:'],
      'engine.resources',
    ],
    ['unknown number', '0.19.1', 77, [], 'engine.failed'],
    ['interrupted by others', '0.19.1', 130, [], 'run.interrupted'],
  ])('%s (%s)', (_, version, code, lines, wanted) => {
    expect(codeOf(endingOf(version, lines, exited(code), { command: 'cat' }))).toBe(wanted);
  });

  it('tells what was in the way of the key, not that the password is wrong', () => {
    const retry = 'Load(<key/1>, 0, 0) returned error, retrying after 1s: read /r/keys/1: input/output error';
    const lines = [retry, 'Fatal: wrong password or no key found'];
    const text = 'read /r/keys/1: input/output error';
    expect(classify(endingOf('0.19.1', lines, exited(12)))).toMatchObject({ code: 'repository.unreachable', text });
  });

  it('takes the refusal of what is sent once more after a cut for what the connection did', () => {
    const cut = 'Save(<data/96f4170f97>) returned error, retrying after 832ms: Post "http://h/data/96f4170f97": EOF';
    const refused = 'unexpected HTTP response (403): 403 Forbidden';
    const fatal = `Fatal: unable to save snapshot: error flushing repository: ${refused}`;
    const codeAfter = (...before: string[]) => codeOf(endingOf('0.19.1', [...before, fatal], exited(1)));
    expect(codeAfter(cut)).toBe('repository.unreachable');
    expect(codeAfter()).toBe('repository.permission');
    expect(codeAfter(`Save(<data/96f4170f97>) returned error, retrying after 832ms: ${refused}`)).toBe(
      'repository.permission',
    );
    expect(codeAfter(cut.replace('Save', 'Load'))).toBe('repository.permission');
  });

  it('tells signals and lost ends apart', () => {
    const bySignal = (signal: string): EngineExit => ({ code: undefined, signal, lost: false });
    expect(codeOf(endingOf('0.14.0', [], bySignal('SIGTERM')))).toBe('run.interrupted');
    expect(codeOf(endingOf('0.14.0', [], bySignal('SIGSEGV')))).toBe('engine.crashed');
    expect(codeOf(endingOf('0.14.0', [], { code: undefined, signal: undefined, lost: true }))).toBe('engine.lost');
  });

  it('gives 3 a meaning for backups only', () => {
    expect(codeOf(endingOf('0.19.1', [], exited(3)))).toBe('partial');
    expect(codeOf(endingOf('0.19.1', [], exited(3), { command: 'forget' }))).toBe('engine.failed');
  });
});
