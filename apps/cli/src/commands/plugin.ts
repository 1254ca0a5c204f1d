import { defineCommand } from '../command.ts';
import { jsonValue } from './parsers.ts';

export interface PluginNewFlags {
  readonly language?: 'typescript' | 'python';
}

export interface PluginAddFlags {
  readonly options?: unknown;
}

export const plugin = defineCommand({
  name: 'plugin',
  group: 'Look after it',
  text: 'what extends umbra, and making more of it',
  brief: true,
  examples: ['umbra plugin new tape', 'umbra plugin check ./tape/tape.ts', 'umbra plugin add ./tape/tape.ts'],
  notes: [
    'A plug-in is loaded only if the configuration names it under plugins. One in JavaScript or TypeScript runs inside umbra',
    'and may do what umbra may; any other executable is a program of its own that is asked in JSON lines.',
  ],
  children: [
    {
      name: 'list',
      text: 'every plug-in, what it brings, and what is wrong with it',
      load: async () => ({ action: (await import('../actions/plugin.ts')).list }),
    },
    {
      name: 'new',
      operands: '<name>',
      text: 'a new folder with a working backend and its contract test',
      options: [
        { flags: '--language <language>', text: 'typescript (default) or python', choices: ['typescript', 'python'] },
      ],
      load: async () => ({ action: (await import('../actions/plugin-new.ts')).create }),
    },
    {
      name: 'check',
      operands: '<plugin>',
      text: 'whether it keeps the contracts of what it brings; a file, a package or one that is configured',
      load: async () => ({ action: (await import('../actions/plugin-check.ts')).check }),
    },
    {
      name: 'add',
      operands: '<plugin>',
      text: 'name a file or package in the configuration; nothing else in the file changes',
      options: [{ flags: '--options <json>', text: 'what it is told, as JSON', ...jsonValue }],
      load: async () => ({ action: (await import('../actions/plugin.ts')).add }),
    },
    {
      name: 'remove',
      operands: '<plugin>',
      text: 'take it out of the configuration',
      load: async () => ({ action: (await import('../actions/plugin.ts')).remove }),
    },
  ],
});
