import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { mangled, tamed } from '../../../tools/testing/fuzz.ts';
import { times } from '../../../tools/vitest/evidence.ts';
import { commands } from '../src/commands/index.ts';
import { readCommandLine } from '../src/program.ts';

const all = commands.flatMap((command) => [
  { path: [command.name], options: command.options ?? [] },
  ...(command.children ?? []).map((child) => ({ path: [command.name, child.name], options: child.options ?? [] })),
]);

const word = fc.oneof(
  fc.constantFrom(
    'documents',
    'r-1',
    '7d',
    '0',
    '-1',
    '5MiB/s',
    'latest',
    'json',
    '2026-01-01',
    '',
    '--',
    '-',
    '-vvv',
    '--json',
    '-c',
  ),
  fc.constantFrom(...all.flatMap(({ options }) => options.map(({ flags }) => flags.split(/[ ,<[]+/)[0] ?? ''))),
  mangled(all.flatMap(({ options }) => options.map(({ flags }) => flags.replaceAll(/[<>[\]]/g, '')))),
);

test('whatever the arguments, they ask for something or are refused with words', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...all),
      fc.array(word, { maxLength: 6 }),
      fc.nat(3),
      async ({ path }, rest, at) => {
        const argv = [...rest.slice(0, at % 2), ...path, ...rest.slice(at % 2)];
        const outcome = await tamed(() => readCommandLine(argv), /^usage\./);
        if ('refused' in outcome || 'action' in outcome.value) return;
        expect(outcome.value.text.trim()).not.toBe('');
        expect([0, 2]).toContain(outcome.value.exitCode);
      },
    ),
    { numRuns: times(150) },
  );
});
