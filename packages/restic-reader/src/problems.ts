import { UmbraError } from '@umbracore/contracts';

/** A part of a repository, as it is named in errors: `pack 5c1f…`, `index 09ab…`, `config`. */
export type FileKind = 'config' | 'key' | 'snapshot' | 'index' | 'pack';

export const nameOf = (kind: FileKind, id: string): string => (kind === 'config' ? 'config' : `${kind} ${id}`);

/** Something that was read is not what was written. `what` is the file or blob, `why` the rest of the sentence. */
export function damaged(what: string, why: string, context: Readonly<Record<string, unknown>> = {}): UmbraError {
  return new UmbraError('repository.damaged', `The ${what} ${why}`, {
    hint: 'See how much is damaged: `umbra verify --read all`. Then mend it: `umbra repo repair`, with --from if there are copies.',
    context: { what, ...context },
  });
}

/** What was there when the reading began is gone, and the repository is another one now. */
export function changed(what: string, cause?: unknown): UmbraError {
  return new UmbraError('repository.changed', `The ${what} went away while it was read: the repository was changed`, {
    hint: 'Read again: a prune or forget of another client was under way.',
    context: { what },
    cause,
  });
}

export function unsupported(message: string): UmbraError {
  return new UmbraError('backend.unsupported', message, { hint: 'Read this repository with restic.' });
}

/** Systems say so of a disk or a share that is not there, or does not answer. */
const outOfReach = new Set(['EIO', 'ESTALE', 'ENOTCONN', 'ETIMEDOUT', 'EHOSTDOWN', 'ENXIO', 'ENODEV']);

/** Something else lies where the file should be. */
const misplaced = new Set(['EISDIR', 'ELOOP']);

/** An error of the file system, other than that something is absent. */
export function unreadable(what: string, cause: unknown): UmbraError {
  const code = errorCode(cause);
  const because = code ?? 'an unknown reason';
  if (code === 'EACCES' || code === 'EPERM') {
    return new UmbraError('repository.permission', `The ${what} must not be read (${because})`, {
      hint: 'Give this user the right to read the repository.',
      cause,
    });
  }
  if (code !== undefined && misplaced.has(code)) return damaged(what, 'is no file');
  const reach = code !== undefined && outOfReach.has(code);
  return new UmbraError(reach ? 'repository.unreachable' : 'internal', `The ${what} cannot be read (${because})`, {
    ...(reach && { hint: 'Check the disk or share of the repository.' }),
    cause,
  });
}

export const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

export function isAbsent(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw cancelled(signal.reason);
}

export const cancelled = (cause: unknown): UmbraError =>
  new UmbraError('run.cancelled', 'Reading the repository was cancelled', { cause });
