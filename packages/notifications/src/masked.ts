import type { Secret } from '@umbracore/contracts';

/** Shorter ones would mask half of what is said. */
const shortestMasked = 4;

/** Takes secrets out of a text: as they are, and as they stand in addresses, in JSON and in base64. */
export function masked(secrets: readonly Secret[]): (text: string) => string {
  const values = secrets
    .flatMap((secret) => [secret.reveal(), ...secret.reveal().split(/\r?\n/), ...partsOf(secret.reveal())])
    .filter((value) => value.length >= shortestMasked)
    .flatMap((value) => [
      value,
      encodeURIComponent(value),
      JSON.stringify(value).slice(1, -1),
      Buffer.from(value).toString('base64'),
      Buffer.from(value).toString('base64').replace(/=+$/, ''),
    ])
    .sort((one, other) => other.length - one.length);
  return (text) => values.reduce((rest, value) => rest.replaceAll(value, '[secret]'), text);
}

/** Of an address, what is secret about it: its user, its password and its path. */
function partsOf(value: string): readonly string[] {
  if (!URL.canParse(value)) return [];
  const { username, password, pathname, search } = new URL(value);
  return [decodeURIComponent(username), decodeURIComponent(password), pathname, ...pathname.split('/'), search].filter(
    (part) => part.length >= 8,
  );
}
