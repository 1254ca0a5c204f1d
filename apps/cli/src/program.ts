import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { closest, UmbraError } from '@umbracore/contracts';
import type { Action, CommandDefinition, OptionDefinition } from './command.ts';
import { commands } from './commands/index.ts';
import { globalDefaults, globalOptions, type GlobalOptions } from './global-options.ts';
import { commandHelp, rootHelp } from './help/layout.ts';
import { meantCommands } from './meant-commands.ts';
import { version } from './version.ts';

/** What a command line asks for. */
export interface Call {
  readonly definition: CommandDefinition;
  readonly action: Action<Readonly<Record<string, unknown>>>;
  readonly args: readonly string[];
  readonly flags: Readonly<Record<string, unknown>>;
  readonly globals: GlobalOptions;
}

/** Text that answers a command line by itself: help, or the version. */
export interface Answer {
  readonly text: string;
  readonly exitCode: number;
}

/** Reads a command line. Throws `usage.*`. Loads nothing but the chosen command. */
export async function readCommandLine(argv: readonly string[]): Promise<Call | Answer> {
  let printed = '';
  let chosen: Chosen | undefined;
  const root = rootCommand((choice) => (chosen = choice), {
    writeOut: (text) => (printed += text),
    writeErr: (text) => (printed += text),
  });
  try {
    await root.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return answerOf(error, printed, argv);
  }
  if (chosen === undefined) return { text: rootHelp(), exitCode: 2 };
  const { definition, command } = chosen;
  if (definition.load === undefined) return { text: commandHelp(definition, command), exitCode: 2 };
  const action = (await definition.load()).action as Call['action'];
  const globals = { ...globalDefaults, ...root.opts<Partial<GlobalOptions>>() };
  return { definition, action, args: command.args, flags: command.opts(), globals };
}

interface Chosen {
  readonly definition: CommandDefinition;
  readonly command: Command;
}

interface Printer {
  readonly writeOut: (text: string) => void;
  readonly writeErr: (text: string) => void;
}

function rootCommand(choose: (choice: Chosen) => void, printer: Printer): Command {
  const root = new Command('umbra')
    .version(version, '-V, --version', 'version of umbra')
    .helpOption('-h, --help', 'help')
    .helpCommand(false)
    .exitOverride()
    .configureOutput(printer)
    .configureHelp({ formatHelp: (given) => (refuseUnknownWord(given), rootHelp()) });
  for (const option of globalOptions) root.addOption(toOption(option));
  for (const definition of commands)
    root.addCommand(toCommand(definition, choose, root), { hidden: definition.hidden === true });
  return root;
}

function toCommand(definition: CommandDefinition, choose: (choice: Chosen) => void, parent: Command): Command {
  const command = new WordCommand(definition).copyInheritedSettings(parent).description(definition.text);
  command.configureHelp({ formatHelp: (given) => (refuseUnknownWord(given), commandHelp(definition, given)) });
  for (const operand of definition.operands?.split(' ') ?? []) command.argument(operand);
  for (const option of definition.options ?? []) command.addOption(toOption(option));
  const children = definition.children ?? [];
  for (const child of children) command.addCommand(toCommand(child, choose, command));
  if (children.length === 0) command.action(() => choose({ definition, command }));
  return command;
}

/** `umbra nonsense --help` must not look like help on it. */
function refuseUnknownWord({ args, commands: known }: Pick<Command, 'args' | 'commands'>): void {
  const [word = '-'] = args;
  if (known.length === 0 || word.startsWith('-')) return;
  throw new CommanderError(1, 'commander.unknownCommand', `error: unknown command '${word}'`);
}

/** A command whose `--name[=value]` options never take the next word: `run --verify documents` names a job. */
class WordCommand extends Command {
  readonly #bare: ReadonlyMap<string, string>;

  constructor(definition: CommandDefinition) {
    super(definition.name);
    const options = definition.options ?? [];
    this.#bare = new Map(
      options.flatMap(({ flags, bare }) => (bare === undefined ? [] : [[flags.split(' ')[0] ?? '', bare]])),
    );
  }

  override parseOptions(argv: string[]): ReturnType<Command['parseOptions']> {
    const end = argv.indexOf('--');
    const words = argv.map((word, index) => {
      const bare = end === -1 || index < end ? this.#bare.get(word) : undefined;
      return bare === undefined ? word : `${word}=${bare}`;
    });
    return super.parseOptions(words);
  }
}

