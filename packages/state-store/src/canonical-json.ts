/**
 * JSON with sorted keys and no spaces, so that equal values have equal text. Like `JSON.stringify` it leaves out what is
 * undefined and honours `toJSON` (a `Secret` becomes its mask).
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (isPlain(inner) ? sorted(inner) : inner));
}

const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function sorted(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  // fromEntries defines properties, so that a key named __proto__ stays a key.
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
