import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { addJob, addRepository, jobLines, removeJob } from './edit.ts';

const commented = `# yaml-language-server: $schema=./schema.json
version: 1   # the only one
repositories:
    main:   /mnt/backup      # strange   spacing stays

    'quoted':   { url: "/b",   compression: auto }
# between sections
jobs:   # all of them
    documents:
        sources: [ ~/Documents,   ~/Pictures ]   # two
        tags:
        - "a"
        - b

    # the photographs
    photos:
        sources: ~/Photos   # many
        description: |
            two lines
            of text

# at the very end
defaults: { excludeCaches: true }   # last
`;

const corpus: readonly (readonly [name: string, text: string])[] = [
  ['comments', commented],
  ['Windows line breaks', commented.replaceAll('\n', '\r\n')],
  ['byte order mark', `\uFEFF${commented}`],
  ['jobs last, no line break at the end', 'repositories: { main: /a }\njobs:\n  a:\n    sources: x'],
  ['jobs last, comment at the end', 'repositories: { main: /a }\njobs:\n  a:\n    sources: x # y\n  # end'],
  ['no jobs', 'repositories:\n  main: /a\n'],
  ['no jobs, no line break', 'repositories:\n  main: /a'],
  ['jobs without any', 'jobs: # none yet\nrepositories: { main: /a }\n'],
  ['braces', 'repositories: { main: /a }\njobs: { a: { sources: x } } # here\n'],
  ['empty braces', 'repositories: { main: /a }\njobs: {}\n'],
  ['trailing comma', 'jobs: {\n  a: { sources: x }, # one\n}\n'],
  ['JSON', '{\n  "repositories": { "main": "/a" },\n  "jobs": {\n    "a": { "sources": "x" }\n  }\n}\n'],
  ['JSON in one line', '{"repositories":{"main":"/a"},"jobs":{"a":{"sources":"x"}}}'],
  ['JSON without jobs', '{"repositories":{"main":"/a"}}'],
  ['indented by one', 'jobs:\n a:\n  sources: x\nrepositories:\n main: /a\n'],
];

const text = fc.oneof(
  fc.string({ minLength: 1 }),
  fc.string({ minLength: 1, unit: 'grapheme' }),
  fc.constantFrom(
    '~',
    'null',
    'yes',
    '1',
    '- a',
    'a: b',
    '# c',
    '*.tmp',
    '!x',
    '"',
    "it's",
    'two\nlines',
    'tab\there',
    ' lead',
    '---',
    '\u2028 x',
  ),
);
const job = fc.record(
  {
    sources: fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 3 })),
    schedule: text,
    tags: fc.array(text, { maxLength: 3 }),
    enabled: fc.boolean(),
    compressionLevel: fc.integer({ min: 0, max: 9 }),
    retry: fc.record({ maxAttempts: fc.integer({ min: 1, max: 9 }) }),
  },
  { requiredKeys: ['sources'] },
);

/** True if `longer` is `shorter` with one stretch put in. */
function isSplice(shorter: string, longer: string): boolean {
  let same = 0;
  while (same < shorter.length && shorter[same] === longer[same]) same += 1;
  return longer.endsWith(shorter.slice(same));
}

test.each(corpus)('%s: any job can be added, and every byte that was there stays', (_, before) => {
  fc.assert(
    fc.property(job, (fields) => {
      const after = addJob(before, { id: 'new-one', ...fields });
      expect(isSplice(before, after)).toBe(true);
      const was = parse(before.replace(/^\uFEFF/, ''), { logLevel: 'error' });
      expect(parse(after.replace(/^\uFEFF/, ''), { logLevel: 'error' })).toEqual({
        ...was,
        jobs: { ...was.jobs, 'new-one': JSON.parse(JSON.stringify(fields)) },
      });
    }),
    { numRuns: 30 },
  );
});

