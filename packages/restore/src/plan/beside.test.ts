import { expect, test } from 'vitest';
import { besideName } from './beside.ts';

test.each([
  ['notes.md', 1, 'notes.restored.md'],
  ['notes.md', 2, 'notes.restored-2.md'],
  ['archive.tar.gz', 1, 'archive.tar.restored.gz'],
  ['Makefile', 1, 'Makefile.restored'],
  ['.bashrc', 1, '.bashrc.restored'],
  ['.', 3, '..restored-3'],
])('%s, try %i: %s', (name, attempt, expected) => expect(besideName(name, attempt)).toBe(expected));
