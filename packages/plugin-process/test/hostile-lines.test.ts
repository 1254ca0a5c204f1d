import { silentLog, type ConversationReader, type EngineExit, type EngineProcesses } from '@umbracore/contracts';
import { FakeClock } from '@umbracore/testkit';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyText, mangled, tamed } from '../../../tools/testing/fuzz.ts';
import { times } from '../../../tools/vitest/evidence.ts';
import { ask } from '../src/ask.ts';
import { usualPatience } from '../src/index.ts';

const lines = [
  { type: 'progress', phase: 'uploading', percentage: 12.5, filesProcessed: 3, currentFiles: ['/a'] },
  { type: 'note', line: 'a word' },
  { type: 'items', values: [{ path: '/a', type: 'file', size: 3 }] },
  { type: 'chunk', data: 'YWJj' },
  { type: 'error', code: 'repository.locked', message: 'no', hint: 'Wait.' },
  { type: 'result', value: { snapshot: 'abc' } },
].map((line) => JSON.stringify(line));

const words = [
  '"type"',
  '"result"',
  '"error"',
  '"percentage":101',
  '"data":"*"',
  '"code":"internal"',
  '"message":""',
  '[[[[',
  '}{',
];

/** A program that says these lines and ends. */
function saying(said: readonly string[]): EngineProcesses {
  const converse = async (_: unknown, reader: ConversationReader) => {
    const ended = (async (): Promise<EngineExit> => {
      for (const line of said) {
        await reader.stdout(line);
        reader.stderr?.(line);
      }
      return { code: 0, signal: undefined, lost: false };
    })();
    return await Promise.resolve({ send: () => {}, finish: () => {}, ended, kill: () => Promise.resolve() });
  };
  return { converse } as unknown as EngineProcesses;
}

test('whatever a program says, its question is answered or fails as one of a plug-in does', async () => {
  const line = fc.oneof(fc.constantFrom(...lines), mangled(lines, words), fc.json(), anyText());
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 8 }), async (said) => {
      const percentages: number[] = [];
      const program = {
        name: 'strange',
        command: { program: '/bin/true', args: [], env: {}, cwd: '/' },
        processes: saying(said),
        clock: new FakeClock(),
        log: silentLog,
        patience: usualPatience,
      };
      const question = {
        method: 'backup',
        params: {},
        patience: 'working',
        report: ({ percentage = 0 }) => void percentages.push(percentage),
        items: () => {},
        chunk: (data: Uint8Array) => void expect(data).toBeInstanceOf(Uint8Array),
      } as const;
      await tamed(() => ask(program, question), /^(?!internal|usage)/);
      expect(percentages.filter((each) => !(each >= 0 && each <= 100))).toEqual([]);
    }),
    { numRuns: times(300) },
  );
});
