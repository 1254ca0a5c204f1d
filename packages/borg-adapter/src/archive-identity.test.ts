import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { commentFor, identityOf, isLeftover, isOwnLeftover, nameFor, renamed } from './archive-identity.ts';

const tag = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.includes(','));
const id = fc.stringMatching(/^[0-9a-f]{64}$/);

test('what an archive is called when it is made comes back from its comment', () => {
  fc.assert(
    fc.property(fc.array(tag), fc.string(), fc.array(fc.string()), (tags, host, paths) => {
      const known = identityOf(nameFor(tags, 'random'), commentFor(tags, host, paths));
      expect(known).toEqual({ tags, host, paths, original: undefined });
    }),
    { seed: 20_261_126 },
  );
});

test('changed tags come back from the name, which borg can take, and so does the first id', () => {
  fc.assert(
    fc.property(fc.array(tag), id, id, (tags, first, second) => {
      const once = renamed('umbra-r-1', first, ['other']);
      const name = renamed(once, first, tags);
      expect(identityOf(name, commentFor(['old'], 'box', ['/x']))).toEqual({
        tags,
        host: 'box',
        paths: ['/x'],
        original: first,
      });
      expect(name).not.toMatch(/[/{}\s]|::/);
      expect(renamed(name, second, tags)).toBe(renamed('umbra-r-1', second, tags));
    }),
    { seed: 20_261_126 },
  );
});

test('archives of others have no tags, whatever their comments and names say', () => {
  for (const comment of ['', 'by hand', '{"tags":["x"]}', '{', 'null']) {
    expect(identityOf('daily~umbra:nonsense', comment)).toEqual({
      tags: [],
      host: undefined,
      paths: undefined,
      original: undefined,
    });
  }
});

test('the name of a run is its own, so that borg refuses a second archive of it', () => {
  expect(nameFor(['x', 'umbra-run:r-1'], 'random')).toBe('umbra-r-1');
  expect(nameFor(['x'], 'random')).toBe('umbra-random');
});

test.each([
  ['umbra-r-1.checkpoint', true, true],
  ['umbra-r-1.checkpoint.2', true, true],
  ['daily.checkpoint', true, false],
  ['daily.recreate', true, false],
  ['umbra-r-1', false, false],
])('%s is left over: %j, and ours: %j', (name, any, own) => {
  expect([isLeftover(name), isOwnLeftover(name)]).toEqual([any, own]);
});
