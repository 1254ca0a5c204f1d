import { expect, test } from 'vitest';
import type { PathChange } from '@umbracore/contracts';
import { aSnapshot } from '@umbracore/testkit';
import { documentTeller } from '@umbracore/runtime/documents';
import { Counter, isWanted } from '@umbracore/runtime/history';
import { summaryText } from './text-teller.ts';

const change = (kind: PathChange['change'], folder = false): PathChange => ({ path: '/a', change: kind, folder });

function tallyOf(changes: readonly PathChange[]) {
  const counter = new Counter();
  for (const each of changes) counter.add(each);
  return counter.tally;
}

test.each<readonly [readonly PathChange[], number | null, string]>([
  [[], 0, 'No difference.'],
  [[], null, 'No difference.'],
  [[change('added')], 2048, '1 file added; 2.0 KiB of data added, 2.0 KiB removed.'],
  [[change('added'), change('added', true), change('added')], null, '2 files and 1 folder added.'],
  [
    [change('metadata', true), change('type-changed')],
    null,
    '1 file of another type, 1 folder with other times or rights.',
  ],
])('%j, %s bytes: %s', (changes, bytes, text) => {
  expect(summaryText({ tally: tallyOf(changes), addedBytes: bytes, removedBytes: bytes })).toBe(text);
});

test('changed is all that is in both', () => {
  const kinds = ['added', 'removed', 'modified', 'type-changed', 'metadata', 'suspicious'] as const;
  expect(kinds.filter((kind) => isWanted(kind, ['changed']))).toEqual(kinds.slice(2));
  expect(kinds.filter((kind) => isWanted(kind, ['added', 'removed']))).toEqual(kinds.slice(0, 2));
  expect(kinds.filter((kind) => isWanted(kind, undefined))).toEqual(kinds);
});

test.each([[[]], [[[change('added')]]], [[[change('added'), change('removed')], [], [change('modified', true)]]]])(
  'the document of %j in pieces is one document',
  (pieces: readonly (readonly PathChange[])[]) => {
    const snapshot = aSnapshot();
    let written = '';
    const head = {
      repository: 'home',
      from: snapshot,
      to: snapshot,
      asOf: undefined,
      path: undefined,
      metadata: false,
      only: undefined,
    };
    const teller = documentTeller(head, (text) => (written += text));
    for (const piece of pieces) teller.changes(piece);
    expect(written === '').toBe(pieces.length === 0);
    teller.end({ tally: tallyOf(pieces.flat()), addedBytes: 1, removedBytes: 2 });
    expect(JSON.parse(written)).toMatchObject({
      schema: 'umbra.diff/1',
      changes: pieces.flat(),
      summary: { addedBytes: 1 },
    });
  },
);
