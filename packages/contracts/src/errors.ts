/** What a failure means to the rest of the product. */
interface ErrorKind {
  /** The exit code of a command that ends with this error. */
  readonly exitCode: number;
  /** True if trying again later, with nothing changed by a person, may succeed. */
  readonly retryable: boolean;
}

const final = (exitCode: number): ErrorKind => ({ exitCode, retryable: false });
const transient = (exitCode: number): ErrorKind => ({ exitCode, retryable: true });

/** Every failure the product knows, as `area.reason`. 3, 10, 11, 12 and 130 are restic's own numbers. */
export const errorCatalogue = {
  'usage.invalid': final(2),
  'usage.unknown-command': final(2),
  'usage.unknown-job': final(2),
  'usage.unknown-repository': final(2),
  'usage.unknown-run': final(2),
  'usage.unknown-restore': final(2),
  'usage.unknown-channel': final(2),
  'usage.confirmation-needed': final(2),

  'config.absent': final(4),
  'config.unreadable': final(4),
  'config.syntax': final(4),
  'config.unknown-key': final(4),
  'config.invalid-value': final(4),
  'config.unknown-reference': final(4),
  'config.duplicate': final(4),
  'config.cycle': final(4),
  'config.no-jobs': final(4),
  'config.no-policy': final(4),
  'config.changed-meanwhile': final(4),
  'config.unsafe': final(4),
  'schedule.syntax': final(4),
  'schedule.time': final(4),
  'schedule.zone': final(4),

  'job.already-running': final(6),
  'job.condition-not-met': final(5),
  'run.cancelled': final(130),
  'run.terminated': final(143),
  'run.interrupted': transient(1),
  'run.deadline': final(1),

  'source.missing': final(1),
  'source.unreadable': final(3),

  'repository.absent': final(10),
  'repository.exists': final(1),
  'repository.locked': transient(11),
  'repository.wrong-password': final(12),
  'repository.unreachable': transient(75),
  'repository.full': final(1),
  'repository.permission': final(1),
  'repository.damaged': final(20),
  /** Another client removed what was being read; a second reading sees the new state. */
  'repository.changed': transient(75),
  'secret.unavailable': final(1),
  /** What was made to be shown to others holds one that no mask saw. */
  'secret.exposed': final(1),

  'command.failed': final(1),
  'command.temporary': transient(75),
  'hook.failed': final(1),
  'chain.failed': final(1),
  'forget.refused': final(1),

  'daemon.unreachable': final(30),
  'daemon.running': final(6),
  'daemon.refused': final(1),

  'bridge.unreachable': transient(31),
  'bridge.refused': final(31),

  'notify.refused': final(1),
  'notify.unreachable': transient(75),

  'engine.absent': final(1),
  'engine.version': final(1),
  'engine.spawn-failed': transient(75),
  'engine.lost': transient(1),
  'engine.crashed': transient(1),
  'engine.stalled': transient(75),
  'engine.disk-full': final(1),
  'engine.cache': final(1),
  /** Too few descriptors, processes or bytes of memory. */
  'engine.resources': transient(75),
  'engine.output': final(1),
  'engine.failed': final(1),
  'backend.unsupported': final(1),

  'snapshot.absent': final(1),
  'snapshot.ambiguous': final(2),
  'verify.damage': final(20),
  /** What is stored cannot be read again, or was not, as soon as it was wanted. */
  'verify.behind': final(3),
  'restore.target': final(2),
  'restore.incomplete': final(1),
  'restore.differs': final(22),

  'state.damaged': final(1),
  'state.read-only': final(1),
  'state.full': transient(1),
  'state.busy': transient(75),
  'state.newer': final(1),
  'state.stale-revision': final(1),
  'state.lease-lost': final(1),

  /** Standard output, where an answer should have gone. */
  'output.unwritable': final(1),

  'plugin.absent': final(32),
  'plugin.api': final(32),
  'plugin.invalid': final(32),
  /** Others may change a plug-in that runs as root. */
  'plugin.unsafe': final(32),

  internal: final(1),
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof errorCatalogue;

export interface UmbraErrorOptions {
  /** One imperative sentence: what the reader can do. */
  readonly hint?: string | undefined;
  /** Ids and paths that say where. Never a secret. */
  readonly context?: Readonly<Record<string, unknown>> | undefined;
  readonly cause?: unknown;
}

const brand = Symbol.for('@umbracore/UmbraError');

/** The one error class of the product. `message` says what failed, `hint` what to do about it. */
export class UmbraError extends Error {
  override readonly name = 'UmbraError';
  readonly [brand] = true;
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly context: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: UmbraErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.context = options.context ?? {};
  }

  get exitCode(): number {
    return errorCatalogue[this.code].exitCode;
  }

  get retryable(): boolean {
    return errorCatalogue[this.code].retryable;
  }

  /** The stored and printed form. */
  toRecord(): ErrorRecord {
    return { code: this.code, message: this.message, hint: this.hint ?? null, exitCode: this.exitCode };
  }
}

/** An error as it is kept in history and printed under `--json`. */
export interface ErrorRecord {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | null;
  readonly exitCode: number;
}

/** Recognises an `UmbraError` of any installed copy of this package. */
export function isUmbraError(value: unknown): value is UmbraError {
  return typeof value === 'object' && value !== null && brand in value;
}

/** What anything thrown says, for a sentence of our own: without the name of its class. */
export const reasonOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));

/** Anything thrown, as an `UmbraError`: what is not one already is a bug and becomes `internal`. */
export function toUmbraError(thrown: unknown): UmbraError {
  if (isUmbraError(thrown)) return thrown;
  const message = reasonOf(thrown);
  return new UmbraError('internal', message, { cause: thrown });
}
