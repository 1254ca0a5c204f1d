import { type ErrorCode, UmbraError } from '@umbracore/contracts';

/** Words by which restic gives away what went wrong. */
interface Fingerprint {
  readonly code: ErrorCode;
  readonly pattern: RegExp;
}

/**
 * What the operating system or the network said. It outranks what restic concludes from it: 0.14 calls a password wrong
 * when the key file could not be read.
 */
const evidence: readonly Fingerprint[] = [
  { code: 'engine.disk-full', pattern: /restic-(?:temp|check-cache)[^\n]*no space left on device/i },
  { code: 'repository.full', pattern: /no space left on device|disk quota exceeded|insufficient storage/i },
  {
    code: 'repository.unreachable',
    pattern:
      /connection refused|connection reset|i\/o timeout|no such host|connection lost|request timeout|network is unreachable|no route to host|TLS handshake timeout|use of closed network connection|rclone stdio connection already closed|error talking HTTP to rclone|unable to start the sftp session|(?:ssh command|rclone) exited|temporary failure in name resolution|server misbehaving|x509: |failed to verify certificate|\bEOF$/i,
  },
  // What passes in the end, of disks, of file servers, and of those that speak HTTP.
  {
    code: 'repository.unreachable',
    pattern:
      /input\/output error|(?:connection|operation) timed out|broken pipe|deadline exceeded|(?:host|network) is down|stale (?:NFS )?file handle|transport endpoint is not connected|too many requests|internal server error|bad gateway|service unavailable|gateway timeout|slow ?down\b|reduce your request rate/i,
  },
  {
    code: 'engine.resources',
    pattern:
      /too many open files|file too large|cannot allocate memory|resource temporarily unavailable|failed to create new OS thread|runtime: (?:pipe|epollcreate|eventfd) failed with|runtime: out of memory|failed to reserve\b[^\n]*memory/i,
  },
  {
    code: 'repository.permission',
    pattern:
      /permission denied|operation not permitted|read-only file system|access denied|403 Forbidden|401 Unauthorized/i,
  },
];

/** How the program ended whose output was to be saved: whatever came of that, the program is the reason. */
const ofProgram: readonly Fingerprint[] = [
  { code: 'command.temporary', pattern: /command failed: exit status 75$/m },
  { code: 'command.failed', pattern: /command failed: (?:exit status|signal)|failed to start command: / },
];