function toOption({ flags, text, choices, repeat, parse, expects, bare }: OptionDefinition): Option {
  const option = new Option(flags, text);
  const read = (word: string): unknown => {
    const allowed = choices === undefined || choices.includes(word) || word === bare;
    const value = allowed ? (parse ?? String)(word) : undefined;
    if (value !== undefined) return value;
    const near = closest(word, choices ?? []);
    const meant = near === undefined ? '' : `\n(Did you mean ${near}?)`;
    throw new InvalidArgumentError(`Give ${expects ?? choices?.join(', ') ?? 'another value'}.${meant}`);
  };
  if (flags.includes('--verbose')) return option.argParser((_, before) => Number(before ?? 0) + 1);
  if (repeat === true) {
    const words = (text: string): readonly string[] => (choices === undefined ? [text] : text.split(','));
    return option.argParser((text, before: unknown) => [
      ...(Array.isArray(before) ? before : []),
      ...words(text).map(read),
    ]);
  }
  return flags.includes('<') || flags.includes('[') ? option.argParser(read) : option;
}

function answerOf(error: CommanderError, printed: string, argv: readonly string[]): Answer {
  if (error.code === 'commander.helpDisplayed' || error.code === 'commander.version') {
    return { text: printed, exitCode: 0 };
  }
  if (error.code === 'commander.help') return { text: printed, exitCode: 2 };
  throw usageError(error, argv);
}

function usageError(error: CommanderError, argv: readonly string[]): UmbraError {
  const [first = '', suggestion = ''] = error.message.split('\n');
  const unknown = /unknown command '(?<word>.*)'/.exec(first)?.groups?.['word'];
  const path = pathBefore(argv, unknown);
  const suggested = /\(Did you mean (?:one of )?(?<names>.+)\?\)/.exec(suggestion)?.groups?.['names'] ?? '';
  const value = error.code === 'commander.excessArguments' ? valueBehindBare(path, argv) : undefined;
  const meant = unknown === undefined ? (value ?? suggested) : meantCommands(path, unknown).join(', ');
  const help = ['umbra', ...path, '--help'].join(' ');
  const hint = meant === '' ? `Run \`${help}\`.` : `Did you mean ${meant}? See \`${help}\`.`;
  const code = unknown === undefined ? 'usage.invalid' : 'usage.unknown-command';
  return new UmbraError(code, first.replace(/^error: /, '').replaceAll("'", '"'), { hint, cause: error });
}

/** The next word of an option that takes none, put as its value, where it would be one. */
function valueBehindBare(path: readonly string[], argv: readonly string[]): string | undefined {
  for (const { flags, bare, parse } of definitionAt(path)?.options ?? []) {
    const [name = ''] = flags.split(' ');
    const value = argv[argv.indexOf(name) + 1];
    const isMeant = bare !== undefined && argv.includes(name) && value !== undefined && parse?.(value) !== undefined;
    if (isMeant) return `${name}=${value}`;
  }
  return undefined;
}

function definitionAt([first, ...more]: readonly string[]): CommandDefinition | undefined {
  let found = commands.find(({ name }) => name === first);
  for (const word of more) found = found?.children?.find(({ name }) => name === word);
  return found;
}

/** The command that a line names, as far as to the word that is none; values of options may stand before it. */
function pathBefore(argv: readonly string[], unknown: string | undefined): readonly string[] {
  const words = argv.slice(0, unknown === undefined ? argv.length : argv.indexOf(unknown));
  const named = words.filter((word) => !word.startsWith('-'));
  return named.map((_, start) => pathIn(named.slice(start))).find(({ length }) => length > 0) ?? [];
}

/** As many of the first words as name a command, and one of its own. */
export function pathIn(words: readonly string[]): readonly string[] {
  let known: readonly CommandDefinition[] = commands;
  const path: string[] = [];
  for (const word of words) {
    const definition = known.find(({ name }) => name === word);
    if (definition === undefined) break;
    path.push(word);
    known = definition.children ?? [];
  }
  return path;
}
