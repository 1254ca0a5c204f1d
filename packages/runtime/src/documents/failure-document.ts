import type { UmbraError } from '@umbracore/contracts';

/** A repository that a question could not be put to. */
export interface RepositoryFailure {
  readonly repository: string;
  readonly error: UmbraError;
}

export const failureDocument = ({ repository, error: { code, message, hint } }: RepositoryFailure) => ({
  repository,
  code,
  message,
  hint: hint ?? null,
});
