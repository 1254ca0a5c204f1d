import { maskOf, withoutCredentials, type BackendRepository, type Mask } from '@umbracore/contracts';

export type { Mask } from '@umbracore/contracts';

/** restic 0.14 prints URLs with their credentials, and storage libraries of all versions quote what they were given. */
export function createMask(repositories: readonly BackendRepository[]): Mask {
  const masked = maskOf(repositories.flatMap(({ password, env }) => [password, ...Object.values(env)]));
  return (text) => withoutCredentials(masked(text.replaceAll(nobody, '://')));
}

/** What restic (0.18, 0.19) writes of an address of a REST server in which there is nobody. */
const nobody = '://:***@';
