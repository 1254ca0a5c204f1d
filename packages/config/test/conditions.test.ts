import { expect, test } from 'vitest';
import { isUmbraError, UmbraError, type Conditions } from '@umbracore/contracts';
import { checkConditions, loadConfiguration, type Problem } from '../src/index.ts';
import { Folder } from './loading.ts';

/** Knows `power`, which is `ac` or `battery`, and `mounted`, which is anything. */
const conditions: Conditions = {
  evaluate: () => Promise.resolve([]),
  kinds: () => ['power', 'mounted'],
  check({ kind, options }) {
    if (kind === 'mounted' || (kind === 'power' && (options === 'ac' || options === 'battery'))) return;
    if (kind !== 'power')
      throw new UmbraError('config.unknown-key', `there is no condition "${kind}"`, { hint: 'Use power or mounted.' });
    throw new UmbraError('config.invalid-value', `"${String(options)}" is no power`, { hint: 'Write ac or battery.' });
  },
};

const text = `repositories: { main: /a }
profiles:
  laptop: { conditions: { power: mains } }
jobs:
  one: { sources: a, profile: laptop }
  two: { sources: a, profile: laptop }
  three:
    sources: a
    conditions: { mounted: /mnt, powr: ac, otherwise: skip }
chains:
  night: { steps: [one], conditions: { power: none } }
`;

const problemsOf = (thrown: unknown): readonly Problem[] =>
  isUmbraError(thrown) ? ((thrown.context['problems'] ?? []) as readonly Problem[]) : [];

const expected = [
  { code: 'config.invalid-value', line: 3, column: 34, hint: 'write ac or battery' },
  { code: 'config.unknown-key', line: 9, column: 34, hint: 'use power or mounted' },
  { code: 'config.invalid-value', line: 11, column: 47, hint: 'write ac or battery' },
];

test('conditions are checked once their kinds are known, each at its place and once', async () => {
  using folder = new Folder();
  folder.write('umbra.yaml', text);
  const configuration = await folder.load();
  const refused = ((): unknown => {
    try {
      checkConditions(configuration, conditions);
      return undefined;
    } catch (error) {
      return error;
    }
  })();
  expect(problemsOf(refused)).toMatchObject(expected);
  expect(refused).toMatchObject({ message: expect.stringContaining('3 problems in umbra.yaml') });
  folder.write('umbra.yaml', text.replace('mains', 'ac').replace('powr', 'power').replace('none', 'battery'));
  expect(() => checkConditions(configuration, conditions)).toThrow('3 problems');
  const fixed = await folder.load();
  expect(() => checkConditions(fixed, conditions)).not.toThrow();
});

test('what is done where none is met may be said below, for the jobs that have one', async () => {
  using folder = new Folder();
  const job = 'one: { sources: a, profile: laptop, conditions: { power: ac } }';
  const rest = 'repositories: { main: /a }\nprofiles: { laptop: { conditions: { otherwise: skip } } }\njobs:\n';
  folder.write('umbra.yaml', `${rest}  ${job}\n  two: { sources: a, profile: laptop }\n`);
  const { jobs } = await folder.load();
  expect(jobs.get('one')?.conditions).toMatchObject({ otherwise: 'skip', all: [{ kind: 'power' }] });
  expect(jobs.get('two')?.conditions).toBeUndefined();
});

test('or in the same pass as everything else', async () => {
  using folder = new Folder();
  folder.write('umbra.yaml', `${text}  other: { steps: [two] , enabled: 3 }\n`);
  const refused: unknown = await loadConfiguration({ ...folder.options('umbra.yaml'), conditions }).catch(
    (error: unknown) => error,
  );
  expect(problemsOf(refused)).toMatchObject([...expected, { line: 12 }]);
});

test('a configuration without a file names the job', async () => {
  using folder = new Folder();
  folder.write('umbra.yaml', text);
  const { ...built } = await folder.load();
  expect(() => checkConditions(built, conditions)).toThrow('job "one": "mains" is no power');
});