test.each(corpus)('%s: what was added can be removed again', (_, before) => {
  const added = addJob(before, { id: 'new-one', sources: '~/x', schedule: 'daily at 02:00' });
  const removed = removeJob(added, 'new-one');
  const meaning = (text: string): unknown => {
    const value = parse(text.replace(/^\uFEFF/, ''), { logLevel: 'error' });
    return { ...value, jobs: value.jobs ?? {} };
  };
  expect(meaning(removed)).toEqual(meaning(before));
  expect(isSplice(removed, added)).toBe(true);
});

test('the new job stands below the others, indented as they are', () => {
  const after = addJob(commented, { id: 'music', sources: '~/Music', schedule: 'weekly on Sun at 04:00' });
  expect(after).toBe(
    commented.replace(
      '            of text\n',
      '            of text\n    music:\n      sources: ~/Music\n      schedule: weekly on Sun at 04:00\n',
    ),
  );
  expect(jobLines(after, 'music')).toEqual({ first: 21, last: 23 });
  expect(jobLines(after, 'nobody')).toBeUndefined();
});

test('a removed job takes its own lines only', () => {
  expect(removeJob(commented, 'documents')).toBe(commented.replace(/ {4}documents:\n(?: {8}.*\n)+/, ''));
});

test('the last job takes jobs with it', () => {
  expect(removeJob('jobs:\n  a:\n    sources: x\nrepositories: { main: /a }\n', 'a')).toBe(
    'repositories: { main: /a }\n',
  );
});

test('what cannot be done is said', () => {
  expect(() => addJob(commented, { id: 'photos', sources: 'x' })).toThrow(
    expect.objectContaining({ code: 'config.duplicate' }),
  );
  expect(() => removeJob(commented, 'nobody')).toThrow(expect.objectContaining({ code: 'usage.unknown-job' }));
  expect(() => addJob('jobs: [\n', { id: 'a', sources: 'x' })).toThrow(
    expect.objectContaining({ code: 'config.syntax' }),
  );
  expect(() => addJob('jobs: hello\n', { id: 'a', sources: 'x' })).toThrow(
    expect.objectContaining({ hint: 'edit it by hand' }),
  );
  const anchored = 'jobs:\n  a: &a { sources: x }\n  b: *a\n';
  expect(() => removeJob(anchored, 'a')).toThrow(expect.objectContaining({ hint: 'edit it by hand' }));
});

test('a job of any kind is written in full', () => {
  expect(
    addJob('jobs:\n  a:\n    sources: x\n', {
      id: 'mirror',
      copy: { from: 'home', to: 'offsite' },
      after: { job: 'a', on: ['success', 'warning'] },
    }),
  ).toBe(
    'jobs:\n  a:\n    sources: x\n  mirror:\n    copy:\n      from: home\n      to: offsite\n    after:\n      job: a\n      on:\n        - success\n        - warning\n',
  );
});

test('chains are known by their names, and removed as jobs are', () => {
  const text = 'jobs:\n  a: { sources: x }\nchains:\n  night: # late\n    steps: [a]\n  day: { steps: [a] }\n';
  expect(() => addJob(text, { id: 'night', sources: 'x' })).toThrow('the chain "night" is already there');
  expect(jobLines(text, 'night')).toEqual({ first: 4, last: 5 });
  const without = removeJob(text, 'night');
  expect(without).toBe('jobs:\n  a: { sources: x }\nchains:\n  day: { steps: [a] }\n');
  expect(removeJob(without, 'day')).toBe('jobs:\n  a: { sources: x }\n');
});

test.each(corpus)('a repository is added where every byte stays: %s', (_, before) => {
  const after = addRepository(before, 'off-site', { url: 'rest:http://nas/x', password: 'file:/key', env: undefined });
  const value = parse(before.replace('\uFEFF', ''));
  const added = { 'off-site': { url: 'rest:http://nas/x', password: 'file:/key' } };
  expect(parse(after.replace('\uFEFF', ''))).toEqual({
    ...value,
    repositories: { ...value.repositories, ...added },
  });
  expect(after.length).toBeGreaterThan(before.length);
});

test('a repository is not added twice', () => {
  expect(() => addRepository(commented, 'quoted', { url: '/x' })).toThrow('the repository "quoted" is already there');
});
