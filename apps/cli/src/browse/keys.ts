import type { Key } from './browser.ts';

const keys: Readonly<Record<string, Key>> = {
  '\u001b[A': 'up',
  '\u001bOA': 'up',
  k: 'up',
  '\u001b[B': 'down',
  '\u001bOB': 'down',
  j: 'down',
  '\u001b[5~': 'page-up',
  '\u001b[6~': 'page-down',
  '\u001b[C': 'open',
  '\u001bOC': 'open',
  l: 'open',
  '\r': 'open',
  '\n': 'open',
  '\u001b[D': 'back',
  '\u001bOD': 'back',
  h: 'back',
  '\u007f': 'back',
  '\u001b': 'back',
  ' ': 'mark',
  '/': 'filter',
  v: 'versions',
  q: 'quit',
  '\u0003': 'quit',
  '\u0004': 'quit',
};

/** What is typed into a filter, as far as it is no letter. */
const keysOfFilter: Readonly<Record<string, Key>> = {
  '\r': 'open',
  '\n': 'open',
  '\u001b': 'back',
  '\u007f': 'erase',
  '\b': 'erase',
  '\u0003': 'quit',
  '\u001b[A': 'up',
  '\u001b[B': 'down',
};

// What a terminal sends for one key: an escape sequence, or a character.
// oxlint-disable-next-line no-control-regex
const pressed = /\u001b(?:\[[\d;]*[A-Za-z~]|O[A-Z])|[\s\S]/gu;

/** The keys of some input, in their order: each a key, or a text for the filter. */
export function* keysIn(input: string, isTyping: () => boolean): Generator<Key | { readonly text: string }> {
  for (const [sequence] of input.matchAll(pressed)) {
    const key = (isTyping() ? keysOfFilter : keys)[sequence];
    if (key !== undefined) yield key;
    else if (isTyping() && !/\p{Cc}/u.test(sequence)) yield { text: sequence };
  }
}
