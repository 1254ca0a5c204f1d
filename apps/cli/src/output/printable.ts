// Control characters, line separators and the marks that turn the direction of text: a name that holds them could
// rewrite what the terminal shows. JSON output needs none of this, it has its own escapes.
// oxlint-disable-next-line no-control-regex
const unsafe = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A name from outside as one harmless line: control characters become visible escapes. */
export function printable(text: string): string {
  return text.replace(unsafe, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return short[character] ?? (code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`);
  });
}

/** The same for a text of several lines, such as an error with a frame: line breaks stay. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n');
