import { expect, test } from 'vitest';
import { isUmbraError } from '@umbracore/contracts';
import { commands } from './commands/index.ts';
import { rootHelp } from './help/layout.ts';
import { topics } from './help/topics.ts';
import { readCommandLine, type Answer, type Call } from './program.ts';

const isAnswer = (result: Answer | Call): result is Answer => 'text' in result;

async function call(...argv: string[]): Promise<Call> {
  const result = await readCommandLine(argv);
  if (isAnswer(result)) throw new Error(result.text);
  return result;
}

async function refusal(...argv: string[]): Promise<{ code: string; message: string; hint: string | undefined }> {
  const error: unknown = await readCommandLine(argv).catch((thrown: unknown) => thrown);
  if (!isUmbraError(error)) throw new Error(`not refused: ${argv.join(' ')}`);
  return { code: error.code, message: error.message, hint: error.hint };
}

test('the root help fits, the examples are last', () => {
  const lines = rootHelp().trimEnd().split('\n');
  expect(lines.length).toBeLessThanOrEqual(45);
  expect(lines.filter((line) => line.length > 100)).toEqual([]);
  expect(lines.findIndex((line) => line === 'Examples')).toBeGreaterThan(lines.length - 8);
});

const paths = commands.flatMap(({ name, children = [] }) => [[name], ...children.map((child) => [name, child.name])]);

test.each(paths)('umbra %s %s --help fits', async (...path) => {
  const answer = await readCommandLine([...path.filter((word) => word !== undefined), '--help']);
  if (!isAnswer(answer)) throw new Error('no help');
  expect(answer.exitCode).toBe(0);
  const lines = answer.text.split('\n');
  expect(lines.length).toBeLessThanOrEqual(60);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(120);
});

test('every command says what it is in words, not by listing its commands', () => {
  const all = commands.flatMap((command) => [command, ...(command.children ?? [])]);
  expect(all.filter(({ text }) => text.includes(' | ')).map(({ name }) => name)).toEqual([]);
});

test('--help asks for the page of the command before it, whatever options stand there', async () => {
  for (const argv of [
    ['-c', 'a.yaml', '--help'],
    ['--json', 'plugin', '--help'],
    ['run', 'nonsense', '--help'],
  ]) {
    expect(await readCommandLine(argv)).toMatchObject({ exitCode: 0 });
  }
});

test('--repo is short for --repository everywhere', () => {
  const all = commands.flatMap(({ options = [], children = [] }) => [
    options,
    ...children.map((each) => each.options ?? []),
  ]);
  const named = all.flat().filter(({ flags }) => flags.includes('--repository'));
  expect(named.filter(({ flags }) => !flags.startsWith('--repo, '))).toEqual([]);
});

test('flags and words stand in any order', async () => {
  const given = await call(
    '--json',
    'history',
    '-c',
    'a.yaml',
    '--limit',
    '4',
    'documents',
    '-vv',
    '--outcome',
    'failed',
    '--outcome',
    'warning',
  );
  expect(given.args).toEqual(['documents']);
  expect(given.flags).toEqual({ limit: 4, outcome: ['failed', 'warning'] });
  expect(given.globals).toMatchObject({ json: true, config: 'a.yaml', verbose: 2, input: true });
  expect((await call('history', 'documents', '--json')).globals.json).toBe(true);
  expect((await call('run', '--no-input', '-y')).globals).toMatchObject({ input: false, yes: true });
});

test('several choices are given one by one, or with commas between them', async () => {
  const { flags } = await call('history', '--kind', 'copy,prune', '--kind', 'backup', '--outcome=failed,missed');
  expect(flags).toEqual({ kind: ['copy', 'prune', 'backup'], outcome: ['failed', 'missed'] });
});

test('a bare --verify does not swallow the job', async () => {
  const given = await call('run', '--verify', 'documents');
  expect(given.args).toEqual(['documents']);
  expect(given.flags).toMatchObject({ verify: 'job' });
  expect((await call('run', '--verify=sample', 'documents')).flags).toMatchObject({ verify: 'sample' });
  expect((await call('run', '--no-verify')).flags).toMatchObject({ verify: false });
  expect((await call('run')).flags).not.toHaveProperty('verify');
});

