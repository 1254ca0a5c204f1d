import { RootCommand, script } from '@bomb.sh/tab';
import type { CommandDefinition, OptionDefinition } from '../command.ts';
import { commands } from '../commands/index.ts';
import { globalOptions } from '../global-options.ts';
import { topics } from '../help/topics.ts';
import { consoleTo } from '../output/console-to.ts';

// The only file that knows the completion library: it is young, and this is all that would have to be rewritten.

export interface CompletionNames {
  readonly jobs: readonly string[];
  readonly chains: readonly string[];
  readonly repositories: readonly string[];
  readonly channels: readonly string[];
}

export const shells: readonly string[] = ['bash', 'zsh', 'fish'];

/**
 * Prints the script that zsh or fish loads; it calls `umbra complete -- WORDS`. The library's scripts for bash and PowerShell
 * would run what is typed.
 */
export const printCompletionScript = (shell: string): void => byConsole(() => script(shell, 'umbra', 'umbra'));

/** Prints the continuations of a command line, in the form that the scripts read. */
export function answerCompletion(words: readonly string[], names: CompletionNames): void {
  const root = new RootCommand();
  for (const option of globalOptions) addOption(root, option, names);
  for (const definition of commands.filter(({ hidden }) => hidden !== true)) addCommand(root, definition, '', names);
  byConsole(() => root.parse([...words]));
}

/** The library gives its answers by `console`. */
function byConsole(answer: () => void): void {
  consoleTo('stdout');
  try {
    answer();
  } finally {
    consoleTo('stderr');
  }
}

function addCommand(root: RootCommand, definition: CommandDefinition, prefix: string, names: CompletionNames): void {
  const path = `${prefix}${definition.name}`;
  const command = root.command(path, definition.text);
  for (const option of definition.options ?? []) addOption(command, option, names);
  const offered = offeredNames(definition, names);
  if (offered.length > 0) {
    command.argument(
      'name',
      (complete) => {
        for (const name of offered) complete(name, '');
      },
      true,
    );
  }
  for (const child of definition.children ?? []) addCommand(root, child, `${path} `, names);
}

function offeredNames(
  { completes, name }: CommandDefinition,
  { jobs, chains, repositories, channels }: CompletionNames,
): readonly string[] {
  if (name === 'completion') return shells;
  switch (completes) {
    case 'jobs':
      return jobs;
    case 'chains':
      return chains;
    case 'refs':
      return jobs.map((job) => `${job}@latest`);
    case 'repositories':
      return repositories;
    case 'channels':
      return channels;
    case 'topics':
      return [
        ...Object.keys(topics),
        ...commands.filter(({ hidden }) => hidden !== true).map((command) => command.name),
      ];
    case undefined:
      return [];
    default:
      return completes satisfies never;
  }
}

function addOption(
  command: Pick<RootCommand, 'option'>,
  { flags, text, choices }: OptionDefinition,
  names: CompletionNames,
): void {
  // Some have a short and a long name of the long form.
  const longs = [...flags.matchAll(/--(?<name>[\w-]+)/g)].map(({ groups }) => groups?.['name'] ?? flags);
  const alias = /^-(?<letter>\w),/.exec(flags)?.groups?.['letter'];
  const values = choices ?? namesFor(flags, names);
  const offer = (complete: (value: string, description: string) => void): void => {
    for (const value of values) complete(value, '');
  };
  for (const name of longs) {
    if (/[<[]/.test(flags)) command.option(name, text, offer, alias);
    else command.option(name, text, alias);
  }
}

/** What the value of an option names. */
function namesFor(flags: string, { jobs, repositories }: CompletionNames): readonly string[] {
  if (/--repository\b/.test(flags)) return repositories;
  return /--job\b/.test(flags) ? jobs : [];
}
