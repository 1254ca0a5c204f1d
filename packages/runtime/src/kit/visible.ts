// What would change how a line looks, or not be seen on paper.
// oxlint-disable-next-line no-control-regex
export const unprintable = /[\u0000-\u001f\u007f-\u00a0\u061c\u200b-\u200f\u2028-\u202f\u2060-\u2069\ufeff]/;

const escaped = (letter: string): string => `\\u{${(letter.codePointAt(0) ?? 0).toString(16)}}`;

/**
 * A text as prose can show it: what is not seen, or moves the rest, becomes an escape. So do blanks at either end and beside
 * another one, so that no name can look like the begin of a command.
 */
export const visible = (text: string): string =>
  Array.from(text.replaceAll(/ (?= )|^ | $/g, escaped))
    .map((letter) => (unprintable.test(letter) ? escaped(letter) : letter))
    .join('');
