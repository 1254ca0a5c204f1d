import { closest, type ErrorCode, UmbraError } from '@umbracore/contracts';

/** A piece of a phrase and where it stands. */
export interface Word {
  /** In small letters. */
  readonly text: string;
  readonly written: string;
  /** From 1. */
  readonly column: number;
  readonly length: number;
}

/** A phrase read from left to right. */
export class Words {
  readonly #phrase: string;
  readonly #subject: 'schedule' | 'period';
  readonly #words: readonly Word[];
  #at = 0;

  /** `pattern` is global and matches one word. */
  constructor(phrase: string, subject: 'schedule' | 'period', pattern: RegExp) {
    this.#phrase = phrase;
    this.#subject = subject;
    this.#words = [...phrase.matchAll(pattern)].map(({ 0: written, index }) => ({
      text: written.toLowerCase(),
      written,
      column: index + 1,
      length: written.length,
    }));
  }

  peek(): Word | undefined {
    return this.#words[this.#at];
  }

  take(): Word | undefined {
    const word = this.peek();
    if (word) this.#at += 1;
    return word;
  }

  isAtEnd(): boolean {
    return this.peek() === undefined;
  }

  /** Steps over the next word if it is this one. */
  skip(text: string): boolean {
    const isNext = this.peek()?.text === text;
    if (isNext) this.#at += 1;
    return isNext;
  }

  /** Throws if anything is left. `expected` are the words that could stand here. */
  end(expected: readonly string[]): void {
    const word = this.peek();
    if (word) throw this.unexpected(word, expected);
  }

  /** An error for a word that does not belong where it stands, or for a phrase that ends too early. */
  unexpected(word: Word | undefined, expected: readonly string[]): UmbraError {
    const [first = '', ...others] = expected.slice(0, 8);
    const choice = others.length === 0 ? first : `one of ${[first, ...others].join(', ')}`;
    if (!word) {
      const problem = this.#words.length === 0 ? 'is empty' : 'ends too early';
      return this.error('schedule.syntax', `the ${this.#subject} ${problem}`, undefined, `Write ${choice} here.`);
    }
    const guess = closest(word.text, expected);
    const hint = guess ? `Did you mean ${guess}?` : choice === '' ? 'Leave it out.' : `Write ${choice} here.`;
    return this.error('schedule.syntax', `"${word.written}" is not understood here`, word, hint);
  }

  /** `context` says where: the phrase as `text`, `column` from 1, and `length`. */
  error(code: ErrorCode, message: string, word: Word | undefined, hint: string): UmbraError {
    const column = word?.column ?? this.#phrase.trimEnd().length + 1;
    return new UmbraError(code, message, { hint, context: { text: this.#phrase, column, length: word?.length ?? 1 } });
  }
}
