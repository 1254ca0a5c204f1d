/** A value in which `{folder}` is a folder in every text. */
export function filled<T>(value: T, folder: string): T {
  return replaced(value, folder) as T;
}

function replaced(value: unknown, folder: string): unknown {
  if (typeof value === 'string') return value.replaceAll('{folder}', folder);
  if (Array.isArray(value)) return value.map((inner) => replaced(inner, folder));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [replaced(key, folder), replaced(inner, folder)]),
  );
}
