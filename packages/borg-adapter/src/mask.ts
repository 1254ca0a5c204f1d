import type { BackendRepository } from '@umbracore/contracts';

/** Makes a text fit for logs and people. */
export type Mask = (text: string) => string;

/** Shorter values would blank out half of every message, and nobody can take them for safe anyway. */
const shortestMasked = 4;

export function createMask({ password, env }: BackendRepository): Mask {
  const values = [password, ...Object.values(env)]
    .flatMap((secret) => (secret === undefined ? [] : [secret.reveal().trim()]))
    .filter((value) => value.length >= shortestMasked)
    .sort((a, b) => b.length - a.length);
  return (text) => {
    const masked = values.reduce((rest, value) => rest.replaceAll(value, '[secret]'), text);
    return masked.replace(/(:\/\/)[^/\s@"]*:[^/\s"]*@/g, '$1[secret]@');
  };
}
