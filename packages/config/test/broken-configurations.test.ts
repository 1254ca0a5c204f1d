import { expect, test } from 'vitest';
import { brokenChains } from './broken-chains.ts';
import { broken as brokenBasics } from './broken-configurations.ts';
import { brokenKinds } from './broken-kinds.ts';
import { brokenThrottles } from './broken-throttles.ts';
import { brokenTimes } from './broken-times.ts';
import { Folder, reportOf } from './loading.ts';

const broken = [...brokenBasics, ...brokenTimes, ...brokenKinds, ...brokenThrottles, ...brokenChains];

/** Line and column of the mark, from 1. */
function markedPlace(text: string): { line: number; column: number } {
  const before = text.slice(0, text.indexOf('⟦')).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

test('the table holds many and each once', () => {
  expect(broken.length).toBeGreaterThanOrEqual(160);
  expect(new Set(broken.map(({ name }) => name)).size).toBe(broken.length);
});

test.each(broken)('$code: $name', async ({ text, code, hint, fix, file = 'umbra.yaml' }) => {
  using folder = new Folder();
  const { line, column } = markedPlace(text);
  folder.write(file, text.replace('⟦', ''));
  const { problems, message } = await reportOf(folder, file);

  expect(problems).toHaveLength(1);
  const [problem] = problems;
  expect(problem).toMatchObject({ code, line, column });
  expect(problem?.hint).toContain(hint);
  expect(message).toContain(`error[${code}]: `);
  expect(message).toContain(`--> ${file}:${line}:${column}`);
  expect(message).toMatch(new RegExp(`\n\n1 problem in ${file.replace('.', '\\.')}$`));

  if (fix === undefined) return;
  const fixed = text.replace('⟦', '').replace(...fix);
  expect(fixed).not.toBe(text.replace('⟦', ''));
  folder.write(file, fixed);
  expect((await reportOf(folder, file)).message).toBe('');
});
