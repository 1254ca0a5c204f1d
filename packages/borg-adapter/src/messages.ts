import { type ErrorCode, UmbraError } from '@umbracore/contracts';

/** borg's own names of failures (`msgid` of 1.2 and 1.4), and what they are here. */
const codesById: Readonly<Record<string, ErrorCode>> = {
  'Repository.DoesNotExist': 'repository.absent',
  'Repository.InvalidRepository': 'repository.absent',
  'Repository.ParentPathDoesNotExist': 'repository.absent',
  'Repository.AlreadyExists': 'repository.exists',
  'Repository.PathAlreadyExists': 'repository.exists',
  'Repository.CheckNeeded': 'repository.damaged',
  'Repository.ObjectNotFound': 'repository.damaged',
  'Repository.InvalidRepositoryConfig': 'repository.damaged',
  'Repository.InsufficientFreeSpaceError': 'repository.full',
  'Repository.StorageQuotaExceeded': 'repository.full',
  'Repository.AtticRepository': 'engine.version',
  IntegrityError: 'repository.damaged',
  DecompressionError: 'repository.damaged',
  FileIntegrityError: 'repository.damaged',
  NoManifestError: 'repository.damaged',
  TAMRequiredError: 'repository.damaged',
  TAMInvalid: 'repository.damaged',
  RepoKeyNotFoundError: 'repository.damaged',
  KeyfileInvalidError: 'repository.damaged',
  'Cache.RepositoryReplay': 'repository.damaged',
  'Cache.RepositoryIDNotUnique': 'repository.damaged',
  'Cache.CacheInitAbortedError': 'backend.unsupported',
  'Cache.EncryptionMethodMismatch': 'repository.damaged',
  KeyfileNotFoundError: 'backend.unsupported',
  MandatoryFeatureUnsupported: 'engine.version',
  UnsupportedManifestError: 'engine.version',
  UnsupportedPayloadError: 'engine.version',
  PassphraseWrong: 'repository.wrong-password',
  PasswordRetriesExceeded: 'repository.wrong-password',
  NoPassphraseFailure: 'repository.wrong-password',
  LockError: 'repository.locked',
  LockErrorT: 'repository.locked',
  LockTimeout: 'repository.locked',
  LockFailed: 'repository.permission',
  'Archive.DoesNotExist': 'snapshot.absent',
  ConnectionClosed: 'repository.unreachable',
  ConnectionClosedWithHint: 'repository.unreachable',
  PathNotAllowed: 'repository.permission',
  'Signal.SIGTERM': 'run.interrupted',
  'Signal.SIGHUP': 'run.interrupted',
};

export const codeOfId = (id: string | undefined): ErrorCode | undefined =>
  id === undefined ? undefined : codesById[id];

interface Fingerprint {
  readonly code: ErrorCode;
  readonly pattern: RegExp;
}

/** What the system said: it outranks what borg concludes from it. */
const evidence: readonly Fingerprint[] = [
  { code: 'engine.disk-full', pattern: /No space left on device[^\n]*(?:\/cache\/|\/security\/|tmp)/i },
  { code: 'repository.full', pattern: /No space left on device|Disk quota exceeded/i },
  { code: 'engine.resources', pattern: /Too many open files|File too large|Cannot allocate memory|MemoryError/ },
];

