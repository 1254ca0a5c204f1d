import type { BackendRepository } from '@umbracore/contracts';

/** Makes a text fit for logs and people. */
export type Mask = (text: string) => string;

/** Shorter values would blank out half of every message, and nobody can take them for safe anyway. */
const shortestMasked = 4;

/** restic 0.14 prints URLs with their credentials, and storage libraries of all versions quote what they were given. */
export function createMask(repositories: readonly BackendRepository[]): Mask {
  const values = repositories
    .flatMap(({ password, env }) => [password, ...Object.values(env)])
    .flatMap((secret) => (secret === undefined ? [] : [secret.reveal().trim()]))
    .filter((value) => value.length >= shortestMasked)
    .sort((a, b) => b.length - a.length);
  return (text) => {
    const masked = values.reduce((rest, value) => rest.replaceAll(value, '[secret]'), text);
    return masked.replace(/(:\/\/)[^/\s@"]*:[^/\s"]*@/g, '$1[secret]@');
  };
}
