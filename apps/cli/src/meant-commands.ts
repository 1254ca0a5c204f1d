import { closest } from '@umbracore/contracts';
import type { CommandDefinition } from './command.ts';
import { commands } from './commands/index.ts';

/** More would be no hint any more. */
const most = 6;

/**
 * What somebody may have meant by a word that names no command behind these words: one beside it that is written nearly so, and
 * those elsewhere that have just this name, or else one nearly so.
 */
export function meantCommands(path: readonly string[], word: string): readonly string[] {
  const near = closest(word, childrenOf(path).map(nameOf));
  const everywhere = allBelow(commands, 'umbra');
  const elsewhere = named(everywhere, word);
  if (near === undefined && elsewhere.length === 0) {
    const other = closest(word, everywhere.map(nameOf));
    return other === undefined ? [] : named(everywhere, other);
  }
  return [...(near === undefined ? [] : [near]), ...elsewhere].slice(0, most);
}

interface Placed {
  readonly name: string;
  /** All words of it. */
  readonly line: string;
}

const nameOf = ({ name }: { readonly name: string }): string => name;

const shown = (definitions: readonly CommandDefinition[] = []): readonly CommandDefinition[] =>
  definitions.filter(({ hidden }) => hidden !== true);

const childrenOf = (path: readonly string[]): readonly CommandDefinition[] =>
  path.reduce((known, word) => shown(known.find(({ name }) => name === word)?.children), shown(commands));

const allBelow = (definitions: readonly CommandDefinition[], prefix: string): readonly Placed[] =>
  shown(definitions).flatMap(({ name, children }) => {
    const line = `${prefix} ${name}`;
    return [{ name, line }, ...allBelow(children ?? [], line)];
  });

/** Those of a name, the shorter ones first. */
const named = (places: readonly Placed[], wanted: string): readonly string[] =>
  places
    .filter(({ name }) => name === wanted)
    .toSorted((one, other) => one.line.split(' ').length - other.line.split(' ').length)
    .map(({ line }) => `\`${line}\``);
