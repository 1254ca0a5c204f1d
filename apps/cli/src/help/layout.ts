import type { Command } from 'commander';
import { groups, type CommandDefinition } from '../command.ts';
import { commands } from '../commands/index.ts';
import { globalOptions } from '../global-options.ts';
import { table } from '../output/table.ts';
import { version } from '../version.ts';

const indent = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);
const untitled = [{ title: '' }, { title: '' }];

const usageOf = ({ name, operands }: CommandDefinition): string =>
  [name, ...(operands?.split(' ') ?? [])].join(' ').replaceAll('...', '…');

const rootExamples = [
  ['umbra init', 'set up with a few questions'],
  ['umbra run documents --verify=sample', 'back up now, then read a part of it back'],
  ['umbra restore documents@-1:Documents/taxes', 'the folder as it was one snapshot ago'],
];

const shownGlobals = ['-c, --config <file>', '--json', '-q, --quiet', '-y, --yes'];

const widest = 96;

/** Names one after the other, in lines that fit. */
function inLines(heading: string, names: readonly string[]): readonly string[] {
  const lines: string[] = [heading];
  for (const [index, name] of names.entries()) {
    const word = index < names.length - 1 ? `${name},` : name;
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length + 1 > widest) lines.push(`  ${word}`);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

/** At most 45 lines, with the examples last. */
export function rootHelp(): string {
  const visible = commands.filter(({ hidden }) => hidden !== true);
  const isBrief = ({ brief, children }: CommandDefinition): boolean => brief === true || children !== undefined;
  const told = visible.filter((command) => !isBrief(command));
  const width = Math.max(...told.map((command) => usageOf(command).length));
  const lines = [`umbra ${version}: backups that survive crashes, with restic`, '', 'Usage: umbra COMMAND [options]'];
  for (const group of groups) {
    lines.push('', group);
    for (const command of told) {
      if (command.group === group) lines.push(`  ${usageOf(command).padEnd(width)}  ${command.text}`);
    }
  }
  const names = visible.filter(isBrief).map(({ name }) => name);
  lines.push('', ...inLines('More, each with its own --help:', names));
  const shown = globalOptions.filter(({ flags }) => shownGlobals.includes(flags));
  lines.push('', 'With every command (more: umbra help formatting)');
  lines.push(
    ...indent(
      table(
        untitled,
        shown.map(({ flags, text }) => [flags, text]),
      ),
    ),
  );
  lines.push('', 'Examples', ...indent(table(untitled, rootExamples)));
  return `${lines.join('\n')}\n`;
}

/** Examples first, then the options. */
export function commandHelp(definition: CommandDefinition, command: Command): string {
  const path = pathOf(command);
  const { children = [], options = [], examples = [], notes = [] } = definition;
  const operands = children.length > 0 ? 'COMMAND' : (definition.operands ?? '');
  const lines = [`Usage: ${[path, operands, options.length > 0 ? '[options]' : ''].filter(Boolean).join(' ')}`, ''];
  lines.push(`${definition.text.charAt(0).toUpperCase()}${definition.text.slice(1)}.`);
  if (examples.length > 0) lines.push('', 'Examples', ...indent(examples));
  if (children.length > 0) {
    lines.push(
      '',
      'Commands',
      ...indent(
        table(
          untitled,
          children.map((child) => [usageOf(child), child.text]),
        ),
      ),
    );
  }
  if (options.length > 0) {
    lines.push(
      '',
      'Options',
      ...indent(
        table(
          untitled,
          options.map((option) => [option.flags.replace(' [', '[='), option.text]),
        ),
      ),
    );
  }
  if (notes.length > 0) lines.push('', ...notes);
  lines.push('', 'Options of every command: umbra help formatting');
  return `${lines.join('\n')}\n`;
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}
