import { xmlText } from './markup.ts';

export const entry = (key: string, value: string): readonly string[] => [`  <key>${key}</key>`, `  ${value}`];
export const string = (text: string): string => `<string>${xmlText(text)}</string>`;
export const list = (words: readonly string[]): string => `<array>${words.map(string).join('')}</array>`;
export const map = (values: Readonly<Record<string, string>>): string =>
  `<dict>${Object.entries(values)
    .map(([key, value]) => `<key>${xmlText(key)}</key>${string(value)}`)
    .join('')}</dict>`;

export const plist = (lines: readonly string[], mark: string): string =>
  [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<!-- ${mark} -->`,
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    '<plist version="1.0">',
    '<dict>',
    ...lines,
    '</dict>',
    '</plist>',
    '',
  ].join('\n');