/** What restic concludes. */
const conclusions: readonly Fingerprint[] = [
  { code: 'repository.locked', pattern: /repository is already locked/i },
  { code: 'repository.wrong-password', pattern: /wrong password or no key found/i },
  {
    code: 'repository.exists',
    pattern: /config file already exists|repository already initialized|already contains a repository/i,
  },
  {
    code: 'repository.absent',
    pattern:
      /repository does not exist|(?:unable to open config file|config cannot be loaded)[^]*(?:no such file|does not exist|not found)/i,
  },
  { code: 'engine.cache', pattern: /unable to (?:open|locate) cache/i },
  { code: 'source.missing', pattern: /all (?:source|target) directories\/files do not exist/i },
  { code: 'snapshot.ambiguous', pattern: /multiple IDs with prefix|prefix .* is ambiguous/i },
  {
    code: 'snapshot.absent',
    pattern:
      /no matching ID found|no snapshot found|failed to load snapshot.*(?:no ?such ?(?:file|key)|does(?: no|n')t exist|not[ _]?found|\b404\b)|invalid id "|path .* not found in snapshot/i,
  },
  {
    code: 'repository.damaged',
    pattern:
      /ciphertext verification failed|invalid data returned|not found in (?:the )?repository|repository could be damaged|repository contains errors|is not known; the repository|load.* failed: .*hash|wrong size/i,
  },
  // A pack that is gone, or cut off.
  {
    code: 'repository.damaged',
    pattern: /ReadFull\(<data\/[0-9a-f]+>\): (?:.*(?:no ?such ?(?:file|key)|does(?: no|n')t exist)|file is too short)/i,
  },
  { code: 'run.interrupted', pattern: /context canceled|signal interrupt received/i },
];

const firstMatch = (table: readonly Fingerprint[], text: string): ErrorCode | undefined =>
  table.find(({ pattern }) => pattern.test(text))?.code;

/**
 * The code that a text stands for, or undefined. `fatal` is restic's last word; `before` is what it said until then,
 * where a line about a retry that succeeded later must not count more than the last word.
 */
export function codeOfText(fatal: string, before: string): ErrorCode | undefined {
  const evident = firstMatch(ofProgram, fatal) ?? firstMatch(evidence, fatal);
  const concluded = firstMatch(conclusions, fatal);
  if (concluded === 'repository.wrong-password') return evident ?? firstMatch(evidence, before) ?? concluded;
  if (isOfCutSave(fatal, before)) return 'repository.unreachable';
  return evident ?? concluded ?? firstMatch(evidence, before) ?? firstMatch(conclusions, before);
}

/**
 * A connection was cut while something was sent, and restic sends it once more: a rest-server that has it already, or has not
 * noticed the cut, refuses that with 403. The next backup sends nothing of the same name.
 */
const isOfCutSave = (fatal: string, before: string): boolean =>
  /403 Forbidden/.test(fatal) &&
  before
    .split('\n')
    .some(
      (line) =>
        /^Save\(.*retrying after /.test(line) && firstMatch(evidence, withoutRetry(line)) === 'repository.unreachable',
    );

/** What went wrong, of a line that says that it is tried again. */
export const withoutRetry = (line: string): string => line.replace(/^.*retrying after [^:]*: /, '');

/** True for the reason of an item that speaks of the repository rather than of the file. */
export const speaksOfDamage = (reason: string): boolean => firstMatch(conclusions, reason) === 'repository.damaged';

/** True where restic says that it could not make its lock, whatever the reason. */
export const speaksOfLock = (text: string): boolean => /unable to create lock/.test(text);

/** restic's first sentence without its prefix: what follows is advice about its own commands, or a stack. */
export function shortText(text: string): string {
  const line = text.split('\n').find((candidate) => candidate.trim() !== '') ?? '';
  return line.replace(/^(?:Fatal: )+/, '').slice(0, 300);
}

function holderOf(text: string): string {
  const by = /by PID (\d+) on (\S+) by (\S+)/.exec(text);
  const since = /lock was created at (\S+ \S+)/.exec(text)?.[1];
  const who = by === null ? 'another process' : `${by[3]} on ${by[2]} (pid ${by[1]})`;
  return since === undefined ? who : `${who} since ${since}`;
}

/** How a program ended, of restic's sentence about it. */
const endOf = (text: string): string => /(?:command failed|start command): (.*)/.exec(text)?.[1] ?? shortText(text);

interface Failure {
  /** restic's command, such as `backup`. */
  readonly what: string;
  /** Name of the repository. */
  readonly repository: string;
  /** restic's last word; empty if it had none. */
  readonly text: string;
}

type Sentence = (failure: Failure) => { readonly message: string; readonly hint?: string };

function hintOfPermission(text: string): string {
  if (/read-only file system/i.test(text))
    return 'Mount its disk for writing. After an error the system may have made it read-only.';
  return /^(?:unable to )?remove/i.test(text)
    ? 'Check the rights of the repository. Where its storage takes additions only, forget and prune from elsewhere.'
    : 'Check the owner and the rights of the repository.';
}

/** restic's own short text, where it adds something. */
const said = ({ text }: Failure): string => (shortText(text) === '' ? '' : `: ${shortText(text)}`);

function reachHint(text: string): string {
  if (/input\/output error|stale|endpoint is not connected/i.test(text))
    return 'Check the disk or share of the repository.';
  if (/x509: |certificate/i.test(text)) return 'Check the certificate of its server, and the clock of this machine.';
  return 'Check the network and the server of the repository.';
}

const sentences: Partial<Readonly<Record<ErrorCode, Sentence>>> = {
  'repository.locked': ({ repository, text }) => ({
    message: `Repository ${repository} is locked by ${holderOf(text)}`,
    hint: `Wait for it, or run \`umbra repo unlock ${repository}\` if its owner is gone.`,
  }),
  'repository.wrong-password': ({ repository }) => ({
    message: `Repository ${repository} does not open with this password`,
    hint: `Check the password of repository ${repository}.`,
  }),
  'repository.absent': ({ repository }) => ({
    message: `There is no repository at the location of ${repository}`,
    hint: `Mount it if it lies on a disk or share that is not there. Only if it is new: \`umbra repo create ${repository}\`.`,
  }),
  'repository.exists': ({ repository }) => ({
    message: `There is a repository at the location of ${repository} already`,
    hint: 'Use it as it is, or choose another location.',
  }),
  'repository.unreachable': (failure) => ({
    message: `Repository ${failure.repository} cannot be reached${said(failure)}`,
    hint: reachHint(failure.text),
  }),
  'repository.full': (failure) => ({
    message: `The storage of repository ${failure.repository} is full${said(failure)}`,
    hint: 'Free space on the storage, for instance by pruning.',
  }),
  'repository.permission': (failure) => ({
    message: `Access to repository ${failure.repository} was denied${said(failure)}`,
    hint: hintOfPermission(shortText(failure.text)),
  }),
  'repository.damaged': (failure) => ({
    message: `Repository ${failure.repository} is damaged${said(failure)}`,
    hint: `See how far it goes with \`umbra verify ${failure.repository}\`, and mend it: umbra repo repair ${failure.repository} --read all`,
  }),
  'engine.disk-full': (failure) => ({
    message: `The disk with restic's temporary files is full${said(failure)}`,
    hint: 'Free space there, or set TMPDIR to another disk.',
  }),
  'engine.cache': (failure) => ({
    message: `restic cannot use its cache${said(failure)}`,
    hint: 'Check the rights and the free space of the cache folder.',
  }),
  'engine.resources': (failure) => ({
    message: `restic ${failure.what} had too little of something that the system gives${said(failure)}`,
    hint: 'Raise the limits under which it runs (ulimit -a), give it memory, or have less run at once.',
  }),
  'command.failed': ({ text }) => ({
    message: `The program whose output is saved failed: ${endOf(text)}. Nothing was saved`,
    hint: 'Look at what it said in the log of the run.',
  }),
  'command.temporary': () => ({
    message: 'The program whose output is saved ended with 75: it may work later. Nothing was saved',
    hint: 'Look at what it said in the log of the run.',
  }),
  'source.missing': () => ({ message: 'None of the sources exists', hint: 'Check the paths of the sources.' }),
  'snapshot.absent': (failure) => ({
    message: `Not found in repository ${failure.repository}${said(failure)}`,
    hint: 'List the snapshots to see which exist.',
  }),
  'snapshot.ambiguous': (failure) => ({
    message: `Several snapshots of ${failure.repository} match${said(failure)}`,
    hint: 'Give more characters of the id.',
  }),
  'run.interrupted': ({ what }) => ({ message: `restic ${what} was interrupted from outside`, hint: 'Run it again.' }),
  'run.cancelled': ({ what }) => ({ message: `restic ${what} was cancelled` }),
  'engine.crashed': (failure) => ({ message: `restic ${failure.what} crashed${said(failure)}` }),
  'engine.stalled': (failure) => ({ message: `restic ${failure.what} gave no answer in time` }),
  'engine.lost': ({ what }) => ({ message: `Nobody saw how restic ${what} ended` }),
};

/** A failed call in the product's own words. */
export function describeFailure(code: ErrorCode, failure: Failure): UmbraError {
  const sentence = sentences[code]?.(failure) ?? { message: `restic ${failure.what} failed${said(failure)}` };
  const context = { repository: failure.repository, command: failure.what };
  return new UmbraError(code, sentence.message, { hint: sentence.hint, context });
}
