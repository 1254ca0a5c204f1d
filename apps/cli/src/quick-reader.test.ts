import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCommandLine } from './program.ts';
import { readQuickly } from './quick-reader.ts';

/** What the reader for every case makes of it; undefined if it refuses or answers itself. */
async function readFully(argv: readonly string[]): Promise<unknown> {
  try {
    const call = await readCommandLine(argv);
    if ('text' in call) return undefined;
    const { args, flags, globals } = call;
    return { args, flags, globals };
  } catch {
    return undefined;
  }
}

describe('plain lines', () => {
  test.each([
    'status',
    'status --json',
    'status --check -q documents',
    '--plain status --max-age 26h --failed',
    'run documents',
    'run documents --detach',
    'run --wait documents',
    'run documents --wait=90s --json',
    'run a b --dry-run --no-retry',
    'run --verify documents',
    'run --verify=sample --compression-level 6 documents',
    'run --no-verify --tag a --tag=b',
    'run --limit-upload 10MiB/s documents --progress none',
    'run -c other.yaml documents -v -v',
    'cancel documents',
    'snapshots --json',
    'snapshots documents --repo home --tag a --tag b --latest 3',
    'snapshots --repository=home --pinned --offline --host h --path /a',
  ])('%s is read like any other', async (line) => {
    const argv = line.split(' ');
    const { definition, ...rest } = readQuickly(argv) ?? {};
    expect(definition).toBeDefined();
    expect(rest).toEqual(await readFully(argv));
  });
});

describe('what is not plain is left to the reader for every case', () => {
  test.each([
    '',
    'history',
    'status --help',
    'status --unknown',
    'run --compression-level 12',
    'run --compression-level',
    'run --progress colourful',
    'run -- documents',
    'run --dry-run=yes',
    'run -qv documents',
    'run -cother.yaml',
    'cancel',
    'cancel a b',
    'snapshots a b',
    'snapshots --latest none',
  ])('%s', (line) => expect(readQuickly(line.split(' '))).toBeUndefined());
});

test('whatever it reads, it reads as the other does', async () => {
  const words =
    'run status cancel documents a  - -- -q -v -vv -c --config --json --check --failed --max-age 26h --max-age=1d --verify ' +
    '--verify=full --no-verify --all --due --tag --tag=x --no-retry --dry-run --parent --parent= -y --color never ' +
    '--compression-level 3 --compression-level=3 --no-input --input --force --verb -h';
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...words.split(' ')), { maxLength: 6 }), async (argv) => {
      const quick = readQuickly(argv);
      if (quick === undefined) return;
      const { definition: _, ...rest } = quick;
      assert.deepEqual(rest, await readFully(argv));
    }),
    { numRuns: 3000 },
  );
});
