const units: ReadonlyMap<string, number> = new Map([
  ['TiB', 1024 ** 4],
  ['GiB', 1024 ** 3],
  ['MiB', 1024 ** 2],
  ['KiB', 1024],
  ['B', 1],
  ['TB', 1e12],
  ['GB', 1e9],
  ['MB', 1e6],
  ['KB', 1e3],
  ['kB', 1e3],
]);

/** Bytes of `20GiB` or `1.5TB`, as everywhere in the configuration; undefined if it is no size. */
export function sizeOf(text: unknown): number | undefined {
  const parts =
    typeof text === 'string' ? /^(?<amount>\d{1,6}(?:\.\d{1,3})?)(?<unit>[a-zA-Z]+)$/u.exec(text)?.groups : undefined;
  const unit = units.get(parts?.['unit'] ?? '');
  return unit === undefined ? undefined : Math.round(Number(parts?.['amount']) * unit);
}

/** For people, in the largest binary unit that fits, such as `12.3 GiB`. */
export function sizeText(bytes: number): string {
  const [unit, size] = [...units].find(([, one]) => bytes >= one) ?? ['B', 1];
  return `${Number((bytes / size).toFixed(1))} ${unit}`;
}
