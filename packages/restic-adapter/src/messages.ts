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
      /connection refused|connection reset|i\/o timeout|no such host|connection lost|request timeout|network is unreachable|no route to host|TLS handshake timeout|use of closed network connection|rclone stdio connection already closed|unable to start the sftp session|temporary failure in name resolution|server misbehaving|\bEOF$/i,
  },
  {
    code: 'repository.permission',
    pattern:
      /permission denied|operation not permitted|read-only file system|access denied|403 Forbidden|401 Unauthorized/i,
  },
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
    pattern: /repository does not exist|unable to open config file[^]*(?:no such file|does not exist|not found)/i,
  },
  { code: 'engine.cache', pattern: /unable to (?:open|locate) cache/i },
  { code: 'source.missing', pattern: /all (?:source|target) directories\/files do not exist/i },
  { code: 'snapshot.ambiguous', pattern: /multiple IDs with prefix|prefix .* is ambiguous/i },
  {
    code: 'snapshot.absent',
    pattern:
      /no matching ID found|no snapshot found|failed to load snapshot.*(?:no such file|does not exist|not found)|invalid id "|path .* not found in snapshot/i,
  },
  {
    code: 'repository.damaged',
    pattern:
      /ciphertext verification failed|invalid data returned|not found in (?:the )?repository|repository could be damaged|repository contains errors|is not known; the repository|load.* failed: .*hash|wrong size/i,
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
  const evident = firstMatch(evidence, fatal);
  const concluded = firstMatch(conclusions, fatal);
  if (concluded === 'repository.wrong-password') return evident ?? firstMatch(evidence, before) ?? concluded;
  // An absent local repository says "stat …: no such file", a remote one may say "connection refused" in the same breath.
  return evident ?? concluded ?? firstMatch(evidence, before) ?? firstMatch(conclusions, before);
}

/** True for the reason of an item that speaks of the repository rather than of the file. */
export const speaksOfDamage = (reason: string): boolean => firstMatch(conclusions, reason) === 'repository.damaged';

/** restic's first sentence without its prefix: what follows is advice about its own commands, or a stack. */
export function shortText(text: string): string {
  const line = text.split('\n').find((candidate) => candidate.trim() !== '') ?? '';
  return line.replace(/^(?:Fatal: )+/, '').slice(0, 300);
}

interface Holder {
  readonly text: string;
}

function holderOf(text: string): Holder {
  const by = /by PID (\d+) on (\S+) by (\S+)/.exec(text);
  const since = /lock was created at (\S+ \S+)/.exec(text)?.[1];
  const who = by === null ? 'another process' : `${by[3]} on ${by[2]} (pid ${by[1]})`;
  return { text: since === undefined ? who : `${who} since ${since}` };
}

/** A failed call in the product's own words. `what` is a noun such as `backup`. */
export function describeFailure(
  code: ErrorCode,
  subject: { readonly what: string; readonly repository: string; readonly text: string },
): UmbraError {
  const { what, repository, text } = subject;
  const said = shortText(text);
  const tail = said === '' ? '' : `: ${said}`;
  const context = { repository, command: what };
  const error = (message: string, hint?: string): UmbraError => new UmbraError(code, message, { hint, context });
  switch (code) {
    case 'repository.locked':
      return error(
        `Repository ${repository} is locked by ${holderOf(text).text}`,
        `Wait for it, or run \`umbra repo unlock ${repository}\` if its owner is gone.`,
      );
    case 'repository.wrong-password':
      return error(
        `Repository ${repository} does not open with this password`,
        `Check the password of repository ${repository}.`,
      );
    case 'repository.absent':
      return error(
        `There is no repository at the location of ${repository}`,
        `Run \`umbra repo create ${repository}\`.`,
      );
    case 'repository.exists':
      return error(
        `There is a repository at the location of ${repository} already`,
        'Use it as it is, or choose another location.',
      );
    case 'repository.unreachable':
      return error(
        `Repository ${repository} cannot be reached${tail}`,
        'Check the network and the server of the repository.',
      );
    case 'repository.full':
      return error(
        `The storage of repository ${repository} is full${tail}`,
        'Free space on the storage, for instance by pruning.',
      );
    case 'repository.permission':
      return error(
        `Access to repository ${repository} was denied${tail}`,
        'Check the owner and the rights of the repository.',
      );
    case 'repository.damaged':
      return error(
        `Repository ${repository} is damaged${tail}`,
        `Run \`umbra repo check ${repository}\` before anything else.`,
      );
    case 'engine.disk-full':
      return error(
        `The disk with restic's temporary files is full${tail}`,
        'Free space there, or set TMPDIR to another disk.',
      );
    case 'engine.cache':
      return error(`restic cannot use its cache${tail}`, 'Check the rights and the free space of the cache folder.');
    case 'source.missing':
      return error('None of the sources exists', 'Check the paths of the sources.');
    case 'snapshot.absent':
      return error(`Not found in repository ${repository}${tail}`, 'List the snapshots to see which exist.');
    case 'snapshot.ambiguous':
      return error(`Several snapshots of ${repository} match${tail}`, 'Give more characters of the id.');
    case 'run.interrupted':
      return error(`restic ${what} was interrupted from outside`, 'Run it again.');
    case 'run.cancelled':
      return error(`restic ${what} was cancelled`);
    case 'engine.crashed':
      return error(`restic ${what} crashed${tail}`);
    case 'engine.stalled':
      return error(`restic ${what} gave no answer in time${tail}`);
    case 'engine.lost':
      return error(`Nobody saw how restic ${what} ended`);
    default:
      return error(`restic ${what} failed${tail}`);
  }
}
