/** A part of a unit file. A key may come several times. */
export interface Section {
  readonly name: string;
  readonly lines: readonly (readonly [key: string, value: string])[];
}

export const sectionText = ({ name, lines }: Section): string =>
  [`[${name}]`, ...lines.map(([key, value]) => `${key}=${value}`), ''].join('\n');

/** One word as systemd splits it again; `%` and `$` would otherwise be replaced. */
export function quoted(word: string): string {
  const escaped = word
    .replaceAll('\\', String.raw`\\`)
    .replaceAll('"', String.raw`\"`)
    .replaceAll('%', '%%');
  return /[\s"'\\;]/.test(word) ? `"${escaped}"` : escaped;
}

export const commandLine = (words: readonly string[]): string =>
  words.map((word) => quoted(word).replaceAll('$', '$$$$')).join(' ');
