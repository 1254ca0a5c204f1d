import { expect, test } from 'vitest';
import { mutantsOf, mutated } from './mutants.mjs';

test.for([
  ['an operator', 'const a = b < 3;', ['const a = b <= 3;', 'const a = b < 4;']],
  ['what is joined by and', 'f(a && b);', ['', 'f((a || b));']],
  ['a negation', 'const a = !b;', ['const a = b;']],
  ['a choice', 'const a = b ? c : d;', ['const a = b ? d : c;']],
  ['a condition', 'if (a) b = c;', ['if (!(a)) b = c;', 'if (a) ']],
  ['a truth', 'const a = true;', ['const a = false;']],
  ['a method', 'const a = b.some(c);', ['const a = b.every(c);']],
  ['texts that are joined', "const a = 'x' + b;", []],
  ['types', 'type A = 1 | 2; const a: 3 = b;', []],
])('changes %s', ([, source, changed]) => {
  expect(mutantsOf(source).map((mutant) => mutated(source, mutant))).toEqual(changed);
});

test('says where and what', () => {
  expect(mutantsOf('a();\nconst b = c * d;').at(-1)).toMatchObject({ line: 2, what: 'c * d -> c / d' });
});
