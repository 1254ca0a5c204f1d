import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { trialsOf } from '@umbracore/testkit';
import { describe, expect, test } from 'vitest';
import { programCommand, programPlugin } from '../src/index.ts';
import { processes, programOf } from './stage.ts';

const file = fileURLToPath(new URL('../../../examples/python-backend/py-copies.py', import.meta.url));
// The system's own before one that a version manager looks up each time.
const command = programCommand(file, { PATH: `/usr/bin:/bin:${process.env['PATH'] ?? ''}` });

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

function whyNoPython(): string | undefined {
  try {
    execFileSync('python3', ['--version'], { env: command.env, stdio: 'ignore' });
    return undefined;
  } catch (error) {
    return `NO PYTHON: the example in examples/python-backend is not tried, ${String(error)}`;
  }
}

const missing = whyNoPython();
if (missing !== undefined) process.stderr.write(`${missing}\n`);

describe.skipIf(missing !== undefined)('the example in Python', async () => {
  const plugin = missing === undefined ? await programPlugin({ program: programOf(command) }) : undefined;
  const trials = plugin === undefined ? [] : await trialsOf(plugin, { processes });
  test.each(chosen)('%s …', async (beginning) => {
    const [trial, ...more] = trials.filter(({ name }) => name.startsWith(beginning));
    expect(more).toEqual([]);
    expect(await trial?.run()).toMatchObject({ outcome: 'passed' });
  });
});
