import { expect, test } from 'vitest';
import { UmbraError } from '@umbracore/contracts';
import { candidatePaths } from '@umbracore/restore';
import { parseRef, selectSnapshots, type Ref } from './ref.ts';

const ref = (selector: Ref['selector'], job?: string, path?: string): Ref => ({ job, selector, path });

test.each<[string, Ref]>([
  ['41dbb77c', ref({ type: 'id', id: '41dbb77c' })],
  ['latest', ref({ type: 'back', steps: 0 })],
  ['documents@latest', ref({ type: 'back', steps: 0 }, 'documents')],
  ['documents@0', ref({ type: 'back', steps: 0 }, 'documents')],
  ['documents@-2', ref({ type: 'back', steps: 2 }, 'documents')],
  ['my.job-1@2026-11-20', ref({ type: 'day', year: 2026, month: 11, day: 20 }, 'my.job-1')],
  ['documents@latest:/etc/a:b@c', ref({ type: 'back', steps: 0 }, 'documents', '/etc/a:b@c')],
  ['documents@-1:Documents/taxes', ref({ type: 'back', steps: 1 }, 'documents', 'Documents/taxes')],
  ['41dbb77c:new\nline', ref({ type: 'id', id: '41dbb77c' }, undefined, 'new\nline')],
])('%s', (text, expected) => expect(parseRef(text)).toEqual(expected));

test.each([
  '',
  'documents',
  'documents@',
  '@latest',
  'documents@2',
  'documents@2026-02-30',
  '2026-11-20',
  'xyz',
  '41d',
])('%j names nothing', (text) => expect(() => parseRef(text)).toThrow(UmbraError));

test('a job alone is told how its snapshots are named', () => {
  expect(() => parseRef('documents')).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('If documents is a job, write documents@latest') }),
  );
  expect(() => parseRef('documents@2')).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('JOB@latest') }),
  );
});

const snapshots = [
  { id: 'aa11', time: new Date(2026, 10, 19, 2).getTime() },
  { id: 'aa22', time: new Date(2026, 10, 20, 2).getTime() },
  { id: 'bb33', time: new Date(2026, 10, 20, 23).getTime() },
];
const chosen = (text: string): string[] => selectSnapshots(parseRef(text).selector, snapshots).map(({ id }) => id);

test('choosing', () => {
  expect(chosen('j@latest')).toEqual(['bb33']);
  expect(chosen('j@-2')).toEqual(['aa11']);
  expect(chosen('j@-3')).toEqual([]);
  expect(chosen('j@2026-11-20')).toEqual(['bb33']);
  expect(chosen('j@2026-11-19')).toEqual(['aa11']);
  expect(chosen('j@2026-11-18')).toEqual([]);
  expect(chosen('aa11')).toEqual(['aa11']);
  expect(selectSnapshots({ type: 'id', id: 'aa' }, snapshots)).toHaveLength(2);
  expect(selectSnapshots({ type: 'back', steps: 0 }, [])).toEqual([]);
});

test('a snapshot is found by the id that it had first, unless another one has it now', () => {
  const pinned = { id: 'cc44', time: 0, original: 'aa11' };
  const of = (id: string, all: readonly { id: string; time: number; original?: string }[]): string[] =>
    selectSnapshots({ type: 'id', id }, all).map((snapshot) => snapshot.id);
  expect(of('aa1', [pinned])).toEqual(['cc44']);
  expect(of('aa1', [...snapshots, pinned])).toEqual(['aa11']);
  expect(of('cc', [pinned])).toEqual(['cc44']);
});

test('a path of a ref may be absolute, named like a source, or inside one', () => {
  expect(candidatePaths('/etc/ssh/', ['/etc'])).toEqual(['/etc/ssh']);
  expect(candidatePaths('/', ['/etc'])).toEqual(['/']);
  expect(candidatePaths('Documents/taxes', ['/home/me/Documents'])).toEqual([
    '/home/me/Documents/taxes',
    '/home/me/Documents/Documents/taxes',
    '/Documents/taxes',
  ]);
});
