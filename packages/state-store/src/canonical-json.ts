/**
 * JSON with sorted keys and no spaces, so that equal values have equal text. Like `JSON.stringify` it leaves out what is
 * undefined and honours `toJSON` (a `Secret` becomes its mask).
 */
export const canonicalJson = (value: unknown): string => JSON.stringify(sorted(value));

/** Sorting first takes half the time of a replacer that sorts while the text is made. */
function sorted(value: unknown): unknown {
  if (!isObject(value)) return value;
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value['toJSON'] === 'function') return sorted(value['toJSON']());
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value).sort()) put(copy, key, sorted(value[key]));
  return copy;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** A key named __proto__ stays a key. */
function put(into: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') into[key] = value;
  else Object.defineProperty(into, key, { value, enumerable: true });
}
