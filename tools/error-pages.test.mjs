import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { errorCatalogue } from '@umbracore/contracts';
import { root } from './dev/process.mjs';
import { codesOnPages, pageProblems, skeleton } from './errors/pages.mjs';

const folder = join(root, 'docs/errors');
const codes = Object.keys(errorCatalogue);
const page = (code) => readFileSync(join(folder, `${code}.md`), 'utf8');

describe('the pages of errors', () => {
  test('are there for each code, and for nothing else', () => {
    expect(
      codesOnPages(readdirSync(folder)),
      'make what is missing with: node --conditions=@umbra/source tools/errors.mjs',
    ).toEqual(codes.toSorted());
  });

  test('say what the catalogue says, what happened and what to do', () => {
    expect(codes.flatMap((code) => pageProblems(code, page(code), errorCatalogue[code]))).toEqual([]);
  });
});

test('a page that says too little, or another exit code, is found', () => {
  const fresh = skeleton('state.busy', errorCatalogue['state.busy']);
  expect(pageProblems('state.busy', fresh, errorCatalogue['state.busy'])).toEqual([
    'state.busy: says nothing under "What happened"',
    'state.busy: says nothing under "What to do"',
  ]);
  expect(pageProblems('state.full', page('state.full'), errorCatalogue['state.damaged'])).toEqual([
    expect.stringMatching(/^state\.full: has to begin with "[^"]* It stays/),
  ]);
});
