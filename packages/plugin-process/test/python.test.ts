import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { trialsOf } from '@umbracore/testkit';
import { describe, expect, test } from 'vitest';
import { programCommand, programPlugin, refusedIn } from '../src/index.ts';
import { processes, programOf } from './stage.ts';

// The system's own before one that a version manager looks up each time.
const env = { PATH: `/usr/bin:/bin:${process.env['PATH'] ?? ''}` };
const exampleIn = (path: string) =>
  programOf(programCommand(fileURLToPath(new URL(`../../../examples/${path}`, import.meta.url)), env));

/** Each question starts the program: these cases ask it everything that it knows, `umbra plugin check` plays all of them. */
const chosen = [
  'creating again rejects',
  'a backup gives the full id',
  'a backup counts the files',
  'a backup with a parent that is not there',
  'a backup that is cancelled while it works',
  'what is not in supports',
  'list gives every entry',
  'restore gives back the same bytes',
  'restore writes only what is included',
  'restore with overwrite never',
  'dump gives the bytes',
  'forget removes exactly',
];

/** The same of what is no backend, by what is tried. */
const chosenOthers: readonly (readonly [string, readonly string[]])[] = [
  ['condition absent', ['options that make no sense', 'what holds is met', 'what does not hold']],
  ['sensor present', ['options that make no sense', 'what holds', 'what does not hold', 'options that were never']],
  ['secrets line', ['a reference of its scheme', 'an absent secret']],
  ['channel append', ['subject and text arrive']],
  [
    'hook mark',
    [
      'options that make no sense',
      'options that were never',
      'it says "done"',
      'it can be done again',
      'one that fails',
    ],
  ],
];

function whyNoPython(): string | undefined {
  try {
    execFileSync('python3', ['--version'], { env, stdio: 'ignore' });
    return undefined;
  } catch (error) {
    return `NO PYTHON: the examples in Python are not tried, ${String(error)}`;
  }
}

const missing = whyNoPython();
if (missing !== undefined) process.stderr.write(`${missing}\n`);

describe.skipIf(missing !== undefined)('the backend in Python', async () => {
  const program = exampleIn('python-backend/py-copies.py');
  const plugin = missing === undefined ? await programPlugin({ program }) : undefined;
  const trials = plugin === undefined ? [] : await trialsOf(plugin, { processes });
  test.each(chosen)('%s …', async (beginning) => {
    const [trial, ...more] = trials.filter(({ name }) => name.startsWith(beginning));
    expect(more).toEqual([]);
    expect(await trial?.run()).toMatchObject({ outcome: 'passed' });
  });
});

describe.skipIf(missing !== undefined)('everything else in Python', async () => {
  const program = exampleIn('python-extensions/py-files.py');
  const described = missing === undefined ? await programPlugin({ program }) : undefined;
  const asked = refusedIn(described?.trials ?? {});
  const trials = described === undefined ? [] : await trialsOf(await programPlugin({ program, asked }), { processes });
  const cases = chosenOthers.flatMap(([what, names]) => names.map((name) => [what, name] as const));
  test.each(cases)('%s: %s …', async (what, beginning) => {
    const [trial, ...more] = trials.filter(({ subject, name }) => subject === what && name.startsWith(beginning));
    expect(more).toEqual([]);
    expect(await trial?.run()).toMatchObject({ outcome: 'passed' });
  });
});
