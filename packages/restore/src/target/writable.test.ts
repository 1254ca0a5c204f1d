import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { unwritableFor } from './writable.ts';

const stage = (...places: readonly string[]) => ({ places, include: [], bytes: 0, freeBytes: 0 });

test('one place of a stage is enough, and the folder above what is to be made is needed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'umbra-writable-'));
  const nowhere = join(folder, 'nowhere');
  expect(unwritableFor([stage(nowhere, folder)], [])).toBeUndefined();
  expect(unwritableFor([stage(folder), stage(nowhere)], [])).toMatchObject({ folder: nowhere });
  expect(unwritableFor([], [join(folder, 'new')])).toBeUndefined();
  expect(unwritableFor([], [join(nowhere, 'new')])).toMatchObject({ folder: nowhere });
  rmSync(folder, { recursive: true });
});

const mayLend = process.getuid?.() === 0 && spawnSync('setpriv', ['--version']).status === 0;

/** What somebody else is told of the folder, to whom root lent one of its rights. */
function toldWith(right: string, folder: string): unknown {
  const code = `import { unwritableFor } from ${JSON.stringify(join(import.meta.dirname, 'writable.ts'))};
    const places = [${JSON.stringify(folder)}];
    console.log(JSON.stringify(unwritableFor([{ places, include: [], bytes: 0, freeBytes: 0 }], []) ?? null));`;
  const become = [
    '--reuid=65534',
    '--regid=65534',
    '--clear-groups',
    `--inh-caps=+${right}`,
    `--ambient-caps=+${right}`,
  ];
  const node = [process.execPath, '--no-warnings', '--conditions=@umbra/source', '--input-type=module', '-e', code];
  const { stdout, stderr } = spawnSync('setpriv', [...become, ...node], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

test.runIf(mayLend)(
  'a right to write that was lent counts, and nothing is left of the trial (needs root, setpriv)',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'umbra-writable-'));
    expect(toldWith('dac_override', folder)).toBeNull();
    expect(toldWith('dac_read_search', folder)).toMatchObject({ folder, why: 'EACCES: permission denied' });
    expect(readdirSync(folder)).toEqual([]);
    rmSync(folder, { recursive: true });
  },
);
