import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { conditionCases } from '@umbracore/testkit';

/** What `node --test` says of a file in a process of its own, line by line as TAP. */
function nodeTest(file: string): { readonly status: number | null; readonly lines: readonly string[] } {
  const path = fileURLToPath(new URL(`runners/${file}.ts`, import.meta.url));
  const args = ['--conditions=@umbra/source', '--test', '--test-reporter=tap', path];
  const { status, stdout } = spawnSync(process.execPath, args, {
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] },
    encoding: 'utf8',
  });
  return { status, lines: stdout.split('\n').map((line) => line.trim()) };
}

const titled = (lines: readonly string[], beginning: string): readonly string[] =>
  lines.filter((line) => line.startsWith(beginning) && line.includes('condition small: '));

test('the cases of a plug-in are tests of node --test, those that do not apply are skipped with their reason', () => {
  const { status, lines } = nodeTest('kept');
  expect(status, lines.join('\n')).toBe(0);
  expect(titled(lines, 'ok ')).toHaveLength(conditionCases.length);
  const skipped = conditionCases.filter(({ wants = [] }) => wants.some((member) => member !== 'met'));
  expect(titled(lines, 'ok ').filter((line) => line.includes('# SKIP the subject brings no'))).toHaveLength(
    skipped.length,
  );
});

test('a plug-in that breaks its contract fails there, by the name of the case', () => {
  const { status, lines } = nodeTest('broken');
  expect(status).toBe(1);
  expect(titled(lines, 'not ok ')).toEqual([
    expect.stringContaining('options that make no sense are refused with config.invalid-value'),
  ]);
});
