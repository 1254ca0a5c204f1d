import type { Weekday } from '@umbracore/contracts';
import type { Word, Words } from './words.ts';

const weekdayNames = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;

export const shortNames = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
export const workdays: readonly Weekday[] = [1, 2, 3, 4, 5];
export const weekend: readonly Weekday[] = [0, 6];

/** What may stand where a weekday is wanted. */
export const weekdayChoice: readonly string[] = [...shortNames, ...weekdayNames];

export function weekdayOf({ text }: Word): Weekday | undefined {
  const index = weekdayNames.findIndex(
    (name) => text.length >= 3 && (name === text || `${name}s` === text || name.slice(0, 3) === text),
  );
  return index === -1 ? undefined : (index as Weekday);
}

/** Reads `Mon`, `Mon,Wed`, `Mon and Wed` or `Fri-Mon`, up to a time, an `at` or the end. `first` is taken already. */
export function weekdaysFrom(words: Words, first: Word | undefined): Weekday[] {
  const days = new Set<Weekday>();
  for (let word = first; ; word = words.take()) {
    const day = weekdayIn(words, word);
    const last = words.skip('-') || words.skip('–') ? weekdayIn(words, words.take()) : day;
    for (const one of weekdayRange(day, last)) days.add(one);
    words.skip('and');
    const next = words.peek();
    if (!next || next.text === 'at' || /^\d/.test(next.text)) return [...days].toSorted((one, other) => one - other);
  }
}

function weekdayIn(words: Words, word: Word | undefined): Weekday {
  const day = word && weekdayOf(word);
  if (day === undefined) throw words.unexpected(word, weekdayChoice);
  return day;
}

/** Both included; `Fri` to `Mon` goes over the weekend. */
function weekdayRange(first: Weekday, last: Weekday): Weekday[] {
  const length = ((last - first + 7) % 7) + 1;
  return Array.from({ length }, (_, index) => ((first + index) % 7) as Weekday);
}
