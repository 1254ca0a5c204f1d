import type { Secret } from './secret.ts';

/** Makes a text fit for logs and people. */
export type Mask = (text: string) => string;

/** Shorter values would blank out half of every message, and nobody can take them for safe anyway. */
const shortestMasked = 4;

/** Of what a secret looks like in another form, shorter pieces may well be part of something else. */
const shortestEncoded = 8;

/**
 * Takes secrets out of what an engine or a command says, also where they are told as part of an address, in JSON, in base64 or in
 * hexadecimal. Those of several lines come out line by line.
 */
export function maskOf(secrets: readonly (Secret | undefined)[]): Mask {
  const values = secrets
    .flatMap((secret) => secret?.reveal().split(/\r?\n/) ?? [])
    .map((value) => value.trim())
    .filter((value) => value.length >= shortestMasked);
  const forms = [...new Set(values.flatMap((value) => [value, ...encoded(value)]))].sort((a, b) => b.length - a.length);
  return (text) => forms.reduce((rest, form) => rest.replaceAll(form, '[secret]'), text);
}

function encoded(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  // As its bytes have it: half a pair of UTF-16 is part of no address.
  const inAddresses = [encodeURIComponent(bytes.toString()), new URLSearchParams({ '': value }).toString().slice(1)];
  // Also with what is before it in what was encoded, where its first and last characters depend on its neighbours.
  const base64 = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const ofValue = before === 0 ? text : text.slice(before + 1);
    return (before + bytes.length) % 3 === 0 ? ofValue : ofValue.slice(0, -1);
  });
  const forms = [
    ...inAddresses,
    JSON.stringify(value).slice(1, -1),
    bytes.toString('hex'),
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
  ];
  return forms.filter((form) => form.length >= shortestEncoded);
}

/** Takes the credentials out of addresses in a text. */
export const withoutCredentials: Mask = (text) => text.replace(/(:\/\/)[^/\s@"]*:[^/\s"]*@/g, '$1[secret]@');
