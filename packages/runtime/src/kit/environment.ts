import type { SecretReference } from '@umbracore/contracts';
import type { KitFacts } from './facts.ts';
import { quoted, type Script } from './shell.ts';

/** What a shell can call a variable. */
const isName = (text: string): boolean => /^[A-Za-z_]\w*$/.test(text);

export const targetOf = ({ target }: SecretReference): string =>
  typeof target === 'string' ? target : target.join(' ');

/** Sets a variable to a value that is kept elsewhere. */
export function fetched(script: Script, name: string, from: SecretReference | null): void {
  const words = from === null ? [] : [from.target].flat();
  const [first = ''] = words;
  if (from?.scheme === 'file') {
    script.set('KEPT_IN', targetOf(from)).run(`${name}=$(cat "$KEPT_IN")`);
  } else if (from?.scheme === 'env' && isName(first)) {
    if (first !== name) script.run(`${name}=$${first}`);
  } else if (from?.scheme === 'command' && words.length > 0) {
    const command = words.map((word, index) => script.word(`WORD_${index + 1}`, word));
    script.run(`${name}=$(`, ...command, ')');
  } else {
    script.run(`${name}=${quoted('put its value here')}`);
  }
}

/** Sets the variables that a place needs, and gives their names. */
export function placeVariables(script: Script, { place }: KitFacts): readonly string[] {
  const named = place.variables.filter(({ name }) => isName(name));
  for (const { name, from } of named) fetched(script, name, from);
  return named.map(({ name }) => name);
}
