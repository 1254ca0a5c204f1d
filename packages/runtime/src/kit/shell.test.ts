import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { indent, pageWidth, quoted, Script } from './shell.ts';

/** What a real shell makes of texts that are written as words of a script, each in its way. */
function seenByShell(texts: readonly string[], wordFor: (script: Script, text: string) => string): readonly string[] {
  const script = new Script();
  for (const text of texts) script.run("printf '%s\\0'", wordFor(script, text));
  const source = script.lines.map((line) => `${indent}${line}\n`).join('');
  return execFileSync('sh', ['-eu'], { input: source, encoding: 'utf8' }).split('\0').slice(0, -1);
}

const letters = Array.from(`a /'"\`$\\!#&;|<>(){}[]*?~=%-+,:.^\n\t\r\u0001\u00a0\u200bé文🙂`);
const text = fc.string({ unit: fc.constantFrom(...letters), maxLength: 120 });

it('gives a shell every text as it is', () => {
  fc.assert(
    fc.property(fc.array(text, { minLength: 20, maxLength: 40 }), (texts) => {
      expect(seenByShell(texts, (script, each) => script.word('WORD', each))).toEqual(texts);
      expect(seenByShell(texts, (_, each) => quoted(each))).toEqual(texts);
    }),
    { numRuns: 25 },
  );
});

it('writes no line that is wider than a page', () => {
  fc.assert(
    fc.property(fc.array(text, { maxLength: 10 }), (texts) => {
      const script = new Script();
      script.run('restic', ...texts.map((each) => script.word('WORD', each)));
      for (const line of script.lines) {
        expect(line).not.toMatch(/[\n\r]/);
        expect(indent.length + Array.from(line).length).toBeLessThanOrEqual(pageWidth);
      }
    }),
  );
});

it.each([
  ['plain', 'plain'],
  ['/mnt/backup', '/mnt/backup'],
  ['', "''"],
  ['~/x', "'~/x'"],
  ['a b', "'a b'"],
  ["it's", "'it'\\''s'"],
  ['$HOME', "'$HOME'"],
])('quotes %j as %s', (given, word) => {
  expect(quoted(given)).toBe(word);
});
