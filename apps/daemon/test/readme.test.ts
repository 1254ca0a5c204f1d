import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { routes } from '../src/routes/index.ts';

test('the README has every route, and no other', () => {
  const text = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const listed = [...text.matchAll(/^\| `((?:GET|POST) \/\S*)` /gm)].map(([, route = '']) => route);
  expect(listed.toSorted()).toEqual(routes.map(({ method, path }) => `${method.toUpperCase()} ${path}`).toSorted());
});
