/** Marks that differ without colour, and their forms where the terminal cannot print them. */
export interface Signs {
  readonly good: string;
  readonly attention: string;
  readonly bad: string;
  readonly none: string;
  readonly ellipsis: string;
  readonly arrow: string;
  /** Between what comes after one another. */
  readonly step: string;
  readonly barDone: string;
  readonly barHead: string;
  readonly barLeft: string;
}

export const unicodeSigns: Signs = {
  good: '✔',
  attention: '!',
  bad: '✘',
  none: '—',
  ellipsis: '…',
  arrow: '→',
  step: '▸',
  barDone: '━',
  barHead: '╺',
  barLeft: '━',
};

export const asciiSigns: Signs = {
  good: 'OK  ',
  attention: 'WARN',
  bad: 'FAIL',
  none: '-',
  ellipsis: '...',
  arrow: '->',
  step: '>',
  barDone: '#',
  barHead: '#',
  barLeft: '.',
};

/** By the locale, as the C library decides it: LC_ALL, LC_CTYPE, LANG. */
export function printsUnicode(env: Readonly<Record<string, string | undefined>>, platform: string): boolean {
  if (platform === 'win32') return env['WT_SESSION'] !== undefined || env['TERM_PROGRAM'] === 'vscode';
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'];
  // macOS terminals often set no locale at all, and are UTF-8.
  if (locale === undefined || locale === '') return platform === 'darwin';
  return /utf-?8/i.test(locale);
}
