import { chmodSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkExtensions } from '@umbracore/config';
import { isUmbraError, type UmbraError } from '@umbracore/contracts';
import { afterAll, describe, expect, test } from 'vitest';
import { checkConfiguration } from '../src/check-configuration.ts';
import { judgesOf } from '../src/judges.ts';
import { preparePlugins } from '../src/plugins/prepare.ts';
import { usualTools } from '../src/plugins/tools.ts';
import { readConfiguration } from '../src/read-configuration.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'umbra-named-plugins-')));
afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};

/** Takes `{ size }`, a number, for itself, and `{ colour: 'red' }` for its repositories. */
const schema = (key: string, test: string) =>
  `{ '~standard': { version: 1, vendor: 'test', validate: (value) => {
    if (${test.replaceAll('it', `value.${key}`)}) return { value };
    return { issues: [{ message: 'not such a ${key}', path: [{ key: '${key}' }] }] };
  } } }`;
write(
  'paint.mjs',
  `export default {
    name: 'paint', api: 1, options: ${schema('size', "it === undefined || typeof it === 'number'")},
    register(host) { host.addBackend('paint', () => { throw new Error('unused'); }, ${schema('colour', "it === 'red'")}); },
  };`,
);

const check = async (text: string): Promise<unknown> => {
  const configFile = write('umbra.yaml', text);
  const options = { env: {}, cwd: folder, home: folder, configFile };
  return await checkConfiguration(options).then(
    () => 'taken',
    (thrown: unknown) => {
      if (!isUmbraError(thrown)) throw thrown;
      const problems = (thrown.context['problems'] ?? []) as readonly Record<string, unknown>[];
      return problems.map(({ code, line, column, message, hint }) => ({ code, line, column, message, hint }));
    },
  );
};

const job = 'jobs: { one: { sources: /a, repository: wall } }';

test('a plug-in that is named brings its backend', async () => {
  const text = `plugins: [{ use: ./paint.mjs, options: { size: 3 } }]
repositories: { wall: { url: /b, backend: paint, options: { colour: red } } }
${job}`;
  expect(await check(text)).toBe('taken');
});

test('one that is not is not there, however near it lies', async () => {
  expect(await check(`repositories: { wall: { url: /b, backend: paint } }\n${job}`)).toMatchObject([
    { code: 'config.unknown-reference', line: 1, message: 'there is no backend "paint"' },
  ]);
});

test('everything that it refuses is told at its place', async () => {
  const text = `plugins:
  - use: ./paint.mjs
    options:
      size: big
  - ./absent.mjs
repositories: { wall: { url: /b, backend: pain } }
${job}`;
  expect(await check(text)).toMatchObject([
    { code: 'config.invalid-value', line: 4, column: 13, message: 'paint: not such a size' },
    { code: 'plugin.absent', line: 5, column: 5 },
  ]);
  expect(await check(text.replace('big', '3').replace('  - ./absent.mjs\n', ''))).toMatchObject([
    { code: 'config.unknown-reference', line: 5, hint: 'did you mean "paint"?' },
  ]);
  const blue = text
    .replace('big', '3')
    .replace('  - ./absent.mjs\n', '')
    .replace('pain }', 'paint, options: { colour: blue } }');
  expect(await check(blue)).toMatchObject([
    { code: 'config.invalid-value', line: 5, column: 69, message: 'paint: not such a colour' },
  ]);
});

test('a secret is found by the plug-in that is named in a map, and by no other', async () => {
  write(
    'vault.mjs',
    `export default { name: 'vault', api: 1, register: (host) => host.addSecretProvider({ scheme: 'vault', resolve() {} }) };`,
  );
  const text = `plugins: [./vault.mjs]
repositories: { wall: { url: /b, password: { vault: a } } }
${job}`;
  expect(await check(text)).toBe('taken');
  expect(await check(text.replace('vault: a', 'vualt: a'))).toMatchObject([
    {
      code: 'config.unknown-reference',
      line: 2,
      message: 'nobody finds secrets by "vualt"',
      hint: 'did you mean "vault"?',
    },
  ]);
});

