// Every document with commands is followed from its first line to its last one, in a world of its own: its configurations are put in
// place, its commands are typed into a shell.
import { describe, expect, test } from 'vitest';
import { root } from './dev/process.mjs';
import { codeBlocks } from './readme/code-blocks.mjs';
import { documents } from './readme/documents.mjs';
import { ScratchWorld } from './readme/scratch-world.mjs';
import { noPostgres } from './testing/postgres.ts';
import { commandsOf, runnable, shellProblems } from './readme/unrun.mjs';

const all = documents(root);
const isRecipe = ({ file }) => /^docs\/recipes\/(?!README)/.test(file);
const isConfiguration = ({ language, text }) => language === 'yaml' && /^(?:jobs|repositories):/m.test(text);
const markdown = (...lines) => [{ file: 'a.md', blocks: codeBlocks(lines.join('\n')) }];

test('shell blocks that are not run say why, and hide nothing that could be', () => {
  expect(shellProblems(all)).toEqual([]);
});

test.each([
  [['```console', '$ umbra status'], 'a.md:1: write ```sh, which is run'],
  [['```sh later', 'umbra status'], 'a.md:1: "later" is none of install, checkout, system'],
  [['```sh system', 'sudo true', 'umbra status # well'], 'a.md:1: "umbra status # well" can be run'],
])('%j is refused', (lines, message) => {
  expect(shellProblems(markdown(...lines, '```'))).toEqual([expect.stringContaining(message)]);
});

test('a command that goes over several lines is one', () => {
  expect(commandsOf('a \\\n  b\nc\n')).toEqual(['a b', 'c']);
});

describe('what is to be typed works:', () => {
  const withCommands = all.filter(({ blocks }) => runnable(blocks).length > 0);
  const isOfDatabase = ({ file }) => file.endsWith('/database.md');
  const whyNot = (one) => {
    if (one.file.endsWith('/borg.md') && process.env.UMBRA_TEST_BORG === undefined) return 'there is no borg';
    return isOfDatabase(one) ? noPostgres : '';
  };

  test('in every recipe there is something', () => {
    expect(all.filter(isRecipe).filter((one) => !withCommands.includes(one))).toEqual([]);
  });

  // Only for what hangs.
  const timeout = 400_000;
  test.for(withCommands)('$file', { timeout }, (one, { skip }) => {
    skip(whyNot(one) !== '', whyNot(one));
    const world = new ScratchWorld();
    try {
      if (isOfDatabase(one)) world.serveDatabase();
      for (const block of one.blocks) {
        if (isConfiguration(block)) world.configure(block.text);
        for (const command of runnable([block]).flatMap(({ text }) => commandsOf(text)))
          expect(() => world.type(command)).not.toThrow();
      }
    } finally {
      world[Symbol.dispose]();
    }
  });
});
