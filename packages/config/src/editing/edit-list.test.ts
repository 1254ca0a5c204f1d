import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { addPlugin, removePlugin } from './edit-list.ts';

const corpus: readonly (readonly [name: string, text: string])[] = [
  ['none yet', '# mine\nrepositories:\n    main: /a   # here\n'],
  ['none yet, no line break', 'repositories:\n  main: /a'],
  ['an empty word', 'plugins: # none yet\nrepositories: { main: /a }\n'],
  [
    'a list',
    'plugins:\n  - ./one.ts   # first\n  - use: ./two.ts\n    options: { a: 1 }\n# end\nrepositories: { main: /a }\n',
  ],
  ['a list without indent', 'plugins:\n- ./one.ts\njobs: {}\n'],
  ['a list at the end', 'jobs: {}\nplugins:\n    - ./one.ts'],
  ['brackets', "plugins: [ ./one.ts,   'two' ]   # both\njobs: {}\n"],
  ['empty brackets', 'plugins: []\njobs: {}\n'],
  ['JSON', '{\n  "plugins": ["./one.ts"],\n  "jobs": {}\n}\n'],
  ['Windows line breaks', 'plugins:\r\n  - ./one.ts\r\njobs: {}\r\n'],
];
const called = (use: string) => (written: string) => written === use;

const meaning = (text: string): Record<string, unknown> => parse(text) ?? {};
const isSplice = (shorter: string, longer: string): boolean => {
  let same = 0;
  while (same < shorter.length && shorter[same] === longer[same]) same += 1;
  return longer.endsWith(shorter.slice(same));
};

test.each(corpus)('%s: any plug-in can be added and removed, and every byte that was there stays', (_, before) => {
  const options = fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), fc.string(), { maxKeys: 2 });
  const plugin = fc.oneof(
    fc.constantFrom('./new.ts', '@scope/new', '/abs/new.py', 'with: colon', '# hash', "it's"),
    options.map((some) => ({ use: './new.ts', options: { ...some } })),
  );
  fc.assert(
    fc.property(plugin, (written) => {
      const after = addPlugin(before, written);
      expect(isSplice(before, after)).toBe(true);
      const was = meaning(before);
      const known = Array.isArray(was['plugins']) ? was['plugins'] : [];
      const wanted = JSON.parse(JSON.stringify(written)) as unknown;
      expect(meaning(after)).toEqual({ ...was, plugins: [...known, wanted] });
      const removed = removePlugin(after, called(typeof written === 'string' ? written : written.use));
      expect(isSplice(removed, after)).toBe(true);
      expect(meaning(removed)['plugins'] ?? []).toEqual(known);
    }),
    { numRuns: 20, seed: 7 },
  );
});

test('each of several can be removed, and keeps the comments of the others', () => {
  const list = corpus[3]?.[1] ?? '';
  expect(removePlugin(list, called('./two.ts'))).toBe(
    'plugins:\n  - ./one.ts   # first\n# end\nrepositories: { main: /a }\n',
  );
  expect(removePlugin(list, called('./one.ts'))).toContain('plugins:\n  - use: ./two.ts\n');
  expect(removePlugin('plugins: [ ./one.ts, two ]\n', called('./one.ts'))).toBe('plugins: [ two ]\n');
});

test('what cannot be done is said', () => {
  expect(() => addPlugin('plugins: [./a.ts]\n', './a.ts')).toThrow(
    expect.objectContaining({ code: 'config.duplicate' }),
  );
  expect(() => removePlugin('plugins: [./a.ts]\n', called('./b.ts'))).toThrow('does not name the plug-in');
  expect(() => addPlugin('{"jobs":{}}', './a.ts')).toThrow('edited by the program');
});
