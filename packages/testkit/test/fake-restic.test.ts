import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { replaceKeys } from '../../../tools/testing/light-key.mjs';
import { installFakeRestic } from '../src/index.ts';

const real = process.env['UMBRA_TEST_RESTIC_0_19_1'];

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'umbra-fake-restic-'));
  await mkdir(join(folder, 'source/sub'), { recursive: true });
  await writeFile(join(folder, 'source/a.txt'), 'alpha');
  await writeFile(join(folder, 'source/sub/b.txt'), 'beta');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

interface Outcome {
  readonly code: number;
  readonly stdout: readonly unknown[];
  readonly stderr: readonly unknown[];
}

/** Runs a restic to its end; output as JSON where it is. */
function call(program: string, args: readonly string[], password = 'secret'): Promise<Outcome> {
  const env = { RESTIC_PASSWORD: password, RESTIC_CACHE_DIR: join(folder, 'cache') };
  return new Promise((resolve, reject) => {
    execFile(program, args, { env }, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      if (typeof code === 'number') resolve({ code, stdout: linesOf(stdout), stderr: linesOf(stderr) });
      else reject(new Error(`${program} did not end by itself`, { cause: error }));
    });
  });
}

const linesOf = (text: string): unknown[] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(parsed);

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return line;
  }
}

/** What is told verbatim; of everything else only the type counts. */
const verbatim = new Set(['message_type', 'struct_type', 'code', 'message', 'tags', 'hostname', 'paths', 'dry_run']);

function shapeOf(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((inner) => shapeOf(inner, name));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shapeOf(inner, name)]));
  }
  return verbatim.has(name) ? value : typeof value;
}

/** Progress lines come as often as there is time for them; the fields they have depend on it. */
const isStatus = (line: unknown) => (line as { message_type?: string }).message_type === 'status';

/** The key of a real repository costs half a second for each call. */
async function lightenKey(program: string, repository: string): Promise<void> {
  const env = { RESTIC_PASSWORD: 'secret', RESTIC_CACHE_DIR: join(folder, 'cache') };
  const { stdout } = await promisify(execFile)(program, ['-r', repository, 'cat', 'masterkey'], { env });
  replaceKeys(repository, stdout, 'secret');
}

/** A sequence that every user of restic goes through, errors included. */
async function sequence(program: string): Promise<readonly unknown[]> {
  const at = (name: string) => join(folder, name);
  const inRepository = (...args: string[]) => ['-r', at('repository'), '--json', ...args];
  const calls: readonly (readonly [string[], string?])[] = [
    [['version', '--json']],
    [inRepository('snapshots')],
    [inRepository('init')],
    [inRepository('init')],
    [inRepository('cat', 'config')],
    [inRepository('snapshots')],
    [inRepository('backup', '--host=box', '--tag=one', '--', at('source'))],
    [inRepository('backup', '--host=box', '--', at('source'))],
    [inRepository('snapshots')],
    [inRepository('snapshots', '--tag=one')],
    [inRepository('snapshots'), 'wrong'],
    [inRepository('ls', 'latest')],
    [inRepository('ls', 'ffffffff')],
    [inRepository('list', 'locks')],
    [inRepository('backup', '--host=box')],
    [inRepository('backup', '--host=box', at('absent'))],
    [inRepository('backup', '--host=box', at('source'), at('absent'))],
    [inRepository('backup', '--host=box', '--dry-run', at('source'))],
    [inRepository('forget', 'ffffffff')],
    [['frobnicate']],
  ];
  const outcomes: unknown[] = [];
  for (const [args, password] of calls) {
    const { code, stdout, stderr } = await call(program, args, password);
    if (program === real && args.includes('init') && code === 0) await lightenKey(program, at('repository'));
    outcomes.push({
      args: args.filter((arg) => !arg.startsWith('/')),
      code,
      stdout: stdout.filter((line) => !isStatus(line)).map((line) => shapeOf(line)),
      // A line of standard error that is no JSON is a message too.
      stderr: stderr.map((line) => shapeOf(line, 'message')),
    });
  }
  return outcomes;
}

describe('the fake restic', () => {
  test.skipIf(real === undefined)(
    'answers like restic 0.19.1 (skipped if it was not fetched)',
    async () => {
      const { program } = await installFakeRestic(join(folder, 'fake'));
      const faked = await sequence(program);
      await rm(join(folder, 'repository'), { recursive: true });
      expect(faked).toEqual(await sequence(real ?? ''));
    },
    60_000,
  );

  test('is shown to differ where it differs', () => {
    expect(shapeOf({ message_type: 'summary', id: 'a' })).not.toEqual(shapeOf({ message_type: 'summary', id: 1 }));
    expect(shapeOf({ message: 'a' })).not.toEqual(shapeOf({ message: 'b' }));
    expect(shapeOf({ code: 1 })).not.toEqual(shapeOf({ code: 3 }));
    expect(shapeOf([{ a: 1 }])).not.toEqual(shapeOf([{ a: 1, b: 2 }]));
  });

  test('does what it is told, as often as it is told', async () => {
    const fake = await installFakeRestic(join(folder, 'fake'), [
      {
        when: ['version'],
        times: 1,
        print: [{ text: 'one' }, { text: 'two', to: 'stderr', afterMs: 10 }],
        exitCode: 7,
      },
    ]);
    expect(await call(fake.program, ['version'])).toEqual({ code: 7, stdout: ['one'], stderr: ['two'] });
    expect(await call(fake.program, ['version'])).toMatchObject({ code: 0, stdout: [{ version: '0.19.1' }] });
    const calls = await fake.calls();
    expect(calls.map(({ args }) => args)).toEqual([['version'], ['version']]);
    expect(calls[0]?.env).toContain('RESTIC_PASSWORD');
  });

  test('hangs in a backup with its lock held, and takes it away when it is interrupted', async () => {
    const fake = await installFakeRestic(join(folder, 'fake'), [{ when: ['backup'], hang: true }]);
    const repository = join(folder, 'repository');
    await call(fake.program, ['-r', repository, 'init']);
    const working = call(fake.program, ['-r', repository, 'backup', join(folder, 'source')]);
    await until(async () => (await readdir(join(repository, 'locks'))).length === 1);
    process.kill((await fake.calls()).at(-1)?.pid ?? 0, 'SIGINT');
    expect(await working).toMatchObject({
      code: 130,
      stderr: [expect.any(String), { message_type: 'exit_error', code: 130 }],
    });
    expect(await readdir(join(repository, 'locks'))).toEqual([]);
    expect(await readdir(join(repository, 'snapshots'))).toEqual([]);
  });
});

async function until(isDone: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await isDone())) {
    if (Date.now() > deadline) throw new Error('it did not happen');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