test('a program that is not executable is told of at its line, with what to do', async () => {
  const file = write('still.sh', '#!/bin/sh\n');
  const text = `plugins:\n  - ./still.sh\nrepositories: { wall: { url: /b } }\n${job}`;
  expect(await check(text)).toMatchObject([
    {
      code: 'plugin.invalid',
      line: 2,
      column: 5,
      message: `the plug-in ${file} is not executable`,
      hint: `make it executable for this user: \`chmod +x ${file}\``,
    },
  ]);
});

describe('a program that breaks over what is said to it', () => {
  const described = {
    name: 'bad',
    api: 1,
    options: true,
    conditions: ['moon'],
    hooks: ['ring'],
    backends: [{ name: 'cave', options: true }],
  };
  /** Breaks at the check of what stands in the file `breaks`. */
  const program = `#!/bin/sh
read -r request
read -r what < breaks
case $request in
  *'"describe"'*) echo '${JSON.stringify({ type: 'result', value: described })}';;
  *'"check"'*'"what":"'$what'"'*) echo boom >&2; exit 3;;
  *) echo '{"type":"result","value":{}}';;
esac
`;
  const text = `plugins: [./bad.sh]
repositories: { wall: { url: /b }, hole: { url: /c, backend: cave } }
jobs:
  one: { sources: /a, repository: wall }
  two: { sources: /a, repository: wall, conditions: { moon: full } }
  three: { sources: /a, repository: wall, hooks: { before: { use: ring, options: loud } } }`;

  test.each([
    ['plugin', { line: 1, column: 11 }],
    ['backend', { line: 2, column: 62 }],
    ['condition', { line: 5, column: 61 }],
    ['hook', { line: 6, column: 82 }],
  ])('%s: is told of at its line, and is in the way of nothing else', async (what, place) => {
    chmodSync(write('bad.sh', program), 0o755);
    write('breaks', what);
    expect(await check(text)).toMatchObject([
      {
        code: 'plugin.invalid',
        message: expect.stringMatching(/bad\.sh ended \(exit code 3\) without an answer to "check": boom$/),
        hint: expect.stringContaining('take it out of the configuration'),
        ...place,
      },
    ]);
    const told: { problems: unknown }[] = [];
    const options = { env: {}, cwd: folder, home: folder, configFile: join(folder, 'umbra.yaml') };
    const configuration = await readConfiguration(options);
    const note = ({ context }: UmbraError): void => void told.push({ problems: context['problems'] });
    const extensions = await preparePlugins(options, configuration, usualTools({}), note);
    checkExtensions(configuration, judgesOf(extensions), note);
    expect(told).toMatchObject([{ problems: [place] }]);
  });
});

test('one that imports what is not installed is told how that comes there', async () => {
  write('bare.mjs', `import 'no-such-package-of-umbra';`);
  expect(await check(`plugins: [./bare.mjs]\nrepositories: { wall: { url: /b } }\n${job}`)).toMatchObject([
    { code: 'plugin.invalid', hint: `install what it imports: \`npm install no-such-package-of-umbra\` in ${folder}` },
  ]);
});

test('one in JavaScript whose check of its options throws is broken, and is told of at its line', async () => {
  write(
    'torn.mjs',
    `export default { name: 'torn', api: 1, options: { '~standard': { version: 1, vendor: 't', validate() { throw new Error('torn'); } } }, register() {} };`,
  );
  expect(await check(`plugins: [./torn.mjs]\nrepositories: { wall: { url: /b } }\n${job}`)).toMatchObject([
    { code: 'plugin.invalid', line: 1, message: 'the plug-in torn failed when it checked its options: torn' },
  ]);
});
