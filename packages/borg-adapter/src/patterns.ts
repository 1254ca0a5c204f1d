/**
 * Excludes are written as restic reads them: a pattern fits a name at any depth, with a slash at its beginning a whole path; `*` and
 * `?` stay within a name, `**` stands for any number of names; what fits goes with all that is below; `!` takes back what an
 * earlier one has left out. borg gets each as a regular expression, and the last ones first, for its first fit wins.
 */
export const excludeFlags = (patterns: readonly string[]): readonly string[] => patterns.map(flagOf).toReversed();

function flagOf(pattern: string): string {
  const isTakenBack = pattern.startsWith('!');
  const expression = regexOf(isTakenBack ? pattern.slice(1) : pattern);
  // `!` of borg: what is left out is not even looked into.
  return `--pattern=${isTakenBack ? '+' : '!'} re:${expression}`;
}

/** Behind a name: the path goes on below it, or ends. */
const end = '(?:/|\\Z)';

/** In Python's dialect, for paths without their first slash. Exported for tests. */
export function regexOf(pattern: string): string {
  const names = pattern.split('/').filter((name) => name !== '');
  const parts = names.filter((name, index) => name !== '**' || names[index - 1] !== '**');
  const body = parts.map((name) => (name === '**' ? `(?:[^/]+${end})*` : nameRegex(name) + end));
  return `${pattern.startsWith('/') ? '^' : '(?:^|/)'}${body.join('')}`;
}

function nameRegex(name: string): string {
  let regex = '';
  for (let index = 0; index < name.length; index += 1) {
    const letter = name.charAt(index);
    const group = letter === '[' ? /^\[(\^?)((?:\\.|[^\]\\])+)\]/s.exec(name.slice(index)) : null;
    if (letter === '*') regex += '[^/]*';
    else if (letter === '?') regex += '[^/]';
    else if (letter === '\\' && index + 1 < name.length) {
      index += 1;
      regex += escaped(name.charAt(index));
    } else if (group !== null) {
      regex += `[${group[1] ?? ''}${(group[2] ?? '').replaceAll(/[[&~|^]/g, '\\$&')}]`;
      index += group[0].length - 1;
    } else regex += escaped(letter);
  }
  return regex;
}

const escaped = (letter: string): string => (/[\w\u0080-\uFFFF]/.test(letter) ? letter : `\\${letter}`);

/** Exactly what is at this path, and all that is below. */
export const belowPath = (path: string): string => `pp:${path}`;

/** Exactly what is at this path. */
export const atPath = (path: string): string => `pf:${path}`;
