const units: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
};

/** Bytes of `20GiB` or `1.5TB`, as everywhere in the configuration; undefined if it is no size. */
export function sizeOf(text: unknown): number | undefined {
  const parts =
    typeof text === 'string' ? /^(?<amount>\d{1,6}(?:\.\d{1,3})?)(?<unit>[a-zA-Z]+)$/u.exec(text)?.groups : undefined;
  const unit = units[parts?.['unit'] ?? ''];
  return unit === undefined ? undefined : Math.round(Number(parts?.['amount']) * unit);
}

/** For people, such as `12.3 GiB`. */
export function sizeText(bytes: number): string {
  const steps = ['TiB', 'GiB', 'MiB', 'KiB', 'B'].map((unit) => ({ unit, size: units[unit] ?? 1 }));
  const { unit, size } = steps.find((step) => bytes >= step.size) ?? { unit: 'B', size: 1 };
  return `${Number((bytes / size).toFixed(1))} ${unit}`;
}
