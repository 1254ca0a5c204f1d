import { describe, expect, test } from 'vitest';
import { loadConfiguration } from '@umbracore/config';
import { calendar } from '@umbracore/scheduler';
import { readCommandLine } from '../apps/cli/src/program.ts';
import { root } from './dev/process.mjs';
import { codeBlocks } from './readme/code-blocks.mjs';
import { commandWords, umbraCalls, umbraCallsInText } from './readme/command-lines.mjs';
import { configurationProblems } from './readme/configurations.mjs';
import { documents, packageFolders } from './readme/documents.mjs';
import { spellingProblems, typeProblems } from './readme/examples.mjs';

const all = documents(root);
const document = (file) => all.find((known) => known.file === file);
const markdown = (...lines) => [{ file: 'a.md', blocks: codeBlocks(lines.join('\n')) }];

const load = (options) => loadConfiguration({ ...options, calendar });

async function refusedCalls(calls) {
  const problems = [];
  for (const { at, argv } of calls) {
    await readCommandLine(argv).catch((error) => problems.push(`${at}: ${error.message}`));
  }
  return problems;
}

describe('the documents of this checkout', () => {
  test.each(packageFolders(root))('%s has a README', (folder) => {
    expect(document(`${folder}/README.md`), `${folder}/README.md does not exist`).toBeDefined();
  });

  const libraries = packageFolders(root).filter((folder) => folder.startsWith('packages/'));
  test.each(libraries)('%s shows an example in its README', (folder) => {
    const { blocks } = document(`${folder}/README.md`) ?? { blocks: [] };
    expect(blocks.filter(({ language }) => language === 'ts').length).toBeGreaterThan(0);
  });

  test('have every example where the compiler sees it', () => {
    expect(spellingProblems(all)).toEqual([]);
  });

  test('have examples that compile', () => {
    expect(typeProblems(all, root)).toEqual([]);
  });

  test('show configurations that load', async () => {
    expect(await configurationProblems(all, load)).toEqual([]);
  });

  test('show command lines that umbra takes', async () => {
    expect(await refusedCalls(umbraCalls(all))).toEqual([]);
  });

  test('speak of command lines that umbra takes, with or without what they need', async () => {
    const refused = await refusedCalls(umbraCallsInText(all));
    expect(refused.filter((problem) => !/: .*(?:missing required argument|argument missing)/.test(problem))).toEqual(
      [],
    );
  });
});

describe('an example', () => {
  test('is found with its line, between other blocks and in lists', () => {
    const blocks = codeBlocks('# A\n```sh\nnpm i\n```\n- b\n  ````ts\n  a;\n    b;\n  ```\n  ````\n');
    expect(blocks).toEqual([
      { line: 3, language: 'sh', flags: '', closed: true, text: 'npm i\n' },
      { line: 7, language: 'ts', flags: '', closed: true, text: 'a;\n  b;\n```\n' },
    ]);
  });

  test('that does not compile is reported with its document and line', () => {
    const wrong = markdown('# A', '```ts', "import { pluginApi } from '@umbracore/contracts';", 'pluginApi.b;', '```');
    expect(typeProblems(wrong, root)).toEqual([expect.stringMatching(/^a\.md:4:11: error TS2339: .*'b'/)]);
  });

  test('is compiled as strictly as our sources', () => {
    const loose = markdown('```ts', 'const names: string[] = [];', 'export const n: number = names[0].length;', '```');
    expect(typeProblems(loose, root)).toEqual([expect.stringContaining('a.md:3:26: error TS2532')]);
  });

  test.each([
    ['```ts no-check', 'an example takes no "no-check"'],
    ['```typescript', 'write ```ts'],
    ['```js', 'write ```ts'],
  ])('cannot hide from the compiler as %s', (fence, message) => {
    expect(spellingProblems(markdown(fence, 'x', '```'))).toEqual([expect.stringContaining(message)]);
  });

  test('must end', () => {
    expect(spellingProblems(markdown('```ts', 'x'))).toEqual(['a.md:1: the code block is never closed']);
  });
});

describe('a configuration', () => {
  test('that does not load is reported with its document and line', async () => {
    const wrong = markdown('```yaml', 'jobs:', '  documents:', '    source: /srv', '```');
    expect(await configurationProblems(wrong, load)).toEqual([expect.stringMatching(/^a\.md:2: .*source/s)]);
  });

  test('is told from other YAML', async () => {
    expect(await configurationProblems(markdown('```yaml', 'on: [push]', '```'), load)).toEqual([]);
  });
});

describe('a command line', () => {
  test.each([
    ['umbra run documents | head -1', ['run', 'documents']],
    ['umbra ls latest "/srv/my files" # all', ['ls', 'latest', '/srv/my files']],
    ['UMBRA_CONFIG=a.yaml umbra status --json>out', ['status', '--json']],
    ['npm run umbra -- history', ['history']],
  ])('is found: %s', (line, argv) => {
    expect(umbraCalls(markdown('# A', '```sh', line, '```'))).toEqual([{ at: 'a.md:3', argv }]);
  });

  test('is found among its output only where it is typed', () => {
    const calls = umbraCalls(markdown('```console', '$ umbra status', 'umbra is well', '```'));
    expect(calls).toEqual([{ at: 'a.md:2', argv: ['status'] }]);
  });

  test('is found in a sentence, and not in a block', () => {
    const text = 'Run `umbra status --check` or `umbra …`.\n```sh\necho `umbra fly`\n```\n';
    expect(umbraCallsInText([{ file: 'a.md', text, blocks: codeBlocks(text) }])).toEqual([
      { at: 'a.md:1', argv: ['status', '--check'] },
    ]);
  });

  test('that umbra refuses is reported with its document and line', async () => {
    const calls = umbraCalls(markdown('```sh', 'umbra run documents', 'umbra run --hurry', 'umbra fly', '```'));
    expect(await refusedCalls(calls)).toEqual([
      expect.stringMatching(/^a\.md:3: .*--hurry/),
      expect.stringMatching(/^a\.md:4: .*fly/),
    ]);
  });

  test('is read as a shell reads it', () => {
    expect(commandWords(`a 'b c' "d" && e`)).toEqual(['a', 'b c', 'd']);
  });
});
