import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { isUmbraError } from '@umbracore/contracts';
import { stringify } from 'smol-toml';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { mangled, tamed } from '../../../tools/testing/fuzz.ts';
import { times } from '../../../tools/vitest/evidence.ts';
import { Folder, reportOf } from './loading.ts';

const everything = readFileSync(new URL('fixtures/everything.yaml', import.meta.url), 'utf8');

const little = `version: 1
repositories:
  home: { url: /srv/backup, password: file:/etc/key }
jobs:
  documents:
    sources: [/home/me]
    schedule: daily at 02:00
    limits: { upload: 5MiB/s }
chains:
  nightly: { nodes: { documents: {} } }
`;

/** A value without what TOML cannot say. */
const withoutNull = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, each: unknown) => each ?? undefined));

const forms: readonly (readonly [string, (text: string) => string])[] = [
  ['yaml', (text) => text],
  ['json', (text) => JSON.stringify(parse(text), undefined, 1)],
  ['toml', (text) => stringify(withoutNull(parse(text)))],
];

const words = [
  '&a',
  '*a',
  '<<: *a',
  '!!js/function',
  '---',
  '[[jobs]]',
  '"""',
  'include: umbra.yaml',
  'jobs:',
  '{a: 1, a: 2}',
];

test.each(forms)('whatever stands in a file of %s is taken, or refused at its place', async (ending, form) => {
  using folder = new Folder();
  const name = `umbra.${ending}`;
  await fc.assert(
    fc.asyncProperty(mangled([form(little), form(little), form(little), form(everything)], words), async (text) => {
      const file = folder.write(name, text);
      const outcome = await tamed(() => folder.load(name), /^(config|schedule)\./);
      if ('value' in outcome) return;
      const { problems, message } = await reportOf(folder, name);
      expect(message).toBe(outcome.message);
      expect(problems).not.toEqual([]);
      for (const problem of problems) {
        expect(problem.line).toBeGreaterThan(0);
        expect(problem.line).toBeLessThanOrEqual(text.split(/\r\n|\r|\n/).length);
        expect(problem.column).toBeGreaterThan(0);
        expect(problem.file).toBe(file);
      }
    }),
    { numRuns: times(30) },
  );
});

test('bytes that are no text are refused', async () => {
  using folder = new Folder();
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (bytes) => {
      folder.write('umbra.yaml', Buffer.concat([Buffer.from(little), bytes]));
      const outcome = await tamed(() => folder.load(), /^(config|schedule)\./);
      expect('value' in outcome ? true : isUmbraError(outcome) || outcome.message.length > 0).toBe(true);
    }),
    { numRuns: times(40) },
  );
});
