/** Where a value stands in a configuration: keys of maps and indexes of lists, from the top. */
export type Path = readonly (string | number)[];

/** A path as people write it: `jobs.documents.sources[0]`. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}

export type PlainMap = Readonly<Record<string, unknown>>;

export const isMap = (value: unknown): value is PlainMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value at a path, looking at own keys only. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, step) => {
    if (Array.isArray(inner)) return inner[Number(step)];
    return isMap(inner) && Object.hasOwn(inner, step) ? inner[step] : undefined;
  }, value);
}