/** What borg has no name for. */
const conclusions: readonly Fingerprint[] = [
  { code: 'engine.cache', pattern: /(?:Errno 5|Errno 30)[^\n]*\/cache\// },
  { code: 'repository.permission', pattern: /Permission denied|Operation not permitted|Read-only file system/i },
  {
    code: 'repository.unreachable',
    pattern:
      /Connection (?:refused|reset|timed out|closed)|Could not resolve hostname|No route to host|Network is unreachable|Host is down|Input\/output error|Stale file handle|Transport endpoint is not connected/i,
  },
  { code: 'run.interrupted', pattern: /Got Ctrl-C|Keyboard interrupt|KeyboardInterrupt|Received SIG/i },
];

/** borg's sentence about a program whose output it was to save. */
const programEnd = /^Command .* exited with status (-?\d+)|^Failed to execute command: /s;

/** The code for a line that says how such a program ended, or undefined. */
export function codeOfProgram(text: string): ErrorCode | undefined {
  const match = programEnd.exec(text);
  if (match === null) return undefined;
  return match[1] === '75' ? 'command.temporary' : 'command.failed';
}

/** The code that a text stands for, or undefined. */
export function codeOfText(text: string, what: 'evidence' | 'any'): ErrorCode | undefined {
  const table = what === 'evidence' ? evidence : [...evidence, ...conclusions];
  return table.find(({ pattern }) => pattern.test(text))?.code;
}

interface Failure {
  /** borg's command, such as `create`. */
  readonly what: string;
  /** Name of the repository. */
  readonly repository: string;
  /** borg's last word; empty if it had none. */
  readonly text: string;
}

/** borg's first sentence: what follows is a stack, or a description of the system. */
export function shortText(text: string): string {
  const line = text.split('\n').find((candidate) => candidate.trim() !== '') ?? '';
  return line.slice(0, 300);
}

const said = ({ text }: Failure): string => (shortText(text) === '' ? '' : `: ${shortText(text)}`);

type Sentence = (failure: Failure) => { readonly message: string; readonly hint?: string };

const sentences: Partial<Readonly<Record<ErrorCode, Sentence>>> = {
  'command.failed': ({ text }) => ({
    message: `The program whose output is saved failed: ${shortText(text)}. Nothing was saved`,
    hint: 'Look at what it said in the log of the run.',
  }),
  'command.temporary': () => ({
    message: 'The program whose output is saved ended with 75: it may work later. Nothing was saved',
    hint: 'Look at what it said in the log of the run.',
  }),
  'repository.locked': ({ repository }) => ({
    message: `Repository ${repository} is used by another borg: one that writes is alone, and those that read keep it waiting`,
    hint: `Wait for it, or run \`umbra repo unlock ${repository}\` if its owner is gone.`,
  }),
  'repository.wrong-password': ({ repository }) => ({
    message: `Repository ${repository} does not open with this password`,
    hint: `Check the password of repository ${repository}.`,
  }),
  'repository.absent': ({ repository }) => ({
    message: `There is no borg repository at the location of ${repository}`,
    hint: `Mount it if it lies on a disk or share that is not there. Only if it is new: \`umbra repo create ${repository}\`.`,
  }),
  'repository.exists': ({ repository }) => ({
    message: `There is something at the location of ${repository} already`,
    hint: 'Use it as it is if it is a repository, or choose another location.',
  }),
  'repository.unreachable': (failure) => ({
    message: `Repository ${failure.repository} cannot be reached${said(failure)}`,
    hint: 'Check the network, the server of the repository, and that borg is installed there.',
  }),
  'repository.full': (failure) => ({
    message: `The storage of repository ${failure.repository} is full${said(failure)}`,
    hint: 'Free space on the storage, for instance by pruning.',
  }),
  'repository.permission': (failure) => ({
    message: `Access to repository ${failure.repository} was denied${said(failure)}`,
    hint: 'Check the owner and the rights of the repository.',
  }),
  'repository.damaged': (failure) => ({
    message: `Repository ${failure.repository} is damaged${said(failure)}`,
    hint: `See how far it goes with \`umbra verify ${failure.repository}\`, copy the folder, and mend it with \`umbra borg ${failure.repository} -- check --repair\`.`,
  }),
  'backend.unsupported': (failure) => ({
    message: `Repository ${failure.repository} is not encrypted with a key that lies in it${said(failure)}`,
    hint: 'Use a repository that was made with -e repokey or -e repokey-blake2.',
  }),
  'engine.disk-full': (failure) => ({
    message: `The disk with the files that borg needs for itself is full${said(failure)}`,
    hint: 'Free space there, or set TMPDIR to another disk.',
  }),
  'engine.cache': (failure) => ({
    message: `borg cannot use its cache${said(failure)}`,
    hint: 'Check the rights and the free space of the cache folder.',
  }),
  'engine.version': (failure) => ({
    message: `This borg cannot use repository ${failure.repository}${said(failure)}`,
    hint: 'Install a newer borgbackup 1.x.',
  }),
  'snapshot.absent': (failure) => ({
    message: `Not found in repository ${failure.repository}${said(failure)}`,
    hint: 'List the snapshots to see which exist.',
  }),
  'run.interrupted': ({ what }) => ({ message: `borg ${what} was interrupted from outside`, hint: 'Run it again.' }),
  'run.cancelled': ({ what }) => ({ message: `borg ${what} was cancelled` }),
  'engine.crashed': (failure) => ({ message: `borg ${failure.what} crashed${said(failure)}` }),
  'engine.resources': (failure) => ({
    message: `borg ${failure.what} had too little of something that the system gives${said(failure)}`,
    hint: 'Raise the limits under which it runs (ulimit -a), give it memory, or have less run at once.',
  }),
  'engine.stalled': (failure) => ({ message: `borg ${failure.what} gave no answer in time` }),
  'engine.lost': ({ what }) => ({ message: `Nobody saw how borg ${what} ended` }),
};

/** A failed call in the product's own words. */
export function describeFailure(code: ErrorCode, failure: Failure): UmbraError {
  const sentence = sentences[code]?.(failure) ?? { message: `borg ${failure.what} failed${said(failure)}` };
  const context = { repository: failure.repository, command: failure.what };
  return new UmbraError(code, sentence.message, { hint: sentence.hint, context });
}
