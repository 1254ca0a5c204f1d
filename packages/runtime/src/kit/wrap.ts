import { pageWidth } from './shell.ts';

/** Prose in lines of a page. Words that are too long go on in the next line, after a backslash. */
export function wrapped(text: string, first = '', next = first): readonly string[] {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  const end = (): void => {
    lines.push(line);
    line = next;
    isEmpty = true;
  };
  for (const word of text.split(' ')) {
    if (!isEmpty && columns(line) + 1 + columns(word) > pageWidth) end();
    let rest = isEmpty ? word : ` ${word}`;
    isEmpty = false;
    while (columns(line) + columns(rest) > pageWidth) {
      const room = pageWidth - columns(line) - 1;
      const letters = Array.from(rest);
      line += `${letters.slice(0, room).join('')}\\`;
      rest = letters.slice(room).join('');
      end();
      isEmpty = false;
    }
    line += rest;
  }
  return [...lines, line];
}

const columns = (text: string): number => Array.from(text).length;
