import { aChain } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { chainAsDot, chainAsMermaid, chainAsText } from './render.ts';

const chain = aChain(
  [
    'database -> documents',
    'database -warning-> documents',
    'database -> system',
    'documents -> mirror',
    'system -> mirror',
  ],
  { mirror: { join: 'any', deadlineMs: 7_200_000 }, stop: { closes: 'database', job: 'command' } },
  { onFailure: 'stop' },
);

test('text', () => {
  expect(chainAsText(chain)).toBe(
    [
      'nightly (stops after a failure)',
      '  1  database',
      '  2  documents           after database (success or warning)',
      '  2  system              after database (success)',
      '  3  mirror              after documents (success) or system (success), within 2 h',
      '  4  stop (job command)  closes database',
    ].join('\n'),
  );
});

test('mermaid', () => {
  expect(chainAsMermaid(chain).split('\n')).toEqual([
    'flowchart TD',
    '  n1["database"]',
    '  n2["documents"]',
    '  n3["system"]',
    '  n4["mirror, any of the edges, within 2 h"]',
    '  n5["stop (job command)"]',
    '  n1 -->|"success or warning"| n2',
    '  n1 -->|"success"| n3',
    '  n2 -->|"success"| n4',
    '  n3 -->|"success"| n4',
    '  n1 -.->|"closed by"| n5',
  ]);
});

test('dot', () => {
  expect(chainAsDot(chain).split('\n')).toEqual([
    'digraph "nightly" {',
    '  rankdir=TB;',
    '  node [shape=box];',
    '  n1 [label="database"];',
    '  n2 [label="documents"];',
    '  n3 [label="system"];',
    '  n4 [label="mirror, any of the edges, within 2 h"];',
    '  n5 [label="stop (job command)"];',
    '  n1 -> n2 [label="success or warning"];',
    '  n1 -> n3 [label="success"];',
    '  n2 -> n4 [label="success"];',
    '  n3 -> n4 [label="success"];',
    '  n1 -> n5 [label="closed by", style=dashed];',
    '}',
  ]);
});

test('names can neither end a label nor move the cursor', () => {
  const odd = aChain(['a"]\n\u001B[2J\\ -> end'], {}, { id: 'x"y' });
  expect(chainAsText(odd)).toContain('  1  a"]\\u{a}\\u{1b}[2J\\');
  expect(chainAsMermaid(odd)).toContain(String.raw`n1["a#34;]#92;u{a}#92;u{1b}[2J#92;"]`);
  expect(chainAsDot(odd)).toContain(String.raw`n1 [label="a\"]\\u{a}\\u{1b}[2J\\"]`);
  expect(chainAsDot(odd)).toContain(String.raw`digraph "x\"y" {`);
});
