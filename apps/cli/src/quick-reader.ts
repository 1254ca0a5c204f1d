import type { CommandDefinition, OptionDefinition } from './command.ts';
import { cancel } from './commands/cancel.ts';
import { diff } from './commands/diff.ts';
import { find } from './commands/find.ts';
import { growth } from './commands/growth.ts';
import { ls } from './commands/ls.ts';
import { run } from './commands/run.ts';
import { snapshots } from './commands/snapshots.ts';
import { status } from './commands/status.ts';
import { globalDefaults, globalOptions, type GlobalOptions } from './global-options.ts';

/** Commands that are given so often, or have so little to do, that a reader for every case would take longer than they do. */
const quickCommands: readonly CommandDefinition[] = [run, status, cancel, snapshots, ls, find, growth, diff];

type Values = Record<string, unknown>;

/** What a line asks for. */
export interface QuickCall {
  readonly definition: CommandDefinition;
  readonly args: readonly string[];
  readonly flags: Readonly<Record<string, unknown>>;
  readonly globals: GlobalOptions;
}

/**
 * Reads the plain forms of some commands, and gives what the reader for every case would give. Undefined for whatever is not
 * plain, faulty or for another command.
 */
export function readQuickly(argv: readonly string[]): QuickCall | undefined {
  const words = [...argv];
  const operands: string[] = [];
  const globals: Values = {};
  const flags: Values = {};
  let definition: CommandDefinition | undefined;
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (!word.startsWith('-')) {
      if (definition !== undefined) operands.push(word);
      else definition = quickCommands.find(({ name }) => name === word);
      if (definition === undefined) return undefined;
      continue;
    }
    const isTaken =
      takeOption(globalOptions, globals, word, words) || takeOption(definition?.options ?? [], flags, word, words);
    if (!isTaken) return undefined;
  }
  if (definition === undefined || !fits(operands, definition.operands)) return undefined;
  return {
    definition,
    args: operands,
    flags: { ...defaultsOf(definition.options ?? []), ...flags },
    globals: { ...globalDefaults, ...(globals as Partial<GlobalOptions>) },
  };
}

/** Adds the option that a word is, with its value from the word itself or the next one. False if it is none of these. */
function takeOption(options: readonly OptionDefinition[], values: Values, word: string, next: string[]): boolean {
  const [name = '', ...inline] = word.split('=');
  const option = options.find(({ flags }) => flags.split(/[ ,]+/).includes(name));
  if (option === undefined) return false;
  const key = keyOf(option);
  const { flags, bare } = option;
  if (!/[<[]/.test(flags)) {
    if (inline.length > 0) return false;
    values[key] = valueOfSwitch(option, values[key]);
    return true;
  }
  // A short option and its value may be one word, and a bare one may stand for a value: only the plain form is taken.
  const text = inline.length > 0 ? (name.startsWith('--') ? inline.join('=') : undefined) : (bare ?? next.shift());
  const value = text === undefined || (bare === undefined && text.startsWith('-')) ? undefined : valueOf(option, text);
  if (value === undefined) return false;
  values[key] = option.repeat === true ? [...((values[key] ?? []) as unknown[]), value] : value;
  return true;
}

function valueOf({ choices, parse, bare }: OptionDefinition, text: string): unknown {
  const isAllowed = choices === undefined || choices.includes(text) || text === bare;
  return isAllowed ? (parse ?? String)(text) : undefined;
}

function valueOfSwitch({ flags }: OptionDefinition, before: unknown): unknown {
  if (flags.includes('--verbose')) return Number(before ?? 0) + 1;
  return !flags.startsWith('--no-');
}

/** `--compression-level <level>` is kept as `compressionLevel`, `--no-retry` as `retry`; of several names the last one counts. */
function keyOf({ flags }: OptionDefinition): string {
  const name = [...flags.matchAll(/--(?:no-)?(?<name>[\w-]+)/g)].at(-1)?.groups?.['name'] ?? '';
  return name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** What can only be refused holds until it is. */
function defaultsOf(options: readonly OptionDefinition[]): Values {
  const refusable = options.filter(({ flags }) => flags.startsWith('--no-')).map(keyOf);
  const wishes = options.filter(({ flags }) => !flags.startsWith('--no-')).map(keyOf);
  return Object.fromEntries(refusable.filter((key) => !wishes.includes(key)).map((key) => [key, true]));
}

/** Whether there are as many operands as a command takes. */
function fits(operands: readonly string[], wanted = ''): boolean {
  const words = wanted.split(' ').filter(Boolean);
  const least = words.filter((word) => word.startsWith('<')).length;
  return operands.length >= least && (operands.length <= words.length || wanted.includes('...'));
}
