import type { Secret } from './secret.ts';

/** Makes a text fit for logs and people. */
export type Mask = (text: string) => string;

/** Shorter values would blank out half of every message, and nobody can take them for safe anyway. */
const shortestMasked = 4;

/** Takes secrets out of what an engine or a command says. Those of several lines come out line by line. */
export function maskOf(secrets: readonly (Secret | undefined)[]): Mask {
  const values = secrets
    .flatMap((secret) => secret?.reveal().split(/\r?\n/) ?? [])
    .map((value) => value.trim())
    .filter((value) => value.length >= shortestMasked)
    .sort((a, b) => b.length - a.length);
  return (text) => values.reduce((rest, value) => rest.replaceAll(value, '[secret]'), text);
}

/** Takes the credentials out of addresses in a text. */
export const withoutCredentials: Mask = (text) => text.replace(/(:\/\/)[^/\s@"]*:[^/\s"]*@/g, '$1[secret]@');