test('what follows -- belongs to restic', async () => {
  expect((await call('restic', 'home', '--', 'stats', '--json', '--mode', 'raw-data')).args).toEqual([
    'home',
    'stats',
    '--json',
    '--mode',
    'raw-data',
  ]);
});

test.each([
  [['stauts'], 'usage.unknown-command', 'status'],
  [['repo', 'lst'], 'usage.unknown-command', 'list'],
  [['run', '--compresion-level', '3'], 'usage.invalid', '--compression-level'],
  [['run', '--compression-level', '12'], 'usage.invalid', 'umbra run --help'],
  [['run', '--limit-upload', 'fast'], 'usage.invalid', 'umbra run --help'],
  [['history', '--since', 'whenever'], 'usage.invalid', 'umbra history --help'],
  [['history', '--outcome', 'ok'], 'usage.invalid', 'umbra history --help'],
  [['history', '--kind', 'bakup'], 'usage.invalid', 'Did you mean backup? See `umbra history --help`'],
  [['history', '--kind', 'copy,comand'], 'usage.invalid', 'Did you mean command?'],
  [['history', 'a', 'b'], 'usage.invalid', 'umbra history --help'],
  [['show'], 'usage.invalid', 'umbra show --help'],
  [['schedule', 'preview', '--days', '0'], 'usage.invalid', 'umbra schedule preview --help'],
  [['nonsense', '--help'], 'usage.unknown-command', 'Run `umbra --help`'],
  [['-c', 'a.yaml', 'stauts', '--help'], 'usage.unknown-command', 'Did you mean status?'],
  [['plugin', 'nonsense', '--help'], 'usage.unknown-command', 'Run `umbra plugin --help`'],
  [['repo', 'password', 'lst', '-h'], 'usage.unknown-command', 'Did you mean list?'],
  [['--json', 'chain', 'shw'], 'usage.unknown-command', 'See `umbra chain --help`'],
  [['kit'], 'usage.unknown-command', 'Did you mean `umbra repo kit`? See `umbra --help`.'],
  [['kti', 'home', '--output', 'kit.txt'], 'usage.unknown-command', 'Did you mean `umbra repo kit`?'],
  [['create', '--help'], 'usage.unknown-command', 'Did you mean `umbra repo create`?'],
  [['upgrade', 'home'], 'usage.unknown-command', 'Did you mean `umbra repo upgrade`?'],
  [['-c', 'a.yaml', 'repo', 'lst'], 'usage.unknown-command', 'Did you mean list? See `umbra repo --help`'],
  [['statsu'], 'usage.unknown-command', 'Did you mean status? See'],
  [['stats'], 'usage.unknown-command', 'Did you mean status, `umbra repo stats`?'],
  [
    ['repo', 'restore'],
    'usage.unknown-command',
    'Did you mean `umbra restore`, `umbra helper restore`? See `umbra repo --help`',
  ],
  [['rotate'], 'usage.unknown-command', 'Did you mean `umbra secret rotate`, `umbra repo password rotate`?'],
  [['verify', '--read', '0'], 'usage.invalid', 'umbra verify --help'],
  [['chain', 'run', 'nightly', '--wait', '30m'], 'usage.invalid', 'Did you mean --wait=30m?'],
  [['chain', 'run', '--wait', '30m', 'nightly', '--dry-run'], 'usage.invalid', 'Did you mean --wait=30m?'],
  [['chain', 'run', 'nightly', '30m', '--wait'], 'usage.invalid', 'Run `umbra chain run --help`.'],
  [['chain', 'run', 'nightly', '--wait', 'weekly'], 'usage.invalid', 'Run `umbra chain run --help`.'],
])('%j is refused as %s with a hint at %s', async (argv, code, hint) => {
  const error = await refusal(...argv);
  expect(error.code).toBe(code);
  expect(error.hint).toContain(hint);
});

test.each([[[]], [['repo']]])('%j alone is no success', async (argv) => {
  expect(await readCommandLine(argv)).toMatchObject({ exitCode: 2 });
});

test('the topics that help names exist', () => {
  const named =
    commands
      .find(({ name }) => name === 'help')
      ?.notes?.join(' ')
      .replace('Topics: ', '')
      .split(/ +/) ?? [];
  expect(named.sort()).toEqual(Object.keys(topics).sort());
  for (const page of Object.values(topics)) {
    expect(Math.max(...page.split('\n').map((line) => line.length))).toBeLessThanOrEqual(110);
  }
});
