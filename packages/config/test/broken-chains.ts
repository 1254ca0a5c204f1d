import { of, repositories, value, type Broken } from './broken.ts';

const jobs = `${repositories}jobs: { a: { sources: a }, b: { sources: b }, c: { check: true } }\n`;
const chain = (lines: string): string => `${jobs}chains:\n  night:\n    ${lines}\n`;
const nodes = (lines: string): string => chain(`nodes:\n      ${lines.replaceAll('\n', '\n      ')}`);

/** Faults in what runs after what. */
export const brokenChains: readonly Broken[] = [
  of(
    'config.unknown-reference',
    'after an unknown job',
    `${repositories}jobs:\n  a: { sources: a }\n  b: { sources: b, after: ⟦aa }\n`,
    'did you mean "a"?',
    ['aa', 'a'],
  ),
  of(
    'config.unknown-reference',
    'after an unknown job in a list of maps',
    `${repositories}jobs:\n  a: { sources: a }\n  b: { sources: b, after: [a, { job: ⟦nobody, on: always }] }\n`,
    'use one of: a, b',
    ['nobody', 'a'],
  ),
  value(
    'end that is none',
    `${repositories}jobs:\n  a: { sources: a }\n  b: { sources: b, after: { job: a, on: ⟦sucess } }\n`,
    'did you mean "success"?',
    ['sucess', 'success'],
  ),
  value(
    'after within none',
    `${repositories}jobs:\n  a: { sources: a }\n  b: { sources: b, after: { job: a, within: ⟦0m } }\n`,
    'such as 90s',
    ['0m', '2h'],
  ),
  of(
    'config.cycle',
    'after itself',
    `${repositories}jobs:\n  a:\n    sources: a\n    after: ⟦a\n`,
    'remove one "after:"',
    ['after: a', ''],
  ),
  of(
    'config.cycle',
    'after each other',
    `${repositories}jobs:\n  documents:\n    sources: a\n    after: ⟦mirror\n  mirror: { sources: a, after: { job: documents, on: success } }\n`,
    'so that some job can start',
    ['after: mirror', ''],
  ),
  of(
    'config.cycle',
    'after what the profile says',
    `${repositories}profiles: { late: { after: a } }\njobs:\n  a: { sources: a, after: [⟦b] }\n  b: { sources: b, profile: late }\n`,
    'remove one "after:"',
    [', after: [b]', ''],
  ),

  value('chain of nothing', `${jobs}chains:\n  ⟦night: { onFailure: stop }\n`, 'add "steps: [JOB, JOB]"', [
    'onFailure: stop',
    'steps: [a]',
  ]),
  value('chain of no nodes', `${jobs}chains:\n  ⟦night: { nodes: {} }\n`, 'add "steps: [JOB, JOB]"', [
    'nodes: {}',
    'nodes: { a: {} }',
  ]),
  value('chain of no steps', chain('steps: ⟦[]'), 'add an entry', ['[]', '[a]']),
  value('chain in two forms', chain('steps: [a]\n    ⟦nodes: { b: {} }'), 'keep one of the two', [
    'nodes: { b: {} }',
    '',
  ]),
  value('chain as a list', `${jobs}chains:\n  night: ⟦[a, b]\n`, 'write a map', ['[a, b]', '{ steps: [a, b] }']),
  value('step as a list', chain('steps: [a, ⟦[b, c]]'), 'write the name of a job', ['[b, c]', '{ parallel: [b, c] }']),
  of('config.unknown-key', 'word in a step', chain('steps: [a, { ⟦paralell: [b, c] }]'), '"parallel"', [
    'paralell',
    'parallel',
  ]),
  of('config.unknown-reference', 'unknown step', chain('steps: [a, ⟦bb]'), 'did you mean "b"?', ['bb', 'b']),
  of('config.unknown-reference', 'unknown job of a step', chain('steps: [a, { job: ⟦bb, on: failure }]'), '"b"?', [
    'bb',
    'b',
  ]),
  of('config.unknown-reference', 'unknown parallel step', chain('steps: [a, { parallel: [b, ⟦nobody] }]'), 'use one', [
    'nobody',
    'c',
  ]),
  of(
    'config.duplicate',
    'two steps of one id',
    chain('steps: [{ job: a, id: x }, { job: ⟦b, id: x }]'),
    'another "id"',
    ['b, id: x', 'b, id: y'],
  ),
  value('step of nothing', chain('steps: [a, ⟦{ on: always }]'), 'add "job: NAME" to it', ['on:', 'job: b, on:']),
  value('step of two forms', chain('steps: [{ job: a, ⟦any: [b, c] }]'), 'make two steps', ['job: a, ', '']),
  value('name of a group', chain('steps: [a, { parallel: [b, c], ⟦id: x }]'), 'in a step of the group', [
    ', id: x',
    '',
  ]),
  value('deadline of a step', chain('steps: [a, { job: b, deadline: ⟦soon }]'), 'such as 90s', ['soon', '2h']),
  value('after a failure', chain('steps: [a]\n    onFailure: ⟦go-on'), 'use one of: stop, continue', [
    'go-on',
    'continue',
  ]),
  of('config.unknown-key', 'field of jobs in a chain', chain('steps: [a]\n    ⟦retry: { type: none }'), 'in the jobs', [
    'retry: { type: none }',
    '',
  ]),
  of('config.duplicate', 'chain of the name of a job', `${jobs}chains:\n  ⟦a: { steps: [b] }\n`, 'rename one', [
    '  a: { steps',
    '  d: { steps',
  ]),
  of(
    'config.unknown-reference',
    'chain after an unknown job',
    chain('steps: [a]\n    after: ⟦dd'),
    'use one of: a, b',
    ['after: dd', 'after: b'],
  ),
  of('schedule.syntax', 'schedule of a chain', chain('steps: [a]\n    schedule: ⟦whenever'), 'write daily at', [
    'whenever',
    'every 6h',
  ]),

  of('config.unknown-reference', 'node after an unknown one', nodes('a: {}\nb: { needs: ⟦aa }'), 'did you mean "a"?', [
    'needs: aa',
    'needs: a',
  ]),
  of(
    'config.unknown-reference',
    'node after an unknown one in a list',
    nodes('a: {}\nb: { needs: [a, { node: ⟦nobody }] }'),
    'use one of: a, b',
    [', { node: nobody }', ''],
  ),
  of('config.unknown-reference', 'node of an unknown job', nodes('a: {}\n⟦bb: { needs: a }'), 'did you mean "b"?', [
    'bb:',
    'b:',
  ]),
  of('config.unknown-reference', 'other job of a node', nodes('a: {}\nx: { job: ⟦bb, needs: a }'), '"b"?', ['bb', 'b']),
  value('join', nodes('a: {}\nb: { needs: a, join: ⟦one }'), 'use one of: all, any', ['one', 'any']),
  of(
    'config.cycle',
    'nodes in a circle',
    nodes('a: { needs: ⟦c }\nb: { needs: a }\nc: { needs: b }'),
    'from what it follows',
    ['a: { needs: c }', 'a: {}'],
  ),
  of('config.cycle', 'node after itself', nodes('a: {}\nb: { needs: [a, ⟦b] }'), 'remove one of these', [
    '[a, b]',
    '[a]',
  ]),
  of('config.unknown-reference', 'closing an unknown node', nodes('a: {}\nb: { needs: a, closes: ⟦aa }'), '"a"?', [
    'closes: aa',
    'closes: a',
  ]),
  of('config.cycle', 'closing itself', chain('steps: [a, { job: b, closes: ⟦b }]'), 'remove one of these', [
    'closes: b',
    'closes: a',
  ]),
  of('config.cycle', 'closing what comes later', nodes('a: { closes: ⟦b }\nb: { needs: a }'), 'remove one of these', [
    '{ closes: b }',
    '{}',
  ]),
  of('config.cycle', 'chain in itself', `${jobs}chains:\n  night: { steps: [a, ⟦night] }\n`, 'out of its chain', [
    ', night',
    '',
  ]),
  of(
    'config.cycle',
    'chains in each other',
    `${jobs}chains:\n  day: { steps: [a, night] }\n  night: { steps: [{ parallel: [b, ⟦day] }] }\n`,
    'out of its chain',
    ['[b, day]', '[b]'],
  ),
  of(
    'config.cycle',
    'chain after one of its own jobs',
    `${jobs}chains:\n  night: { steps: [⟦a], after: a }\n`,
    'remove one "after:"',
    [', after: a', ''],
  ),
  {
    ...of(
      'config.unknown-reference',
      'TOML step',
      '[repositories]\nmain = "/mnt"\n[jobs.docs]\nsources = "a"\n[chains.night]\nsteps = [\n  "docs",\n  { job = ⟦"dcos" },\n]\n',
      'did you mean "docs"?',
      ['dcos', 'docs'],
    ),
    file: 'umbra.toml',
  },
  {
    ...of(
      'config.cycle',
      'JSON circle',
      '{ "repositories": { "m": "/m" }, "jobs": {\n  "a": { "sources": "a", "after": [⟦"b"] },\n  "b": { "sources": "b", "after": "a" } } }',
      'remove one "after:"',
      [', "after": ["b"]', ''],
    ),
    file: 'umbra.json',
  },
];
