import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { writeFiles } from './files.mjs';
import { comparison, single, takeTurns } from './rounds.mjs';
import { spawnCost } from './spawn-cost.mjs';
import { quantile } from './statistics.mjs';
import { formatted, legend, rule, section, verdict } from './table.mjs';
import { undisturbed } from './throttle/others.mjs';

const costs = (...values) => values.map((wallMs) => ({ wallMs }));

test.each([
  [[5], 0.5, 5],
  [[3, 1, 2], 0.5, 2],
  [[4, 1, 3, 2], 0.5, 2.5],
  [[1, 2, 3, 4, 5], 0.25, 2],
  [[1, 2, 3, 4, 5], 1, 5],
])('of %j, %d lie below %d', (sample, share, value) => {
  expect(quantile(sample, share)).toBe(value);
});

test('contestants take turns at being first, and warm up before they count', async () => {
  const calls = [];
  const contestant = (name) => ({ before: () => calls.push('-'), work: () => calls.push(name) });
  const measured = await takeTurns([contestant('a'), contestant('b')], { rounds: 2 });
  expect(calls.join('')).toBe('-a-b-b-a-a-b');
  expect(measured).toEqual([
    [8, 10],
    [6, 12],
  ]);
});

test.each([
  ['met', costs(10, 10, 10), costs(10, 10, 10), { ratio: 1 }],
  ['missed', costs(12, 12, 12), costs(10, 10, 10), { ratio: 1.1 }],
  ['noise', costs(9, 12, 15), costs(10, 10, 10), { ratio: 1.1 }],
  ['met', costs(1.9, 2, 3), costs(1, 1, 1), { value: 2 }],
  ['missed', costs(4, 3, 5), costs(1, 1, 1), { value: 2 }],
  ['noise', costs(1, 3, 5), costs(1, 1, 1), { value: 2 }],
  [undefined, costs(9, 9, 9), costs(1, 1, 1), undefined],
])('a goal is %s', (expected, ours, yardstick, goal) => {
  expect(verdict(comparison('x', [ours, yardstick], { goal }))).toBe(expected);
});

test.each([
  [0.4567, 'ms', '0.46 ms'],
  [12.34, 'ms', '12.3 ms'],
  [340.4, 'ms', '340 ms'],
  [3456, 'ms', '3.46 s'],
  [34_567, 'ms', '34.6 s'],
  [95.4, 'MB', '95 MB'],
  [0.1234, 'µs', '0.12 µs'],
  [123.4, 'µs', '123 µs'],
  [45.3, 'B', '45 B'],
  [81.6, '%', '82 %'],
])('%d %s reads %s', (value, unit, text) => {
  expect(formatted(value, unit)).toBe(text);
});

test('the table fits on a page', () => {
  const lines = [
    comparison('in the unlikely case of a long name', [costs(99_999), costs(1000)], { goal: { ratio: 1 } }),
    comparison('a thousandth', [costs(1), costs(1234)]),
    single('peak memory', [95], { unit: 'MB', goal: { value: 100 } }),
  ];
  const text = [section({ title: 'A bench', ours: 'umbra run', yardstick: 'bare restic', lines }), rule, legend(lines)];
  expect(text.join('\n')).toContain('100.0 s        1.00 s  100.00    ≤ 1.00 ✗');
  expect(text.join('\n')).toContain('1.00 ms        1.23 s  0.0008');
  expect(text.join('\n')).toContain('Goals: 1 met ✓, 0 within the noise ~, 1 missed ✗');
  expect(
    Math.max(
      ...text
        .join('\n')
        .split('\n')
        .map((line) => line.length),
    ),
  ).toBeLessThanOrEqual(100);
});

test.runIf(process.platform === 'linux')('a program pays for what its children do', async () => {
  const burn = 'const end = process.cpuUsage().user + 100_000; while (process.cpuUsage().user < end);';
  const child = `require("node:child_process").execFileSync(process.execPath, ["-e", ${JSON.stringify(burn)}])`;
  const { cpuMs, wallMs } = await spawnCost(process.execPath, ['-e', child]);
  expect(cpuMs).toBeGreaterThanOrEqual(100);
  expect(wallMs).toBeGreaterThanOrEqual(90);
});

test('a program that fails is no measurement', async () => {
  const failing = spawnCost(process.execPath, ['-e', 'console.error("no disk"); process.exit(3)']);
  await expect(failing).rejects.toThrow(/ended with 3: no disk/);
});

test('files are the same for the same seed, and no two are alike', () => {
  const folder = mkdtempSync(join(tmpdir(), 'umbra-bench-test-'));
  try {
    const made = ['a', 'b'].map((name) => {
      const bytes = writeFiles(join(folder, name), { count: 120, meanBytes: 500, seed: 7 });
      const files = readdirSync(join(folder, name), { recursive: true, withFileTypes: true }).filter((entry) =>
        entry.isFile(),
      );
      const contents = files.map((file) => readFileSync(join(file.parentPath, file.name), 'latin1'));
      return { bytes, contents: contents.toSorted() };
    });
    expect(made[0]).toEqual(made[1]);
    expect(new Set(made[0].contents).size).toBe(120);
    expect(made[0].bytes).toBe(made[0].contents.join('').length);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('what is measured on an idle machine counts in rounds in which nobody else was at work, if there are any', () => {
  const contest = (...others) => [
    others.map((share, round) => ({ others: share, round })),
    others.map(() => ({ others: 0 })),
  ];
  const roundsOf = (costs) => costs[0].map(({ round }) => round);
  const calm = undisturbed(contest(0.5, 0.01, 0.02, 0.3, 0));
  expect(roundsOf(calm.costs)).toEqual([4, 1, 2]);
  expect(calm.told).toContain('3 of 5 rounds, in which others had 1 %');
  const busy = undisturbed(contest(0.5, 0.2, 0.9, 0.3, 0.01));
  expect(roundsOf(busy.costs)).toEqual([4, 1, 3]);
  expect(busy.told).toContain('3 of 5 rounds, in which others had 20 %');
});

test('what the benches take from each other and from the packages is there', () => {
  const here = fileURLToPath(new URL('.', import.meta.url));
  const files = readdirSync(here, { recursive: true }).filter((name) => name.endsWith('.mjs'));
  const imports = files.flatMap((name) =>
    [...readFileSync(join(here, name), 'utf8').matchAll(/from '(\.[^']+)'/g)].map(([, path]) =>
      join(here, name, '..', path),
    ),
  );
  expect(imports.filter((path) => !existsSync(path))).toEqual([]);
});
